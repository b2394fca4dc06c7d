"""A sample town at work for the scans, the people who are signed in to it, and an OpenAPI document of its pages.

The document is made from two things that cannot drift from the program: the one list of routes
(crates/staff/src/routes.rs), and the forms and links that people really see when they walk through every page.
"""

import base64
import hashlib
import hmac
import html.parser
import http.cookiejar
import pathlib
import re
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

TOWN = "312011"
PASSWORD = "soba to udon de mayou"
ROUTES = pathlib.Path("crates/staff/src/routes.rs")
POLICY = """network = "x"
account_name = "みどりだより（見本）"
url = "https://x.com/mihon_midori"
purpose = "公園と緑の催しを伝えるため"
audience = "市民"
information = "催しの案内"
period = { from = "令和9年4月1日", until = "令和12年3月31日" }
hours = { from_day = "月", to_day = "金", from = "08:30", to = "17:15" }
reply = { stance = "none" }
"""
# The fields of forms that stand on a page only for a moment, so that no walk meets them.
MOMENTARY = {
    "sign-in/second": ["way", "code", "recovery", "passkey"],
    "sign-in/passkey": ["passkey"],
    "join/{token}": ["name", "password", "again", "second", "code"],
    "me/code/set": ["code"],
    "me/passkeys/remove": ["passkey-id"],
    "me/identity/unlink": ["issuer"],
    "me/telling": ["how"],
    "me/address": ["address"],
    "me/address/confirm": ["mail-code"],
}
# What a route answers that is no page.
OTHER_MEDIA = re.compile(r"/assets/|challenge$|\.csv$|\.xlsx$|/files/|/proof$|/forms/|/list/\{file\}")


def fill(program, data):
    """Makes the sample towns, and cases of every stage in one of them."""

    def said(*words):
        done = subprocess.run([program, "--data", data, *words], check=True, capture_output=True, text=True)
        return done.stdout

    def opened():
        told = said("--city", TOWN, "case", "open", "opening", "--unit", "0201", "--as", "02013")
        return re.search(r"\bc\d+\b", told)[0]

    said("sample")
    policy = pathlib.Path(data, "policy.toml")
    policy.write_text(POLICY, encoding="utf-8")
    for steps in ([], ["draft"], ["draft", "file"]):
        case = opened()
        for step in steps:
            if step == "draft":
                said("--city", TOWN, "case", "draft", case, "--file", str(policy), "--as", "02013")
            else:
                said("--city", TOWN, "case", "do", case, step, "--as", "02011")
    said("--city", TOWN, "impersonator", "note", "--network", "x", "--url", "https://x.com/mihon_nise", "--as", "01023")


class Page(html.parser.HTMLParser):
    """The links, the forms and the seed of an authenticator on a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.seed = [], [], ""
        self._select = self._code = self._area = None
        self.codes = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        form = self.forms[-1] if self.forms else None
        if tag in ("a", "link", "iframe", "script"):
            self.links.extend(value for value in (at.get("href"), at.get("src")) if value)
        elif tag == "form":
            kind = at.get("enctype") or "application/x-www-form-urlencoded"
            self.forms.append({"action": at.get("action", ""), "method": at.get("method", "get").lower(), "kind": kind, "fields": {}})
        elif tag == "code" or "seed" in (at.get("class") or "").split():
            self._code = ""
        if form is None or "name" not in at:
            if tag == "option" and self._select is not None:
                self._select.append(at.get("value", ""))
            return
        field = form["fields"].setdefault(at["name"], {"values": [], "file": False})
        if tag == "select":
            self._select = field["values"]
        elif tag == "textarea":
            self._area = (field["values"], [])
        elif at.get("type") == "file":
            field["file"] = True
        else:
            field["values"].append(at.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            self._area[0].append("".join(self._area[1]))
            self._area = None
        elif self._code is not None and tag in ("code", "p", "span", "div", "strong"):
            self.codes.append(self._code.strip())
            self._code = None

    def handle_data(self, words):
        if self._area:
            self._area[1].append(words)
        if self._code is not None:
            self._code += words


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirections are looked at, not followed."""

    def redirect_request(self, *_):
        return None


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, name, staff):
        self.name, self.staff = name, staff
        self.jar = http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, form=None):
        """The status, the kind and the text of an answer, and where it leads."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(urllib.parse.urljoin(self.staff, path), body, {"Origin": self.staff})
        try:
            answer = self._browser.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        kind = answer.headers.get("content-type", "")
        text = answer.read().decode("utf-8", "replace") if kind.startswith("text/html") else ""
        return answer.status, kind, text, answer.headers.get("location", "")

    def join(self, link):
        """Follows the link of an invitation, with an authenticator as the second proof."""
        text = self.ask(link)[2]
        seed = next(code for code in Page(text).codes if len(code.replace(" ", "")) >= 16)
        form = {"name": self.name, "password": PASSWORD, "again": PASSWORD, "second": "code", "code": _digits(seed)}
        hidden = {name: field["values"][0] for name, field in Page(text).forms[0]["fields"].items() if field["values"]}
        status, _, text, _ = self.ask(link, {**hidden, **form})
        if status >= 400 or not self.cookies():
            raise SystemExit(f"{self.name} could not join: {status}\n{re.sub('<[^>]+>', ' ', text)}")

    def cookies(self):
        """The session as a header holds it; nothing for somebody who is not signed in."""
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)

    def is_in(self):
        """Whether the session still opens the pages."""
        return self.ask(f"/{TOWN}/me")[0] == 200


def _digits(seed):
    """The six digits of RFC 6238 for now."""
    seed = re.sub(r"[^A-Z2-7]", "", seed.upper())
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = mac[19] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def people(staff, link, wanted):
    """The operator opens the door and invites the others; everybody has a session then, and `nobody` has none."""
    operator = Person("unyo.01", staff)
    operator.join(link)
    form = {"number": "、".join(wanted.values())}
    status, _, text, _ = operator.ask(f"/{TOWN}/sign-ins/invite", form)
    links = [code for code in Page(text).codes if "/join/" in code]
    if len(links) != len(wanted):
        raise SystemExit(f"the invitations were not made: {status}\n{re.sub('<[^>]+>', ' ', text)}")
    who = {"nobody": Person("nobody", staff)}
    for (role, number), one in zip(wanted.items(), links):
        who[role] = Person(f"shokuin.{number}", staff)
        who[role].join(one)
    who["operator"] = operator
    return who


# ---- the OpenAPI document ------------------------------------------------------------------------------------------


def routes():
    """Every route as (verb, path), from the one list."""
    found = re.findall(r'^\s+(Get|Post)\s+"([^"]+)"\s+\w+\s+=>', ROUTES.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit(f"no routes in {ROUTES}")
    return [(verb.lower(), path) for verb, path in found]


class Walk:
    """What somebody meets on the way through every page that links lead to."""

    def __init__(self, person, known, most=400):
        self.places, self.forms, self.seen, self.faults = {}, {}, 0, []
        patterns = [(verb, path, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")) for verb, path in known]
        # A path without places goes before one with places: `cases/new` is no case.
        patterns.sort(key=lambda one: one[1].count("{"))
        ahead, met, looked = ["/", f"/{TOWN}"], {"/", f"/{TOWN}"}, {}
        while ahead and self.seen < most:
            here = ahead.pop(0)
            status, _, text, leads = person.ask(here)
            self.seen += 1
            if status >= 500:
                self.faults.append(f"{person.name}: GET {here} answers {status}")
            page = Page(text)
            for form in page.forms:
                action = urllib.parse.urlsplit(urllib.parse.urljoin(here, form["action"])).path
                self._meet(patterns, form["method"], action, form)
            for link in [*page.links, leads]:
                target = urllib.parse.urlsplit(urllib.parse.urljoin(f"{person.staff}{here}", link))
                if f"{target.scheme}://{target.netloc}" != person.staff:
                    continue
                asked = {"fields": dict.fromkeys(urllib.parse.parse_qs(target.query), None)}
                shape = self._meet(patterns, "get", target.path, asked)
                address = target.path + (f"?{target.query}" if target.query else "")
                # A dozen pages of each shape show every form that the shape has.
                if address not in met and looked.setdefault(shape, 0) < 12:
                    looked[shape] += 1
                    met.add(address)
                    ahead.append(address)

    def _meet(self, patterns, method, path, form):
        """Notes the form under the route that its address is of, and says which that is."""
        for verb, shape, pattern in patterns:
            fits = pattern.match(path) if verb == method else None
            if fits:
                for name, value in fits.groupdict().items():
                    values = self.places.setdefault((shape, name), [])
                    value = urllib.parse.unquote(value)
                    if value not in values and len(values) < 8:
                        values.append(value)
                self.forms.setdefault((verb, shape), []).append(form)
                return shape
        return None


def document(known, walks):
    """The OpenAPI document of the staff's pages: every route, with the places and the fields that the walks met."""
    paths = {}
    for verb, path in known:
        forms = [form for walk in walks for form in walk.forms.get((verb, path), [])]
        operation = {"operationId": f"{verb} {path}", "parameters": [], "responses": {"default": _answer(path)}}
        for name in re.findall(r"\{(\w+)\}", path):
            met = [value for walk in walks for value in walk.places.get((path, name), [])]
            # A place that a page was seen at is good for the form of the same shape, too.
            met += [v for walk in walks for (shape, one), values in walk.places.items() if one == name for v in values]
            operation["parameters"].append({"name": name, "in": "path", "required": True, "schema": _place(name, met)})
        fields = {name: field for form in forms for name, field in form["fields"].items()}
        for name in MOMENTARY.get(path.removeprefix("/{town}/"), []):
            fields.setdefault(name, None)
        if verb == "get":
            for name in fields:
                operation["parameters"].append({"name": name, "in": "query", "schema": {"type": "string"}})
        else:
            operation["requestBody"] = _body(forms, fields)
        paths.setdefault(path, {})[verb] = operation
    return {"openapi": "3.0.3", "info": {"title": "staff", "version": "1"}, "paths": paths}


def _answer(path):
    headers = {
        name: {"required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in (
            ("x-content-type-options", "^nosniff$"),
            ("content-security-policy", "default-src 'none'"),
            ("referrer-policy", "^same-origin$"),
        )
    }
    answer = {"description": "a page", "headers": headers}
    if not OTHER_MEDIA.search(path):
        answer["content"] = {"text/html": {}}
    return answer


def _place(name, met):
    met = list(dict.fromkeys(met))[:12]
    if name == "town":
        return {"type": "string", "enum": [TOWN]}
    free = {"type": "string", "minLength": 1, "maxLength": 80}
    return {"anyOf": [{"type": "string", "enum": met}, free]} if met else free


def _body(forms, fields):
    kinds = {form.get("kind") for form in forms} or {"application/x-www-form-urlencoded"}
    properties = {}
    for name, field in fields.items():
        values = list(dict.fromkeys(field["values"]))[:20] if field else []
        free = {"type": "string", "maxLength": 400}
        if field and field["file"]:
            properties[name] = {"type": "string", "format": "binary"}
        else:
            properties[name] = {"anyOf": [{"type": "string", "enum": values}, free]} if values else free
    schema = {"type": "object", "properties": properties}
    if not properties:
        schema["additionalProperties"] = {"type": "string"}
    return {"required": True, "content": {kind: {"schema": schema} for kind in kinds if kind}}
