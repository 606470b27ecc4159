import type { Json } from "./index.js";

/** An item of a table. */
export type Item = { [attribute: string]: any };

/** Texts by name. */
export type Attributes = { [name: string]: string };

/** An object as a listing shows it, and as events have it. */
export interface Listed {
  key: string;
  size: number;
  etag: string;
}

/** Objects under keys. */
export interface Bucket {
  /** Gets an object, in a Buffer. `NotFound` where there is none. */
  read(key: string): Promise<Uint8Array>;
  /** Creates an object, or overwrites it. */
  write(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<void>;
  /** Creates an object. `AlreadyExists` where there is one. */
  create(key: string, body: Uint8Array | string, options?: { contentType?: string }): Promise<void>;
  /** Deletes an object; what is not there is as good as deleted. */
  delete(key: string): Promise<void>;
  /** What has a key that begins so, in the order of keys. */
  list(prefix?: string): AsyncGenerator<Listed, void>;
}

/** A message that was taken, in the shape that events have it. */
export interface Taken {
  id: string;
  time: string;
  attempt: number | null;
  body: string;
  encoding: "utf-8" | "base64";
  attributes: Attributes;
  /** It is done, and is not delivered again. */
  ack(): Promise<void>;
  /** It is not done, and is delivered again at once. */
  release(): Promise<void>;
}

/** Messages that one consumer takes. */
export interface Queue {
  /** Sends a message. Those of one `group` stay in order, where the queue is `fifo`. */
  send(body: string, attributes?: Attributes, options?: { group?: string }): Promise<void>;
  /** Takes up to `limit` messages (1 to 10), waiting that many seconds (0 to 20) for the first. */
  receive(options?: { limit?: number; wait?: number }): Promise<Taken[]>;
}

/** Messages that every subscriber gets. */
export interface Topic {
  /** Publishes a message. */
  publish(body: string, attributes?: Attributes): Promise<void>;
}

/** What a sort key is limited to, and in which order and how many. */
export interface Query {
  index?: string;
  equals?: string | number;
  atLeast?: string | number;
  atMost?: string | number;
  above?: string | number;
  below?: string | number;
  prefix?: string;
  limit?: number;
  descending?: boolean;
}

/** Items under a partition key and perhaps a sort key. */
export interface Table {
  /** Gets the item with this whole key. */
  read(key: { [attribute: string]: string | number }): Promise<Item | undefined>;
  /** Items with this partition key, in the order of their sort key. */
  query(hash: string | number, options?: Query): AsyncGenerator<Item, void>;
  /** Everything, in no order. */
  scan(): AsyncGenerator<Item, void>;
  /**
   * Puts an item in place of what has its key. `when: "absent"` puts it only where there is none (else `AlreadyExists`),
   * `when: "present"` only where there is one (else `NotFound`), and `unchanged: item` only where nobody wrote since that item
   * was read (else `Changed`).
   */
  write(item: Item, options?: { when?: "absent" | "present"; unchanged?: Item }): Promise<void>;
  /** Deletes the item with this whole key; what is not there is as good as deleted. */
  delete(key: { [attribute: string]: string | number }): Promise<void>;
}

/** A secret value. */
export interface Secret {
  /** The value as it is now. `NotFound` where nobody has put one there. */
  read(): Promise<string>;
}

/** A configuration value that is no secret. */
export interface Parameter {
  /** The value as it is now. */
  read(): Promise<string>;
}

/** Events of many types, of which every listener gets those that it asks for. */
export interface Bus {
  /** Publishes an event. Its source is this function unless another is said. */
  publish(type: string, data: { [name: string]: Json }, options?: { source?: string; subject?: string }): Promise<void>;
}

/** Another function. */
export interface Function {
  /** Calls the function with what JSON can say, waits, and gives its answer. `Failed` where it raised. */
  invoke(input?: Json): Promise<any>;
}

/** A bucket of the spec. */
export function bucket(name: string): Bucket;
/** A queue of the spec. */
export function queue(name: string): Queue;
/** A topic of the spec. */
export function topic(name: string): Topic;
/** A table of the spec. */
export function table(name: string): Table;
/** A secret of the spec. */
export function secret(name: string): Secret;
/** A parameter of the spec. */
export function parameter(name: string): Parameter;
/** A bus of the spec. */
export function bus(name: string): Bus;
declare function other(name: string): Function;
/** Another function of the spec. */
export { other as function };

/** What all errors of the client have in common; the provider's own error is the `cause`. */
export class PortolanError extends Error {}
/** The function does not use this in its spec. */
export class NotDeclared extends PortolanError {}
/** The SDK of this cloud is not among the function's packages. */
export class MissingPackage extends PortolanError {}
/** There is no such object, item, queue, topic, bus, secret, parameter or function. */
export class NotFound extends PortolanError {}
/** There is one already, and it was not to be overwritten. */
export class AlreadyExists extends PortolanError {}
/** Somebody else wrote in between, or the item is gone. */
export class Changed extends PortolanError {}
/** The cloud does not allow it. */
export class Denied extends PortolanError {}
/** Anything else that the cloud, or a function that was invoked, has to say. */
export class Failed extends PortolanError {}
