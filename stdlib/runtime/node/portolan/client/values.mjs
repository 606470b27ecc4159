// What items and messages may hold: what every cloud gives back as it went in.
//
// An item is what JSON can say, with the limits of all clouds together, so that code that runs on one runs on all of them:
// whole numbers below 2**53, valid Unicode, and no list in a list.

import { randomUUID } from "node:crypto";
import { NotDeclared } from "./errors.mjs";
import { utc } from "./messages.mjs";

// DynamoDB keeps no smaller numbers (developer guide, Supported data types); of large ones, doubles are all whole.
const SMALLEST = 1e-130;
const WHOLE = Number.MAX_SAFE_INTEGER;
// Firestore, Quotas and limits: the depth of fields in a map.
const DEEPEST = 20;
// Firestore, Constraints on fields.
const RESERVED = /^__[^]*__$/;
// EventBridge API reference, PutEvents: letters of a type, bytes of a whole entry; and what begins the sources of AWS's own.
const LONGEST_TYPE = 128;
const LONGEST_EVENT = 256 * 1024;
const TAKEN = "aws.";
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

const seen = new WeakMap();

/** An item as it was read, remembered for `write(…, { unchanged: item })`. */
export function remembered(values, version) {
  seen.set(values, version);
  return values;
}

/** What is remembered of an item. */
export function versionOf(item) {
  if (item === undefined || item === null) return undefined;
  if (!seen.has(item)) {
    throw new TypeError("`unchanged` is an item as `read`, `query` or `scan` gave it, not a copy of it");
  }
  return seen.get(item);
}

/** How a table is keyed: the partition key and perhaps the sort key, of the table and of its indexes. */
export class Keys {
  constructor(place) {
    const { key, indexes = {}, ttl } = JSON.parse(place.told("KEYS"));
    if (key === undefined) {
      throw new NotDeclared(`the spec does not say how the table \`${place.name}\` is keyed: give it a \`key\``);
    }
    Object.assign(this, { table: place.name, key, indexes, ttl });
  }

  /** The names of the table's own key. */
  get names() {
    return Object.keys(this.key);
  }

  /** The names of the partition key and the sort key, of the table or of an index. */
  pair(index) {
    return Object.keys(this.named(index));
  }

  named(index) {
    if (index === undefined || index === null) return this.key;
    if (Object.hasOwn(this.indexes, index)) return this.indexes[index];
    const known = Object.keys(this.indexes).map((name) => `\`${name}\``);
    throw new NotDeclared(`the table \`${this.table}\` has no index \`${index}\`; it has ${known.join(", ") || "none"}`);
  }

  /** The name of the sort key, where there has to be one. */
  sort(index) {
    const [, sort] = this.pair(index);
    if (sort !== undefined) return sort;
    throw new RangeError(`${index ? "the index" : "the table"} \`${index ?? this.table}\` has no sort key to range over`);
  }

  /** A value for the partition key. */
  hash(index, value) {
    const [name] = this.pair(index);
    return this.part(name, this.named(index)[name], value);
  }

  /** The values that a range names, as the sort key has them. */
  withinRange(index, range) {
    if (range.values().length === 0) return [];
    const sort = this.sort(index);
    const kind = this.named(index)[sort];
    if (range.prefix !== undefined && kind !== "string") {
      throw new RangeError(`\`${sort}\` is a ${kind}, and only texts have a \`prefix\``);
    }
    return range.values().map((value) => this.part(sort, kind, value));
  }

  /** A whole key, in the order of the spec. */
  exactly(key) {
    const given = key !== null && typeof key === "object" ? Object.keys(key).sort() : [];
    if (JSON.stringify(given) !== JSON.stringify(this.names.sort())) {
      const parts = Object.entries(this.key).map(([name, kind]) => `${name}: a ${kind}`);
      throw new RangeError(`a key of the table \`${this.table}\` is { ${parts.join(", ")} }`);
    }
    return this.within(key);
  }

  /** The key of an item. */
  within(item) {
    const parts = Object.entries(this.key).map(([name, kind]) => [name, this.part(name, kind, item[name])]);
    return Object.fromEntries(parts);
  }

  part(name, kind, value) {
    const right = kind === "string" ? typeof value === "string" && value !== "" : typeof value === "number";
    if (right) return checked(value, name);
    const wanted = kind === "string" ? "a text that is not empty" : "a number";
    throw new RangeError(`\`${name}\` of the table \`${this.table}\` is ${wanted}, not ${JSON.stringify(value)}`);
  }
}

/** A copy of an item that every cloud can keep; its keys come first. */
export function checkedItem(item, keys) {
  if (!isMap(item)) throw new TypeError("an item is an object");
  return { ...keys.within(item), ...checked(item, "") };
}

/** A value as every cloud gives it back. */
function checked(value, at, depth = 0, inList = false) {
  if (depth > DEEPEST) throw new RangeError(`${at} is nested more than ${DEEPEST} deep`);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return number(value, at);
  if (typeof value === "string") return text(value, at);
  if (Array.isArray(value)) {
    if (inList) throw new RangeError(`${at} is a list in a list: Firestore keeps none, so put a map between them`);
    return value.map((one, place) => checked(one, `${at}[${place}]`, depth + 1, true));
  }
  if (!isMap(value)) throw new TypeError(`${at} is ${kindOf(value)}: an item holds what JSON can say`);
  // What is undefined is absent, as in JSON.
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const path = (name) => (at === "" ? name : `${at}.${name}`);
  return Object.fromEntries(entries.map(([name, one]) => [attribute(name, at), checked(one, path(name), depth + 1)]));
}

function isMap(value) {
  const prototype = value !== null && typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value) {
  return value?.constructor?.name ?? typeof value;
}

function attribute(name, at) {
  if (name !== "" && !RESERVED.test(name)) return text(name, at);
  const where = at || "the item";
  throw new RangeError(`${JSON.stringify(name)} in ${where} is no name: it is empty, or begins and ends with \`__\``);
}

function text(value, at) {
  if (LONE.test(value)) throw new RangeError(`${at} is no valid Unicode`);
  return value;
}

function number(value, at) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (value !== 0 && size < SMALLEST)) {
    throw new RangeError(`${at} is ${value}: not every cloud keeps that number`);
  }
  if (Number.isInteger(value) && size > WHOLE) {
    throw new RangeError(`${at} is ${value}: whole numbers from 2**53 on are not kept exactly, so make it a text`);
  }
  return value === 0 ? 0 : value;
}

/** The text of a key: a text itself, a number as RFC 8785 writes it, which is how JavaScript does. */
export function canonical(value) {
  return String(value === 0 ? 0 : value);
}

/** Whether a number is whole, and small enough to be kept as such. */
export function isWhole(value) {
  return Number.isInteger(value) && Math.abs(value) <= WHOLE;
}

/** All but letters, digits and `-._~` as bytes in percent. */
export function percent(text) {
  const odd = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, odd);
}

/** The body of a message: a text, which is what every queue carries. */
export function messageText(body) {
  if (typeof body === "string") return text(body, "the message");
  throw new TypeError(`a message is a text, not ${kindOf(body)}: \`JSON.stringify(…)\` makes one`);
}

/** The attributes of a message: texts by name, none empty. */
export function messageAttributes(attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value !== "string" || value === "" || name === "") {
      const shown = `the attribute ${JSON.stringify(name)} is ${JSON.stringify(value)}`;
      throw new RangeError(`${shown}: an attribute is a text that is not empty`);
    }
  }
  return { ...attributes };
}

/** An event for a bus: the attributes of CloudEvents 1.0, and data that JSON can say. What not every cloud takes is refused. */
export function eventOf(type, data, source, subject) {
  for (const [name, said] of Object.entries({ type, source, subject: subject ?? undefined })) {
    if (said === undefined && name === "subject") continue;
    if (typeof said !== "string") throw new TypeError(`the \`${name}\` of an event is a text, not ${kindOf(said)}`);
    if (said === "") throw new RangeError(`the \`${name}\` of an event is not empty`);
    text(said, `the \`${name}\` of an event`);
  }
  if ([...type].length > LONGEST_TYPE) throw new RangeError(`the \`type\` of an event has at most ${LONGEST_TYPE} letters`);
  if (source.startsWith(TAKEN)) {
    throw new RangeError(`\`${source}\` is no source: those that begin with \`${TAKEN}\` are of AWS's own events`);
  }
  if (!isMap(data)) throw new TypeError(`the data of an event is an object, not ${kindOf(data)}`);
  const written = JSON.stringify(data, finite);
  const size = [type, source, subject ?? "", written].reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (size > LONGEST_EVENT) {
    throw new RangeError(`an event of ${size} bytes is too long: ${LONGEST_EVENT} is what every cloud takes`);
  }
  return { type, source, subject: subject ?? null, data: written, id: randomUUID(), time: utc(Date.now()) };
}

function finite(name, value) {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new RangeError(`${name} of the event is ${value}, which JSON cannot say`);
}
