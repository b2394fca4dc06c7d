// What every page is looked at for: accessible in all colours, well built, nothing cut off, light, quiet.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { sizes } from "./staff.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What depends on the colours; the rest is the same in all of them. */
const COLOURS = ["color-contrast", "link-in-text-block", "target-size"];
/** What a page may weigh on the way, with its styles and scripts. */
const MOST_BYTES = 60_000;

/** Looks at a page, or at what it answers to an empty form, in every way; `wrong` collects what is wrong, by sort. */
export async function look(one, called, path, button, wrong) {
  const { page } = one;
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  await page.setViewportSize(sizes.desktop);
  one.wrong.length = 0;
  await one.open(path);
  const weight = await weigh(page);
  let name = called;
  if (button) {
    await one.press(button);
    name = `${name}（断り）`;
  }
  if (weight > MOST_BYTES) wrong.weight.push(`${name}: ${weight} bytes`);
  wrong.structure.push(...(await structure(page)).map((what) => `${name}: ${what}`));
  if (button) wrong.structure.push(...(await summary(page)).map((what) => `${name}: ${what}`));
  const seen = (how, rules = COLOURS) => judge(page, `${name} ${how}`, rules, wrong);
  await seen("1280 light", TAGS);
  await page.emulateMedia({ colorScheme: "dark" });
  await seen("1280 dark");
  await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
  await seen("1280 forced colours");
  await page.setViewportSize(sizes.phone);
  await seen("390 forced colours");
  await page.emulateMedia({ colorScheme: "dark", forcedColors: "none" });
  await seen("390 dark");
  await page.emulateMedia({ colorScheme: "light" });
  await seen("390 light", TAGS);
  wrong.narrow.push(...(await overflow(page)).map((what) => `${name} 390: ${what}`));
  await page.setViewportSize(sizes.magnified);
  wrong.narrow.push(...(await overflow(page)).map((what) => `${name} 320: ${what}`));
  await page.setViewportSize(sizes.desktop);
  wrong.noise.push(...one.wrong.map((what) => `${name}: ${what}`));
}

const known = new Map();

/** What the page and all that it loads weigh on the way, whether or not the browser has it already. */
async function weigh(page) {
  const parts = await page.evaluate(() =>
    [location.href, ...[...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]")].map((part) => part.href ?? part.src)],
  );
  let weight = 0;
  for (const part of parts.filter((part) => part.startsWith("http"))) {
    if (!known.has(part)) known.set(part, gzipSync(await (await page.context().request.get(part)).body()).length);
    weight += known.get(part);
  }
  return weight;
}

/** The checker runs beside the page, so that the page's own policy stays as it is. */
async function judge(page, name, rules, wrong) {
  // Colours change without a transition; one frame is enough for them to be there.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"], iframes: false }), rules);
  wrong.axe.push(...found.violations.map((one) => `${name}: ${one.id}: ${one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160)).join(" | ")}`));
}

const structure = (page) =>
  page.evaluate(() => {
    const found = [];
    const visible = (node) => node.checkVisibility?.() ?? true;
    const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(visible);
    const ones = heads.filter((head) => head.tagName === "H1");
    if (ones.length !== 1) found.push(`${ones.length} h1`);
    let last = 0;
    for (const head of heads) {
      const level = Number(head.tagName[1]);
      if (level > last + 1) found.push(`h${last} is followed by h${level} ${head.textContent.trim()}`);
      last = level;
    }
    if (!document.documentElement.lang) found.push("no lang");
    if (!document.title.trim()) found.push("no title");
    if (document.querySelectorAll("main").length !== 1) found.push("not one main");
    for (const table of document.querySelectorAll("table")) {
      if (!table.caption?.textContent.trim() && !table.getAttribute("aria-label")) found.push(`a table without a name: ${table.outerHTML.slice(0, 80)}`);
      for (const head of table.querySelectorAll("th")) if (!head.scope) found.push(`a th without scope: ${head.textContent.trim()}`);
      if (!table.querySelector("th")) found.push("a table without th");
    }
    for (const node of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!node.labels?.length && !node.getAttribute("aria-label")) found.push(`no label: ${node.outerHTML.slice(0, 100)}`);
    }
    // Focus goes as the page is written.
    for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) found.push(`tabindex ${node.tabIndex}`);
    for (const node of document.querySelectorAll("main, main *")) {
      const { order, flexDirection } = getComputedStyle(node);
      if (order !== "0" || flexDirection.endsWith("reverse")) found.push(`drawn in another order: ${node.outerHTML.slice(0, 80)}`);
    }
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length) found.push(`ids there twice: ${[...new Set(twice)].join(", ")}`);
    for (const node of document.querySelectorAll("[style], style, script:not([src], [type='application/ld+json'])")) found.push(`inline: ${node.outerHTML.slice(0, 80)}`);
    for (const node of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
      for (const id of `${node.getAttribute("aria-describedby") ?? ""} ${node.getAttribute("aria-labelledby") ?? ""}`.split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) found.push(`told by ${id}, which is not there`);
      }
    }
    return found;
  });

/** The summary of what is wrong has the focus, and each line leads to its field. */
const summary = (page) =>
  page.evaluate(() => {
    const place = document.querySelector(".problems");
    if (!place) return ["no summary of what is wrong"];
    const found = [];
    if (document.activeElement !== place) found.push(`the focus is on ${document.activeElement?.tagName}, not on the summary`);
    for (const link of place.querySelectorAll("a[href^='#']")) {
      const field = document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
      if (!field) found.push(`${link.getAttribute("href")} leads nowhere`);
    }
    return found;
  });

const overflow = (page) =>
  page.evaluate(() => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > window.innerWidth) found.push(`the page is ${wide} wide`);
    for (const node of document.body.querySelectorAll("*")) {
      if (node.closest(".vh, .scroll, .skip, svg, iframe, [hidden], thead, pre") || !node.checkVisibility()) continue;
      const box = node.getBoundingClientRect();
      if (box.right > window.innerWidth + 1 && box.width > 1) found.push(`out at the right: ${node.outerHTML.slice(0, 100)}`);
      const style = getComputedStyle(node);
      const clips = ["hidden", "clip"].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
      if (clips && node.clientWidth > 1 && !node.matches("input, select, textarea")) found.push(`clipped: ${node.outerHTML.slice(0, 100)}`);
    }
    return found.slice(0, 5);
  });
