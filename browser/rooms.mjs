// Every page of the staff, with who looks at it and where: one list for what is checked and what is drawn.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { House, Person, invite, operatorOf, people, root } from "./staff.mjs";

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
  const cases = { draft, filed };
  const list = await rooms(who, { spare: (await invite(operator, ["02012"]))["02012"] }, cases);
  return { house, town, who, cases, list, close: async () => {
    for (const person of Object.values(who)) await person.close();
    await house.close();
  } };
}

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
    add("/{town}/accounts/{account}", "central", `accounts/${account}`);
    add("/{town}/accounts/{account}/profile", "central", `accounts/${account}/profile`);
    add("/{town}/accounts/{account}/policies", "central", `accounts/${account}/policies`);
    if (has("/{town}/accounts/{account}/policies/{case}")) {
      const one = await found(central, `accounts/${account}/policies`, /\/policies\/[^/?]+/);
      add("/{town}/accounts/{account}/policies/{case}", "central", one);
    }
  }
  add("/{town}/accounts/new", "central", "accounts/new");
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
