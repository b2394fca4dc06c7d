// Every page in a real browser: accessible in light, dark and forced colours, wide and narrow, by the keys, without scripts.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { look, nothingWrong } from "./look.mjs";
import { forgotten, nameOf, openTown } from "./rooms.mjs";
import { openBrowser, sizes } from "./staff.mjs";

let browser;
let town;
/** What is wrong, by sort: everything is looked at before anything fails, so that one run tells all. */
const wrong = nothingWrong();
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;

before(async () => {
  browser = await openBrowser();
  town = await openTown(browser);
  const rooms = town.list.filter((room) => only.test(nameOf(room)));
  // People look side by side, each with a browser of their own.
  await Promise.all(Object.entries(town.who).map(async ([person, one]) => {
    for (const room of rooms.filter((room) => room.person === person)) {
      const called = nameOf(room);
      await look(one, called, room, wrong).catch((error) => wrong.structure.push(`${called}: ${error.message}`));
    }
  }));
}, { timeout: 900_000 });
after(async () => {
  await town?.close();
  await browser?.close();
});

const nothing = (sort) => assert.deepEqual(wrong[sort], []);

describe("画面", () => {
  test("every page of the routes is looked at", async () => {
    assert.deepEqual(await forgotten(town.list), [], "add these routes to browser/rooms.mjs");
  });
  test("no page has an accessibility violation, in light, dark and forced colours, at 1280 and 390 px", () => nothing("axe"));
  test("every page has one h1, headings in order, labels, captions and scopes", () => nothing("structure"));
  test("the summary of what is wrong has the focus, and each of its lines leads to its field", () => nothing("summary"));
  test("by Tab everything is reached as it is written, and each stop can be seen", () => nothing("keys"));
  test("at 1280 and 390 px and magnified to 400 percent nothing is cut off, covered or has to be scrolled sideways", () => nothing("narrow"));
  test("what is pressed is at least 24 px wide and high", () => nothing("targets"));
  test("without JavaScript every page says the same and asks for the same", () => nothing("bare"));
  test("no page weighs more than 60 kB with its styles", () => nothing("weight"));
  test("no page breaks its policy, reports an error or asks another host", () => nothing("noise"));
  test("what is printed fits on A4", async () => {
    const printed = town.list.filter(({ route, words }) => /cases\/\{case\}$|forms|guideline|accounts\/\{account\}$/.test(route) || words === "招待のリンク");
    for (const room of printed) {
      const one = town.who[room.person];
      const { page } = one;
      await one.open(room.path);
      if (room.does) await room.does(one);
      await page.emulateMedia({ media: "print" });
      // A4 without its margins, in CSS px.
      await page.setViewportSize({ width: 680, height: 960 });
      const [wide, space] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      assert.ok(wide <= space, `${nameOf(room)}: ${wide} > ${space}`);
      const shown = await page.evaluate(() => ["header.top form", "nav.rooms", ".actions"].filter((part) => [...document.querySelectorAll(part)].some((node) => node.checkVisibility())));
      assert.deepEqual(shown, [], `${nameOf(room)}: printed though it is only for the screen`);
      assert.ok((await page.pdf({ format: "A4" })).length > 1000, nameOf(room));
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize(sizes.desktop);
    }
  });
});
