"""Opens every page of the staff as a browser does, many times, and tells how long each took and how much memory is held.

What is measured is the whole answer over one kept-alive connection of the loopback: the server's work and the way there
and back. Standard library only. `pages.sh` calls it.
"""

import gzip
import http.client
import os
import random
import re
import sys
import time
import urllib.parse

PID, PORT, CODE, WORK, REQUESTS, ENTRIES = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
PASSWORD = "soba to udon de mayou"
UNITS = 200
random.seed(20261122)


class Browser:
    """Somebody with a browser: one connection, and the cookies."""

    def __init__(self):
        self.link = http.client.HTTPConnection("localhost", PORT)
        self.cookies = {}

    def ask(self, method, path, fields=None):
        path = path if path.startswith("/") else f"/{CODE}/{path}"
        headers = {"Accept-Encoding": "gzip"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        began = time.perf_counter()
        path = urllib.parse.quote(path, safe="/?=&%~:.-+")
        try:
            self.link.request(method, path, body, headers)
            answer = self.link.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # The server ended a connection that was idle; a browser opens another one.
            self.link.close()
            began = time.perf_counter()
            self.link.request(method, path, body, headers)
            answer = self.link.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer, body, took

    def read(self, path):
        answer, body, _ = self.ask("GET", path)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return body.decode()

    def sends(self, path, fields):
        """Sends a page's form: its hidden fields, its day, and what is given."""
        page = self.read(path)
        all_fields = {}
        for tag in re.findall(r"<input [^>]*>", page):
            name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
            if name and value and ('type="hidden"' in tag or name[1] == "on"):
                all_fields[name[1]] = value[1]
        answer, body, _ = self.ask("POST", path.split("?")[0], all_fields | fields)
        if answer.status != 303:
            raise SystemExit(f"{path}: {answer.status} {re.sub('<[^>]*>', ' ', body.decode())[:1500]}")
        return answer.getheader("location")


def joins(link, name):
    browser = Browser()
    browser.read(link)
    answer, body, _ = browser.ask("POST", link, {"name": name, "password": PASSWORD, "again": PASSWORD, "second": "paper"})
    if answer.status not in (200, 303):
        raise SystemExit(f"{name}: {answer.status} {body.decode()[:800]}")
    return browser


def links_in(text):
    return re.findall(rf"(/{CODE}/join/[A-Za-z0-9_-]+)", text)


def resident():
    """The server's memory: all, and without the pages of the program's file and the database's."""
    status = open(f"/proc/{PID}/status").read()
    all_of_it, own = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("VmRSS", "RssAnon"))
    return all_of_it, own


def rested():
    """Lets the server rest until it has closed what it keeps open for a minute, and notes what it holds then."""
    time.sleep(90)
    memory.append(("at rest, 90 s later", resident()))


def started():
    for _ in range(1200):
        text = open(f"{WORK}/serve.log").read() + open(f"{WORK}/link").read()
        try:
            http.client.HTTPConnection("localhost", PORT, timeout=2).request("GET", "/")
            if links_in(text):
                return text
        except OSError:
            pass
        time.sleep(0.25)
    raise SystemExit("the server did not start")


def settled():
    """Waits until no new release of the list has come for half a minute."""
    releases, quiet = f"{WORK}/data/public/{CODE}/releases", 0
    known = None
    while quiet < 30:
        time.sleep(1)
        now = sorted(os.listdir(releases))
        quiet = quiet + 1 if now == known else 0
        known = now


def ids(browser, path, pattern, most):
    """Ids of a list, turned page by page."""
    found = []
    while path and len(found) < most:
        page = browser.read(path)
        found += [one for one in re.findall(pattern, page) if one not in found]
        nexts = re.findall(r'href="([^"]*[?&](?:amp;|#38;)?after=[^"]*)"', page)
        path = nexts[-1].replace("&amp;", "&").replace("&#38;", "&") if nexts else None
    return found


text = started()
memory = [("after the start, the list published", resident())]
operator = joins(links_in(text)[-1], "unyo.01")
wanted = ["s3-staff", "s3-head", "u3-staff", "u3-head"]
answer, body, _ = operator.ask("POST", "sign-ins/invite", [("person", person) for person in wanted])
links = links_in(body.decode())
links = list(dict.fromkeys(links))
central, ruler, staff, head = (joins(link, person) for link, person in zip(links, wanted, strict=True))

cases = ids(central, "cases?state=all", rf"/{CODE}/cases/(c\d+)", REQUESTS)
accounts = ids(central, "accounts", rf"/{CODE}/accounts/(a\d+)", REQUESTS)
own_accounts = ids(staff, "accounts", rf"/{CODE}/accounts/(a\d+)", REQUESTS)
waiting = re.findall(rf"/{CODE}/cases/(c\d+)/steps/receive", central.read("tasks"))
typed = []
for number in range(5):
    case = re.search(r"/cases/(c\d+)", staff.sends("cases/new?procedure=opening", {"unit": "u3", "reason": f"案内のため{number}"}))[1]
    staff.ask("POST", f"cases/{case}/policy", {})
    typed.append(case)
for number in range(60):
    central.sends("impersonators/new", {"network": "x", "url": f"https://x.com/mihon_nise{number}"})
impersonators = ids(central, "impersonators", rf"/{CODE}/impersonators/(i\d+)/clear", 60)
ruler.sends("rulings", {"title": "縦読み動画の扱い", "words": "対象とする。", "clause": "", "about": "", "document_number": ""})
rulings = ids(ruler, "rulings", rf"/{CODE}/rulings/(r\d+)", 5)
logins = ids(operator, "sign-ins", rf"/{CODE}/sign-ins/([0-9a-f-]{{36}})", 5)
part = re.search(rf"/{CODE}/cases/{typed[0]}/policy/([a-z_0-9-]+)", staff.read(f"cases/{typed[0]}"))
parts = re.findall(rf"/policy/([a-z_0-9-]+)", staff.ask("GET", f"cases/{typed[0]}/policy")[0].getheader("location") or "") or [part[1] if part else "review"]
with_policy = random.sample(accounts, min(50, len(accounts)))
changes = []
for account in with_policy:
    changes += [(account, case) for case in re.findall(rf"/accounts/{account}/policies/(c\d+)", central.read(f"accounts/{account}/policies"))]

some = random.choice
WORDS = ["観光", "みほん", "mihon_77", "mihon_9", "催し", "第12課", "届出", "u17-head", "魅力 催し", "存在しないことば", "市", "mihon_1234"]
PAGES = [
    ("入口（サインイン）", Browser(), lambda: "sign-in"),
    ("自分の設定", staff, lambda: "me"),
    ("お知らせ", staff, lambda: "notices"),
    ("送れなかったお知らせ", operator, lambda: "outbox"),
    ("サインインの管理", operator, lambda: "sign-ins"),
    ("サインインの管理（さがす）", operator, lambda: f"sign-ins?q={some(['第12課', 'u17', '主事', 'unyo'])}"),
    ("サインインの記録", operator, lambda: "sign-ins/log"),
    ("一人のサインイン", operator, lambda: f"sign-ins/{some(logins)}"),
    ("組織の取り込み", operator, lambda: "office/import"),
    ("やること（担当課）", staff, lambda: some(["tasks", "tasks?filter=unit"])),
    ("やること（中央）", central, lambda: some(["tasks", "tasks?filter=late", "tasks?filter=soon", "tasks?filter=unit"])),
    ("案件の一覧（担当課）", staff, lambda: some(["cases", "cases?state=all"])),
    ("案件の一覧（中央）", central, lambda: some(["cases", "cases?state=all", "cases?state=completed", f"cases?state=all&unit=u{random.randrange(UNITS)}", f"cases?state=all&after={some(cases)}"])),
    ("案件を始める", staff, lambda: some(["cases/new", "cases/new?procedure=opening"])),
    ("案件", central, lambda: f"cases/{some(cases)}"),
    ("手順", central, lambda: f"cases/{some(waiting)}/steps/receive"),
    ("差戻し", central, lambda: f"cases/{some(waiting)}/steps/receive/return"),
    ("取下げ", staff, lambda: f"cases/{some(typed)}/withdraw"),
    ("様式（画面）", central, lambda: f"cases/{some(cases)}/forms/form1.html"),
    ("様式（Word）", central, lambda: f"cases/{some(cases)}/forms/form1.docx"),
    ("方針を書く", staff, lambda: f"cases/{some(typed)}/policy/{some(parts)}"),
    ("方針の確かめ", staff, lambda: f"cases/{some(typed)}/policy/review"),
    ("方針の見本（様式）", central, lambda: f"cases/{some(waiting)}/preview/form"),
    ("方針の見本（公開）", central, lambda: f"cases/{some(waiting)}/preview/public"),
    ("ガイドライン", staff, lambda: "guideline"),
    ("手続", staff, lambda: "guideline/procedures/opening"),
    ("市の運用の値", staff, lambda: "practices"),
    ("定めのない事項", ruler, lambda: "rulings"),
    ("一つの決定", staff, lambda: f"rulings/{some(rulings)}"),
    ("組織", staff, lambda: some(["office", f"office?after=u{random.randrange(UNITS)}", "office?on=2026-06-01"])),
    ("組織（一つの課）", staff, lambda: f"office/units/u{random.randrange(UNITS)}"),
    ("職員", staff, lambda: f"office/people/u{random.randrange(UNITS)}-head"),
    ("台帳", central, lambda: some(["ledger", "ledger?kind=step_done", "ledger?kind=access_changed", f"ledger?after={random.randrange(1, ENTRIES)}"])),
    ("台帳（ある日まで）", central, lambda: f"ledger?day=2026-06-{random.randrange(1, 12):02}"),
    ("台帳（アカウント）", central, lambda: f"ledger?about={some(accounts)}"),
    ("台帳の記録", central, lambda: f"ledger/{random.randrange(ENTRIES)}"),
    ("記録の証明", central, lambda: f"ledger/{random.randrange(ENTRIES)}/proof"),
    ("検索（中央）", central, lambda: f"search?q={some(WORDS)}"),
    ("検索（担当課）", staff, lambda: f"search?q={some(WORDS)}"),
    ("アカウントの一覧（中央）", central, lambda: some(["accounts", "accounts?standing=掲載中", f"accounts?unit=u{random.randrange(UNITS)}", f"accounts?after={some(accounts)}", "accounts?q=観光"])),
    ("アカウントの一覧（担当課）", staff, lambda: "accounts"),
    ("アカウント", central, lambda: f"accounts/{some(accounts)}"),
    ("アカウント（担当課）", staff, lambda: f"accounts/{some(own_accounts)}"),
    ("方針の版", central, lambda: f"accounts/{some(accounts)}/policies"),
    ("方針の違い", central, lambda: "accounts/{}/policies/{}".format(*some(changes))),
    ("プロフィールの文", staff, lambda: f"accounts/{some(own_accounts)}/profile"),
    ("既存アカウントの記録", staff, lambda: "accounts/new"),
    ("公式一覧（今日）", staff, lambda: "list"),
    ("公式一覧（過去の日）", staff, lambda: f"list?on=2026-06-{random.randrange(1, 12):02}"),
    ("なりすまし", staff, lambda: "impersonators"),
    ("なりすましの記録", central, lambda: "impersonators/new"),
    ("なりすましの解消", central, lambda: f"impersonators/{some(impersonators)}/clear"),
]
WHOLE = [
    ("監査用一覧（CSV、全件）", central, "accounts.csv"),
    ("監査用一覧（Excel、全件）", central, "accounts.xlsx"),
    ("掲示用の一覧（全件）", staff, "list/board.html"),
    ("掲示用の一覧（Word、全件）", staff, "list/board.docx"),
]

sheet = max((browser_sheet for browser_sheet in re.findall(r'href="(/assets/[^"]*\.css)"', central.read("tasks"))), key=len)
style = len(operator.ask("GET", sheet)[1])
# What was recorded above is published again; the pages are measured when that is over.
settled()
memory.append(("signed in and published again, before the pages", resident()))
print(f"| page | requests | p50 ms | p99 ms | most ms | HTML kB | gzip kB with styles ({style / 1000:.1f} kB) |")
print("| --- | --- | --- | --- | --- | --- | --- |")
late, heavy, everything = [], [], []
for name, browser, path in PAGES:
    browser.ask("GET", path())
    took, most, packed = [], 0, 0
    for _ in range(REQUESTS):
        at = path()
        answer, body, ms = browser.ask("GET", at)
        if answer.status not in (200, 303):
            print(f"{name} {at}: {answer.status}", file=sys.stderr)
            break
        took.append(ms)
        if len(body) > most:
            most, packed = len(body), len(gzip.compress(body, 6))
    if not took:
        late.append(f"{name} was not measured")
        continue
    everything += took
    took.sort()
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]
    weight = (packed + style) / 1000
    print(f"| {name} | {len(took)} | {p50:.1f} | {p99:.1f} | {took[-1]:.1f} | {most / 1000:.1f} | {weight:.1f} |", flush=True)
    if p99 > 30:
        late.append(f"{name} ({p99:.0f} ms)")
    if weight > 60:
        heavy.append(f"{name} ({weight:.0f} kB)")
memory.append(("after every page", resident()))
rested()
everything.sort()
print(f"all pages: {len(everything)} requests, p50 {everything[len(everything) // 2]:.1f} ms, p99 {everything[int(len(everything) * 0.99)]:.1f} ms")
print("over 30 ms:", "、".join(late) or "none")
print("over 60 kB:", "、".join(heavy) or "none")
case = some(cases)
answer, body, ms = central.ask("GET", f"cases/{case}/forms/form1.pdf")
print(f"the first PDF: {answer.status}, {ms:.0f} ms, {len(body) / 1000:.0f} kB")
memory.append(("after one PDF", resident()))
warm = sorted(central.ask("GET", f"cases/{some(cases)}/forms/form1.pdf")[2] for _ in range(30))
print(f"a warm PDF over HTTP: p50 {warm[15]:.0f} ms, most {warm[-1]:.0f} ms")
memory.append(("after 30 more", resident()))
rested()
for name, browser, path in WHOLE:
    answer, body, ms = browser.ask("GET", path)
    print(f"{name}: {answer.status}, {ms:.0f} ms, {len(body) / 1000:.0f} kB")
memory.append(("after the files of everything", resident()))
rested()
print("| memory | resident MB | of it the program's own (RssAnon) MB |\n| --- | --- | --- |")
for when, (all_of_it, own) in memory:
    print(f"| {when} | {all_of_it:.0f} | {own:.0f} |")
