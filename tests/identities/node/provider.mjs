// A certified OpenID provider on a free port of this machine: node provider.mjs REDIRECT_URI CLIENT_ID CLIENT_SECRET
// Says its issuer on the first line. Each line on standard input replaces its signing key; the end of it ends it.
// Whoever signs in as `x@y` has that email, verified; as `unverified:x@y` has it too, and nobody verified it.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";

const [redirectUri, clientId, clientSecret] = process.argv.slice(2);
const cookieKey = randomUUID();
let handle;

function account(_context, id) {
  const email = id.replace(/^unverified:/, "");
  const claims = () => ({ sub: id, email, email_verified: email === id, name: email.split("@")[0] });
  return { accountId: id, claims };
}

function start(issuer) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: [cookieKey] },
    findAccount: account,
    pkce: { required: () => true },
  });
  handle = provider.callback();
}

const server = createServer((request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  start(issuer);
  console.log(issuer);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", () => {
    start(issuer);
    console.log("replaced");
  });
  lines.on("close", () => process.exit(0));
});
