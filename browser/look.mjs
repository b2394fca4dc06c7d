// What every page is looked at for: accessible in all colours, well built, by the keys alone, without scripts, nothing
// cut off, light, quiet.

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
/** So many stops of the keys are looked at on one page. */
const MOST_STOPS = 60;

/** The sorts of what can be wrong, each with nothing in it. */
export const nothingWrong = () => ({ axe: [], structure: [], summary: [], narrow: [], targets: [], keys: [], bare: [], weight: [], noise: [] });

/**
 * Looks at a room in every way; `wrong` collects what is wrong, by sort.
 *
 * A room has a path, what somebody does there before it is looked at (`does`), and whether that is refused.
 */
export async function look(one, called, room, wrong) {
  const { page } = one;
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none", reducedMotion: "reduce" });
  await page.setViewportSize(sizes.desktop);
  one.wrong.length = 0;
  await one.open(room.path);
  const weight = await weigh(page);
  if (weight > MOST_BYTES) wrong.weight.push(`${called}: ${weight} bytes`);
  if (room.does) await room.does(one);
  const note = (sort, found, where = "") => wrong[sort].push(...found.map((what) => `${called}${where}: ${what}`));
  note("structure", await structure(page));
  if (room.refused) note("summary", await summary(page));
  else note("keys", await walk(page));
  const seen = (how, rules = COLOURS) => judge(page, `${called} ${how}`, rules, wrong);
  await seen("1280 light", TAGS);
  note("targets", await targets(page), " 1280");
  note("axe", await edges(page), " light");
  await page.emulateMedia({ colorScheme: "dark" });
  await seen("1280 dark");
  note("axe", await edges(page), " dark");
  await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
  await seen("1280 forced colours");
  await page.setViewportSize(sizes.phone);
  await seen("390 forced colours");
  await page.emulateMedia({ colorScheme: "dark", forcedColors: "none" });
  await seen("390 dark");
  await page.emulateMedia({ colorScheme: "light" });
  await seen("390 light", TAGS);
  note("targets", await targets(page), " 390");
  note("narrow", await overflow(page), " 390");
  await page.setViewportSize(sizes.magnified);
  note("narrow", await overflow(page), " 320");
  await page.setViewportSize(sizes.desktop);
  note("narrow", await overflow(page), " 1280");
  if (!room.does) note("bare", await bare(one, room.path));
  note("noise", one.wrong);
}

const known = new Map();

/** What the page and all that it loads weigh on the way, whether or not the browser has it already. */
async function weigh(page) {
  const parts = await page.evaluate(() =>
    [location.href, ...[...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]")].map((part) => part.href ?? part.src)],
  );
  let weight = 0;
  for (const part of parts.filter((part) => part.startsWith("http"))) {
    const there = known.get(part) ?? gzipSync(await (await page.context().request.get(part)).body()).length;
    // An asset is the same for everybody; a page is everybody's own.
    if (part.includes("/assets/")) known.set(part, there);
    weight += there;
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
    for (const node of document.querySelectorAll("script[src]:not([defer], [type=module])")) found.push(`the page waits for ${node.outerHTML}`);
    // What does not belong in a paragraph ends it; its end then makes an empty one.
    for (const node of document.querySelectorAll("main p:not([id], [role], [class])")) {
      if (!node.textContent.trim() && !node.children.length) found.push(`an empty paragraph after ${node.previousElementSibling?.outerHTML.slice(0, 80)}`);
    }
    for (const node of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
      for (const id of `${node.getAttribute("aria-describedby") ?? ""} ${node.getAttribute("aria-labelledby") ?? ""}`.split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) found.push(`told by ${id}, which is not there`);
      }
    }
    return found;
  });

/** The summary of what is wrong has the focus, and each line leads to its field. */
async function summary(page) {
  const place = page.locator(".problems");
  if (!(await place.count())) return ["no summary of what is wrong"];
  const found = [];
  const focused = await page.evaluate(() => document.activeElement?.matches(".problems"));
  if (!focused) found.push("the focus is not on the summary");
  if (!(await place.locator("a").count())) found.push("the summary leads nowhere");
  const links = place.locator("a[href^='#']");
  for (let at = 0; at < (await links.count()); at += 1) {
    const link = links.nth(at);
    const href = await link.getAttribute("href");
    await link.click();
    const there = await page.evaluate((id) => document.activeElement?.id === id, decodeURIComponent(href.slice(1)));
    if (!there) found.push(`${href} does not lead to its field`);
  }
  return found;
}

/** Goes through the page by Tab: the way past the rooms first, each stop after the one before, drawn and not covered. */
async function walk(page) {
  const found = [];
  // A page within the page that arrives while the keys pass by would send them back to the beginning.
  await page.evaluate(async () => {
    for (const frame of document.querySelectorAll("iframe[loading=lazy]")) {
      const here = new Promise((done) => {
        frame.addEventListener("load", done, { once: true });
        setTimeout(done, 10000);
      });
      frame.loading = "eager";
      await here;
    }
  });
  const begun = await page.evaluate(() => {
    window.walked = { seen: new Set(), last: null };
    return document.activeElement !== document.body;
  });
  const framed = (await page.locator("iframe").count()) > 0;
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    // A page within the page is another process: the focus takes a moment to come and go, and longer on a busy machine.
    if (await page.evaluate(() => document.activeElement?.matches("iframe, body"))) await page.waitForTimeout(250);
    for (let wait = 0; framed && wait < 30 && (await page.evaluate(() => document.activeElement === document.body)); wait += 1) await page.waitForTimeout(100);
    const told = await page.evaluate(({ stop, begun }) => {
      const { walked } = window;
      const here = document.activeElement;
      // Between a page within the page and what follows, nothing of this page has the focus.
      if (!here || here === document.body) return walked.last?.matches("iframe") ? [] : "over";
      const words = here.outerHTML.slice(0, 100);
      if (walked.seen.has(here) && walked.last !== here) return "over";
      // Round again, where the walk began in the middle.
      if (here.matches(".skip") && walked.last) return "over";
      const told = [];
      if (stop === 0 && !begun && document.querySelector(".skip") && !here.matches(".skip")) told.push(`the first stop is ${words}`);
      if (walked.last && walked.last !== here && !(walked.last.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING)) told.push(`${words} comes after what follows it`);
      walked.seen.add(here);
      walked.last = here;
      if (here.matches("iframe, main")) return told;
      const { outlineStyle, outlineWidth } = getComputedStyle(here);
      if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) told.push(`no ring: ${words}`);
      const box = here.getClientRects()[0];
      const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
      const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
      if (left >= right || top >= bottom) return [...told, `out of sight: ${words}`];
      const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (over && !here.contains(over) && !over.contains(here) && !over.closest("label")) told.push(`covered by ${over.outerHTML.slice(0, 60)}: ${words}`);
      return told;
    }, { stop, begun });
    if (told === "over") {
      if (!begun) found.push(...(await missed(page)));
      break;
    }
    found.push(...told);
  }
  const skip = page.locator(".skip");
  if (await skip.count()) {
    await skip.focus();
    await page.keyboard.press("Enter");
    if (!(await page.evaluate(() => document.activeElement.matches("main")))) found.push("the way past the rooms does not lead to the page");
  }
  await page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  return found;
}

/** What Tab did not come to. */
const missed = (page) =>
  page.evaluate(() => {
    const { seen } = window.walked;
    const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
    const waits = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && !seen.has(node);
    // Of a group of radio buttons one is a stop.
    const another = (node) => node.type === "radio" && [...document.getElementsByName(node.name)].some((one) => seen.has(one));
    return stops.filter((node) => waits(node) && !another(node)).slice(0, 3).map((node) => `not reached by Tab: ${node.outerHTML.slice(0, 100)}`);
  });

/** What is pressed is at least 24 px wide and high; only a link in a sentence may be as low as its line. */
const targets = (page) =>
  page.evaluate(() => {
    const found = [];
    for (const node of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      if (!node.checkVisibility({ visibilityProperty: true }) || node.closest(".vh, .skip")) continue;
      const { width, height } = node.getBoundingClientRect();
      if (width >= 24 && height >= 24) continue;
      const beside = [...node.parentNode.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
      if (node.tagName === "A" && getComputedStyle(node).display === "inline" && beside) continue;
      found.push(`${Math.round(width)}×${Math.round(height)}: ${node.outerHTML.slice(0, 120)}`);
    }
    return found.slice(0, 5);
  });

/** The edges of what is typed into and pressed stand out from the page by 3 : 1. */
const edges = (page) =>
  page.evaluate(() => {
    const parse = (words) => (words.match(/[\d.]+/g) ?? []).map(Number);
    const light = (words) => {
      const [red, green, blue] = parse(words).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (node) => {
      for (let one = node; one; one = one.parentElement) {
        const colour = getComputedStyle(one).backgroundColor;
        if (parse(colour)[3] !== 0) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const found = [];
    for (const node of document.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea, .button")) {
      if (!node.checkVisibility() || node.getAttribute("aria-disabled")) continue;
      const { borderTopColor, borderTopWidth } = getComputedStyle(node);
      // What has no border stands out by its own colour.
      const edge = parseFloat(borderTopWidth) > 0 ? borderTopColor : behind(node);
      const [one, two] = [light(edge), light(behind(node.parentElement))].sort((a, b) => b - a);
      const ratio = (one + 0.05) / (two + 0.05);
      if (ratio < 3) found.push(`an edge of ${ratio.toFixed(1)} : 1: ${node.outerHTML.slice(0, 100)}`);
    }
    return found.slice(0, 3);
  });

/** Nothing goes out of the window or of its box, and no words lie on others. */
const overflow = (page) =>
  page.evaluate(() => {
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > window.innerWidth) found.push(`the page is ${wide} wide`);
    const aside = ".vh, .scroll, .skip, svg, iframe, [hidden], pre, noscript, option, .foot";
    for (const node of document.body.querySelectorAll("*")) {
      if (node.closest(aside) || !node.checkVisibility()) continue;
      const box = node.getBoundingClientRect();
      if (box.right > window.innerWidth + 1 && box.width > 1) found.push(`out at the right: ${node.outerHTML.slice(0, 100)}`);
    }
    const lines = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement;
      if (!text.textContent.trim() || parent.closest(`${aside}, script, style, textarea`) || !parent.checkVisibility({ visibilityProperty: true })) continue;
      // Heads of a table whose rows are cards are there for the ear alone.
      if (parent.closest("thead") && getComputedStyle(parent.closest("th")).clipPath !== "none") continue;
      if (parent.closest("thead") && getComputedStyle(parent.closest("thead")).clipPath !== "none") continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      let frame = parent;
      while (frame !== document.body) {
        const style = getComputedStyle(frame);
        const drawn = parseFloat(style.borderRightWidth) > 0 || style.overflowX !== "visible" || style.backgroundColor !== "rgba(0, 0, 0, 0)";
        if (drawn && style.display !== "inline") break;
        frame = frame.parentElement;
      }
      const box = frame.getBoundingClientRect();
      for (const line of range.getClientRects()) {
        if (line.width < 1) continue;
        const words = text.textContent.trim().slice(0, 40);
        const out = line.left < box.left - 1 || line.right > box.right + 1 || line.top < box.top - 4 || line.bottom > box.bottom + 4;
        if (out && frame !== document.body) found.push(`「${words}」 goes out of ${frame.outerHTML.slice(0, 60)}`);
        lines.push({ line, words, text });
      }
    }
    lines.sort((a, b) => a.line.top - b.line.top);
    for (const [at, one] of lines.entries()) {
      for (const two of lines.slice(at + 1)) {
        if (two.line.top >= one.line.bottom - 8) break;
        const across = Math.min(one.line.right, two.line.right) - Math.max(one.line.left, two.line.left);
        const down = Math.min(one.line.bottom, two.line.bottom) - two.line.top;
        if (one.text !== two.text && across > 2 && down > 8) found.push(`「${one.words}」 lies on 「${two.words}」`);
      }
    }
    return found.slice(0, 5);
  });

/** Without scripts the same stands on the page, and the same can be typed and sent. */
async function bare(one, path) {
  const told = (page) =>
    page.evaluate(() => {
      // What only a script can do or say is not there without one.
      const only = ".era, .tally, [data-copy], form[data-passkey], noscript, iframe, .problems";
      const seen = (node) => node.checkVisibility() && !node.closest(only);
      const words = [...document.querySelectorAll("h1, h2, h3, label, legend, dt, dd, th, td, li, main p")].filter(seen).map((node) => node.textContent.trim().replace(/\s+/g, " ").replace(/\d+:\d\d/g, "…"));
      const pressed = [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary, a[href]")].filter(seen).map((node) => node.name || node.textContent.trim());
      return [...words, ...pressed];
    });
  const withScripts = await told(one.page);
  if (!one.bare) {
    const { context } = one;
    one.bare = await context.browser().newContext({ locale: "ja-JP", viewport: sizes.desktop, javaScriptEnabled: false });
  }
  await one.bare.clearCookies();
  await one.bare.addCookies(await one.context.cookies());
  const page = await one.bare.newPage();
  try {
    await page.goto(path.includes("://") ? path : one.path(path));
    const without = new Set(await told(page));
    return withScripts.filter((words) => !without.has(words)).slice(0, 3).map((words) => `only with scripts: ${words}`);
  } finally {
    await page.close();
  }
}
