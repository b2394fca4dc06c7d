"""Starts the program on a large town, delists an account while it serves, and tells how long citizens wait. Standard library only."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

BIN, DATA, CODE, ACCOUNTS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
DAY = "2026-11-01"


def port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    def __init__(self):
        self.port, staff = port(), port()
        self.began = time.perf_counter()
        command = [BIN, "--data", DATA, "serve", "--port", str(self.port), "--staff-port", str(staff)]
        self.program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def gets(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as reply:
                return reply.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return None

    def until(self, true, limit=600):
        """Seconds until something is true of an answer."""
        began = time.perf_counter()
        while not true():
            assert self.program.poll() is None, "the program ended"
            assert time.perf_counter() - began < limit, "it never came"
            time.sleep(0.02)
        return time.perf_counter() - began

    def ends(self):
        self.program.terminate()
        self.program.wait()


def does(*words):
    done = subprocess.run([BIN, "--data", DATA, *words], capture_output=True, text=True)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


server = Server()
print(f"{ACCOUNTS} accounts: first answer {server.until(lambda: server.gets('/') is not None):.2f} s after a start without a list")
listed = server.gets("/accounts.csv")
print(f"{ACCOUNTS} accounts: {listed.count(chr(10)) - 1} on the list")
server.ends()

server = Server()
print(f"{ACCOUNTS} accounts: first answer {server.until(lambda: server.gets('/') is not None):.2f} s after a start with a list")
# What the start does beside is waited for, so that one thing is measured at a time.
time.sleep(max(5, ACCOUNTS / 500))

# Of every ten accounts the first may have a case that is still open.
account = json.loads(does("account", "list", "--json"))[ACCOUNTS // 2 + 1]
head = f"{account['units'][0]}-head"
central = "s3-head"
opened = does("case", "open", "closing", "--account", account["id"], "--reason", "役目を終えたため", "--as", head, "--on", DAY)
case = re.search(r"c\d+", opened).group()
does("case", "do", case, "stop", "-e", f"last_day={DAY}", "--as", head, "--on", DAY)
does("case", "do", case, "file", "--as", head, "--on", DAY)
does("case", "do", case, "delist", "--as", central, "--on", DAY)
page = f"/accounts/{account['id']}.html"
answered = server.until(lambda: "closed" in (server.gets("/api/v1/verify?url=" + account["url"]) or ""))
followed = server.until(lambda: account["url"] not in (server.gets("/accounts.csv") or account["url"]))
print(f"{ACCOUNTS} accounts: the verification follows after {answered:.2f} s, all pages after {answered + followed:.2f} s")
server.ends()
