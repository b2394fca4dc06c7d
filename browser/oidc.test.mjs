// The city's own sign-in in a real browser, with a real provider: an invitation is taken up by it, a login is linked to it,
// and it is used to come in and to prove again who one is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, nothingWrong } from "./look.mjs";
import { House, PASSWORD, Person, invite, openBrowser, operatorOf } from "./staff.mjs";
import { notice } from "./stories.mjs";

const { town, staff } = notice;
const options = () => ({ browser, ignoreHTTPSErrors: true });
let browser;
let house;
let operator;
before(async () => {
  // The certificate is the test's own.
  browser = await openBrowser("--ignore-certificate-errors");
  house = await House.open([["init", "--guideline", notice.guideline, "--from", "令和8年4月1日"]], { sealed: town, provided: true });
  operator = await operatorOf(house, { town, staff }, options());
}, { timeout: 120_000 });
after(async () => {
  await operator?.close();
  await house?.close();
  await browser?.close();
});

test("whoever is invited comes in by it without a password, and may set one later", { timeout: 300_000 }, async () => {
  const wrong = nothingWrong();
  const link = (await invite(operator, ["01023"]))["01023"];
  const officer = await Person.at(house, town, "kouhou.shunin", options());
  const goes = (one) => one.press("庁内の共通サインインで入る");
  const sets = (one) => one.press("パスワードを設定する");
  await look(officer, "招待", { path: link }, wrong);
  await look(officer, "招待から共通サインインへ", { path: link, does: goes }, wrong);
  await officer.open(link);
  await goes(officer);
  await officer.follow("共通サインインへ進む");
  assert.match(officer.page.url(), /\/tasks$/, await officer.read());

  await look(officer, "自分の設定（パスワードなし）", { path: "me" }, wrong);
  await look(officer, "パスワードの設定", { path: "me", does: sets }, wrong);
  await officer.open("me");
  await sets(officer);
  await officer.type("name", officer.name);
  await officer.type("password", PASSWORD);
  await officer.type("again", PASSWORD);
  await sets(officer);
  await officer.expectNoProblem();
  await officer.signOut();
  await officer.signIn();
  await officer.open("me");
  await officer.press("結び付きを外す");
  await officer.prove();
  assert.match(await officer.read(), /結び付けると/);
  officer.expectNothingWrong();
  await officer.close();
  assert.deepEqual(wrong, nothingWrong());
});

test("a login is linked to the city's own sign-in, comes in by it, and proves by it", { timeout: 300_000 }, async () => {
  const wrong = nothingWrong();
  const links = (one) => one.press("共通サインインと結び付ける");
  await look(operator, "共通サインインとの結び付け", { path: "me", does: links }, wrong);
  await operator.open("me");
  await links(operator);
  await operator.follow("共通サインインへ進む");
  assert.match(await operator.read(), /結び付いています：\s*https:/);

  await operator.signOut();
  await look(operator, "サインイン", { path: "sign-in" }, wrong);
  await operator.open("sign-in");
  await operator.follow(/共通サインイン/);
  assert.match(operator.page.url(), /\/sign-ins$/, await operator.read());

  await house.letProofsAge(town);
  await operator.open("me");
  await operator.press("予備コードを作り直す");
  assert.equal(await operator.title(), "本人の確認");
  const opens = operator.context.waitForEvent("page");
  await operator.page.getByRole("link", { name: "別の画面で確かめて" }).click();
  const beside = await opens;
  await beside.getByText("この画面を閉じ").waitFor();
  await beside.close();
  await operator.press("確かめて続ける");
  assert.match(await operator.read(), /予備コード/);
  await operator.expectNoProblem();

  await look(operator, "本人の確認が済んだ", { path: "oidc/again", does: async () => {} }, wrong);
  assert.deepEqual(wrong, nothingWrong());
});
