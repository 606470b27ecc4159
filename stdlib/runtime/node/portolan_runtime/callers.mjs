// Who calls: tokens that the entry verifies itself, and those that its platform has verified.

import { Refusal } from "./calls.mjs";
import { environment } from "./settings.mjs";

const issuers = new Map();

/** The principal of a request whose token the entry verifies. */
export async function verified(auth, authorization) {
  const { bearer, discover, Keys, verify } = await import("./jwt.mjs");
  const token = bearer(authorization);
  const [issuer, ...audiences] = [auth.issuer, ...auth.audiences].map(expected);
  if (!issuers.has(issuer)) issuers.set(issuer, new Keys(() => discover(issuer)));
  return person(await verify(token, { issuer, audiences, keys: issuers.get(issuer) }));
}

function expected(name) {
  try {
    return environment(name);
  } catch (error) {
    throw new Refusal(503, error.message);
  }
}

/** The principal that a token's claims speak of; the platform has verified them, or the entry. */
export function person(claims) {
  if (typeof claims !== "object" || claims === null) throw new Refusal(401, "the platform does not say who calls");
  return { kind: "jwt", subject: typeof claims.sub === "string" ? claims.sub : null, claims };
}

/** A principal of the cloud's own. */
export function account(subject) {
  if (typeof subject !== "string" || subject === "") throw new Refusal(401, "the platform does not say who calls");
  return { kind: "iam", subject, claims: {} };
}
