// A real OpenID Connect provider (npm's oidc-provider, certified by the OpenID Foundation) with a few people, for
// tests/suite/web/provider.rs. Its own pages ask who somebody is; any password will do.
//
//     node provider.mjs MODULES    prints its address, and runs until its standard input is closed

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const installed = createRequire(`${process.argv[2]}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(installed));

const PEOPLE = {
  "of-amna": { email: "Amna@ministry.example", email_verified: true },
  "of-badr": { email: "badr@ministry.example", email_verified: false },
  "of-nobody": { email: "nobody@ministry.example", email_verified: true },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "majlis", client_secret: "a secret", redirect_uris: ["https://majlis.example/sign-in/provider/back"] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["a key of the tests"] },
    findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit()).resume();
