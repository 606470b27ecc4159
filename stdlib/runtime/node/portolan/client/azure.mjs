// The verbs on Azure, over Azure's libraries.

import { post } from "./calls.mjs";
import { AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError } from "./errors.mjs";
import { told, utc } from "./messages.mjs";
import { once, sdk } from "./place.mjs";
import { compare } from "./ranges.mjs";
import { canonical, checkedItem, Keys, percent, remembered } from "./values.mjs";

// Cosmos DB's own (Azure documentation, Resource model: system-generated properties).
const SYSTEM = ["_rid", "_self", "_etag", "_attachments", "_ts"];

const credential = once(async () => {
  const { DefaultAzureCredential } = await sdk("@azure/identity");
  return new DefaultAzureCredential();
});

/** Azure's errors become ours. `conflict` is what a condition that does not hold means. */
async function failures(place, work, { what = "", conflict = Failed } = {}) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PortolanError) throw cause;
    const about = `${place.verb} of ${place}${what}`;
    const status = Number(cause?.statusCode ?? cause?.code);
    if (status === 409 || status === 412) throw new conflict(about, { cause });
    if (status === 404) throw new NotFound(about, { cause });
    if (status === 401 || status === 403) throw new Denied(about, { cause });
    throw new Failed(`${about}: ${cause?.message ?? cause}`, { cause });
  }
}

async function unlessMissing(work) {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return undefined;
  }
}

const container = once(async (endpoint, name) => {
  const { ContainerClient } = await sdk("@azure/storage-blob");
  return new ContainerClient(`${endpoint.replace(/\/+$/, "")}/${name}`, await credential());
});

export class Bucket {
  constructor(place) {
    this.place = place;
  }

  async read(key) {
    return this.#blob(key, (blob) => blob.downloadToBuffer());
  }

  async write(key, body, contentType) {
    await this.#put(key, body, contentType, {});
  }

  async create(key, body, contentType) {
    await this.#put(key, body, contentType, { ifNoneMatch: "*" });
  }

  async delete(key) {
    await unlessMissing(this.#blob(key, (blob) => blob.delete()));
  }

  async *list(prefix) {
    const found = (await this.#container()).listBlobsFlat({ prefix: prefix || undefined });
    for (;;) {
      const { done, value } = await failures(this.place, () => found.next());
      if (done) return;
      const { contentLength: size, etag = "" } = value.properties;
      yield { key: value.name, size, etag: etag.replaceAll('"', "") };
    }
  }

  async #put(key, body, blobContentType, conditions) {
    const options = { conditions, blobHTTPHeaders: { blobContentType } };
    await this.#blob(key, (blob) => blob.upload(body, body.length, options), AlreadyExists);
  }

  async #blob(key, work, conflict) {
    const blob = (await this.#container()).getBlockBlobClient(key);
    return failures(this.place, () => work(blob), { what: `, ${key}`, conflict });
  }

  #container() {
    return container(this.place.told("ENDPOINT"), this.place.told());
  }
}

const serviceBus = once(async (namespace) => {
  const { ServiceBusClient } = await sdk("@azure/service-bus");
  return new ServiceBusClient(namespace, await credential());
});

const sender = once(async (namespace, name) => (await serviceBus(namespace)).createSender(name));

// What is taken is bytes, whatever it looks like.
const AS_BYTES = { skipParsingBodyAsJson: true };

const receiver = once(async (namespace, name) => (await serviceBus(namespace)).createReceiver(name, AS_BYTES));

// A client that tries once: nobody's turn coming in time is an answer.
const sessions = once(async (namespace, timeoutInMs) => {
  const { ServiceBusClient } = await sdk("@azure/service-bus");
  return new ServiceBusClient(namespace, await credential(), { retryOptions: { timeoutInMs, maxRetries: 0 } });
});

/** The messages of one group: nobody else takes of them until all that were taken are settled, or their time is over. */
class Session {
  static #held = new Set();
  #open = 0;

  constructor(link) {
    this.link = link;
  }

  /** The next group that has messages and is nobody's; nothing where there is none in time. */
  static async next(namespace, name, wait) {
    for (const held of Session.#held) {
      if (held.link.sessionLockedUntilUtc <= new Date()) await held.#letGo();
    }
    // Connecting is a part of the wait.
    const client = await sessions(namespace, Math.max(wait, 5) * 1000);
    // A message that is not settled comes back when the queue's `visibility` is over.
    const options = { ...AS_BYTES, maxAutoLockRenewalDurationInMs: 0 };
    try {
      return new Session(await client.acceptNextSession(name, options));
    } catch (error) {
      if (error?.code === "ServiceTimeout" || error?.code === "SessionCannotBeLocked") return undefined;
      throw error;
    }
  }

  async receiveMessages(limit, patience) {
    const taken = await this.link.receiveMessages(limit, patience);
    this.#open = taken.length;
    if (this.#open > 0) Session.#held.add(this);
    else await this.link.close();
    return taken;
  }

  completeMessage(taken) {
    return this.#settled(this.link.completeMessage(taken));
  }

  abandonMessage(taken) {
    return this.#settled(this.link.abandonMessage(taken));
  }

  async #settled(settling) {
    await settling;
    this.#open -= 1;
    if (this.#open === 0) await this.#letGo();
  }

  async #letGo() {
    Session.#held.delete(this);
    await this.link.close();
  }
}

async function send(place, body, applicationProperties, group) {
  const to = await sender(place.told("NAMESPACE"), place.told());
  // A text would be sent as a text of JSON.
  const message = { body: Buffer.from(body), applicationProperties, ...(group ? { sessionId: group } : {}) };
  await failures(place, () => to.sendMessages(message));
}

export class Queue {
  constructor(place) {
    this.place = place;
  }

  async send(body, attributes, group) {
    await send(this.place, body, attributes, group);
  }

  async receive(limit, wait) {
    const of = await failures(this.place, () => this.#receiver(wait));
    if (of === undefined) return [];
    // A wait of nothing is not taken for one by the library.
    const patience = { maxWaitTimeInMs: Math.max(wait, 1) * 1000 };
    const taken = await failures(this.place, () => of.receiveMessages(limit, patience));
    return taken.map((one) => [message(one), { of, one }]);
  }

  async ack({ of, one }) {
    await failures(this.place, () => of.completeMessage(one));
  }

  async release({ of, one }) {
    await failures(this.place, () => of.abandonMessage(one));
  }

  #receiver(wait) {
    const at = [this.place.told("NAMESPACE"), this.place.told()];
    return process.env[`${this.place.variable}_SESSIONS`] === "true" ? Session.next(...at, wait) : receiver(...at);
  }
}

function message({ messageId, enqueuedTimeUtc, deliveryCount = 0, body, applicationProperties = {} }) {
  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const attributes = Object.entries(applicationProperties).map(([name, value]) => [name, text(value)]);
  return told({
    id: String(messageId),
    time: utc(Number(enqueuedTimeUtc)),
    attempt: deliveryCount + 1,
    body,
    attributes: Object.fromEntries(attributes),
  });
}

export class Topic {
  constructor(place) {
    this.place = place;
  }

  async publish(body, attributes) {
    await send(this.place, body, attributes);
  }
}

const cosmos = once(async (endpoint) => {
  const { CosmosClient } = await sdk("@azure/cosmos");
  return new CosmosClient({ endpoint, aadCredentials: await credential() });
});

const items = once(async (endpoint, database, name) => (await cosmos(endpoint)).database(database).container(name));

/** A container of Cosmos DB. */
export class Table {
  constructor(place) {
    Object.assign(this, { place, keys: new Keys(place) });
    if (this.keys.names[0] === "id" && this.keys.names.length > 1) {
      throw new Failed(`${place}: Cosmos DB keeps the sort key in \`id\`, so the partition key cannot be called that`);
    }
  }

  async read(key) {
    const item = await this.#item(this.keys.exactly(key));
    const read = failures(this.place, () => item.read());
    const { resource } = (await unlessMissing(read)) ?? {};
    return resource && this.#plain(resource);
  }

  async *query(hash, { index, range, descending }) {
    const [name, sort] = this.keys.pair(index);
    const value = this.keys.hash(index, hash);
    const ends = this.keys.withinRange(index, range);
    const equal = name === "id" && "id" in this.keys.key ? itemId({ id: value }, { names: ["id"] }) : value;
    const within = name === this.keys.names[0] ? { partitionKey: equal } : {};
    const conditions = [`${this.#field(name)} = @hash`];
    if (sort === "id" && this.keys.key.id === "string") {
      // The text of an id is not always the attribute's, and neither is its order.
      const all = [];
      for await (const found of this.#found(conditions[0], "", { "@hash": equal }, within)) all.push(found);
      const held = all.filter(({ id }) => ends.length === 0 || range.holds(id));
      held.sort((one, other) => compare(one.id, other.id));
      return yield* descending ? held.reverse() : held;
    }
    const values = Object.fromEntries([["@hash", equal], ...ends.map((end, at) => [`@end${at}`, end])]);
    if (sort) conditions.push(...compared(range, this.#field(sort)), `IS_DEFINED(${this.#field(sort)})`);
    const order = sort ? ` ORDER BY ${this.#field(sort)} ${descending ? "DESC" : "ASC"}` : "";
    yield* this.#found(conditions.join(" AND "), order, values, within);
  }

  scan() {
    return this.#found("true", "", {}, {});
  }

  async write(values, when, unchanged) {
    const checked = checkedItem(values, this.keys);
    const document = this.#document(checked);
    const conflict = { absent: AlreadyExists, present: NotFound }[when] ?? Changed;
    const { items: documents } = await this.#items();
    const item = await this.#item(checked);
    const written = () => {
      if (when === "absent") return documents.create(document);
      if (when === "present") return item.replace(document);
      if (unchanged === undefined) return documents.upsert(document);
      return item.replace(document, { accessCondition: { type: "IfMatch", condition: unchanged } });
    };
    try {
      await failures(this.place, written, { conflict });
    } catch (error) {
      if (unchanged && error instanceof NotFound) throw new Changed(error.message, { cause: error.cause });
      throw error;
    }
  }

  async delete(key) {
    const item = await this.#item(this.keys.exactly(key));
    await unlessMissing(failures(this.place, () => item.delete()));
  }

  #items() {
    return items(this.place.told("ENDPOINT"), this.place.told("DATABASE"), this.place.told());
  }

  async #item(key) {
    const [first] = this.keys.names;
    const id = itemId(key, this.keys);
    return (await this.#items()).item(id, first === "id" ? id : key[first]);
  }

  async *#found(conditions, order, values, within) {
    const query = `SELECT * FROM c WHERE ${conditions}${order}`;
    const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
    const pages = (await this.#items()).items.query({ query, parameters }, within);
    do {
      const { resources } = await failures(this.place, () => pages.fetchNext());
      for (const document of resources ?? []) yield this.#plain(document);
    } while (pages.hasMoreResults());
  }

  #document(values) {
    const id = itemId(values, this.keys);
    const document = Object.fromEntries(Object.entries(values).map(([name, value]) => [stored(name), value]));
    if ("id" in this.keys.key && values.id === id) delete document._id;
    const expires = values[this.keys.ttl];
    // Cosmos DB counts seconds from the last write, and takes no less than one.
    const ttl = typeof expires === "number" && { ttl: Math.max(1, Math.trunc(expires - Date.now() / 1000)) };
    return { ...document, ...ttl, id };
  }

  #plain(document) {
    const own = ([name]) => {
      if (SYSTEM.includes(name) || name === "ttl") return false;
      return name !== "id" || (!("_id" in document) && "id" in this.keys.key);
    };
    const plain = ([name, value]) => [name.startsWith("_") ? name.slice(1) : name, value];
    const values = Object.fromEntries(Object.entries(document).filter(own).map(plain));
    const first = this.keys.names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]);
    return remembered({ ...Object.fromEntries(first), ...values }, document._etag);
  }

  /** An attribute in a query. An `id` that is a text and a key is the document's own. */
  #field(name) {
    const own = name === "id" && (this.keys.key.id === "string" || this.keys.names.length === 1);
    return `c[${JSON.stringify(own ? name : stored(name))}]`;
  }
}

/** The text of the last key. What Cosmos DB refuses in an id is in percent (Resource.Id, remarks). */
export function itemId(values, keys) {
  const own = canonical(values[keys.names.at(-1)]);
  // Alone in an address they would be steps in it.
  if (own === "." || own === "..") return own.replaceAll(".", "%2E");
  const text = own.replace(/[/\\?#%]/g, percent);
  return text.endsWith(" ") ? `${text.slice(0, -1)}%20` : text;
}

/** The name that an attribute has in a document: those that Cosmos DB takes for itself begin with a further `_`. */
function stored(name) {
  return name === "id" || name === "ttl" || name.startsWith("_") ? `_${name}` : name;
}

function compared({ low, high, lowExcluded, highExcluded, prefix }, sort) {
  if (prefix !== undefined) return [`STARTSWITH(${sort}, @end0)`];
  const ends = [
    [low, lowExcluded ? ">" : ">="],
    [high, highExcluded ? "<" : "<="],
  ];
  const said = ends.filter(([value]) => value !== undefined && value !== null);
  return said.map(([, end], at) => `${sort} ${end} @end${at}`);
}

const vault = once(async (endpoint) => {
  const { SecretClient } = await sdk("@azure/keyvault-secrets");
  return new SecretClient(endpoint, await credential());
});

export class Secret {
  constructor(place) {
    this.place = place;
  }

  async read() {
    const client = await vault(this.place.told("ENDPOINT"));
    const { value } = await failures(this.place, () => client.getSecret(this.place.told()));
    return value ?? "";
  }
}

/** A value in a vault that is there for parameters alone. */
export class Parameter extends Secret {}

const eventGrid = once(async (endpoint) => {
  const { EventGridPublisherClient } = await sdk("@azure/eventgrid");
  return new EventGridPublisherClient(endpoint, "CloudEvent", await credential());
});

export class Bus {
  constructor(place) {
    this.place = place;
  }

  async publish({ id, time, type, source, subject, data }) {
    const client = await eventGrid(this.place.told("ENDPOINT"));
    const event = { id, time: new Date(time), type, source, data: JSON.parse(data), datacontenttype: "application/json" };
    await failures(this.place, () => client.send([subject === null ? event : { ...event, subject }]));
  }
}

export class Function {
  constructor(place) {
    this.place = place;
  }

  async invoke(input) {
    const scope = `${this.place.told("AUDIENCE")}/.default`;
    const own = await credential();
    const { token } = await failures(this.place, () => own.getToken(scope));
    return post(this.place, this.place.told("URL"), token, input);
  }
}
