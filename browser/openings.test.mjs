// Both openings in a real browser, from the first set-up to official: with a mouse, without JavaScript, by the keys alone.
//
// What a filing takes is counted on the way and written in docs/journeys.md; SHIRUBE_WRITE_JOURNEYS=1 writes it anew.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { House, openBrowser, operatorOf, people, root } from "./staff.mjs";
import { decision, notice, openingByDecision, openingByNotice } from "./stories.mjs";

const report = join(root, "docs/journeys.md");
const counted = [];

/** From an empty folder to official, by one way of working, at one of the names that this machine has. */
async function fromTheBeginning(browser, story, journey, { at, ...options } = {}) {
  const house = await House.open([["init", "--guideline", story.guideline, "--from", "令和8年4月1日"]], { at });
  const everybody = [];
  try {
    const operator = await operatorOf(house, story, { browser, ...options });
    everybody.push(operator);
    const who = await people(operator, story.people, { browser, ...options });
    everybody.push(...Object.values(who));
    const numbers = await journey(house, story, who, browser);
    for (const person of everybody) person.expectNothingWrong();
    return numbers;
  } finally {
    for (const person of everybody) await person.close();
    await house.close();
  }
}

/** The blanks of the form with its annex, counted in the form's own words. */
async function blanks(guideline) {
  const text = await readFile(join(root, guideline, "clauses.toml"), "utf8");
  const clauses = [...text.matchAll(/id = "(T-F1b?\.[^"]+)"\nwords = '''([^']*)'''/g)];
  const rows = clauses.map(([, id, words]) => {
    const label = id.split(".")[1];
    if (label === "様式" || label === "見出し" || label === "宛先") return 0;
    if (label === "差出人") return words.match(/部|課長|担当/g).length;
    const cell = words.replace(label, "").trim();
    if (cell === "") return 1;
    if (cell.includes("○")) return cell.match(/○+/g).length;
    if (/[年月日]　|日$/.test(cell)) return cell.match(/[年月日]/g).length;
    return 1; // One of several sentences is chosen.
  });
  return rows.reduce((sum, count) => sum + count, 0);
}

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  if (!counted[0] || !counted[1]) return;
  const wanted = table(counted);
  if (process.env.SHIRUBE_WRITE_JOURNEYS) return writeFile(report, wanted);
  const there = await readFile(report, "utf8").catch(() => "");
  assert.equal(there, wanted, "docs/journeys.md is not what was counted; SHIRUBE_WRITE_JOURNEYS=1 node --test browser/openings.test.mjs writes it");
});

// The people of a story mostly wait for each other: two stories go side by side.
describe("開設", { timeout: 600_000, concurrency: 2 }, () => {
  test("by notice, from the first set-up to official, with at most half of the form's blanks typed", async () => {
    const numbers = await fromTheBeginning(browser, notice, openingByNotice);
    const form = await blanks(notice.guideline);
    const typed = numbers.typed.filter((name) => !["name", "password", "code"].includes(name));
    assert.ok(typed.length * 2 <= form, `${typed.length} of ${form}: ${typed.join(", ")}`);
    assert.deepEqual(typed, [...new Set(typed)], "nothing is asked twice");
    const known = typed.filter((name) => /unit|department|head|number|contact/.test(name));
    assert.deepEqual(known, [], "what is known is not asked");
    counted[0] = { title: "届出・管理№・掲載（様式１と別紙）", ...numbers, asked: typed, form };
  });

  test("by decision, from the first set-up to official", async () => {
    const numbers = await fromTheBeginning(browser, decision, openingByDecision);
    counted[1] = { title: "決裁・取得・届出・掲載", ...numbers, asked: numbers.typed.filter((name) => !["name", "password", "code"].includes(name)) };
  });

  test("by notice, with JavaScript switched off", () => fromTheBeginning(browser, notice, openingByNotice, { at: "127.0.0.1", javaScriptEnabled: false }));

  test("by decision, with the keys alone", () => fromTheBeginning(browser, decision, openingByDecision, { hand: "keys" }));
});

function table(rows) {
  const row = (title, who, { pages, clicks, fields }) => `| ${title} | ${who} | ${pages} | ${clicks} | ${fields} |`;
  const lines = rows.flatMap(({ title, drafter, head, central }) => [
    row(title, "起案（サインインから起案まで）", drafter),
    row(title, "届出（サインインから届出まで）", head),
    row(title, "お知らせから受付・掲載まで", central),
  ]);
  const shares = rows.filter(({ form }) => form).map(({ title, asked, form }) => `- ${title}：様式の空欄${form}か所のうち、入力や選択は${asked.length}か所（${asked.join("、")}）。`);
  return `# 画面の数と手数 / What a filing takes

実際のプログラムを実際のブラウザーで動かして数えたものです。\`browser/openings.test.mjs\` が作り、違えば赤くなります。
作り直すには \`SHIRUBE_WRITE_JOURNEYS=1 node --test browser/openings.test.mjs\` を実行します。
「画面」は表示したページ、「押した数」はリンクとボタン、「入力」は打った欄と選んだ欄（サインインの欄も含みます）の数です。

| 手続 | 人と区間 | 画面 | 押した数 | 入力 |
| --- | --- | --- | --- | --- |
${lines.join("\n")}

${shares.join("\n")}

部署、部署の長、番号、決裁や届出の日、取得のあとのURLなど、分かっていることは尋ねません（届出の日は今日が入っています）。
`;
}
