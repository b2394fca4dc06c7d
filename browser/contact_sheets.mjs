// Draws every page of the staff at both widths and as printed, several on a sheet, into a folder to be looked at.
//
//   node browser/contact_sheets.mjs [FOLDER]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { nameOf, openTown } from "./rooms.mjs";
import { openBrowser, root, sizes } from "./staff.mjs";

const folder = process.argv[2] ?? join(root, "browser/shots/staff");
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const town = await openTown(browser);

/** Draws pictures in a row, with their names. */
async function sheet(name, width, height, shots) {
  const page = await browser.newPage({ viewport: { width, height: 100 } });
  const cells = shots.map(({ name, bytes, wide }) => `<figure style="margin:0;width:${wide}px"><figcaption style="font:14px sans-serif;padding:4px;background:#ffd">${name.replaceAll("<", "&lt;")}</figcaption><img style="width:100%;display:block;border:1px solid #999" src="data:image/png;base64,${bytes.toString("base64")}"></figure>`);
  await page.setContent(`<body style="margin:8px;display:flex;flex-wrap:wrap;gap:8px;align-items:start;background:#ccc">${cells.join("")}</body>`);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.close();
}

async function shot(room, size, options = {}) {
  const { person, path, does } = room;
  const { page } = town.who[person];
  await page.emulateMedia({ media: "screen", colorScheme: "light", ...options });
  await page.setViewportSize(size);
  await town.who[person].open(path);
  if (does) await does(town.who[person]);
  const high = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), Math.round(size.width * 2.4));
  // A page within the page is drawn only when it is near: the window is as high as what is drawn.
  await page.setViewportSize({ width: size.width, height: Math.max(200, high) });
  await new Promise((drawn) => setTimeout(drawn, 300));
  const bytes = await page.screenshot();
  return { name: nameOf(room), bytes };
}

const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;
const list = town.list.filter((room) => only.test(nameOf(room)));
const several = (all, many) => Array.from({ length: Math.ceil(all.length / many) }, (_, at) => all.slice(at * many, (at + 1) * many));
for (const [at, rooms] of several(list, 4).entries()) {
  const shots = [];
  for (const room of rooms) shots.push({ ...(await shot(room, sizes.desktop)), wide: 760 });
  await sheet(`desktop-${at + 1}`, 1560, 900, shots);
}
for (const [at, rooms] of several(list, 8).entries()) {
  const shots = [];
  for (const room of rooms) shots.push({ ...(await shot(room, sizes.phone)), wide: 380 });
  await sheet(`phone-${at + 1}`, 1580, 900, shots);
}
for (const [at, rooms] of several(list.filter((_, at) => at % 2 === 0), 4).entries()) {
  const shots = [];
  for (const room of rooms) shots.push({ ...(await shot(room, sizes.desktop, { colorScheme: "dark" })), wide: 760 });
  await sheet(`dark-${at + 1}`, 1560, 900, shots);
}
const printed = list.filter(({ route }) => /cases\/\{case\}$|forms|guideline|sheets|join/.test(route));
for (const [at, rooms] of several(printed, 4).entries()) {
  const shots = [];
  for (const room of rooms) shots.push({ ...(await shot(room, { width: 680, height: 960 }, { media: "print" })), wide: 680 });
  await sheet(`print-${at + 1}`, 1400, 900, shots);
}
await town.close();
await browser.close();
console.log(folder);
