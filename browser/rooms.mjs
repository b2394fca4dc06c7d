// Every page of the staff, with who looks at it and where: one list for what is checked and what is drawn.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { House, PASSWORD, Person, invite, operatorOf, people, root } from "./staff.mjs";

/** What a route answers that is no page to look at. */
const NOT_PAGES = new Set([
  "/assets/{name}",
  "/{town}", // leads on
  "/{town}/cases/{case}/policy", // leads on
  "/{town}/cases/{case}/files/{hash}",
  "/{town}/ledger/{seq}/proof",
  "/{town}/accounts.csv",
  "/{town}/accounts.xlsx",
  "/{town}/forms.zip",
  "/{town}/office/import/{help}", // an empty staff list, and the words that it takes
  "/{town}/list/{file}", // the notice board, a form on paper
  "/{town}/oidc",
  "/{town}/oidc/callback",
  "/{town}/oidc/again",
]);

const policy = `network = "x"
account_name = "みどりだより（見本）"
url = "https://x.com/mihon_midori"
purpose = "公園と緑の催しを伝えるため"
audience = "市民"
information = "催しの案内"
period = { from = "令和9年4月1日", until = "令和12年3月31日" }
hours = { from_day = "月", to_day = "金", from = "08:30", to = "17:15" }
reply = { stance = "none" }
`;

/** A sample town at work, and everybody who looks at its pages. */
export async function openTown(browser) {
  const house = await House.open([["sample"]]);
  try {
    return await atWork(house, browser);
  } catch (error) {
    await house.close();
    throw error;
  }
}

async function atWork(house, browser) {
  const town = "312011";
  const said = async (...words) => (await house.command("--city", town, ...words)).stdout;
  const opened = async (unit, person) => (await said("case", "open", "opening", "--unit", unit, "--as", person)).match(/\bc\d+\b/)[0];
  const file = join(house.data, "policy.toml");
  await writeFile(file, policy);
  const draft = await opened("0201", "02013");
  const filed = await opened("0201", "02013");
  await said("case", "draft", filed, "--file", file, "--as", "02013");
  await said("case", "do", filed, "file", "--as", "02011");
  await said("impersonator", "note", "--network", "x", "--url", "https://x.com/mihon_nise", "--as", "01023");
  const story = { town };
  const operator = await operatorOf(house, story, { browser });
  const who = { operator, ...(await people(operator, { drafter: ["02013", "none"], head: ["02011", "code"], central: ["01023", "code"], ruler: ["01021", "code"] }, { browser })) };
  await who.ruler.signIn();
  await who.drafter.signIn();
  await who.head.signIn();
  await who.central.signIn();
  who.anybody = await Person.at(house, town, "誰でもない人", { browser });
  who.citizen = await Person.at(house, town, "市民", { browser });
  const neighbour = await openNeighbour(house, who, browser);
  const list = [
    ...(await rooms(who, { spare: (await invite(operator, ["02012"]))["02012"] }, { draft, filed })),
    ...neighbour,
    ...(await publicRooms(house, town)),
    ...(await answers(house, { draft, filed })),
  ];
  return { house, town, who, list, close: async () => {
    for (const person of Object.values(who)) await person.close();
    await house.close();
  } };
}

/** The rooms in which the other sample town differs: it decides before it files, and asks for other things. */
async function openNeighbour(house, who, browser) {
  const town = "402206";
  const { stdout } = await house.command("--city", town, "case", "open", "opening", "--unit", "0301", "--reason", "二つ目の見本", "--as", "03013");
  const draft = stdout.match(/\bc\d+\b/)[0];
  const operator = await operatorOf(house, { town }, { browser });
  const { neighbour } = await people(operator, { neighbour: ["03013", "none"] }, { browser });
  await operator.close();
  await neighbour.signIn();
  who.neighbour = neighbour;
  const parts = ["account", "purpose", "reply", "texts", "review"].map((part) => `cases/${draft}/policy/${part}`);
  const paths = ["tasks", "cases/new?procedure=opening", `cases/${draft}`, `cases/${draft}/steps/draft`, ...parts, "guideline", "guideline/procedures/opening"];
  return paths.map((path) => ({ route: "", person: "neighbour", path }));
}

/** What citizens see. */
async function publicRooms(house, town) {
  const at = `${house.list}/${town}/`;
  const { accounts } = await (await fetch(`${at}accounts.json`)).json();
  const ask = (words) => `verify?url=${encodeURIComponent(words)}`;
  const paths = ["index.html", "by-unit.html", "by-kana.html", "verify.html", `accounts/${accounts[0].account}.html`, "search?q=%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B", ask(""), ask(accounts[0].url), ask("https://x.com/mihon_nise"), ask("https://example.jp/")];
  return paths.map((path) => ({ route: "", person: "citizen", path: at + path }));
}

/** Pages that answer a press: refusals to forms sent as they stand, and what comes of an act. */
async function answers(house, { draft, filed }) {
  const staff = await readFile(join(root, "crates/app/sample/notice-town/staff.csv"), "utf8");
  const newcomer = join(house.data, "newcomer.csv");
  await writeFile(newcomer, staff.replace(",06033,中央図書館主任（見本）,", ",06034,中央図書館主任（別の見本）,"));
  const refusal = (person, path, button) => ({ route: "", person, path, words: "断り", refused: true, does: (one) => one.press(button) });
  const outcome = (person, path, words, does) => ({ route: "", person, path, words, does });
  /** What is sensitive asks first who one is, if a while has passed; what is looked at is the page behind. */
  const proven = (person, path, words, title, does) =>
    outcome(person, path, words, async (one) => {
      await does(one);
      await one.prove();
      assert.match(await one.title(), title);
    });
  return [
    refusal("anybody", "sign-in", "サインイン"),
    refusal("drafter", `cases/${draft}/policy/account`, "保存して次へ"),
    refusal("drafter", `cases/${draft}/policy/hours`, "保存して次へ"),
    refusal("central", `cases/${filed}/steps/receive/return`, "差し戻す"),
    refusal("central", "accounts/new", "台帳に入れる"),
    refusal("central", "impersonators/new", "なりすましとして記録する"),
    refusal("central", "me", "パスワードを変える"),
    refusal("operator", "sign-ins", "招待のリンクを作る"),
    refusal("operator", "office/import", "変わるところを確かめる"),
    outcome("anybody", "sign-in", "二つ目の確認", async (one) => {
      await one.type("name", "shokuin.01023");
      await one.type("password", PASSWORD);
      await one.press("サインイン");
    }),
    outcome("drafter", `cases/${draft}/policy/purpose`, "プレビュー", async (one) => {
      await one.type("purpose", "公園と緑の催しを、季節ごとに伝えるため");
      await one.press("プレビューを更新");
    }),
    outcome("drafter", "cases/new", "あるアカウントの手続", async (one) => {
      await one.type("account", "a17");
      await one.press("このアカウントの手続を見る");
    }),
    outcome("drafter", "cases", "絞り込み", (one) => one.unfold("絞り込む")),
    outcome("drafter", `cases/${draft}`, "条文を開く", (one) => one.unfold("ガイドライン")),
    proven("central", "me", "認証アプリの登録", /認証アプリ/, (one) => one.press("認証アプリを登録する")),
    proven("central", "me", "予備コード", /予備コード/, (one) => one.press("予備コードを作り直す")),
    outcome("central", "me", "見つからない", (one) => one.page.goto(one.path("cases/c99999"))),
    outcome("ruler", "me", "本人の確認", async (one) => {
      await house.letProofsAge(one.town);
      await one.press("予備コードを作り直す");
      assert.equal(await one.title(), "本人の確認");
    }),
    outcome("drafter", `cases/${draft}/policy/purpose`, "続きから送る", async (one) => {
      await one.type("purpose", "公園と緑の催しを、季節ごとに伝えるため");
      await one.context.clearCookies({ name: /^shirube-\d+$/ });
      await one.press("保存して次へ");
      await one.type("name", one.name);
      await one.type("password", PASSWORD);
      await one.press("サインイン");
      assert.equal(await one.title(), "続きから送る");
    }),
    proven("operator", "sign-ins", "招待のリンク", /招待のリンク/, async (one) => {
      await one.type("number", "02021、02022");
      await one.press("招待のリンクを作る");
    }),
    outcome("operator", "office/import", "変わるところ", async (one) => {
      await one.upload("list", newcomer);
      await one.press("変わるところを確かめる");
    }),
  ];
}

/** How a room is called in what is told of it. */
export const nameOf = ({ person, path, words }) =>
  `${person} ${decodeURIComponent(path.replace(/\/join\/.*/, "/join/…").replace(/^http:..[^/]+/, ""))}${words ? `（${words}）` : ""}`;

/** The first address on a page of which the pattern is part. */
async function found(person, page, pattern) {
  await person.open(page);
  const hrefs = await person.page.locator("main a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  const href = hrefs.find((one) => one && pattern.test(one));
  if (!href) throw new Error(`${page} leads nowhere like ${pattern}: ${hrefs.join(" ")}`);
  return href;
}

/** Every page: its route, who opens it, and the addresses; a person that is sent first is typed in by `before`. */
async function rooms(who, links, { draft, filed }) {
  const { central, drafter, operator } = who;
  const routes = await getRoutes();
  const has = (route) => routes.includes(route);
  const list = [];
  const add = (route, person, ...paths) => {
    if (has(route)) for (const path of paths) list.push({ route, person, path });
  };
  add("/", "anybody", "/");
  add("/{town}/sign-in", "anybody", "sign-in");
  add("/{town}/join", "anybody", "join");
  add("/{town}/join/{token}", "anybody", links.spare);
  add("/{town}/tasks", "drafter", "tasks", "tasks?show=unit", "tasks?show=late");
  add("/{town}/tasks", "central", "tasks");
  add("/{town}/cases", "central", "cases");
  add("/{town}/cases/new", "drafter", "cases/new", "cases/new?procedure=opening");
  add("/{town}/cases/{case}", "drafter", `cases/${draft}`, `cases/${filed}`);
  add("/{town}/cases/{case}", "central", `cases/${filed}`);
  add("/{town}/cases/{case}/steps/{step}", "drafter", `cases/${draft}/steps/draft`);
  add("/{town}/cases/{case}/steps/{step}", "central", `cases/${filed}/steps/receive`);
  add("/{town}/cases/{case}/steps/{step}/return", "central", `cases/${filed}/steps/receive/return`);
  add("/{town}/cases/{case}/withdraw", "drafter", `cases/${draft}/withdraw`);
  add("/{town}/cases/{case}/forms/{form}", "central", `cases/${filed}/forms/form1.html`);
  for (const part of ["account", "purpose", "message", "period", "hours", "reply", "further", "texts", "review"]) {
    add("/{town}/cases/{case}/policy/{part}", "drafter", `cases/${draft}/policy/${part}`);
  }
  add("/{town}/cases/{case}/preview/{what}", "drafter", `cases/${filed}/preview/form`, `cases/${filed}/preview/public`);
  add("/{town}/me", "central", "me");
  add("/{town}/notices", "central", "notices");
  add("/{town}/outbox", "operator", "outbox");
  add("/{town}/office/import", "operator", "office/import");
  add("/{town}/sign-ins", "operator", "sign-ins");
  if (has("/{town}/sign-ins/{login}")) add("/{town}/sign-ins/{login}", "operator", await found(operator, "sign-ins", /\/sign-ins\/(?!log$)/));
  add("/{town}/sign-ins/log", "operator", "sign-ins/log");
  add("/{town}/accounts", "central", "accounts");
  if (has("/{town}/accounts/{account}")) {
    const account = (await found(central, "accounts", /\/accounts\/(?!new)[^/?.]+$/)).split("/").pop();
    const listed = (await found(central, "list", /\/accounts\/[^/?.]+$/)).split("/").pop();
    add("/{town}/accounts/{account}", "central", `accounts/${account}`, `accounts/${listed}`);
    add("/{town}/accounts/{account}/profile", "central", `accounts/${listed}/profile`);
    add("/{town}/accounts/{account}/profile", "central", `accounts/${account}/profile`);
    add("/{town}/accounts/{account}/policies", "central", `accounts/${account}/policies`);
    if (has("/{town}/accounts/{account}/policies/{case}")) {
      const one = await found(central, `accounts/${account}/policies`, /\/policies\/[^/?]+/);
      add("/{town}/accounts/{account}/policies/{case}", "central", one);
    }
  }
  add("/{town}/accounts/new", "central", "accounts/new");
  add("/{town}/forms", "central", "forms");
  add("/{town}/impersonators", "central", "impersonators");
  add("/{town}/impersonators/new", "central", "impersonators/new");
  if (has("/{town}/impersonators/{impersonator}/clear")) {
    add("/{town}/impersonators/{impersonator}/clear", "central", await found(central, "impersonators", /\/impersonators\/[^/]+\/clear$/));
  }
  add("/{town}/list", "central", "list");
  add("/{town}/guideline", "drafter", "guideline");
  add("/{town}/guideline/procedures/{procedure}", "drafter", "guideline/procedures/opening");
  add("/{town}/practices", "central", "practices");
  add("/{town}/rulings", "central", "rulings");
  if (has("/{town}/rulings/{ruling}")) add("/{town}/rulings/{ruling}", "central", await aRuling(who.ruler));
  add("/{town}/office", "drafter", "office");
  add("/{town}/office/units/{unit}", "drafter", "office/units/0201");
  add("/{town}/office/people/{person}", "drafter", "office/people/02013");
  add("/{town}/ledger", "central", "ledger");
  add("/{town}/ledger/{seq}", "central", "ledger/5");
  add("/{town}/search", "central", "search?q=%E8%A6%B3%E5%85%89", "search?q=%E3%81%AA%E3%81%84%E3%81%AF%E3%81%9A");
  return list;
}

/** A ruling, made on its page. */
async function aRuling(ruler) {
  await ruler.open("rulings");
  await ruler.type("title", "掲載の順について（見本）");
  await ruler.type("words", "一覧は、所属の順に並べる。");
  await ruler.type("on", new Date().toISOString().slice(0, 10));
  await ruler.press("決定を記録する");
  await ruler.expectNoProblem();
  return found(ruler, "rulings", /\/rulings\/[^/?]+$/);
}

/** The routes of pages, from the one list of routes. */
export async function getRoutes() {
  const text = await readFile(join(root, "crates/staff/src/routes.rs"), "utf8");
  return [...text.matchAll(/^\s*Get\s+"([^"]+)"/gm)].map(([, path]) => path);
}

/** The routes of pages that the list forgets. */
export async function forgotten(list) {
  const known = new Set(list.map(({ route }) => route));
  return (await getRoutes()).filter((route) => !known.has(route) && !NOT_PAGES.has(route));
}
