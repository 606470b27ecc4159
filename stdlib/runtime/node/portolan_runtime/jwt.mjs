// JSON Web Tokens: who signed one, and whether it is for us. In doubt a token is refused.

import { constants, createPublicKey, verify as verifySignature } from "node:crypto";

import { Refusal } from "./calls.mjs";

function invalid(message) {
  return new Refusal(401, message, 'Bearer error="invalid_token"');
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants;
const rsa = { kty: "RSA", options: { padding: RSA_PKCS1_PADDING } };
const pss = { kty: "RSA", options: { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST } };
// Whoever adds an algorithm with a shared secret here lets everybody sign who knows the public key.
const algorithms = new Map([
  ["RS256", { ...rsa, hash: "sha256" }],
  ["RS384", { ...rsa, hash: "sha384" }],
  ["RS512", { ...rsa, hash: "sha512" }],
  ["PS256", { ...pss, hash: "sha256" }],
  ["ES256", { kty: "EC", crv: "P-256", hash: "sha256", options: { dsaEncoding: "ieee-p1363" } }],
]);

const longestToken = 16 * 1024;
const largestDocument = 1024 * 1024;
const leeway = 60;
const fresh = 60 * 60 * 1000;
const pause = 60 * 1000;

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
  // The header may carry or point to a key; a key of the token's own proves nothing, so only the issuer's are looked at.
  const key = await keys.find(header.kid, algorithm, header.alg);
  if (!verifySignature(algorithm.hash, signed, { key, ...algorithm.options }, signature)) {
    throw invalid("the token's signature is wrong");
  }
  check(claims, issuer, audiences, now / 1000);
  return claims;
}

/** The claims of a token whose signature the platform has verified and may have taken away. */
export function unverified(token) {
  return split(token, /^[\w-]*$/)[1];
}

function split(token, signatures = /^[\w-]+$/) {
  if (token.length > longestToken) throw invalid("the token is too long");
  const parts = token.split(".");
  const [header, claims, signature] = parts;
  if (parts.length !== 3 || !signatures.test(signature)) throw invalid("the token has not three parts");
  return [decode(header), decode(claims), Buffer.from(`${header}.${claims}`), Buffer.from(signature, "base64url")];
}

function decode(part) {
  if (!/^[\w-]+$/.test(part)) throw invalid("a part of the token is no base64");
  return parse(Buffer.from(part, "base64url").toString("utf8"));
}

/** A JSON map in which no key is written twice: readers do not agree which of the two counts. */
function parse(text) {
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
  if (iss !== issuer) throw invalid("the token is another issuer's");
  if (![aud].flat().some((one) => typeof one === "string" && audiences.includes(one))) {
    throw invalid("the token is for somebody else");
  }
}

/** The keys of an issuer, read when they are needed, kept for an hour, and read again for a key that is not among them. */
export class Keys {
  #locate;
  #keys = [];
  #read = -Infinity;
  #reading;

  /** `locate` answers with the address of the keys. */
  constructor(locate) {
    this.#locate = locate;
  }

  /** The one key of the issuer's that fits. */
  async find(kid, algorithm, alg) {
    if (kid !== undefined && typeof kid !== "string") throw invalid("the token's key has no name");
    if (performance.now() - this.#read > fresh) await this.#refresh();
    let found = this.#fitting(kid, algorithm, alg);
    // Whoever invents names of keys must not make us ask the issuer each time.
    if (found.length === 0 && performance.now() - this.#read > pause) {
      await this.#refresh();
      found = this.#fitting(kid, algorithm, alg);
    }
    if (found.length !== 1) throw invalid("no key of the issuer's fits the token");
    return createPublicKey({ key: found[0], format: "jwk" });
  }

  #fitting(kid, { kty, crv }, alg) {
    return this.#keys.filter(
      (key) =>
        (kid === undefined || key.kid === kid) &&
        key.kty === kty &&
        (crv === undefined || key.crv === crv) &&
        (key.use ?? "sig") === "sig" &&
        (key.key_ops ?? ["verify"]).includes("verify") &&
        (key.alg ?? alg) === alg &&
        (kty !== "RSA" || Buffer.from(String(key.n), "base64url").length >= 256),
    );
  }

  #refresh() {
    this.#reading ??= this.#load().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #load() {
    const last = this.#read;
    this.#read = performance.now();
    try {
      const { keys } = await document(await this.#locate());
      if (!Array.isArray(keys)) throw new Error("the issuer's keys are no list");
      this.#keys = keys.filter((key) => typeof key === "object" && key !== null);
    } catch (error) {
      // Keys that were read before go on to be used; without any the next token asks again.
      if (this.#keys.length === 0) this.#read = last;
      throw new Refusal(503, `the issuer's keys cannot be read: ${error.message}`);
    }
  }
}

/** Where an issuer's keys are, by OpenID Connect Discovery 1.0. */
export async function discover(issuer) {
  const found = await document(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (found.issuer !== issuer) throw new Error("the issuer calls itself otherwise");
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
