// The public pages in a real browser: accessible, usable without JavaScript, narrow, magnified and by keyboard.
//
// A running server has several addresses: what is looked at is looked at under each of them in turn.
// SHIRUBE_URL names a running server's list; SHIRUBE_BUNDLE names a folder with a bundle, served from here.
// SHIRUBE_CHROMIUM names the browser if it is not /usr/bin/chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize, sep } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const types = {
  ".html": "text/html", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml",
  ".csv": "text/csv", ".txt": "text/plain", ".atom": "application/atom+xml",
};
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
// 1280 CSS px magnified to 400 % leaves 320.
const magnified = { width: 320, height: 256 };

let browser;
let server;
let base;
let bases;
let turn = 0;
let proxy;
let kinds;

/** Serves a bundle's folder with the headers that the real server sends. */
async function serve(folder) {
  const listening = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://bundle").pathname));
    const file = join(folder, path.endsWith(sep) ? `${path}index.html` : path);
    try {
      const bytes = await readFile(file);
      const type = types[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
  return listening;
}

/** Where a proxy puts everything that it fetches from the server. */
const FOLDER = "/koho/sns/";

/** A proxy that has the server's list in a folder of its own, as a city's site has it. */
async function below(upstream) {
  const listening = createServer((asked, answer) => {
    if (!asked.url.startsWith(FOLDER)) return answer.writeHead(404).end();
    const url = new URL(asked.url.slice(FOLDER.length), upstream);
    const onward = ask(url, { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    onward.once("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
  return listening;
}

/** The address whose turn it is. */
const nextBase = () => bases[turn++ % bases.length];

/** Runs `look` on a page of the given size, and closes it. */
async function on(path, options, look, base = nextBase()) {
  const context = await browser.newContext({ locale: "ja-JP", ...options });
  try {
    const page = await context.newPage();
    const wrong = [];
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("response", (answer) => answer.status() >= 400 && !answer.url().endsWith("favicon.ico") && wrong.push(answer.url()));
    const answer = await page.goto(new URL(path, base).href);
    assert.equal(answer.status(), 200, path);
    await look(page);
    // Chromium asks for an icon by itself; everything else must be there.
    assert.deepEqual(wrong.filter((text) => !text.includes("404")), [], path);
  } finally {
    await context.close();
  }
}

before(async () => {
  if (process.env.SHIRUBE_URL) {
    base = process.env.SHIRUBE_URL.replace(/\/?$/, "/");
    proxy = await below(base);
    const named = new URL(base);
    named.hostname = named.hostname === "localhost" ? "127.0.0.1" : "localhost";
    bases = [base, named.href, `http://127.0.0.1:${proxy.address().port}${FOLDER}`];
  } else {
    assert.ok(process.env.SHIRUBE_BUNDLE, "set SHIRUBE_URL or SHIRUBE_BUNDLE");
    server = await serve(process.env.SHIRUBE_BUNDLE);
    base = `http://127.0.0.1:${server.address().port}/`;
    bases = [base];
  }
  browser = await chromium.launch({
    executablePath: process.env.SHIRUBE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const list = await (await fetch(new URL("accounts.json", base))).json();
  kinds = ["index.html", "by-unit.html", "by-kana.html", "verify.html", "en/index.html", "en/verify.html"];
  // One account's page of each network is enough: they come from one template.
  const seen = new Set();
  for (const { account, network } of list.accounts) {
    if (!seen.has(network)) kinds.push(`accounts/${account}.html`, `en/accounts/${account}.html`);
    seen.add(network);
  }
  const answered = process.env.SHIRUBE_URL
    ? ["search?q=%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B", "search?q=", "verify?url=", `verify?url=${encodeURIComponent(list.accounts[0]?.url ?? "https://example.jp/")}`]
    : ["search.html", "search-none.html", "answer-good.html", "answer-bad.html", "answer-unsure.html"];
  for (const path of answered.flatMap((path) => [path, `en/${path}`])) {
    const there = await fetch(new URL(path, base));
    if (there.ok || process.env.SHIRUBE_URL) kinds.push(path);
  }
});

after(async () => {
  await browser?.close();
  server?.close();
  proxy?.closeAllConnections();
  proxy?.close();
});

describe("公開一覧", () => {
  test("no page kind has an accessibility violation, on a desktop or a phone", async () => {
    for (const path of kinds) {
      for (const viewport of [desktop, phone]) {
        // The checker itself is the only script that ever runs in these pages.
        await on(path, { viewport, bypassCSP: true }, async (page) => {
          await page.addScriptTag({ content: axe });
          const found = await page.evaluate(() =>
            window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }),
          );
          const told = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
          assert.deepEqual(told, [], `${path} at ${viewport.width}`);
        });
      }
    }
  });

  test("everything can be reached and read with JavaScript switched off", async () => {
    await on("index.html", { viewport: desktop, javaScriptEnabled: false }, async (page) => {
      await page.locator("table a.name").first().click();
      await page.waitForURL(/accounts\//);
      assert.equal(await page.locator("h1").count(), 1);
      assert.ok(await page.getByText("公式アカウントです", { exact: true }).isVisible());
      const loaded = await page.locator("figure img").boundingBox();
      assert.ok(loaded.width > 100);
      await page.getByRole("link", { name: "一覧へもどる" }).click();
      await page.getByRole("navigation", { name: "ページの切りかえ" }).getByRole("link", { name: "五十音順" }).click();
      await page.waitForURL(/by-kana/);
    });
  });

  test("the check and the search answer under every address, from every kind of page", { skip: !process.env.SHIRUBE_URL }, async () => {
    const asked = "https://x.com/nobody_we_know";
    // The accounts' pages come from one template in each language.
    const accounts = kinds.filter((kind) => kind.includes("accounts/")).slice(0, 2);
    const looked = [...kinds.filter((kind) => !kind.includes("accounts/") && !kind.includes("?")), ...accounts];
    for (const address of bases) {
      const used = { url: 0, q: 0 };
      for (const path of looked) {
        for (const name of Object.keys(used)) {
          await on(path, { viewport: phone, javaScriptEnabled: false }, async (page) => {
            const form = page.locator("form.ask", { has: page.locator(`input[name=${name}]`) }).first();
            if ((await form.count()) === 0) return;
            await form.locator("input").fill(asked);
            await form.getByRole("button").click();
            await page.waitForURL((url) => url.href.startsWith(address) && url.searchParams.get(name) === asked, { timeout: 5000 });
            assert.equal(await page.locator("h1").count(), 1, `${address}${path}`);
            used[name] += 1;
          }, address);
        }
      }
      assert.ok(used.url > 1 && used.q > 1, `${address}: ${JSON.stringify(used)}`);
    }
  });

  test("the other language is one step away, and so is the way back", async () => {
    for (const path of ["index.html", "verify.html", kinds.find((kind) => kind.startsWith("accounts/"))]) {
      await on(path, { viewport: phone }, async (page) => {
        const title = await page.title();
        await page.getByRole("link", { name: "English", exact: true }).click();
        await page.waitForURL(/\/en\//);
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
        await page.getByRole("link", { name: "日本語", exact: true }).click();
        await page.waitForURL((url) => !url.pathname.includes("/en/"));
        assert.equal(await page.title(), title);
      });
    }
  });

  test("what is copied from a page has no reading in it", async () => {
    const account = kinds.find((kind) => kind.startsWith("accounts/"));
    await on(account, { viewport: desktop }, async (page) => {
      const copied = await page.evaluate(() => {
        getSelection().selectAllChildren(document.querySelector(".promise"));
        return getSelection().toString();
      });
      assert.match(copied, /運用しています。.*掲載しています。/s);
      assert.doesNotMatch(copied, /うんよう|けいさい|（う|（け/);
    });
  });

  test("magnified to 400 percent nothing has to be scrolled sideways", async () => {
    for (const path of kinds) {
      await on(path, { viewport: magnified }, async (page) => {
        const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(wide <= seen, `${path}: ${wide} > ${seen}`);
        const out = await page.evaluate(() =>
          [...document.querySelectorAll("main *, header *, footer *")]
            .filter((node) => !node.closest(".vh, thead") && node.getBoundingClientRect().right > window.innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 80)),
        );
        assert.deepEqual(out, [], path);
      });
    }
  });

  test("by keyboard the way past the navigation comes first, and every stop can be seen", async () => {
    for (const path of kinds) {
      await on(path, { viewport: desktop }, async (page) => {
        await page.keyboard.press("Tab");
        const first = page.locator(":focus");
        assert.equal(await first.textContent(), path.startsWith("en/") ? "Skip to the content" : "本文へ移動", path);
        const box = await first.boundingBox();
        assert.ok(box.y >= 0 && box.x >= 0, `${path}: the link is out of sight`);
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "main", path);
        for (let stop = 0; stop < 12; stop += 1) {
          await page.keyboard.press("Tab");
          const drawn = await page.evaluate(() => {
            const { activeElement: here, body } = document;
            const style = getComputedStyle(here);
            return here === body || (style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 4);
          });
          assert.ok(drawn, `${path}: stop ${stop} has no focus ring`);
        }
      });
    }
  });

  test("no page leaves a cookie or asks another host for anything", async () => {
    for (const path of kinds) {
      const base = nextBase();
      const context = await browser.newContext({ viewport: desktop });
      const page = await context.newPage();
      const asked = [];
      page.on("request", (request) => asked.push(new URL(request.url()).origin));
      await page.goto(new URL(path, base).href);
      assert.deepEqual([...new Set(asked)], [new URL(base).origin], path);
      assert.deepEqual(await context.cookies(), [], path);
      await context.close();
    }
  });
});
