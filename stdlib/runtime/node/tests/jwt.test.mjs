// Tokens: good ones are let in, and each that is not quite good is refused.

import assert from "node:assert/strict";
import { constants, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after, before, beforeEach } from "node:test";

import { http, lambdaContext, logs, unpack, urlEvent } from "./package.mjs";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ec384 = generateKeyPairSync("ec", { namedCurve: "P-384" });

const issuer = { asked: [], keys: [], configuration: {} };

before(async () => {
  issuer.server = createServer((request, response) => {
    issuer.asked.push(request.url);
    if (issuer.status) return response.writeHead(issuer.status).end();
    const isKeys = request.url === "/keys";
    response.end(JSON.stringify(isKeys ? { keys: issuer.keys } : issuer.configuration));
  }).listen(0, "127.0.0.1");
  await once(issuer.server, "listening");
  issuer.url = `http://127.0.0.1:${issuer.server.address().port}`;
});

after(() => issuer.server.close());

beforeEach(() => {
  issuer.asked = [];
  issuer.status = undefined;
  issuer.keys = [jwk(rsa, "one"), jwk(ec, "curve"), jwk(weak, "weak"), jwk(ec384, "long")];
  issuer.configuration = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
});

function jwk({ publicKey }, kid, more = {}) {
  return { ...publicKey.export({ format: "jwk" }), kid, ...more };
}

function claims(more = {}) {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer.url, aud: "podcast", sub: "ann", iat: now, exp: now + 600, ...more };
}

function encoded(part) {
  return Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
}

const hashes = { RS256: "sha256", RS384: "sha384", RS512: "sha512", PS256: "sha256", ES256: "sha256" };
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

function token(header = {}, payload = claims(), { privateKey } = rsa) {
  const head = typeof header === "string" ? header : { alg: "RS256", kid: "one", typ: "JWT", ...header };
  const signed = `${encoded(head)}.${encoded(payload)}`;
  const options = head.alg === "PS256" ? pss : head.alg?.startsWith("ES") ? { dsaEncoding: "ieee-p1363" } : {};
  const signature = sign(hashes[head.alg] ?? "sha256", Buffer.from(signed), { key: privateKey, ...options });
  return `${signed}.${signature.toString("base64url")}`;
}

/** A package of its own has no keys yet. */
async function guarded() {
  process.env.PORTOLAN_HTTP_ISSUER = issuer.url;
  process.env.PORTOLAN_HTTP_AUDIENCE = "podcast";
  const auth = { kind: "jwt", by: "entry", issuer: "PORTOLAN_HTTP_ISSUER", audiences: ["PORTOLAN_HTTP_AUDIENCE"] };
  const { handle } = await unpack({ triggers: [http(["GET /me"], { auth })] }).load("portolan_entry.mjs");
  globalThis.handler = ({ principal }) => ({ status: 200, body: principal });
  return async (authorization) => {
    const event = urlEvent("GET", "/me", { headers: authorization === undefined ? {} : { authorization } });
    const { result, lines } = await logs(() => handle(event, lambdaContext()));
    return { ...result, line: lines[0] };
  };
}

test("whoever has a good token is the principal", async () => {
  const call = await guarded();
  for (const alg of ["RS256", "RS384", "RS512"]) {
    const { statusCode, body } = await call(`Bearer ${token({ alg })}`);
    assert.equal(statusCode, 200, alg);
    const { kind, subject, claims } = JSON.parse(body);
    assert.deepEqual([kind, subject, claims.aud], ["jwt", "ann", "podcast"]);
  }
  assert.equal((await call(`bearer ${token({ alg: "ES256", kid: "curve" }, claims(), ec)}`)).statusCode, 200);
  assert.equal((await call(`Bearer ${token({}, claims({ aud: ["other", "podcast"] }))}`)).statusCode, 200);
  // a clock that is a little late
  assert.equal((await call(`Bearer ${token({}, claims({ iat: Date.now() / 1000 + 30 }))}`)).statusCode, 200);
  assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/keys"], "the keys are read once");
});

test("every other token is refused, without a word of why to the client", async () => {
  const call = await guarded();
  const now = Math.floor(Date.now() / 1000);
  const good = token();
  const [header, payload, signature] = good.split(".");
  const shared = rsa.publicKey.export({ type: "spki", format: "pem" });
  const hmac = `${encoded({ alg: "HS256", kid: "one" })}.${encoded(claims())}`;
  const hostile = {
    "no token": undefined,
    "another scheme": "Basic YW5uOmI=",
    "an empty token": "Bearer ",
    "no algorithm": `Bearer ${encoded({ alg: "none" })}.${payload}.`,
    "no algorithm, with a signature": `Bearer ${encoded({ alg: "none", kid: "one" })}.${payload}.${signature}`,
    "no algorithm in capitals": `Bearer ${encoded({ alg: "NONE", kid: "one" })}.${payload}.${signature}`,
    "an algorithm from a prototype": `Bearer ${encoded({ alg: "constructor", kid: "one" })}.${payload}.${signature}`,
    "an algorithm in a list": `Bearer ${encoded({ alg: ["RS256"], kid: "one" })}.${payload}.${signature}`,
    "an algorithm that is not allowed": `Bearer ${token({ alg: "PS256" })}`,
    "another type": `Bearer ${token({ typ: "logout+jwt" })}`,
    "the public key as a secret": `Bearer ${hmac}.${createHmac("sha256", shared).update(hmac).digest("base64url")}`,
    "another's key": `Bearer ${token({}, claims(), other)}`,
    "its own key in the header": `Bearer ${token({ jwk: jwk(other, "one") }, claims(), other)}`,
    "its own key behind a link": `Bearer ${token({ jku: `${issuer.url}/mine`, kid: "mine" }, claims(), other)}`,
    "its own certificate": `Bearer ${token({ x5u: `${issuer.url}/mine`, x5c: ["AA"] }, claims(), other)}`,
    "an unknown key": `Bearer ${token({ kid: "two" })}`,
    "a key whose name is no text": `Bearer ${token({ kid: ["one"] })}`,
    "no name of a key among several": `Bearer ${token({ kid: undefined })}`,
    "a key of another kind": `Bearer ${token({ kid: "curve" })}`,
    "a curve that is not meant": `Bearer ${token({ alg: "ES256", kid: "long" }, claims(), ec384)}`,
    "a key that is too short": `Bearer ${token({ kid: "weak" }, claims(), weak)}`,
    "extensions that must be understood": `Bearer ${token({ crit: ["exp"] })}`,
    "the wrong audience": `Bearer ${token({}, claims({ aud: "shop" }))}`,
    "no audience": `Bearer ${token({}, claims({ aud: undefined }))}`,
    "audiences that are no texts": `Bearer ${token({}, claims({ aud: [{}, null] }))}`,
    "a part of the audience": `Bearer ${token({}, claims({ aud: "podcast-staging" }))}`,
    "the wrong issuer": `Bearer ${token({}, claims({ iss: "https://evil.example.com" }))}`,
    "an issuer in a list": `Bearer ${token({}, claims({ iss: [issuer.url] }))}`,
    expired: `Bearer ${token({}, claims({ exp: now - 61 }))}`,
    "no expiry": `Bearer ${token({}, claims({ exp: undefined }))}`,
    "an expiry in words": `Bearer ${token({}, claims({ exp: String(now + 600) }))}`,
    "not yet": `Bearer ${token({}, claims({ nbf: now + 120 }))}`,
    "from the future": `Bearer ${token({}, claims({ iat: now + 120 }))}`,
    "a begin that is no number": `Bearer ${token({}, claims({ nbf: "soon" }))}`,
    truncated: `Bearer ${good.slice(0, -40)}`,
    "two parts": `Bearer ${header}.${payload}`,
    "four parts": `Bearer ${good}.${signature}`,
    "another payload": `Bearer ${header}.${encoded(claims({ sub: "eve" }))}.${signature}`,
    padding: `Bearer ${header}=.${payload}.${signature}`,
    "a key written twice": `Bearer ${token({}, `{"sub":"ann",${JSON.stringify(claims()).slice(1)}`)}`,
    "a key written twice, in escapes": `Bearer ${token({}, `{"s\\u0075b":"eve",${JSON.stringify(claims()).slice(1)}`)}`,
    "an algorithm written twice": `Bearer ${token('{"alg":"RS256","alg":"RS256","kid":"one"}')}`,
    "a list": `Bearer ${token({}, "[]")}`,
    "no JSON": `Bearer ${token({}, "{")}`,
    "a huge one": `Bearer ${token({}, claims({ more: "x".repeat(20_000) }))}`,
    "line breaks": `Bearer ${good}\n`,
  };
  for (const [name, authorization] of Object.entries(hostile)) {
    const { statusCode, body, headers, line } = await call(authorization);
    assert.deepEqual([statusCode, body], [401, "unauthorized"], name);
    assert.match(headers["www-authenticate"], /^Bearer/, name);
    assert.equal(line.outcome, "refused", name);
    assert.ok(!JSON.stringify(line).includes(payload), `${name}: the log shows the token`);
  }
  assert.equal((await call(`Bearer ${good}`)).statusCode, 200, "the good one still is");
  assert.ok(issuer.asked.length <= 10, `the issuer was asked ${issuer.asked.length} times`);
  assert.ok(!issuer.asked.includes("/mine"), "nobody goes where a token points");
});

test("a key that the issuer changes is read again, names that are invented are not", async (context) => {
  const { load } = unpack({});
  const { Keys } = await load("portolan_runtime/jwt.mjs");
  let now = 1_000_000;
  context.mock.method(performance, "now", () => now);
  const keys = new Keys(() => `${issuer.url}/keys`);
  const find = (kid) => keys.find(kid, { kty: "RSA" }, "RS256");
  await find("one");
  issuer.keys = [jwk(other, "two")];
  await Promise.all([find("two"), find("two"), find("two")]);
  assert.equal(issuer.asked.length, 2, "once for all who wait");
  await assert.rejects(find("one"), { status: 401 });
  for (let tried = 0; tried < 20; tried += 1) await assert.rejects(find(`no-${tried}`), { status: 401 });
  assert.equal(issuer.asked.length, 5, "so often and not more");
  now += 301_000;
  await assert.rejects(find("no"), { status: 401 });
  assert.equal(issuer.asked.length, 6, "and later again");
  issuer.status = 500;
  now += 7 * 60 * 60_000;
  await assert.doesNotReject(find("two"), "what was read is good while the issuer is away");
  now += 24 * 60 * 60_000;
  await assert.rejects(find("two"), { status: 503 }, "for a day");
});

test("an issuer that cannot be asked lets nobody in, and is asked again", async (context) => {
  let now = 1_000_000;
  context.mock.method(performance, "now", () => (now += 60_000));
  const call = await guarded();
  issuer.status = 500;
  const { statusCode, body, line } = await call(`Bearer ${token()}`);
  assert.deepEqual([statusCode, body, line.outcome], [503, "unavailable", "refused"]);
  issuer.status = undefined;
  issuer.configuration = { ...issuer.configuration, issuer: "https://evil.example.com" };
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 503, "a configuration of another's");
  issuer.configuration = { issuer: issuer.url, jwks_uri: "http://evil.example.com/keys" };
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 503, "keys without https");
  issuer.configuration = { issuer: issuer.url, jwks_uri: "file:///etc/passwd" };
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 503, "keys in a file");
  issuer.configuration = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
  issuer.keys = "none";
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 503, "keys that are no list");
  issuer.keys = [null, 7, jwk(rsa, "one")];
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 200);
  delete process.env.PORTOLAN_HTTP_AUDIENCE;
  assert.equal((await call(`Bearer ${token()}`)).statusCode, 503, "without an audience nothing is for us");
});
