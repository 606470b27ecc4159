// The verbs without any cloud: plain files in the folder of `PORTOLAN_LOCAL`, which the client for Python reads and writes, too.
//
//   buckets/uploads/night owls/7.mp3    an object a file; a part of a key that is no name of a file is in percent
//   tables/shows.jsonl                  an item a line
//   queues/publish.jsonl                a message a line, with when it is `hidden` until and the `receipt` it was taken with
//   topics/released.jsonl               a message a line, in the order they were published
//   buses/orders.jsonl                  an event a line, in the order they were published
//   secrets/signing-key                 the value, less one line break at its end
//   parameters/limit                    the same
//   functions/report.json               what a function answers; what it was asked is added to functions/report.calls.jsonl
//   locks/                              who is writing

import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AlreadyExists, Changed, Failed, NotFound } from "./errors.mjs";
import { utc } from "./messages.mjs";
import { compare } from "./ranges.mjs";
import { checkedItem, Keys, remembered } from "./values.mjs";

// How long a message that was taken stays hidden, in seconds.
const HIDDEN = 30;
// A lock that is older, in milliseconds, was left by somebody who ended.
const STALE = 10_000;
const ABSENT = ["ENOENT", "ENOTDIR", "EISDIR"];

const now = () => Date.now() / 1000;

/** A folder of the store, which is made. */
function folder(...parts) {
  const made = join(process.env.PORTOLAN_LOCAL, ...parts);
  fs.mkdirSync(made, { recursive: true });
  return made;
}

/** One writer at a time, in whatever process. */
async function locked(place, work) {
  const lock = join(folder("locks"), `${place.kind}-${place.name}`);
  while (!taken(lock)) await pause(5);
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function taken(lock) {
  try {
    fs.closeSync(fs.openSync(lock, "wx"));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const made = fs.statSync(lock, { throwIfNoEntry: false });
    if (made && Date.now() - made.mtimeMs > STALE) fs.rmSync(lock, { force: true });
    return false;
  }
}

/** Writes a file at once: a reader sees all of it or nothing. */
function put(file, content, overwrite = true) {
  const fresh = join(folder("locks"), `new-${randomUUID()}`);
  fs.writeFileSync(fresh, content);
  try {
    if (overwrite) fs.renameSync(fresh, file);
    else fs.linkSync(fresh, file);
  } finally {
    fs.rmSync(fresh, { force: true });
  }
}

function rows(file) {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function writeRows(file, all) {
  put(file, all.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

export class Bucket {
  constructor(place) {
    Object.assign(this, { place, folder: folder("buckets", place.name) });
  }

  async read(key) {
    try {
      return fs.readFileSync(this.#file(key));
    } catch (error) {
      if (ABSENT.includes(error.code)) throw new NotFound(`read of ${this.place}, ${key}`);
      throw error;
    }
  }

  async write(key, body) {
    put(this.#writable(key), body);
  }

  async create(key, body) {
    try {
      put(this.#writable(key), body, false);
    } catch (error) {
      if (error.code === "EEXIST") throw new AlreadyExists(`create of ${this.place}, ${key}`);
      throw error;
    }
  }

  async delete(key) {
    try {
      fs.unlinkSync(this.#file(key));
    } catch (error) {
      if (![...ABSENT, "EPERM"].includes(error.code)) throw error;
    }
  }

  async *list(prefix) {
    const found = [...filesBelow(this.folder)].map((parts) => [keyOf(parts), join(this.folder, ...parts)]);
    for (const [key, file] of found.sort(([one], [other]) => compare(one, other))) {
      if (!key.startsWith(prefix)) continue;
      const body = fs.readFileSync(file);
      yield { key, size: body.length, etag: createHash("md5").update(body).digest("hex") };
    }
  }

  #file(key) {
    return join(this.folder, ...key.split("/").map(partOfPath));
  }

  #writable(key) {
    const file = this.#file(key);
    try {
      fs.mkdirSync(dirname(file), { recursive: true });
      if (!fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) return file;
    } catch (error) {
      if (!["EEXIST", "ENOTDIR"].includes(error.code)) throw error;
    }
    const about = `${this.place.verb} of ${this.place}, ${key}`;
    throw new Failed(`${about}: files cannot hold one key and another below it`);
  }
}

function* filesBelow(root, parts = []) {
  for (const entry of fs.readdirSync(join(root, ...parts), { withFileTypes: true })) {
    const inside = [...parts, entry.name];
    if (entry.isDirectory()) yield* filesBelow(root, inside);
    else yield inside;
  }
}

/** A part of a key as the name of a file: nothing is `%`. */
function partOfPath(part) {
  if (/^\.{0,2}$/.test(part)) return part.replaceAll(".", "%2E") || "%";
  const odd = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return part.replace(/[%<>:"\\|?*\x00-\x1f]/g, odd);
}

function keyOf(parts) {
  return parts.map((part) => (part === "%" ? "" : part.replace(/(%[0-9a-f]{2})+/gi, decodeURIComponent))).join("/");
}

export class Queue {
  constructor(place) {
    Object.assign(this, { place, file: join(folder("queues"), `${place.name}.jsonl`) });
  }

  async send(body, attributes, group) {
    const sent = { ...sentNow(body, attributes, 0), ...(group ? { group } : {}) };
    await locked(this.place, () => writeRows(this.file, [...rows(this.file), sent]));
  }

  async receive(limit, wait) {
    const ends = now() + wait;
    for (;;) {
      const messages = await locked(this.place, () => this.#take(limit));
      if (messages.length > 0 || now() >= ends) return messages;
      await pause(50);
    }
  }

  #take(limit) {
    const all = rows(this.file);
    const time = now();
    const messages = all.filter(({ hidden = 0 }) => hidden <= time).slice(0, limit);
    for (const row of messages) {
      Object.assign(row, { attempt: row.attempt + 1, hidden: time + HIDDEN, receipt: randomUUID() });
    }
    if (messages.length > 0) writeRows(this.file, all);
    return messages.map(({ id, time, attempt, body, encoding, attributes, receipt }) => [
      { id, time, attempt, body, encoding, attributes },
      receipt,
    ]);
  }

  async ack(receipt) {
    const others = () => rows(this.file).filter((row) => row.receipt !== receipt);
    await locked(this.place, () => writeRows(this.file, others()));
  }

  async release(receipt) {
    const shown = (row) => (row.receipt === receipt ? { ...row, hidden: 0 } : row);
    await locked(this.place, () => writeRows(this.file, rows(this.file).map(shown)));
  }
}

function sentNow(body, attributes, attempt) {
  return { id: randomUUID(), time: utc(Date.now()), attempt, body, encoding: "utf-8", attributes };
}

export class Topic {
  constructor(place) {
    Object.assign(this, { place, file: join(folder("topics"), `${place.name}.jsonl`) });
  }

  async publish(body, attributes) {
    const sent = sentNow(body, attributes, null);
    await locked(this.place, () => writeRows(this.file, [...rows(this.file), sent]));
  }
}

export class Table {
  constructor(place) {
    const file = join(folder("tables"), `${place.name}.jsonl`);
    Object.assign(this, { place, keys: new Keys(place), file });
  }

  async read(key) {
    const exact = this.keys.exactly(key);
    const found = this.#rows().find((row) => this.#isOf(row, exact));
    return found && item(found);
  }

  async *query(hash, { index, range, descending }) {
    const [name, sort] = this.keys.pair(index);
    const value = this.keys.hash(index, hash);
    const ends = this.keys.withinRange(index, range);
    const all = this.#rows().filter((row) => row[name] === value);
    const keyed = sort ? all.filter((row) => row[sort] !== undefined && row[sort] !== null) : all;
    const found = ends.length > 0 ? keyed.filter((row) => range.holds(row[sort])) : keyed;
    if (sort) found.sort((one, other) => compare(one[sort], other[sort]));
    yield* (descending ? found.reverse() : found).map(item);
  }

  async *scan() {
    yield* this.#rows().map(item);
  }

  async write(values, when, unchanged) {
    const checked = checkedItem(values, this.keys);
    const about = `write of ${this.place}`;
    await locked(this.place, () => {
      const all = this.#rows();
      const here = all.findIndex((row) => this.#isOf(row, checked));
      if (when === "absent" && here >= 0) throw new AlreadyExists(about);
      if (when === "present" && here < 0) throw new NotFound(about);
      if (unchanged !== undefined && !isSame(all[here], unchanged)) throw new Changed(about);
      all[here < 0 ? all.length : here] = checked;
      writeRows(this.file, all);
    });
  }

  async delete(key) {
    const exact = this.keys.exactly(key);
    const others = () => this.#rows().filter((row) => !this.#isOf(row, exact));
    await locked(this.place, () => writeRows(this.file, others()));
  }

  /** Everything that has not expired. */
  #rows() {
    const isOver = (row) => typeof row[this.keys.ttl] === "number" && row[this.keys.ttl] <= now();
    return rows(this.file).filter((row) => !isOver(row));
  }

  #isOf(row, key) {
    return this.keys.names.every((name) => row[name] === key[name]);
  }
}

function item(row) {
  return remembered(structuredClone(row), row);
}

/** Whether two items hold the same, in whatever order. */
function isSame(one, other) {
  return sorted(one) === sorted(other);
}

function sorted(value) {
  const isMap = (inside) => inside !== null && typeof inside === "object" && !Array.isArray(inside);
  const inOrder = (inside) => Object.fromEntries(Object.entries(inside).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(value, (_, inside) => (isMap(inside) ? inOrder(inside) : inside));
}

export class Secret {
  constructor(place) {
    this.place = place;
  }

  async read() {
    const told = process.env[`${this.place.variable}_VALUE`];
    if (told !== undefined) return told;
    const values = `${this.place.kind}s`;
    const file = join(folder(values), this.place.name);
    if (fs.existsSync(file)) return fs.readFileSync(file, "utf8").replace(/\n$/, "");
    throw new NotFound(`read of ${this.place}: put a value into ${values}/${this.place.name}`);
  }
}

/** A value in a file, as a secret is one. */
export class Parameter extends Secret {}

export class Bus {
  constructor(place) {
    Object.assign(this, { place, file: join(folder("buses"), `${place.name}.jsonl`) });
  }

  async publish({ id, time, type, source, subject, data }) {
    const event = { id, time, type, source, subject, data: JSON.parse(data) };
    await locked(this.place, () => writeRows(this.file, [...rows(this.file), event]));
  }
}

export class Function {
  constructor(place) {
    this.place = place;
  }

  async invoke(input) {
    const { name } = this.place;
    const calls = join(folder("functions"), `${name}.calls.jsonl`);
    await locked(this.place, () => writeRows(calls, [...rows(calls), input]));
    const file = join(folder("functions"), `${name}.json`);
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, "utf8"));
    throw new NotFound(`invoke of ${this.place}: put what it answers into functions/${name}.json`);
  }
}
