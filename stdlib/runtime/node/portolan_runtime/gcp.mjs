// Google Cloud: one http function for requests, and for the pushes of Pub/Sub and of the scheduler.

import { randomUUID } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { countdown, Dropped, logged, nativeAnswer, Refusal } from "./calls.mjs";
import { account, person, verified } from "./callers.mjs";
import { deliver } from "./deliveries.mjs";
import {
  attributes,
  content,
  count,
  decode,
  envelope,
  instant,
  json,
  largest,
  Malformed,
  map,
  text,
  unbase64,
} from "./event.mjs";
import { hostname, lastAddress, refused, respond } from "./http.mjs";
import { queueEvent, topicEvent } from "./messages.mjs";
import { changeId, isWanted, objectEvent } from "./objects.mjs";
import { candidates, find } from "./routes.mjs";
import { tickEvent } from "./schedule.mjs";
import { environment, isNative, triggers, triggersOf } from "./settings.mjs";

const isOpen = process.env.PORTOLAN_OPEN === "true";
const bodied = Symbol("what the headers said of the body");

// functions-framework parses bodies before it calls a function, and refuses by itself what it cannot parse. An event's
// body is the bytes as they were sent, so the framework is shown a request that has none.
if (!isNative) {
  subscribe("http.server.request.start", ({ request, socket }) => {
    if (!(socket instanceof Socket) || socket.localPort !== Number(process.env.PORT ?? 8080)) return;
    request[bodied] = { ...request.headers };
    delete request.headers["content-length"];
    delete request.headers["transfer-encoding"];
  });
}

/** What functions-framework calls: with a request and a response, or with a CloudEvent where it was told to. */
export async function portolan(request, response) {
  const native = { event: request, context: response ?? null };
  const delivery = { call: trace(request.headers) ?? randomUUID(), remaining: countdown(), native };
  if (response === undefined) return cloudEvent(request, delivery);
  const [, key] = /^\/portolan\/([^?]*)/.exec(request.originalUrl ?? request.url) ?? [];
  const reply = await (key === undefined ? ask(request, response, delivery) : push(key, request, delivery));
  return response.headersSent ? undefined : send(reply, request, response);
}

function trace(headers) {
  return /^[0-9A-Fa-f]{32}(?=\/|$)/.exec(headers?.["x-cloud-trace-context"] ?? "")?.[0];
}

async function send(reply, request, response) {
  if ("native" in reply)
    return reply.native == null ? void response.status(204).end() : void response.send(reply.native);
  const lines = new Map(reply.cookies.length > 0 ? [["set-cookie", reply.cookies]] : []);
  for (const [name, value] of reply.headers) lines.set(name, [...(lines.get(name) ?? []), value]);
  response.statusCode = reply.status;
  for (const [name, values] of lines) response.setHeader(name, values.length === 1 ? values[0] : values);
  // Whoever sends too much still reads the answer only at the end.
  request.resume();
  return reply.body instanceof Readable ? pipeline(reply.body, response) : void response.end(reply.body);
}

function ask(request, response, delivery) {
  return respond(delivery, () => readRequest(request, delivery), routing, [request, response]);
}

async function readRequest(request, { call }) {
  const target = request.originalUrl ?? request.url;
  const [, encoded, query = ""] = /^([^?]*)\??(.*)$/s.exec(target);
  const path = decode(encoded);
  const isApi = await comesFromGateway(request);
  const { cookie = "", ...headers } = isApi ? beforeGateway(headersOf(request)) : headersOf(request);
  return {
    method: request.method,
    target,
    path,
    query,
    host: hostname(headers.host),
    headers,
    cookies: cookie.split(";"),
    body: await bytes(request),
    isStreamed: true,
    isApi,
    address: isApi ? null : lastAddress(headers["x-forwarded-for"]),
    id: call,
    time: instant(Date.now()),
    principal: (auth) => principal(auth, headers),
  };
}

function routing({ method, path, isApi }) {
  const all = candidates(
    triggersOf("http").filter(({ host }) => host === (isApi ? "api" : "own")),
    path,
  );
  return { all, found: find(all, method) };
}

// Where the function has a host of its own too, or lets everybody in, the gateway's account must say so: else anybody
// could write the header that says whom the gateway let in.
async function comesFromGateway({ headers }) {
  const hosts = new Set(triggersOf("http").map(({ host }) => host));
  if (accounts("PORTOLAN_GATEWAY").length > 0) return hosts.has("api") && isSentBy("PORTOLAN_GATEWAY", headers);
  return hosts.has("api") && hosts.size === 1 && !isOpen;
}

function headersOf(request) {
  return request[bodied] ?? request.headers;
}

// API Gateway puts its own token in the place of the client's ("Using the service backend", x-forwarded-authorization).
function beforeGateway({ authorization, "x-forwarded-authorization": clients, ...headers }) {
  return clients === undefined ? headers : { ...headers, authorization: clients };
}

/** The bytes of a request; none where there are too many, without keeping them all. */
async function bytes(request) {
  if (request[bodied] === undefined) {
    const raw = request.rawBody ?? Buffer.alloc(0);
    return raw.length > largest ? undefined : raw;
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function principal(auth, headers) {
  if (auth.kind === "public") return null;
  if (auth.by === "entry") return verified(auth, headers.authorization);
  if (auth.kind === "jwt") return person(userInfo(headers["x-apigateway-api-userinfo"]));
  const { email, sub } = await claimsOf(headers);
  return account(email ?? sub);
}

function userInfo(header) {
  return header === undefined ? undefined : json(Buffer.from(header, "base64url").toString("utf8"), "the user info");
}

/** A push is answered with a status alone: all but 2xx is delivered again. */
async function push(key, request, delivery) {
  try {
    return (await logged(delivery, (note) => receive(key, request, delivery, note))) ?? empty(204);
  } catch (error) {
    return refused(error instanceof Malformed ? new Refusal(400, error.message) : error);
  }
}

async function receive(key, request, delivery, note) {
  const trigger = triggers.find((one) => one.key === key && one.trigger in senders);
  note.trigger = trigger;
  const isThere = trigger !== undefined && request.method === "POST";
  if (!isThere) throw new Refusal(404, "no trigger is delivered to there");
  const isSender = await isSentBy(senders[trigger.trigger], request.headers);
  if (!isSender) throw new Refusal(401, "the caller is no account that delivers to this trigger");
  const body = await bytes(request);
  if (body === undefined) throw new Refusal(413, "the body has more than 4 MiB");
  if (isNative) return passed(trigger, body, delivery);
  const event = await open(trigger, body, request.headers, delivery);
  const result = await deliver(trigger, event, delivery, note);
  note.failed = result instanceof Set ? result.size : 0;
  return trigger.trigger === "invoke" ? whole(result) : empty(note.failed === 0 ? 204 : 500);
}

// The variables that name the accounts which deliver.
const senders = {
  schedule: "PORTOLAN_SCHEDULER",
  queue: "PORTOLAN_CALLER",
  topic: "PORTOLAN_CALLER",
  bucket: "PORTOLAN_CALLER",
  table: "PORTOLAN_CALLER",
  stream: "PORTOLAN_CALLER",
  bus: "PORTOLAN_CALLER",
  invoke: "PORTOLAN_INVOKERS",
};

function accounts(variable) {
  return (process.env[variable] ?? "").split(",").filter((account) => account !== "");
}

/** Whether one of the accounts in a variable calls. Calls of other functions may be left to the platform's own check. */
async function isSentBy(variable, headers) {
  const expected = accounts(variable);
  if (expected.length === 0) return variable === "PORTOLAN_INVOKERS" && !isOpen;
  try {
    const { email, email_verified: isVerified } = await claimsOf(headers);
    return expected.includes(email) && (isVerified === true || isVerified === "true");
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** What the token of a caller says. Cloud Run takes the signature off one that it has verified, unless all may come. */
async function claimsOf({ authorization, host }) {
  const { bearer, google, unverified, verify } = await import("./jwt.mjs");
  const token = bearer(authorization);
  return isOpen ? verify(token, { ...google, audiences: [`https://${host.toLowerCase()}`] }) : unverified(token);
}

function empty(status) {
  return { status, headers: [], cookies: [], body: Buffer.alloc(0) };
}

function whole(text) {
  return { ...empty(200), headers: [["content-type", "application/json"]], body: Buffer.from(text) };
}

async function passed(trigger, body, delivery) {
  if (trigger.trigger === "bucket") {
    const { key, change } = readChange(trigger, json(body.toString("utf8"), "the push").message);
    if (!isWanted(trigger, key, change)) throw new Dropped();
  }
  const { event, context } = delivery.native;
  return { native: await nativeAnswer([event, context], delivery) };
}

async function open(trigger, body, headers, { call }) {
  switch (trigger.trigger) {
    case "table":
    case "stream":
    case "bus": {
      const feeds = await import("./gcp_feeds.mjs");
      return feeds.open(trigger, body, headers);
    }
    case "schedule":
      return tickEvent(trigger, headers["x-cloudscheduler-scheduletime"], trigger.input);
    case "invoke":
      return { ...envelope(trigger, call, instant(Date.now())), input: json(body.toString("utf8"), "the input") };
    default: {
      const sent = map(json(body.toString("utf8"), "the push"), "the push");
      // A CloudEvent in one piece has the push in its data.
      return openMessage(trigger, sent.specversion === undefined ? sent : map(sent.data, "data"));
    }
  }
}

function openMessage(trigger, { message: sent, deliveryAttempt }) {
  const message = map(sent, "message");
  switch (trigger.trigger) {
    case "queue":
      return queueEvent(trigger, [readMessage(message, deliveryAttempt)]);
    case "topic":
      return topicEvent(trigger, readMessage(message, deliveryAttempt));
    case "bucket":
      return objectEvent(trigger, readChange(trigger, message));
    default:
      throw new Malformed("no push is of such a trigger");
  }
}

function readMessage({ messageId: id, publishTime: time, data = "", attributes: own }, attempt) {
  return {
    id: text(id, "messageId"),
    time: instant(time, "publishTime"),
    attempt: count(attempt),
    ...content(unbase64(text(data, "data"), "data")),
    attributes: attributes(own),
  };
}

// In a bucket that keeps versions an object that is deleted becomes an earlier version (Pub/Sub notifications for Cloud
// Storage, "Event types").
const changes = new Map([
  ["OBJECT_FINALIZE", "created"],
  ["OBJECT_DELETE", "deleted"],
  ["OBJECT_ARCHIVE", "deleted"],
]);

function readChange(trigger, { attributes: own, data = "" }) {
  const {
    bucketId,
    objectId: key,
    eventType,
    objectGeneration,
    eventTime: time,
    overwrittenByGeneration,
  } = map(own, "attributes");
  if (bucketId !== environment(trigger.variable)) throw new Malformed("the change is of a bucket that is no trigger");
  const kind = changes.get(text(eventType, "eventType"));
  // An overwrite is one creation; the deletion that belongs to it is nobody's.
  const change = kind === "deleted" && overwrittenByGeneration !== undefined ? "overwritten" : kind;
  const { size, etag } =
    data === "" ? {} : map(json(unbase64(text(data, "data"), "data").toString("utf8"), "data"), "data");
  const id = changeId(bucketId, text(key, "objectId"), objectGeneration ?? "", change);
  return { id, time, change, key, size, etag, version: objectGeneration };
}

/** The same pushes where functions-framework has made CloudEvents of them; nobody but the platform checks who sends. */
function cloudEvent({ source, data }, delivery) {
  return logged(delivery, async (note) => {
    if (isOpen) throw new Refusal(401, "the platform lets everybody in and verifies nothing");
    note.trigger = sender(String(source));
    const result = await deliver(note.trigger, openMessage(note.trigger, map(data, "data")), delivery, note);
    note.failed = note.trigger.trigger === "queue" ? result.size : 0;
    if (note.failed > 0) throw new Error("the message has failed");
  });
}

function sender(source) {
  const named = [...triggersOf("queue"), ...triggersOf("topic")];
  const found = named.find(({ variable }) => source.endsWith(`/${process.env[variable]}`));
  const all = [...named, ...triggersOf("bucket")];
  if (found === undefined && all.length !== 1) throw new Malformed("the event does not say which trigger it is for");
  return found ?? all[0];
}
