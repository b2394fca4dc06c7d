// Every page of the staff in a real browser: accessible in light, dark and forced colours, wide and narrow, light to load.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { look } from "./look.mjs";
import { forgotten, openTown } from "./rooms.mjs";
import { openBrowser, sizes } from "./staff.mjs";

let browser;
let town;
/** What is wrong, by page: everything is looked at before anything fails, so that one run tells all. */
const wrong = { axe: [], structure: [], narrow: [], weight: [], noise: [], keys: [] };

before(async () => {
  browser = await openBrowser();
  town = await openTown(browser);
  for (const { person, path, button } of [...town.list, ...refusals(town.cases)]) {
    const name = `${person} ${path.replace(/\/join\/.*/, "/join/…")}`;
    await look(town.who[person], name, path, button, wrong).catch((error) => wrong.structure.push(`${name}: ${error.message}`));
  }
}, { timeout: 900_000 });
after(async () => {
  await town?.close();
  await browser?.close();
});

/** Pages that say why a form was not taken: it is sent as it stands, with nothing typed. */
const refusals = ({ draft, filed }) => [
  { person: "anybody", path: "sign-in", button: "サインイン" },
  { person: "drafter", path: `cases/${draft}/policy/account`, button: "保存して次へ" },
  { person: "drafter", path: `cases/${draft}/policy/hours`, button: "保存して次へ" },
  { person: "central", path: `cases/${filed}/steps/receive/return`, button: "差し戻す" },
  { person: "operator", path: "sign-ins", button: "招待のリンクを作る" },
  { person: "operator", path: "office/import", button: "変わるところを確かめる" },
];

describe("職員の画面", () => {
  test("every page of the routes is looked at", async () => {
    assert.deepEqual(await forgotten(town.list), [], "add these routes to browser/rooms.mjs");
  });
  test("no page has an accessibility violation, in light, dark and forced colours, at 1280 and 390 px", () => {
    assert.deepEqual(wrong.axe, []);
  });
  test("every page has one h1, headings in order, labels, captions and scopes, and the focus goes as it is written", () => {
    assert.deepEqual(wrong.structure, []);
  });
  test("at 390 px and magnified to 400 percent nothing is cut off or has to be scrolled sideways", () => {
    assert.deepEqual(wrong.narrow, []);
  });
  test("no page weighs more than 60 kB with its styles", () => {
    assert.deepEqual(wrong.weight, []);
  });
  test("no page breaks its policy, reports an error or asks another host", () => {
    assert.deepEqual(wrong.noise, []);
  });
  test("what is printed fits on A4", async () => {
    for (const { person, path } of town.list.filter(({ route }) => /cases\/\{case\}$|forms|guideline|sheets/.test(route))) {
      const { page } = town.who[person];
      await town.who[person].open(path);
      await page.emulateMedia({ media: "print" });
      // A4 without its margins, in CSS px.
      await page.setViewportSize({ width: 680, height: 960 });
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      assert.ok(wide <= room, `${path}: ${wide} > ${room}`);
      const shown = await page.evaluate(() => ["header.top form", "nav.rooms", ".actions"].filter((part) => [...document.querySelectorAll(part)].some((node) => node.checkVisibility())));
      assert.deepEqual(shown, [], `${path}: printed though it is only for the screen`);
      assert.ok((await page.pdf({ format: "A4" })).length > 1000, path);
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize(sizes.desktop);
    }
  });
});
