// A real OpenID Connect provider on this machine, for tests. Whoever the `login_hint` names is signed in at once, and
// OIDC_ACCOUNT where there is no hint; the hint `deny` says no. It sends people back to OIDC_RETURN_TO, prints its issuer
// when it is ready, and ends when its standard input does. OIDC_NOW (ms) is where its clock stands, for towns of another day.
//
//   node browser/oidc_provider.mjs [KEY.pem CERT.pem]

import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import Provider from "oidc-provider";

const RETURN_TO = process.env.OIDC_RETURN_TO ?? "http://127.0.0.1:8080/return";

if (process.env.OIDC_NOW) {
  const now = Number(process.env.OIDC_NOW);
  Date.now = () => now;
}

const [keyFile, certFile] = process.argv.slice(2);
const answer = (request, response) => handle(request, response);
const server = keyFile
  ? https.createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, answer)
  : http.createServer(answer);
let handle = (_, response) => response.writeHead(503).end();

const jwk = (kind, options, kid, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }),
  kid,
  alg,
  use: "sig",
});

const client = (id, more) => ({
  client_id: id,
  client_secret: `secret of ${id}: 100% +&=`,
  redirect_uris: [RETURN_TO],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  ...more,
});

function provider(issuer) {
  return new Provider(issuer, {
    clients: [
      client("rs256"),
      client("es256", { id_token_signed_response_alg: "ES256", token_endpoint_auth_method: "client_secret_post" }),
      client("other"),
    ],
    jwks: {
      keys: [jwk("rsa", { modulusLength: 2048 }, "r1", "RS256"), jwk("ec", { namedCurve: "P-256" }, "e1", "ES256")],
    },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false } },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
    clientAuthMethods: process.env.OIDC_POST_ONLY ? ["client_secret_post"] : ["client_secret_basic", "client_secret_post"],
    pkce: { required: () => true },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Nobody is asked for consent: the city runs both sides.
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
    async findAccount(_, id) {
      // An address that is somebody else's and was never confirmed: it must mean nothing.
      return { accountId: id, claims: async () => ({ sub: id, email: "mayor@example.jp", email_verified: false }) };
    },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "email", "email_verified"] },
  });
}

server.listen(0, "127.0.0.1", () => {
  const issuer = `${keyFile ? "https" : "http"}://127.0.0.1:${server.address().port}`;
  const real = provider(issuer);
  const callback = real.callback();
  handle = async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return callback(request, response);
    const { params } = await real.interactionDetails(request, response);
    const said = params.login_hint ?? process.env.OIDC_ACCOUNT;
    const result = said === "deny" ? { error: "access_denied" } : { login: { accountId: said } };
    await real.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  };
  console.log(issuer);
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
