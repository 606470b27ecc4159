// JSON Web Tokens: who signed one, and whether it is for us. In doubt a token is refused.

import { createPublicKey, verify as verifySignature } from "node:crypto";

import { Refusal } from "./calls.mjs";

// Whoever adds an algorithm with a shared secret here lets everybody sign who knows the public key.
const algorithms = new Map([
  ["RS256", { kty: "RSA", hash: "sha256" }],
  ["RS384", { kty: "RSA", hash: "sha384" }],
  ["RS512", { kty: "RSA", hash: "sha512" }],
  ["ES256", { kty: "EC", crv: "P-256", hash: "sha256" }],
]);

const longestToken = 16 * 1024;
const largestDocument = 1024 * 1024;
const leeway = 60;
const types = ["jwt", "at+jwt", "application/jwt", "application/at+jwt"];
const hour = 60 * 60 * 1000;
const [fresh, kept] = [6 * hour, 24 * hour];
// So often in so many milliseconds is an issuer asked at most.
const [often, within] = [5, 300 * 1000];

function invalid(message) {
  return new Refusal(401, message, 'Bearer error="invalid_token"');
}

/** The token of an `authorization` header. */
export function bearer(header) {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header ?? "") ?? [];
  if (token === undefined) throw new Refusal(401, "there is no bearer token");
  return token;
}

/** The claims of a token that the issuer signed for one of the audiences and that holds now. */
export async function verify(token, { issuer, audiences, keys }, now = Date.now()) {
  const [header, claims, signed, signature] = split(token);
  const algorithm = algorithms.get(header.alg);
  if (algorithm === undefined) throw invalid("the token's algorithm is not allowed");
  if (header.crit !== undefined) throw invalid("the token has extensions that must be understood");
  if (!types.includes(String(header.typ ?? "jwt").toLowerCase())) throw invalid("the token is of another type");
  // The header may carry or point to a key; a key of the token's own proves nothing, so only the issuer's are looked at.
  const key = await keys.find(header.kid, algorithm, header.alg);
  if (!isSigned(algorithm, key, signed, decode(signature))) throw invalid("the token's signature is wrong");
  check(claims, issuer, audiences, now / 1000);
  return claims;
}

function isSigned({ hash }, key, signed, signature) {
  try {
    const publicKey = createPublicKey({ key, format: "jwk" });
    return verifySignature(hash, signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    // a key of the issuer's that is none
    return false;
  }
}

/** The claims of a token whose signature the platform has verified and may have taken away. */
export function unverified(token) {
  return split(token)[1];
}

function split(token) {
  if (token.length > longestToken) throw invalid("the token is too long");
  const parts = token.split(".");
  if (parts.length !== 3) throw invalid("the token has not three parts");
  const [header, claims, signature] = parts;
  return [parse(decode(header)), parse(decode(claims)), Buffer.from(`${header}.${claims}`), signature];
}

/** Bytes in base64url without padding, in the one way to write them. */
function decode(part) {
  const bytes = Buffer.from(part, "base64url");
  if (bytes.toString("base64url") !== part) throw invalid("a part of the token is no base64");
  return bytes;
}

/** A JSON map in which no key is written twice: readers do not agree which of the two counts. */
function parse(bytes) {
  const text = bytes.toString("utf8");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("a part of the token is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("a part of the token is no map");
  }
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gs)].filter(([, colon]) => colon !== undefined).length;
  if (written !== keysOf(value)) throw invalid("a part of the token has a key twice");
  return value;
}

function keysOf(value) {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum, one) => sum + keysOf(one), own);
}

function check(claims, issuer, audiences, now) {
  const { exp, nbf, iat, iss, aud } = claims;
  if (!Number.isFinite(exp) || exp + leeway <= now) throw invalid("the token has expired");
  for (const begin of [nbf, iat]) {
    const isPast = begin === undefined || (Number.isFinite(begin) && begin - leeway <= now);
    if (!isPast) throw invalid("the token does not hold yet");
  }
  if (typeof iss !== "string" || unslashed(iss) !== unslashed(issuer)) throw invalid("the token is another issuer's");
  if (![aud].flat().some((one) => typeof one === "string" && audiences.includes(one))) {
    throw invalid("the token is for somebody else");
  }
}

/** The keys of an issuer, read when they are needed, kept for an hour, and read again for a key that is not among them. */
export class Keys {
  #locate;
  #keys = [];
  #fetched = -Infinity;
  #tried = [];
  #reading;
  #problem;

  /** `locate` answers with the address of the keys. */
  constructor(locate) {
    this.#locate = locate;
  }

  /** The one key of the issuer's that fits. */
  async find(kid, algorithm, alg) {
    if (kid !== undefined && typeof kid !== "string") throw invalid("the token's key has no name");
    if (since(this.#fetched) > fresh || this.#fitting(kid, algorithm, alg).length === 0) await this.#refresh();
    // While the issuer is away, what it said last is good for a day.
    if (since(this.#fetched) > kept) throw new Refusal(503, `the issuer's keys cannot be read: ${this.#problem}`);
    const found = this.#fitting(kid, algorithm, alg);
    if (found.length !== 1) throw invalid("no key of the issuer's fits the token");
    return found[0];
  }

  #fitting(kid, { kty, crv }, alg) {
    return this.#keys.filter(
      (key) =>
        (kid === undefined ? this.#keys.length === 1 : key.kid === kid) &&
        key.kty === kty &&
        (crv === undefined || key.crv === crv) &&
        (key.use ?? "sig") === "sig" &&
        (key.key_ops ?? ["verify"]).includes("verify") &&
        (key.alg ?? alg) === alg &&
        (kty !== "RSA" || isLong(key)),
    );
  }

  // Whoever invents names of keys must not make us ask the issuer each time.
  async #refresh() {
    this.#tried = this.#tried.filter((moment) => since(moment) < within);
    if (this.#reading === undefined && this.#tried.length >= often) return;
    this.#reading ??= this.#load().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #load() {
    this.#tried.push(performance.now());
    try {
      const { keys } = await document(await this.#locate());
      if (!Array.isArray(keys)) throw new Error("the issuer's keys are no list");
      this.#keys = keys.filter((key) => typeof key === "object" && key !== null);
      this.#fetched = performance.now();
    } catch (error) {
      this.#problem = error.message;
    }
  }
}

// From 2048 to 8192 bits.
function isLong({ n }) {
  const { length } = Buffer.from(String(n), "base64url");
  return length >= 256 && length <= 1024;
}

function since(moment) {
  return performance.now() - moment;
}

// Issuers do not agree whether they end with a slash.
function unslashed(issuer) {
  return issuer.replace(/\/+$/, "");
}

/** Where an issuer's keys are, by OpenID Connect Discovery 1.0. */
export async function discover(issuer) {
  const found = await document(`${unslashed(issuer)}/.well-known/openid-configuration`);
  if (typeof found.issuer !== "string" || unslashed(found.issuer) !== unslashed(issuer))
    throw new Error("the issuer calls itself otherwise");
  return found.jwks_uri;
}

async function document(address) {
  const url = new URL(address);
  const isLocal = ["127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !isLocal) throw new Error("an issuer is asked over https only");
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > largestDocument) throw new Error("the issuer's answer is too large");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** Tokens of Google's own accounts. */
export const google = {
  issuer: "https://accounts.google.com",
  keys: new Keys(() => "https://www.googleapis.com/oauth2/v3/certs"),
};
