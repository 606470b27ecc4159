/**
 * What a handler receives and returns: the events and answers of docs/events.md.
 *
 * ```ts
 * import type { Handler, QueueAnswer, QueueEvent } from "portolan";
 *
 * export const handle: Handler<QueueEvent> = async (event): Promise<QueueAnswer> => {
 *   for (const message of event.messages) console.log(message.body);
 * };
 * ```
 */

export * from "./client.js";

/** Anything that can be written as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A moment in UTC, in RFC 3339 with exactly three decimals: texts that sort as they pass. */
export type Time = string;

/** How a text stands for bytes: it is them in UTF-8, or in base64 where they are not UTF-8. */
export type Encoding = "utf-8" | "base64";

/** Bytes, as every event has them. Nothing is parsed: JSON is a text. */
export interface Content {
  readonly body: string;
  readonly encoding: Encoding;
}

/** What every event has. `source` and `id` together are unique, and the same again when it is delivered again. */
export interface Envelope {
  readonly version: 1;
  readonly trigger: string;
  readonly id: string;
  readonly source: string;
  readonly time: Time;
}

/** Who calls. */
export interface Principal {
  readonly kind: "iam" | "jwt" | "function";
  /** The role, the service account or the Entra object; the token's `sub`. */
  readonly subject: string | null;
  readonly claims: { readonly [name: string]: Json };
}

/** A request. */
export interface HttpEvent extends Envelope, Content {
  readonly trigger: "http";
  /** The route as the spec declares it: `GET /shows/{id}`. */
  readonly http: string;
  readonly method: string;
  readonly host: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** What `{name}` matched; what `*` matched is called `*`. */
  readonly parameters: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: readonly string[] };
  /** Names are in lower case; `cookie` is not among them. */
  readonly headers: { readonly [name: string]: string };
  readonly cookies: { readonly [name: string]: string };
  readonly address: string | null;
  /** Null where the route is public. */
  readonly principal: Principal | null;
}

/** A tick; `time` is when it was due. */
export interface ScheduleEvent<Input extends Json = Json> extends Envelope {
  readonly trigger: "schedule";
  readonly schedule: string;
  readonly input: Input;
}

/** A message of a queue or a topic. */
export interface Message extends Content {
  readonly id: string;
  readonly time: Time;
  /** 1 on the first delivery; null where the cloud does not count. */
  readonly attempt: number | null;
  readonly attributes: { readonly [name: string]: string };
}

/** A batch of a queue's messages, never empty. */
export interface QueueEvent extends Envelope {
  readonly trigger: "queue";
  readonly queue: string;
  readonly messages: readonly [Message, ...Message[]];
}

/** One message of a topic. */
export interface TopicEvent extends Envelope {
  readonly trigger: "topic";
  readonly topic: string;
  readonly message: Message;
}

/** An object that was created (also overwritten) or deleted. */
export interface BucketEvent extends Envelope {
  readonly trigger: "bucket";
  readonly bucket: string;
  readonly change: "created" | "deleted";
  readonly object: {
    readonly key: string;
    readonly size: number | null;
    readonly etag: string | null;
    readonly version: string | null;
    /** With `input: file`, the path of a copy that is gone when the handler has answered. */
    readonly file?: string;
  };
}

/** A call of another function. What the handler returns is what that function gets. */
export interface InvokeEvent<Input extends Json = Json> extends Envelope {
  readonly trigger: "invoke";
  readonly invoke: string;
  readonly input: Input;
}

/** A row of a table: numbers that a double does not hold, bytes (base64) and times are texts. */
export type Row = { readonly [column: string]: Json };

/** One change of a row. */
export interface Change {
  readonly id: string;
  readonly time: Time;
  /** `written` where the cloud does not tell which. */
  readonly change: "created" | "changed" | "deleted" | "written";
  readonly key: Row;
  readonly new: Row | null;
  readonly old: Row | null;
}

/** Changed rows of a table, those of a key in order. */
export interface TableEvent extends Envelope {
  readonly trigger: "table";
  readonly table: string;
  readonly changes: readonly [Change, ...Change[]];
}

/** A record of a stream. */
export interface StreamRecord extends Content {
  readonly id: string;
  readonly time: Time;
  readonly key: string | null;
  readonly attributes: { readonly [name: string]: string };
}

/** Records of a stream, those of a key in order. */
export interface StreamEvent extends Envelope {
  readonly trigger: "stream";
  readonly stream: string;
  readonly records: readonly [StreamRecord, ...StreamRecord[]];
}

/** An event of a bus. */
export interface BusEvent<Data extends Json = Json> extends Envelope {
  readonly trigger: "bus";
  readonly bus: string;
  readonly type: string;
  readonly publisher: string | null;
  readonly data: Data;
}

/** Somebody who connects, says something or leaves. */
export interface WebsocketEvent extends Envelope, Content {
  readonly trigger: "websocket";
  readonly websocket: string;
  readonly change: "connect" | "message" | "disconnect";
  readonly connection: string;
  readonly headers: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: readonly string[] };
}

/** Any event; `trigger` says which. */
export type Event =
  | HttpEvent
  | ScheduleEvent
  | QueueEvent
  | TopicEvent
  | BucketEvent
  | InvokeEvent
  | TableEvent
  | StreamEvent
  | BusEvent
  | WebsocketEvent;

/** The answer to a request. */
export interface HttpAnswer {
  /** 200 to 599. */
  status: number;
  /** A list is a header that is sent several times. */
  headers?: { [name: string]: string | readonly string[] } | null;
  /** As in `Set-Cookie`: `"theme=dark; Path=/; HttpOnly"`. */
  cookies?: readonly string[] | null;
  /** Text is sent in UTF-8, bytes as they are, all else as JSON. */
  body?: Json | Uint8Array | object;
  /** `"base64"` where a text body is base64 of the bytes to send. */
  encoding?: Encoding | null;
}

/** Nothing where all of a batch is done; else the ids of what is to be delivered again. */
export type QueueAnswer = void | null | undefined | { failed: readonly string[] };

/** Nothing lets somebody in, a status of 400 and more does not. */
export type WebsocketAnswer = void | null | undefined | { status: number };

/** The answer to a call. */
export type InvokeAnswer = Json | void | object;

/** What an event asks for; of a schedule, a topic and a bucket the answer means nothing. */
export type Answer<E extends Event> = E extends HttpEvent
  ? HttpAnswer
  : E extends QueueEvent | TableEvent | StreamEvent
    ? QueueAnswer
    : E extends WebsocketEvent
      ? WebsocketAnswer
      : E extends InvokeEvent
        ? InvokeAnswer
        : unknown;

/** Where a call runs. */
export interface Context {
  /** This call, as the cloud's own log names it. */
  readonly id: string;
  readonly app: string;
  readonly target: string;
  readonly function: string;
  readonly provider: "aws" | "gcp" | "azure";
  readonly region: string;
  /** Milliseconds until the function's timeout ends this call. */
  remaining(): number;
  /** What the cloud handed over; using it ties the handler to that cloud. */
  readonly native: { readonly event: unknown; readonly context: unknown };
}

/** A handler of one kind of event, or of several. */
export type Handler<E extends Event> = (event: E, context: Context) => Answer<E> | Promise<Answer<E>>;
