// What the journeys through the staff's pages share: the real program with a fresh register, and people with browsers.
//
// SHIRUBE_BIN names the program if it is not target/debug/shirube; SHIRUBE_CHROMIUM the browser.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);

/** The root of the project. */
export const root = fileURLToPath(new URL("..", import.meta.url));
const program = process.env.SHIRUBE_BIN ?? join(root, "target/debug/shirube");
/** A password as people choose them. */
export const PASSWORD = "soba to udon de mayou";
/** The sizes that every page is looked at in. 1280 CSS px magnified to 400 % leaves 320. */
export const sizes = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
  magnified: { width: 320, height: 256 },
};

export const openBrowser = (...more) =>
  chromium.launch({
    executablePath: process.env.SHIRUBE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ...more,
    ],
  });

const freePort = () =>
  new Promise((found, failed) => {
    const asking = createServer();
    asking.once("error", failed);
    asking.listen(0, "127.0.0.1", () => {
      const { port } = asking.address();
      asking.close(() => found(port));
    });
  });

/** A register of its own and the program that serves it. */
export class House {
  /**
   * @param prepare what is done with the command before it serves: `[["init", "--guideline", …], …]`.
   * @param sealed the municipality whose pages are served under an https address, as behind a city's proxy.
   * @param provided whether that municipality has a sign-in of its own (OpenID Connect).
   * @param at the name of this machine under which people come in, where no address is sealed.
   */
  static async open(prepare, { sealed, provided = false, at = "localhost" } = {}) {
    const house = new House();
    house.at = at;
    house.data = await mkdtemp(join(tmpdir(), "shirube-"));
    try {
      for (const words of prepare) await house.command(...words);
      const address = sealed && (await house.seal(sealed));
      if (provided) await house.provide(sealed, address);
      await house.serve(address);
    } catch (error) {
      await house.close();
      throw error;
    }
    return house;
  }

  command(...words) {
    return run(program, ["--data", this.data, ...words], { cwd: root, maxBuffer: 1 << 26 });
  }

  /** A proxy with a certificate of its own in front of the staff's port. */
  async seal(town) {
    await this.certify();
    const [key, certificate] = this.papers;
    this.proxy = https.createServer({ key: await readFile(key), cert: await readFile(certificate) }, (asked, answer) => {
      const { method, url: path, headers } = asked;
      const onward = http.request({ port: this.staffPort, method, path, headers }, (got) => {
        answer.writeHead(got.statusCode, got.headers);
        got.pipe(answer);
      });
      onward.once("error", () => answer.destroy());
      asked.pipe(onward);
    });
    await new Promise((ready) => this.proxy.listen(0, "127.0.0.1", ready));
    const address = `https://localhost:${this.proxy.address().port}`;
    await writeFile(join(this.data, `${town}.toml`), `staff_url = "${address}/"\n`, { flag: "a" });
    return address;
  }

  /** A certificate of its own, for its own addresses alone. */
  async certify() {
    const [key, certificate] = this.papers;
    const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
    await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...named, "-keyout", key, "-out", certificate]);
  }

  /** Where its key and its certificate lie. */
  get papers() {
    return [join(this.data, "tls.key"), join(this.data, "tls.crt")];
  }

  /** The city's own provider, at which everybody is the same person. */
  async provide(town, address) {
    const env = { ...process.env, OIDC_RETURN_TO: `${address}/${town}/oidc/callback`, OIDC_ACCOUNT: "shokuin-0001" };
    this.providing = spawn(process.execPath, [join(root, "browser/oidc_provider.mjs"), ...this.papers], { env, stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: this.providing.stdout })) {
      if (!line.startsWith("https://")) continue;
      this.provider = line;
      break;
    }
    assert.ok(this.provider, "the provider tells its issuer");
    await writeFile(join(this.data, "oidc-secret"), "secret of rs256: 100% +&=\n");
    const settings = `[oidc]\nissuer = "${this.provider}"\nclient_id = "rs256"\nclient_secret_file = "oidc-secret"\nca_file = "tls.crt"\n`;
    await writeFile(join(this.data, `${town}.toml`), settings, { flag: "a" });
  }

  /** Lets it be longer ago, for all who are signed in, that they proved who they are. */
  async letProofsAge(town) {
    const words = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=10); db.execute('UPDATE session SET proved_at = proved_at - 3600000'); db.commit()";
    await run("python3", ["-c", words, join(this.data, `${town}.sqlite`)]);
  }

  async serve(sealed) {
    const [port, staffPort] = [await freePort(), await freePort()];
    this.staffPort = staffPort;
    this.said = [];
    const address = sealed ? ["--staff-url", `${sealed}/`] : [];
    this.running = spawn(program, ["--data", this.data, "serve", "--port", port, "--staff-port", staffPort, ...address], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.running.stdout, this.running.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.said.push(line));
    }
    this.list = `http://127.0.0.1:${port}`;
    const within = `http://localhost:${staffPort}`;
    this.staff = sealed ?? `http://${this.at}:${staffPort}`;
    for (let wait = 0; wait < 600; wait += 1) {
      assert.equal(this.running.exitCode, null, this.said.join("\n"));
      const [list, staff] = await Promise.all([`${this.list}/health`, `${within}/`].map((url) => fetch(url).catch(() => null)));
      if (list?.ok && staff?.ok) return;
      await new Promise((later) => setTimeout(later, 100));
    }
    assert.fail(`the program does not answer:\n${this.said.join("\n")}`);
  }

  /** The link that the program prints for a municipality that nobody operates yet. */
  setUpLink(town) {
    const line = this.said.find((words) => words.includes(`/${town}/join/`));
    assert.ok(line, `no set-up link:\n${this.said.join("\n")}`);
    return this.here(line.match(/https?:\S+/)[0]);
  }

  /** A printed address under the name of this machine by which people come in. */
  here(address) {
    const { origin, href } = new URL(address);
    return origin === `http://localhost:${this.staffPort}` ? this.staff + href.slice(origin.length) : address;
  }

  /** Asks the public verification about an address, until `wanted` or five seconds and what a busy machine needs. */
  async verdict(town, url, wanted) {
    let answer;
    for (let wait = 0; wait < 150; wait += 1) {
      answer = await (await fetch(`${this.list}/${town}/api/v1/verify?url=${encodeURIComponent(url)}`)).json();
      if (answer.verdict === wanted || answer.answer === wanted) break;
      await new Promise((later) => setTimeout(later, 100));
    }
    return answer;
  }

  async close() {
    this.providing?.kill();
    this.proxy?.closeAllConnections();
    this.proxy?.close();
    if (this.running && this.running.exitCode === null) {
      const over = new Promise((ended) => this.running.once("exit", ended));
      this.running.kill("SIGTERM");
      const hard = setTimeout(() => this.running.kill("SIGKILL"), 3000);
      await over;
      clearTimeout(hard);
    }
    if (this.data) await rm(this.data, { recursive: true, force: true });
  }
}

/** The six digits of RFC 6238 for a step of 30 seconds. */
export function digits(secret, step) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.toUpperCase().replace(/[^A-Z2-7]/g, "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** How somebody works: with a mouse, or with the keys alone. */
const mouse = {
  async approach() {},
  async press(person, place) {
    await place.click();
  },
  async type(person, place, value) {
    await place.fill(value);
  },
  async choose(person, place) {
    await place.check();
  },
  async pick(person, place, value) {
    await place.selectOption(value);
  },
};

const keys = {
  async approach(person, place) {
    await person.reach(place);
  },
  async press(person) {
    await person.page.keyboard.press("Enter");
  },
  async type(person, place, value) {
    await person.reach(place);
    const { keyboard } = person.page;
    if ((await place.getAttribute("type")) === "date") {
      const [year, month, day] = value.split("-");
      // The parts stand in the order that the browser's language has.
      for (const parts of [[year, month, day], [month, day, year]]) {
        for (let back = 0; back < 3; back += 1) await keyboard.press("ArrowLeft");
        for (const part of parts) {
          await keyboard.type(part);
          if (part === year) await keyboard.press("ArrowRight");
        }
        if ((await place.inputValue()) === value) break;
      }
    } else {
      await keyboard.press("Control+A");
      await keyboard.insertText(value);
    }
    assert.equal(await place.inputValue(), value);
  },
  async choose(person, place) {
    if (await place.isChecked()) return;
    if ((await place.getAttribute("type")) === "checkbox") {
      await person.reach(place);
      await person.page.keyboard.press("Space");
    } else {
      const name = await place.getAttribute("name");
      await person.reach(person.page.locator(`input[type=radio][name="${name}"]`), "one of");
      const group = person.page.locator(`input[type=radio][name="${name}"]`);
      await person.page.keyboard.press("Space");
      for (let at = await group.count(); at > 0 && !(await place.isChecked()); at -= 1) {
        await person.page.keyboard.press("ArrowDown");
      }
    }
    assert.ok(await place.isChecked());
  },
  async pick(person, place, value) {
    await person.reach(place);
    const options = await place.locator("option").evaluateAll((all) => all.map((option) => [option.value, option.label]));
    const at = options.findIndex(([key, label]) => key === value || label === value);
    assert.ok(at >= 0, `no ${value} among ${JSON.stringify(options)}`);
    await person.page.keyboard.press("Home");
    for (let step = 0; step < at; step += 1) await person.page.keyboard.press("ArrowDown");
    assert.equal(await place.inputValue(), options[at][0]);
  },
};

const hands = { mouse, keys };

/** Runs in the page: why the focus cannot be seen, or nothing. */
function whereFocusIsLost() {
  const here = document.activeElement;
  if (!here || here === document.body || here.matches("main, iframe, .problems")) return null;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const words = here.outerHTML.slice(0, 120);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return `no ring: ${words}`;
  if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) return `out of sight: ${words}`;
  return null;
}

/** Somebody with a browser of their own. */
export class Person {
  /** What was seen, pressed and typed since the count began. */
  count = { pages: 0, clicks: 0, fields: 0 };
  /** What no page may do: errors, refused loads, requests to elsewhere. */
  wrong = [];
  typed = [];
  usedStep = 0;

  static async at(house, town, name, { browser, hand = "mouse", javaScriptEnabled = true, ...options }) {
    const person = new Person();
    Object.assign(person, { house, town, name, hand: hands[hand], keyed: hand === "keys" });
    person.context = await browser.newContext({ locale: "ja-JP", viewport: sizes.desktop, javaScriptEnabled, ...options });
    person.page = await person.context.newPage();
    person.page.setDefaultTimeout(20_000);
    person.page.on("console", (message) => {
      // A refused form is a page with status 422: the browser says so, and that is no fault.
      if (message.type() === "error" && !/status of (422|401|403|404|410|429)/.test(message.text())) person.wrong.push(message.text());
    });
    person.page.on("pageerror", (error) => person.wrong.push(String(error)));
    person.page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && ![house.staff, new URL(house.list).origin, house.provider].includes(origin)) person.wrong.push(`asked ${origin}`);
    });
    person.page.on("response", (answer) => answer.status() >= 500 && person.wrong.push(`${answer.status()} ${answer.url()}`));
    // Listened for from the start: a key is quicker than the beginning of listening.
    person.page.on("filechooser", () => {});
    person.page.on("framenavigated", (frame) => {
      if (frame === person.page.mainFrame()) person.count.pages += 1;
    });
    return person;
  }

  startCounting() {
    this.count = { pages: 0, clicks: 0, fields: 0 };
    this.typed = [];
  }

  path(rest) {
    return rest.startsWith("/") ? this.house.staff + rest : `${this.house.staff}/${this.town}/${rest}`;
  }

  /** Opens an address: the first of a visit, or one from a letter. */
  async open(address) {
    const answer = await this.page.goto(address.includes("://") ? this.house.here(address) : this.path(address));
    assert.ok(answer.status() < 400, `${answer.status()} for ${address}: ${await this.read()}`);
  }

  async close() {
    await this.bare?.close();
    await this.context.close();
  }

  /** What stands on the page. */
  read() {
    return this.page.locator("body").innerText();
  }

  title() {
    return this.page.locator("h1").innerText();
  }

  /** Presses a link and waits for the page behind it. */
  async follow(words, within = this.page.locator("main")) {
    await this.go(within.getByRole("link", { name: words, exact: typeof words === "string" }).first());
  }

  /** Presses a button and waits for what comes of it. */
  async press(words, within = this.page.locator("main")) {
    await this.go(within.getByRole("button", { name: words, exact: typeof words === "string" }).first());
  }

  async go(place) {
    await this.there(place);
    await this.hand.approach(this, place);
    const moved = this.page.waitForEvent("framenavigated", (frame) => frame === this.page.mainFrame());
    moved.catch(() => {});
    this.count.clicks += 1;
    await this.hand.press(this, place);
    await moved;
    await this.page.waitForLoadState("load");
  }

  async there(place) {
    try {
      await place.waitFor({ state: "attached", timeout: 5000 });
    } catch {
      assert.fail(`${place} is not on ${this.page.url()}:\n${await this.read()}`);
    }
  }

  field(name) {
    return this.page.locator(`main [name="${name}"]:not([type=hidden])`).first();
  }

  note(name) {
    this.count.fields += 1;
    this.typed.push(name);
  }

  async type(name, value) {
    const place = this.field(name);
    await this.there(place);
    this.note(name);
    await this.hand.type(this, place, value);
  }

  async choose(name, value) {
    const place = this.page.locator(`main input[name="${name}"][value="${value}"]`);
    await this.there(place);
    this.note(name);
    await this.hand.choose(this, place);
  }

  async pick(name, value) {
    const place = this.field(name);
    await this.there(place);
    this.note(name);
    await this.hand.pick(this, place, value);
  }

  /** Chooses a file as people do. */
  async upload(name, file) {
    const place = this.field(name);
    await this.there(place);
    this.note(name);
    await this.hand.approach(this, place);
    const chooser = this.page.waitForEvent("filechooser");
    await this.hand.press(this, place);
    await (await chooser).setFiles(file);
  }

  /** Says again who one is, where something weighty is done and a while has passed. */
  async prove() {
    if (!(await this.page.getByRole("button", { name: "確かめて続ける" }).count())) return;
    await this.type("prove-password", PASSWORD);
    await this.press("確かめて続ける");
  }

  /** Opens a disclosure. */
  async unfold(words) {
    const place = this.page.locator("main summary", { hasText: words }).first();
    await this.there(place);
    await this.hand.approach(this, place);
    this.count.clicks += 1;
    await this.hand.press(this, place);
  }

  /** Goes by Tab to a place, and sees at each stop where one is. */
  async reach(place, which = "exactly") {
    const wanted = which === "exactly" ? [await place.elementHandle()] : await place.elementHandles();
    const visited = [];
    for (let stop = 0; stop < 250; stop += 1) {
      const at = await this.page.evaluate((places) => {
        const here = document.activeElement;
        if (places.includes(here)) return "there";
        if (!here || here === document.body) return "nowhere";
        return `${here.tagName} ${here.id || here.name || here.textContent.trim().slice(0, 20)}`;
      }, wanted);
      if (at === "there") return this.sees();
      visited.push(at);
      await this.page.keyboard.press("Tab");
      await this.sees();
    }
    assert.fail(`by keyboard ${place} cannot be reached on ${this.page.url()}: ${visited.slice(0, 60).join(", ")}`);
  }

  /** Where the focus is can be seen: a ring is drawn, inside of the window. The window may still be moving there. */
  async sees() {
    let lost;
    for (let wait = 0; wait < 20; wait += 1) {
      lost = await this.page.evaluate(whereFocusIsLost);
      if (lost === null) return;
      await new Promise((later) => setTimeout(later, 50));
    }
    assert.fail(`${this.page.url()}: ${lost}`);
  }

  /** A code of the authenticator that was not used yet; a code is good for one step before and after its own. */
  async code() {
    for (;;) {
      const now = Math.floor(Date.now() / 30_000);
      const step = Math.max(now, this.usedStep + 1);
      if (step <= now + 1) {
        this.usedStep = step;
        return digits(this.secret, step);
      }
      await new Promise((later) => setTimeout(later, 1000));
    }
  }

  /** Follows the link of an invitation: a name, a password and a second proof. */
  async join(link, second) {
    await this.open(link);
    await this.type("name", this.name);
    await this.type("password", PASSWORD);
    await this.type("again", PASSWORD);
    await this.choose("second", second);
    if (second === "code") {
      this.secret = await this.page.locator(".seed").innerText();
      await this.type("code", await this.code());
    }
    await this.press("利用を始める");
    await this.expectNoProblem();
    if (await this.page.locator(".codes").count()) {
      this.recovery = await this.page.locator(".codes li").allInnerTexts();
      await this.follow("保管したので次へ進む");
    }
  }

  /** Signs in with the password, and with the authenticator where one is registered. */
  async signIn() {
    await this.open("sign-in");
    this.startCounting();
    this.count.pages = 1;
    await this.type("name", this.name);
    await this.type("password", PASSWORD);
    await this.press("サインイン");
    if (await this.page.locator("main input[name=code]").count()) {
      await this.type("code", await this.code());
      await this.press("確認する");
    }
    await this.expectNoProblem();
    assert.ok(!this.page.url().includes("/sign-in"), await this.read());
  }

  async signOut() {
    await this.press("サインアウト", this.page.locator("header"));
  }

  async expectNoProblem() {
    const problems = this.page.locator(".problems");
    if (await problems.count()) assert.fail(`${this.page.url()}: ${await problems.first().innerText()}`);
  }

  /** The refusal that is shown, as people read it. */
  async problem() {
    const place = this.page.locator(".problems");
    await this.there(place);
    return place.first().innerText();
  }

  expectNothingWrong() {
    assert.deepEqual(this.wrong, [], this.name);
  }
}

/** The operator opens the door with the printed link, and brings the organisation in. */
export async function operatorOf(house, story, options) {
  const operator = await Person.at(house, story.town, "unyo.01", options);
  await operator.join(house.setUpLink(story.town), "code");
  if (story.staff) await bringIn(operator, join(root, story.staff));
  return operator;
}

/** The organisation comes as a table: looked at first, then taken in. An empty register leads there by itself. */
async function bringIn(operator, file) {
  assert.match(operator.page.url(), /office\/import$/);
  await operator.upload("list", file);
  await operator.type("from", "2026-04-01");
  await operator.press("変わるところを確かめる");
  await operator.expectNoProblem();
  assert.match(await operator.read(), /まだ何も記録されていません/);
  await operator.press("この内容で取り込む");
  await operator.prove();
  await operator.expectNoProblem();
  await operator.follow("取り込みが済んだら、職員を招待する");
}

/** Invites people and lets them join, each with a browser of their own. */
export async function people(operator, wanted, options) {
  const links = await invite(operator, Object.values(wanted).map(([person]) => person));
  const who = {};
  for (const [role, [person, second]] of Object.entries(wanted)) {
    who[role] = await Person.at(operator.house, operator.town, `shokuin.${person}`, options);
    await who[role].join(links[person], second);
    await who[role].signOut();
  }
  return who;
}

/** The links that the operator hands to people, each on a sheet of its own. */
export async function invite(operator, persons) {
  await operator.open("sign-ins");
  await operator.type("number", persons.join("、"));
  await operator.press("招待のリンクを作る");
  await operator.prove();
  await operator.expectNoProblem();
  const links = await operator.page.locator(".sheet ol + p code").allInnerTexts();
  assert.equal(links.length, persons.length, await operator.read());
  return Object.fromEntries(persons.map((person, at) => [person, links[at]]));
}
