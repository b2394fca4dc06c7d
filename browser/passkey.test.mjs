// A passkey in a real browser with a virtual authenticator: made, used to sign in, used as the second proof, taken away.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { House, PASSWORD, openBrowser, operatorOf } from "./staff.mjs";

const town = "312011";
let browser;
let house;
let operator;
before(async () => {
  // The certificate is the test's own.
  browser = await openBrowser("--ignore-certificate-errors");
  house = await House.open([["init", "--guideline", "guidelines/tottori", "--from", "令和8年4月1日"]], { sealed: town });
  operator = await operatorOf(house, { town }, { browser });
}, { timeout: 120_000 });
after(async () => {
  await operator?.close();
  await house?.close();
  await browser?.close();
});

/** An authenticator that lies in the machine and knows its owner. */
async function authenticator() {
  const devtools = await operator.context.newCDPSession(operator.page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  return async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
}

test("a passkey is made, signs its owner in, and is taken away", { timeout: 120_000 }, async () => {
  const credentials = await authenticator();
  await operator.open("me");
  await operator.type("name", "窓口の端末");
  await operator.press("パスキーを登録する").catch(async (error) => assert.fail(`${error.message} ${await operator.read()} ${operator.wrong}`));
  await operator.prove();
  assert.match(await operator.read(), /窓口の端末/);
  assert.equal((await credentials()).length, 1);

  await operator.signOut();
  await operator.open("sign-in");
  await operator.press("パスキーでサインイン");
  assert.match(operator.page.url(), /office\/import$/, await operator.read());

  // After the password it stands in for the code.
  await operator.signOut();
  await operator.open("sign-in");
  await operator.type("name", operator.name);
  await operator.type("password", PASSWORD);
  await operator.press("サインイン");
  await operator.press("パスキーで確認");
  assert.match(operator.page.url(), /office\/import$/, await operator.read());

  await operator.open("me");
  await operator.press(/^消す/);
  await operator.prove();
  assert.ok(!(await operator.read()).includes("窓口の端末"), "it is gone");
  operator.expectNothingWrong();
});
