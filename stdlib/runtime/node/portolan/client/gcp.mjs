// The verbs on Google Cloud, over Google's libraries.

import { post } from "./calls.mjs";
import { AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError } from "./errors.mjs";
import { told, utc } from "./messages.mjs";
import { once, resolved, sdk } from "./place.mjs";
import { canonical, checkedItem, isWhole, Keys, percent, remembered } from "./values.mjs";

// Codes of gRPC beside those of HTTP (google.rpc.Code).
const MISSING = [5, 404];
const CONDITIONS = [6, 9, 409, 412];
const DENIED = [7, 16, 401, 403];
const TIMED_OUT = 4;

/** Google's errors become ours. `conflict` is what a precondition that does not hold means. */
async function failures(place, work, { what = "", conflict = Failed } = {}) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PortolanError) throw cause;
    const about = `${place.verb} of ${place}${what}`;
    const code = Number(cause?.code);
    if (CONDITIONS.includes(code)) throw new conflict(about, { cause });
    if (MISSING.includes(code)) throw new NotFound(about, { cause });
    if (DENIED.includes(code)) throw new Denied(about, { cause });
    throw new Failed(`${about}: ${cause?.message ?? cause}`, { cause });
  }
}

const storage = once(async () => {
  const { Storage } = await sdk("@google-cloud/storage");
  return new Storage();
});

export class Bucket {
  constructor(place) {
    Object.assign(this, { place, bucket: place.told() });
  }

  async read(key) {
    const [body] = await this.#object(key, (object) => object.download());
    return body;
  }

  async write(key, body, contentType) {
    await this.#object(key, (object) => object.save(body, { contentType, resumable: false }));
  }

  async create(key, body, contentType) {
    const absent = { contentType, resumable: false, preconditionOpts: { ifGenerationMatch: 0 } };
    await this.#object(key, (object) => object.save(body, absent), AlreadyExists);
  }

  async delete(key) {
    await this.#object(key, (object) => object.delete({ ignoreNotFound: true }));
  }

  async *list(prefix) {
    const bucket = (await storage()).bucket(this.bucket);
    let request = { prefix, autoPaginate: false };
    while (request) {
      const [objects, next] = await failures(this.place, () => bucket.getFiles(request));
      for (const { name, metadata } of objects) {
        yield { key: name, size: Number(metadata.size), etag: metadata.etag };
      }
      request = next;
    }
  }

  async #object(key, work, conflict) {
    const object = (await storage()).bucket(this.bucket).file(key);
    return failures(this.place, () => work(object), { what: `, ${key}`, conflict });
  }
}

const pubsub = once(async () => {
  const { PubSub } = await sdk("@google-cloud/pubsub");
  return new PubSub();
});

const subscriber = once(async () => {
  const { v1 } = await sdk("@google-cloud/pubsub");
  // The settings of the library, which know of Google's emulator.
  return new v1.SubscriberClient(await (await pubsub()).getClientConfig());
});

async function publish(place, body, attributes, group) {
  const topic = (await pubsub()).topic(place.told(), { messageOrdering: Boolean(group), batching: { maxMessages: 1 } });
  const message = { data: Buffer.from(body), attributes, ...(group ? { orderingKey: group } : {}) };
  await failures(place, () => topic.publishMessage(message));
}

export class Queue {
  constructor(place) {
    this.place = place;
  }

  async send(body, attributes, group) {
    await publish(this.place, body, attributes, group);
  }

  async receive(limit, wait) {
    const request = { subscription: this.#subscription, maxMessages: limit };
    // One second is the least in which an answer is likely at all.
    const patience = { timeout: Math.max(wait, 1) * 1000, retry: null };
    const client = await subscriber();
    const pulled = await failures(this.place, async () => {
      try {
        return await client.pull(request, patience);
      } catch (error) {
        if (error.code === TIMED_OUT) return [{ receivedMessages: [] }];
        throw error;
      }
    });
    return pulled[0].receivedMessages.map((taken) => [message(taken), taken.ackId]);
  }

  async ack(receipt) {
    const client = await subscriber();
    const done = { subscription: this.#subscription, ackIds: [receipt] };
    await failures(this.place, () => client.acknowledge(done));
  }

  async release(receipt) {
    const client = await subscriber();
    const now = { subscription: this.#subscription, ackIds: [receipt], ackDeadlineSeconds: 0 };
    await failures(this.place, () => client.modifyAckDeadline(now));
  }

  get #subscription() {
    return this.place.told("SUBSCRIPTION");
  }
}

function message({ message: { messageId, publishTime, data, attributes }, deliveryAttempt }) {
  return told({
    id: messageId,
    time: utc(milliseconds(publishTime)),
    // Pub/Sub counts deliveries only where there is a dead letter, and says 0 elsewhere.
    attempt: deliveryAttempt || null,
    body: data ?? "",
    attributes: { ...attributes },
  });
}

function milliseconds({ seconds, nanos }) {
  return Number(seconds) * 1000 + Math.floor(nanos / 1e6);
}

export class Topic {
  constructor(place) {
    this.place = place;
  }

  async publish(body, attributes) {
    await publish(this.place, body, attributes);
  }
}

/** The client, and the project that databases are in. Firestore's own emulator is asked where its variable is set. */
const firestore = once(async () => {
  // `v1` is made when it is read, which only the module as a whole knows.
  const { v1 } = (await sdk("@google-cloud/firestore")).default;
  const client = new v1.FirestoreClient(await emulated());
  const project = process.env.GOOGLE_CLOUD_PROJECT || (await client.getProjectId());
  return { client, project };
});

async function emulated() {
  const emulator = process.env.FIRESTORE_EMULATOR_HOST;
  if (!emulator) return {};
  const { grpc } = await import(resolved("google-gax", resolved("@google-cloud/firestore")));
  const [host, port] = emulator.split(":");
  return { servicePath: host, port: Number(port), sslCreds: grpc.credentials.createInsecure() };
}

/** A Firestore database; the items are the documents of the collection `items`. */
export class Table {
  constructor(place) {
    Object.assign(this, { place, name: place.told(), keys: new Keys(place) });
  }

  async read(key) {
    const { client, ...at } = await this.#at();
    const name = this.#document(at.database, this.keys.exactly(key));
    try {
      const [document] = await failures(this.place, () => client.getDocument({ name }, at.options));
      return this.#item(document);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async *query(hash, { index, range, limit, descending }) {
    const query = this.#asked(hash, index, range, descending ? "DESCENDING" : "ASCENDING");
    yield* this.#found({ ...query, ...(limit ? { limit: { value: limit } } : {}) });
  }

  scan() {
    return this.#found({ from: [{ collectionId: "items" }] });
  }

  async write(values, when, unchanged) {
    const checked = checkedItem(values, this.keys);
    const fields = Object.fromEntries(
      Object.entries(checked).map(([name, value]) => [name, this.#typed(name, value)]),
    );
    const condition = when ? { exists: when === "present" } : unchanged ? { updateTime: unchanged } : undefined;
    const conflict = { absent: AlreadyExists, present: NotFound }[when] ?? Changed;
    try {
      await this.#commit((database) => {
        const update = { name: this.#document(database, checked), fields };
        return condition ? { update, currentDocument: condition } : { update };
      }, conflict);
    } catch (error) {
      // A document that is gone has no time that could be compared.
      if (unchanged && error instanceof NotFound) throw new Changed(error.message, { cause: error.cause });
      throw error;
    }
  }

  async delete(key) {
    const exact = this.keys.exactly(key);
    await this.#commit((database) => ({ delete: this.#document(database, exact) }), Failed);
  }

  async #at() {
    const { client, project } = await firestore();
    const database = `projects/${project}/databases/${this.name}`;
    // Says which database a request is for, before it is read.
    return { client, database, options: { otherArgs: { headers: { "google-cloud-resource-prefix": database } } } };
  }

  async #commit(write, conflict) {
    const { client, database, options } = await this.#at();
    const request = { database, writes: [write(database)] };
    await failures(this.place, () => client.commit(request, options), { conflict });
  }

  async *#found(query) {
    const { client, database, options } = await this.#at();
    const request = { parent: `${database}/documents`, structuredQuery: query };
    const answers = client.runQuery(request, options)[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await failures(this.place, () => answers.next());
      if (done) return;
      if (value.document) yield this.#item(value.document);
    }
  }

  #asked(hash, index, range, direction) {
    const [name, sort] = this.keys.pair(index);
    this.keys.withinRange(index, range);
    const filters = [this.#compared(name, "EQUAL", this.keys.hash(index, hash))];
    for (const [op, value] of ends(range)) filters.push(this.#compared(sort, op, value));
    const order = sort && { orderBy: [{ field: { fieldPath: path(sort) }, direction }] };
    return { from: [{ collectionId: "items" }], where: { compositeFilter: { op: "AND", filters } }, ...order };
  }

  #compared(name, op, value) {
    return { fieldFilter: { field: { fieldPath: path(name) }, op, value: this.#typed(name, value) } };
  }

  #item({ fields, updateTime }) {
    const values = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, this.#untyped(name, value)]),
    );
    const first = this.keys.names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]);
    return remembered({ ...Object.fromEntries(first), ...values }, updateTime);
  }

  /** A value in Firestore's words. What expires is a moment there. */
  #typed(name, value) {
    if (name !== this.keys.ttl || typeof value !== "number") return typed(value);
    const seconds = Math.floor(value);
    return { timestampValue: { seconds, nanos: Math.round((value - seconds) * 1e6) * 1000 } };
  }

  #untyped(name, value) {
    if (name !== this.keys.ttl || value.valueType !== "timestampValue") return untyped(value);
    return Number(value.timestampValue.seconds) + value.timestampValue.nanos / 1e9;
  }

  #document(database, values) {
    return `${database}/documents/items/${documentId(values, this.keys)}`;
  }
}

/** The keys in percent, joined by colons; what Firestore keeps for itself is in percent, too. */
export function documentId(values, keys) {
  const joined = keys.names.map((name) => percent(canonical(values[name]))).join(":");
  if (joined === "." || joined === "..") return joined.replaceAll(".", "%2E");
  return joined.length > 3 && joined.startsWith("__") && joined.endsWith("__") ? `%5F${joined.slice(1)}` : joined;
}

/** A field whose name is no plain word stands in backticks (Firestore, Constraints on field paths). */
function path(name) {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}

function ends({ low, high, lowExcluded, highExcluded, prefix }) {
  // Texts are sorted by their bytes, and this is the last of all letters.
  if (prefix !== undefined) {
    return [
      ["GREATER_THAN_OR_EQUAL", prefix],
      ["LESS_THAN_OR_EQUAL", `${prefix}\u{10ffff}`],
    ];
  }
  const both = [
    [lowExcluded ? "GREATER_THAN" : "GREATER_THAN_OR_EQUAL", low],
    [highExcluded ? "LESS_THAN" : "LESS_THAN_OR_EQUAL", high],
  ];
  return both.filter(([, value]) => value !== undefined && value !== null);
}

/** A value in Firestore's words. */
function typed(value) {
  if (value === null) return { nullValue: "NULL_VALUE" };
  if (typeof value === "boolean") return { booleanValue: value };
  if (typeof value === "number") return isWhole(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(typed) } };
  return { mapValue: { fields: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typed(one)])) } };
}

/** A value of Firestore's; what others wrote and JSON cannot say is a text. */
function untyped(value) {
  const inside = value[value.valueType];
  switch (value.valueType) {
    case "nullValue":
    case undefined:
      return null;
    case "integerValue":
      return Number(inside);
    case "arrayValue":
      return inside.values.map(untyped);
    case "mapValue":
      return Object.fromEntries(Object.entries(inside.fields).map(([name, one]) => [name, untyped(one)]));
    case "timestampValue":
      return utc(milliseconds(inside));
    default:
      return inside;
  }
}

const secrets = once(async () => {
  const { SecretManagerServiceClient } = await sdk("@google-cloud/secret-manager");
  return new SecretManagerServiceClient();
});

export class Secret {
  constructor(place) {
    this.place = place;
  }

  async read() {
    const client = await secrets();
    const name = `${this.place.told()}/versions/latest`;
    const [version] = await failures(this.place, () => client.accessSecretVersion({ name }));
    return Buffer.from(version.payload.data).toString();
  }
}

/** A client; what is not global is asked for in its region (Parameter Manager documentation, Service endpoints). */
const parameters = once(async (location) => {
  const { ParameterManagerClient } = await sdk("@google-cloud/parametermanager");
  const regional = { apiEndpoint: `parametermanager.${location}.rep.googleapis.com` };
  return new ParameterManagerClient(location === "global" ? {} : regional);
});

export class Parameter {
  constructor(place) {
    Object.assign(this, { place, version: place.told() });
  }

  async read() {
    const client = await parameters(this.version.split("/")[3]);
    const [answer] = await failures(this.place, () => client.renderParameterVersion({ name: this.version }));
    // Only what has a format is rendered.
    const value = answer.renderedPayload?.length > 0 ? answer.renderedPayload : answer.payload.data;
    return Buffer.from(value).toString();
  }
}

/** A topic whose messages are CloudEvents in the binary content mode (CloudEvents, Google Cloud Pub/Sub protocol binding). */
export class Bus {
  constructor(place) {
    this.place = place;
  }

  async publish({ id, time, type, source, subject, data }) {
    const told = { specversion: "1.0", id, source, type, time, ...(subject === null ? {} : { subject }) };
    const attributes = Object.entries(told).map(([name, value]) => [`ce-${name}`, value]);
    const json = { "content-type": "application/json" };
    await publish(this.place, data, { ...Object.fromEntries(attributes), ...json });
  }
}

export class Function {
  constructor(place) {
    this.place = place;
  }

  async invoke(input) {
    const url = this.place.told("URL");
    const { GoogleAuth } = await sdk("google-auth-library");
    const token = await failures(this.place, async () => {
      const client = await new GoogleAuth().getIdTokenClient(url);
      return client.idTokenProvider.fetchIdToken(url);
    });
    return post(this.place, url, token, input);
  }
}
