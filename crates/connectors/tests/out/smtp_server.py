"""A mail server for the tests: the real protocol (aiosmtpd), on a port of this machine.

usage: smtp_server.py MODE CERTIFICATE KEY FOLDER [PORT]     MODE: starttls, tls, stripped
Writes each letter it takes into FOLDER, and prints the port once it listens.
"""

import asyncio
import pathlib
import socket
import ssl
import sys

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such user <" + address + ">"
        if address.startswith("later@"):
            return "451 4.3.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        secure = "TLS" if server.transport.get_extra_info("ssl_object") else "PLAIN"
        head = f"X-Test: {secure} {envelope.mail_from} {','.join(envelope.rcpt_tos)}\r\n".encode()
        partial = self.folder / f"{self.count}.part"
        partial.write_bytes(head + envelope.content)
        partial.rename(self.folder / f"{self.count}.eml")
        return "250 OK"


async def main():
    mode, certificate, key, folder = sys.argv[1:5]
    port = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    handler = Handler(folder)

    def protocol():
        if mode == "starttls":
            return SMTP(handler, tls_context=context, require_starttls=True, hostname="localhost")
        return SMTP(handler, hostname="localhost")

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, sock=listener, ssl=context if mode == "tls" else None)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
