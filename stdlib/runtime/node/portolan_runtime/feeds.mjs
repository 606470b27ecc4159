// Tables, streams, buses and websockets: their events, and rows as JSON. Knows no cloud but for how its rows are typed.

import { content, digest, envelope, instant, json, Malformed, map, text } from "./event.mjs";

/** The event of changed rows. */
export function tableEvent(trigger, changes) {
  return { ...batch(trigger, changes), changes };
}

/** One change of a row; where a cloud does not tell which kind it is, it was `written`. */
export function change(trigger, id, time, kind, now, before) {
  const row = now ?? before ?? {};
  const names = [trigger.hash, trigger.range].filter((name) => name !== null);
  if (names.some((name) => !Object.hasOwn(row, name))) throw new Malformed("a row has no key");
  const key = Object.fromEntries(names.map((name) => [name, row[name]]));
  return { id: text(id, "the id of a change"), time, change: kind, key, new: now, old: before };
}

/** The event of a stream's records. */
export function streamEvent(trigger, records) {
  return { ...batch(trigger, records), records };
}

/** One record of a stream. */
export function record(id, time, key, bytes, attributes) {
  return { id: text(id, "the id of a record"), time, key, ...content(bytes), attributes };
}

/** The event of a bus. */
export function busEvent(trigger, id, time, type, publisher, data) {
  const about = { type: text(type, "the type of the event"), publisher: publisher ?? null, data: data ?? null };
  return { ...envelope(trigger, text(id, "the id of the event"), instant(time, "the time of the event")), ...about };
}

/** The event of a connection. */
export function socketEvent(trigger, id, time, { change, connection, headers, query }, bytes) {
  return { ...envelope(trigger, id, time), change, connection, headers, query, ...content(bytes) };
}

function batch(trigger, items) {
  if (items.length === 0) throw new Malformed("a batch has nothing in it");
  const times = items.map(({ time }) => time).sort();
  return envelope(trigger, `batch:${digest(items.map(({ id }) => id))}`, times[0]);
}

/** A decimal as a number where a double holds it, else as its text. */
export function number(decimal) {
  if (/^[+-]?\d+$/.test(decimal)) {
    const whole = Number(decimal);
    return Math.abs(whole) < 2 ** 53 ||
      (BigInt(decimal.replace("+", "")) === BigInt(whole) && Math.abs(whole) === 2 ** 53)
      ? whole
      : decimal;
  }
  const value = Number(decimal);
  return Number.isFinite(value) && digits(String(value)) === digits(decimal) ? value : decimal;
}

// Sign, digits and exponent, so that 1.50 and 1.5 are the same.
function digits(decimal) {
  const [mantissa, exponent = "0"] = decimal.toLowerCase().replace(/^\+/, "").split("e");
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  const part = fraction.replace(/0+$/, "");
  const all = (whole + part).replace(/^0+/, "");
  const stripped = all.replace(/0+$/, "");
  return `${decimal.startsWith("-")} ${stripped} ${Number(exponent) - part.length + all.length - stripped.length}`;
}

// --- DynamoDB (API reference, AttributeValue) ---

/** A row of DynamoDB's. */
export function ofDynamo(row) {
  if (row === undefined || row === null) return null;
  return Object.fromEntries(Object.entries(map(row, "a row")).map(([name, value]) => [name, ofAttribute(value)]));
}

function ofAttribute(typed) {
  const [[kind, value]] = Object.entries(map(typed, "a value"));
  switch (kind) {
    case "N":
      return number(text(value, "a number"));
    case "NULL":
      return null;
    case "M":
      return ofDynamo(value);
    case "L":
      return value.map(ofAttribute);
    case "NS":
      return [...value].sort((left, right) => Number(left) - Number(right)).map(number);
    case "SS":
    case "BS":
      return [...value].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    case "S":
    case "B":
    case "BOOL":
      return value;
    default:
      throw new Malformed("a value is of a type that is not known");
  }
}

// --- Firestore (google.events.cloud.firestore.v1, DocumentEventData) ---

/** A document as it is and as it was, from JSON or from a message of Protocol Buffers. */
export function ofFirestore(bytes, isJson) {
  if (isJson) {
    const { value, oldValue } = map(json(bytes.toString("utf8"), "the change"), "the change");
    return [value, oldValue].map((document) => (document ? ofTypedFields(document) : null));
  }
  const parts = new Map(fields(bytes));
  return [1, 2].map((number) => (parts.has(number) ? ofEntries(parts.get(number), 2) : null));
}

function ofTypedFields({ fields: typed }) {
  return Object.fromEntries(Object.entries(map(typed)).map(([name, value]) => [name, ofTyped(value)]));
}

function ofTyped(typed) {
  const [[kind, value]] = Object.entries(map(typed, "a value"));
  if (kind === "integerValue") return number(String(value));
  if (kind === "mapValue") return ofTypedFields(value);
  return kind === "arrayValue" ? (value.values ?? []).map(ofTyped) : value;
}

// A map is a list of entries, each a message of a key and a value.
function ofEntries(bytes, field) {
  const entries = [...fields(bytes)].filter(([number]) => number === field).map(([, entry]) => new Map(fields(entry)));
  return Object.fromEntries(entries.map((entry) => [entry.get(1).toString("utf8"), ofValue(entry.get(2))]));
}

function ofValue(bytes) {
  const [[kind, value]] = fields(bytes);
  switch (kind) {
    case 1:
      return value !== 0n;
    case 2:
      return number(String(BigInt.asIntN(64, value)));
    case 3:
      return double(value);
    case 5:
    case 17:
      return value.toString("utf8");
    case 6:
      return ofEntries(value, 1);
    case 8: {
      const place = new Map(fields(value));
      const [latitude, longitude] = [1, 2].map((number) => (place.has(number) ? double(place.get(number)) : 0));
      return { latitude, longitude };
    }
    case 9:
      return [...fields(value)].map(([, item]) => ofValue(item));
    case 10: {
      const since = new Map(fields(value));
      const seconds = Number(BigInt.asIntN(64, since.get(1) ?? 0n));
      return instant(seconds * 1000 + Math.floor(Number(since.get(2) ?? 0n) / 1e6), "a time");
    }
    case 11:
      return null;
    case 18:
      return value.toString("base64");
    default:
      throw new Malformed("a value is of a type that is not known");
  }
}

// JSON has no place for what is no number.
function double(bytes) {
  const value = bytes.readDoubleLE(0);
  return Number.isFinite(value) ? value : { NaN: "nan", Infinity: "inf", "-Infinity": "-inf" }[value];
}

const lengths = new Map([
  [1, 8],
  [5, 4],
]);

/** The fields of a message (Protocol Buffers, "Encoding"), in the order in which they are written. */
function* fields(bytes) {
  for (let at = 0; at < bytes.length;) {
    let tag, value;
    [tag, at] = varint(bytes, at);
    const kind = Number(tag & 7n);
    if (kind === 0) {
      [value, at] = varint(bytes, at);
    } else {
      let length = lengths.get(kind);
      if (kind === 2) [length, at] = varint(bytes, at).map(Number);
      if (length === undefined || at + length > bytes.length) throw new Malformed("a message is cut off");
      value = bytes.subarray(at, (at += length));
    }
    yield [Number(tag >> 3n), value];
  }
}

function varint(bytes, at) {
  for (let value = 0n, shift = 0n; at < bytes.length && shift < 64n; shift += 7n) {
    value |= BigInt(bytes[at] & 127) << shift;
    if (bytes[at++] < 128) return [value, at];
  }
  throw new Malformed("a message is cut off");
}

// --- Cosmos (system properties of items) ---

/** A row without what Cosmos, and the layout of tables, add to it. */
export function ofCosmos({ hash, range }, document) {
  const isOwn = (name) => !name.startsWith("_") && (name !== "id" || [hash, range].includes(name));
  return Object.fromEntries(Object.entries(map(document, "a document")).filter(([name]) => isOwn(name)));
}
