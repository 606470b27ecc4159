// The neutral client: the verbs of the spec, on whatever cloud the code runs.
//
// Names are the spec's. What something is called on the cloud is in the environment, which is read when it is first used, and
// so are the provider's SDKs. With `PORTOLAN_LOCAL=FOLDER` everything is files in that folder, and no cloud is asked.

import { NotDeclared } from "./errors.mjs";
import { Place } from "./place.mjs";
import { Range } from "./ranges.mjs";
import { eventOf, messageAttributes, messageText, versionOf } from "./values.mjs";

/** A bucket of the spec. */
export const bucket = (name) => new Bucket(new Place("bucket", name));

/** A queue of the spec. */
export const queue = (name) => new Queue(new Place("queue", name));

/** A topic of the spec. */
export const topic = (name) => new Topic(new Place("topic", name));

/** A table of the spec. */
export const table = (name) => new Table(new Place("table", name));

/** A secret of the spec. */
export const secret = (name) => new Secret(new Place("secret", name));

/** A parameter of the spec. */
export const parameter = (name) => new Parameter(new Place("parameter", name));

/** A bus of the spec. */
export const bus = (name) => new Bus(new Place("bus", name));

/** Another function of the spec; `function` is a word of the language, so it is exported by that name only. */
const other = (name) => new Function(new Place("function", name));
export { other as function };

/** Something of the spec. */
class Resource {
  #place;

  constructor(place) {
    this.#place = place;
  }

  /** The same on the cloud that this runs on. */
  async _to(verb) {
    const { kind } = this.#place;
    const { [kind[0].toUpperCase() + kind.slice(1)]: Kind } = await cloud();
    return new Kind(this.#place.to(verb));
  }
}

/** Objects under keys. */
export class Bucket extends Resource {
  async read(key) {
    return (await this._to("read")).read(checkedKey(key));
  }

  async write(key, body, { contentType } = {}) {
    await (await this._to("write")).write(checkedKey(key), ...content(body, contentType));
  }

  async create(key, body, { contentType } = {}) {
    await (await this._to("create")).create(checkedKey(key), ...content(body, contentType));
  }

  async delete(key) {
    await (await this._to("delete")).delete(checkedKey(key));
  }

  async *list(prefix = "") {
    yield* (await this._to("list")).list(prefix);
  }
}

/** Messages that one consumer takes. */
export class Queue extends Resource {
  async send(body, attributes = {}, { group } = {}) {
    await (await this._to("send")).send(messageText(body), messageAttributes(attributes), group);
  }

  async receive({ limit = 1, wait = 1 } = {}) {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= 10 && wait >= 0 && wait <= 20)) {
      throw new RangeError("`limit` is from 1 to 10 and `wait` from 0 to 20");
    }
    const on = await this._to("receive");
    return (await on.receive(limit, wait)).map(([values, receipt]) => message(values, on, receipt));
  }
}

/** A message in the shape that events have it; what settles it is not among its fields. */
function message(values, on, receipt) {
  return Object.defineProperties(values, {
    ack: { value: () => on.ack(receipt) },
    release: { value: () => on.release(receipt) },
  });
}

/** Messages that every subscriber gets. */
export class Topic extends Resource {
  async publish(body, attributes = {}) {
    await (await this._to("publish")).publish(messageText(body), messageAttributes(attributes));
  }
}

/** Items under a partition key and perhaps a sort key. */
export class Table extends Resource {
  async read(key) {
    return (await this._to("read")).read(key);
  }

  async *query(hash, { index, limit, descending = false, ...range } = {}) {
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
      throw new RangeError(`\`limit\` is a number from 1 up, not ${limit}`);
    }
    yield* limited((await this._to("query")).query(hash, { index, range: new Range(range), limit, descending }), limit);
  }

  async *scan() {
    yield* (await this._to("scan")).scan();
  }

  async write(item, { when, unchanged } = {}) {
    if (![undefined, "absent", "present"].includes(when) || (when && unchanged)) {
      throw new RangeError('`when` is "absent" or "present", and is not said together with `unchanged`');
    }
    const version = versionOf(unchanged);
    await (await this._to("write")).write(item, when, version);
  }

  async delete(key) {
    await (await this._to("delete")).delete(key);
  }
}

/** A secret value. */
export class Secret extends Resource {
  async read() {
    return (await this._to("read")).read();
  }
}

/** A configuration value that is no secret. */
export class Parameter extends Resource {
  async read() {
    return (await this._to("read")).read();
  }
}

/** Events of many types, of which every listener gets those that it asks for. */
export class Bus extends Resource {
  async publish(type, data, { source = called(), subject } = {}) {
    const event = eventOf(type, data, source, subject);
    await (await this._to("publish")).publish(event);
  }
}

/** Another function. */
export class Function extends Resource {
  async invoke(input = null) {
    return (await this._to("invoke")).invoke(input);
  }
}

async function* limited(found, limit = Infinity) {
  let left = limit;
  for await (const one of found) {
    yield one;
    left -= 1;
    if (left === 0) return;
  }
}

/** What this function is called on the cloud that it runs on. */
function called() {
  const { env } = process;
  return env.AWS_LAMBDA_FUNCTION_NAME || env.K_SERVICE || env.WEBSITE_SITE_NAME || "local";
}

/** The module of the cloud that this runs on; which that is, is said by the clouds themselves. */
function cloud() {
  const { env } = process;
  if (env.PORTOLAN_LOCAL) return import("./local.mjs");
  if (env.AWS_LAMBDA_FUNCTION_NAME) return import("./aws.mjs");
  if (env.K_SERVICE) return import("./gcp.mjs");
  if (env.WEBSITE_SITE_NAME) return import("./azure.mjs");
  throw new NotDeclared(
    "this is none of the clouds: set `PORTOLAN_LOCAL` to a folder to run with files on this machine",
  );
}

function checkedKey(key) {
  if (typeof key === "string" && key !== "" && Buffer.byteLength(key) <= 1024) return key;
  throw new RangeError(`${JSON.stringify(key)} is no key of an object: a key is a text of 1 to 1,024 bytes`);
}

function content(body, type) {
  if (typeof body === "string") return [Buffer.from(body), type ?? "text/plain; charset=utf-8"];
  if (!(body instanceof Uint8Array)) throw new TypeError("an object is a Uint8Array or a text");
  return [Buffer.from(body.buffer, body.byteOffset, body.byteLength), type ?? "application/octet-stream"];
}
