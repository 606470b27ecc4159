// What all neutral events are made of: the envelope, bytes, times and texts. docs/events.md has the rules.

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";

/** An event of the cloud's that is not what its documents say. Its message names a field and never its content. */
export class Malformed extends Error {
  name = "Malformed";
}

/** The most bytes that the body of a request or an answer may have. */
export const largest = 4 * 1024 * 1024;

/** What every event begins with; the word of the trigger is also the name of a field. */
export function envelope(trigger, id, time) {
  const kind = trigger.trigger;
  return { version: 1, trigger: kind, [kind]: trigger[kind], id, source: trigger.source, time };
}

/** Bytes as the pair that can be written as JSON; the bytes alone decide which. */
export function content(bytes) {
  return isUtf8(bytes)
    ? { body: bytes.toString("utf8"), encoding: "utf-8" }
    : { body: bytes.toString("base64"), encoding: "base64" };
}

/** A moment with three decimals, from milliseconds or from a text in RFC 3339; what is finer is cut off. */
export function instant(value, name) {
  const milliseconds = typeof value === "string" ? parse(value) : value;
  const date = new Date(typeof milliseconds === "number" ? milliseconds : NaN);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new Malformed(`${name} is no time`);
  return date.toISOString();
}

// What has no zone is UTC.
const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-]\d\d):?(\d\d))?$/;

function parse(value) {
  if (/^\d{12,15}$/.test(value)) return Number(value);
  const [, day, clock, fraction = "", hours = "+00", minutes = "00"] = rfc3339.exec(value) ?? [];
  return Date.parse(`${day}T${clock}.${fraction.padEnd(3, "0").slice(0, 3)}${hours}:${minutes}`);
}

/** A field that must be a text. */
export function text(value, name) {
  if (typeof value !== "string") throw new Malformed(`${name} is no text`);
  return value;
}

/** A field that must be a map; an absent one is empty where `name` is not given. */
export function map(value, name) {
  if (value === undefined || value === null) {
    if (name === undefined) return {};
  } else if (typeof value === "object" && !Array.isArray(value)) {
    return value;
  }
  throw new Malformed(`${name ?? "a field"} is no map`);
}

/** A whole number, also where it is written as a text; null for anything else. */
export function count(value) {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The bytes that base64 stands for; Node's own decoder would skip what is none. */
export function unbase64(value, name) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
    throw new Malformed(`${name} is no base64`);
  }
  return Buffer.from(value, "base64");
}

/** JSON that must be well-formed; V8's own message would quote it. */
export function json(value, name) {
  try {
    return JSON.parse(value);
  } catch {
    throw new Malformed(`${name} is no JSON`);
  }
}

/** Percent-decoding that leaves alone what is none. */
export function decode(text) {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

/** A value as JSON; bytes and what is no number have no place in it, although Node would write something. */
export function stringify(value, name) {
  const text = JSON.stringify(value, function (key, written) {
    const isOdd = this[key] instanceof Uint8Array || (typeof written === "number" && !Number.isFinite(written));
    if (isOdd) throw new TypeError(`${name} cannot be written as JSON`);
    return written;
  });
  if (text === undefined) throw new TypeError(`${name} cannot be written as JSON`);
  return text;
}

/** Texts as an attribute: numbers and truth values as JSON writes them, bytes in base64. */
export function attributes(values) {
  return Object.fromEntries(Object.entries(map(values)).map(([name, value]) => [name, attribute(value)]));
}

function attribute(value) {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : JSON.stringify(value ?? null);
}

/** The sha256, in hexadecimal, of texts with a line break after each. */
export function digest(texts) {
  const hash = createHash("sha256");
  for (const one of texts) hash.update(`${one}\n`);
  return hash.digest("hex");
}
