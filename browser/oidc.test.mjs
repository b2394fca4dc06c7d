// The city's own sign-in in a real browser, with a real provider: linked, used to come in, used to prove again who one is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, nothingWrong } from "./look.mjs";
import { House, openBrowser, operatorOf } from "./staff.mjs";

const town = "312011";
let browser;
let house;
let operator;
before(async () => {
  // The certificate is the test's own.
  browser = await openBrowser("--ignore-certificate-errors");
  house = await House.open([["init", "--guideline", "guidelines/tottori", "--from", "令和8年4月1日"]], { sealed: town, provided: true });
  operator = await operatorOf(house, { town }, { browser, ignoreHTTPSErrors: true });
}, { timeout: 120_000 });
after(async () => {
  await operator?.close();
  await house?.close();
  await browser?.close();
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
  assert.match(operator.page.url(), /office\/import$/, await operator.read());

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
