// The two openings as people carry them out: who they are, what they press and what they type.

import assert from "node:assert/strict";

/** By notice, number and listing. */
export const notice = {
  town: "312011",
  guideline: "guidelines/tottori",
  staff: "crates/app/sample/notice-town/staff.csv",
  url: "https://x.com/mihon_tayori",
  name: "観光だより（見本）",
  official: "公式アカウントです",
  people: { drafter: ["02013", "none"], head: ["02011", "code"], central: ["01023", "code"] },
};

/** By decision, acquisition, notice and listing. */
export const decision = {
  town: "402206",
  guideline: "guidelines/munakata",
  staff: "crates/app/sample/decision-town/staff.csv",
  url: "https://x.com/mihon_shoko",
  name: "商工だより（見本）",
  people: { drafter: ["03013", "none"], head: ["03011", "code"], decider: ["031", "code"], central: ["01011", "code"] },
};

const year = new Date().getFullYear();

const cases = (person) => person.page.url().match(/\/cases\/(c\d+)/)[1];

/** The task of this step on the first page of the day. */
async function take(person, step) {
  await person.follow("やること", person.page.getByRole("navigation", { name: "部屋" }));
  await person.follow(new RegExp(`^${step}（`));
}

async function begin(person, procedure) {
  await person.follow("案件を始める");
  await person.follow(procedure);
  await person.press(`「${procedure}」を始める`);
}

/** Writes the parts of a policy in their order; each part is a list of what is typed, chosen and picked. */
async function write(person, parts) {
  for (const [part, asked] of Object.entries(parts)) {
    assert.match(person.page.url(), new RegExp(`/policy/${part}$`), await person.title());
    for (const [how, name, value] of asked) await person[how](name, value);
    await person.press("保存して次へ");
    await person.expectNoProblem();
  }
}

async function submit(person) {
  assert.match(person.page.url(), /\/policy\/review$/);
  await person.press("起案する");
  await person.expectNoProblem();
  assert.match(await person.read(), /記録しました/);
}

async function does(person, step) {
  await person.press(`「${step}」を行う`);
  await person.expectNoProblem();
  assert.match(await person.read(), /記録しました/);
}

/** Citizens see it: the list, the account's page, the answer to whether it is official. */
async function isOfficial(house, story, browser) {
  const answer = await house.verdict(story.town, story.url, "official");
  assert.equal(answer.verdict, "official", JSON.stringify(answer));
  const citizen = await browser.newContext({ locale: "ja-JP", javaScriptEnabled: false });
  const page = await citizen.newPage();
  await page.goto(`${house.list}/${story.town}/`);
  await page.getByRole("link", { name: story.name }).first().click();
  await page.waitForURL(/accounts\//);
  assert.ok(await page.getByText("公式アカウントです", { exact: true }).isVisible());
  assert.ok((await page.locator("main").innerText()).includes(story.url), story.url);
  await citizen.close();
}

const isNotOfficial = async (house, story) => {
  const answer = await house.verdict(story.town, story.url, "not_registered");
  assert.notEqual(answer.verdict, "official", JSON.stringify(answer));
};

/** What a division's officer fills in on the shortest way. */
const policyByNotice = (story) => ({
  account: [["type", "account_name", story.name], ["type", "url", story.url]],
  purpose: [["type", "purpose", "観光の見どころと催しを伝えるため"]],
  message: [["type", "audience", "観光に関心のある方"], ["type", "information", "催し、季節の風景"]],
  period: [["type", "period_from", `${year + 1}-04-01`], ["type", "period_until", `${year + 2}-03-31`]],
  hours: [["pick", "hours_from_day", "月"], ["pick", "hours_to_day", "金"], ["type", "hours_from", "08:30"], ["type", "hours_to", "17:15"]],
  reply: [["choose", "reply", "none"]],
  further: [],
  texts: [],
});

export async function openingByNotice(house, story, who, browser) {
  const { drafter, head, central } = who;
  const numbers = {};
  await drafter.signIn();
  await begin(drafter, "開設");
  await drafter.follow("「利用方針の作成」へ進む");
  await drafter.follow("利用方針を書く");
  await write(drafter, policyByNotice(story));
  await submit(drafter);
  const id = cases(drafter);
  numbers.drafter = { ...drafter.count };
  numbers.typed = [...drafter.typed];

  await head.signIn();
  await take(head, "広報室への届出");
  await does(head, "広報室への届出");
  numbers.head = { ...head.count };
  await isNotOfficial(house, story);

  // The central office sends it back, with a reason beside the item.
  await central.signIn();
  await take(central, "受付");
  const reason = "だれに何を伝えるためかを、もう少しくわしく書いてください。";
  await central.follow("差し戻す");
  await central.type("r-purpose", reason);
  await central.press("差し戻す");
  await central.expectNoProblem();

  await drafter.open(`cases/${id}`);
  assert.ok((await drafter.read()).includes(reason), "the reason stands on the case's page");
  await drafter.follow("「利用方針の作成」からやり直す");
  await drafter.follow("利用方針を書く");
  await drafter.follow(/目的/, drafter.page.getByRole("navigation", { name: "書き進める順" }));
  assert.ok((await drafter.read()).includes(reason), "and beside the item");
  await drafter.type("purpose", "市を訪れる方に、季節ごとの見どころと催しを伝えるため");
  await drafter.press("保存して次へ");
  await drafter.follow(/確か|確認/, drafter.page.getByRole("navigation", { name: "書き進める順" }));
  await submit(drafter);

  await head.open("tasks");
  await take(head, "広報室への届出");
  await does(head, "広報室への届出");

  central.startCounting();
  await central.open("notices");
  await central.follow(new RegExp(`案件を開く\\s*（${id}）`));
  await central.follow("「受付（広報室管理№を付ける）」へ進む");
  await does(central, "受付（広報室管理№を付ける）");
  numbers.central = { ...central.count };
  assert.match(await central.read(), /番号は「0001」です。/);
  await isNotOfficial(house, story);
  await central.follow("「公式ＳＮＳアカウント一覧への掲載」へ進む");
  await does(central, "公式ＳＮＳアカウント一覧への掲載");
  await isOfficial(house, story, browser);
  return numbers;
}

const policyByDecision = (story) => ({
  account: [["pick", "network", "x"], ["type", "account_name", story.name]],
  purpose: [["type", "purpose", "商店街の催しと支援の案内を伝えるため"]],
  reply: [["choose", "reply", "none"], ["type", "reply_text", "個別の返信は行いません。"], ["type", "reply_contact", "代表電話（見本）"]],
  texts: [],
});

export async function openingByDecision(house, story, who, browser) {
  const { drafter, head, decider, central } = who;
  const numbers = {};
  await drafter.signIn();
  await begin(drafter, "開始手続");
  await drafter.follow("「運用ポリシーの作成」へ進む");
  await drafter.follow("運用ポリシーを書く");
  await write(drafter, policyByDecision(story));
  await submit(drafter);
  const id = cases(drafter);
  numbers.drafter = { ...drafter.count };
  numbers.typed = [...drafter.typed];

  await decider.signIn();
  await take(decider, "所属部長の決裁");
  const reason = "対象とする商店街を書いてください。";
  await decider.follow("差し戻す");
  await decider.type("r-purpose", reason);
  await decider.press("差し戻す");
  await decider.expectNoProblem();

  await drafter.open(`cases/${id}`);
  assert.ok((await drafter.read()).includes(reason));
  await drafter.open(`cases/${id}/policy/purpose`);
  assert.ok((await drafter.read()).includes(reason));
  await drafter.type("purpose", "市内の商店街の催しと支援の案内を伝えるため");
  await drafter.press("保存して次へ");
  await drafter.open(`cases/${id}/policy/review`);
  await submit(drafter);

  await take(decider, "所属部長の決裁");
  await does(decider, "所属部長の決裁");

  await take(drafter, "アカウントの取得");
  await drafter.type("e-url", story.url);
  await does(drafter, "アカウントの取得");

  await head.signIn();
  await take(head, "ソーシャルメディア運用開始届の提出");
  await does(head, "ソーシャルメディア運用開始届の提出");
  numbers.head = { ...head.count };
  await isNotOfficial(house, story);

  await central.signIn();
  central.startCounting();
  await central.open("notices");
  await central.follow(new RegExp(`案件を開く\\s*（${id}）`));
  await central.follow("「市ホームページへの掲載」へ進む");
  await does(central, "市ホームページへの掲載");
  numbers.central = { ...central.count };
  await isOfficial(house, story, browser);
  return numbers;
}
