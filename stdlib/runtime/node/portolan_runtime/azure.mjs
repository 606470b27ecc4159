// Azure Functions: a function for each trigger, and for each route of an http trigger.

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
} from "./event.mjs";
import { hostname, lastAddress, refused, respond } from "./http.mjs";
import { queueEvent, topicEvent } from "./messages.mjs";
import { isWanted, objectEvent } from "./objects.mjs";
import { candidates, match } from "./routes.mjs";
import { lastDue, tickEvent } from "./schedule.mjs";
import { environment, isNative, triggers, triggersOf } from "./settings.mjs";

/** Declares all functions of the package; `app` is what `@azure/functions` declares them with. */
export async function register(app) {
  for (const trigger of triggers) await declare[trigger.trigger](app, trigger);
}

const declare = {
  http: declareRoutes,
  table: declareFeed,
  stream: declareFeed,
  bus: declareFeed,
  schedule(app, trigger) {
    const schedule = setting(trigger, "SCHEDULE");
    app.timer(name(trigger), { name: "timer", schedule, handler: message(trigger, openTick) });
  },
  queue(app, trigger) {
    app.serviceBusQueue(name(trigger), { ...fromQueue(trigger), handler: message(trigger, openQueue) });
  },
  topic(app, trigger) {
    const topicName = setting(trigger, "TOPIC");
    const subscriptionName = setting(trigger, "SUBSCRIPTION");
    const options = { ...binding(trigger), topicName, subscriptionName };
    app.serviceBusTopic(name(trigger), { ...options, handler: message(trigger, openTopic) });
  },
  bucket(app, trigger) {
    app.serviceBusQueue(name(trigger), { ...fromQueue(trigger), handler: message(trigger, openChange) });
  },
  invoke(app, trigger) {
    const options = { name: "request", route: "portolan/invoke", methods: ["POST"], authLevel: "anonymous" };
    app.http(name(trigger), { ...options, handler: invocation(trigger) });
  },
};

// Few functions have these triggers, so their module is read only where one does.
async function declareFeed(app, trigger) {
  const feeds = await import("./azure_feeds.mjs");
  feeds.declare(app, trigger, name(trigger), prefix(trigger), message);
}

function name({ trigger, key }) {
  return `${trigger}_${key.replaceAll("-", "_")}`;
}

function prefix({ key }) {
  return `PORTOLAN_${key.replaceAll("-", "_").toUpperCase()}`;
}

function setting(trigger, word) {
  return `%${prefix(trigger)}_${word}%`;
}

// The host would take a body apart that looks like JSON; as `binary` it hands over the bytes.
function binding(trigger) {
  return { name: "message", connection: prefix(trigger), cardinality: "one", dataType: "binary" };
}

function fromQueue(trigger) {
  const sessions = trigger.fifo ? { isSessionsEnabled: true } : {};
  return { ...binding(trigger), queueName: setting(trigger, "QUEUE"), ...sessions };
}

/** What the host calls for everything but requests; what it throws abandons the message. */
function message(trigger, open) {
  return async (value, context) => {
    const delivery = { call: context.invocationId, remaining: countdown(), native: { event: value, context } };
    return logged(delivery, async (note) => {
      note.trigger = trigger;
      if (isNative) return passed(trigger, value, delivery);
      const event = open(trigger, value, context.triggerMetadata ?? {});
      const result = await deliver(trigger, event, delivery, note);
      note.failed = result instanceof Set ? result.size : 0;
      if (note.failed > 0) throw new Error("the handler calls the message failed");
    });
  };
}

function passed(trigger, value, delivery) {
  if (trigger.trigger === "bucket") {
    const { key, change } = readChange(trigger, value);
    if (!isWanted(trigger, key, change)) throw new Dropped();
  }
  return nativeAnswer([value, delivery.native.context], delivery);
}

function openTick(trigger) {
  const now = Date.now();
  const due = trigger.due ? lastDue(trigger.due, now) : Math.floor(now / 60_000) * 60_000;
  return tickEvent(trigger, due, trigger.input);
}

function openQueue(trigger, value, metadata) {
  return queueEvent(trigger, [readMessage(value, metadata)]);
}

function openTopic(trigger, value, metadata) {
  return topicEvent(trigger, readMessage(value, metadata), metadata.subject ?? metadata.label);
}

function openChange(trigger, value) {
  return objectEvent(trigger, readChange(trigger, value));
}

// The library reads texts of the metadata as JSON where they are some: an id of digits arrives as a number.
function readMessage(value, { messageId, enqueuedTimeUtc, deliveryCount, applicationProperties }) {
  if (messageId === undefined || messageId === null) throw new Malformed("MessageId is missing");
  return {
    id: String(messageId),
    time: instant(enqueuedTimeUtc, "EnqueuedTimeUtc"),
    attempt: count(deliveryCount),
    ...content(bytes(value)),
    attributes: attributes(applicationProperties),
  };
}

function bytes(value) {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value ?? ""));
}

const place = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s;
const changes = new Map([
  ["Microsoft.Storage.BlobCreated", "created"],
  ["Microsoft.Storage.BlobDeleted", "deleted"],
]);

// Event Grid puts one event of its own schema into each message.
function readChange(trigger, value) {
  const sent = map(json(bytes(value).toString("utf8"), "the event"), "the event");
  const { contentLength: size, eTag: etag } = map(sent.data, "data");
  const [, container, key] = place.exec(text(sent.subject, "subject")) ?? [];
  if (container !== environment(trigger.variable))
    throw new Malformed("the change is of a container that is no trigger");
  const change = changes.get(text(sent.eventType, "eventType"));
  return { id: text(sent.id, "id"), time: sent.eventTime, change, key, size, etag };
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

// A preflight goes to the first function of a path, where no function of the path takes OPTIONS by itself.
function declareRoutes(app, trigger) {
  const answersPreflight = new Set();
  for (const [index, route] of trigger.routes.entries()) {
    const path = template(route.segments);
    const own = route.method === "ANY" ? methods : [route.method];
    const peers = trigger.routes.filter(({ segments }) => template(segments) === path);
    const isAnswered = answersPreflight.has(path) || peers.some(({ method }) => ["ANY", "OPTIONS"].includes(method));
    const added = trigger.cors && !isAnswered ? ["OPTIONS"] : [];
    answersPreflight.add(path);
    const options = { name: "request", route: path, methods: [...own, ...added], authLevel: "anonymous" };
    app.http(index === 0 ? name(trigger) : `${name(trigger)}_${index + 1}`, {
      ...options,
      handler: request(trigger, route),
    });
  }
}

// The host gives a function without a route its name, so the root is a parameter of no length.
function template(segments) {
  const words = segments.map(
    ({ literal, parameter }) => literal ?? (parameter === undefined ? "{*path}" : `{${parameter}}`),
  );
  return words.join("/") || "{root:maxlength(0)?}";
}

function request(trigger, route) {
  return async (native, context) => {
    const delivery = { call: context.invocationId, remaining: countdown(), native: { event: native, context } };
    const find = (request) => routing(request, trigger, route);
    const reply = await respond(delivery, () => readRequest(native, delivery, trigger), find, [native, context]);
    return "native" in reply ? reply.native : written(reply);
  };
}

// The host's own routes do not mind capitals, those of the other clouds do.
function routing({ method, path }, trigger, route) {
  const parameters = [method, "ANY"].includes(route.method) ? match(route.segments, path) : undefined;
  const found = parameters === undefined ? undefined : { trigger, route, parameters };
  return { all: candidates(triggersOf("http"), path), found };
}

async function readRequest(native, { call }, trigger) {
  const { pathname, search } = new URL(native.url);
  const { cookie = "", ...headers } = headersOf(native, trigger);
  const path = decode(pathname);
  const body = Buffer.from(await native.arrayBuffer());
  return {
    method: native.method,
    target: pathname + search,
    path,
    query: search.slice(1),
    host: hostname(headers.host ?? new URL(native.url).host),
    headers,
    cookies: cookie.split(";"),
    body: body.length > largest ? undefined : body,
    address: trigger.host === "api" ? null : lastAddress(headers["x-forwarded-for"]),
    id: call,
    time: instant(Date.now()),
    principal: (auth) => principal(auth, trigger, headers),
  };
}

// API Management puts its own token in the place of the client's.
function headersOf(native, trigger) {
  const { "x-forwarded-authorization": clients, ...headers } = Object.fromEntries(native.headers);
  return trigger.host !== "api" || clients === undefined
    ? Object.fromEntries(native.headers)
    : { ...headers, authorization: clients };
}

async function principal(auth, { host }, headers) {
  if (auth.kind === "public") return null;
  if (auth.by === "entry") return verified(auth, headers.authorization);
  if (host === "own") return account(signedIn(headers));
  const { bearer, unverified } = await import("./jwt.mjs");
  const claims = unverified(bearer(headers.authorization));
  return auth.kind === "iam" ? account(claims.oid) : person(claims);
}

// App Service takes this header off requests that come from outside, where its sign-in is on ("Work with user identities
// in Azure App Service authentication").
function signedIn(headers) {
  const isOn = (process.env.WEBSITE_AUTH_ENABLED ?? "true").toLowerCase() === "true";
  return isOn ? headers["x-ms-client-principal-id"] : undefined;
}

/** Whether one of the callers in the environment calls; where it names none, the sign-in has shut out all others. */
function mayInvoke(headers) {
  const expected = (process.env.PORTOLAN_INVOKERS ?? "").split(",").filter((caller) => caller !== "");
  if (expected.length > 0) return expected.includes(headers.get("x-ms-client-principal-id"));
  return process.env.PORTOLAN_OPEN !== "true";
}

function invocation(trigger) {
  return async (native, context) => {
    const delivery = { call: context.invocationId, remaining: countdown(), native: { event: native, context } };
    try {
      return await logged(delivery, async (note) => {
        note.trigger = trigger;
        if (!mayInvoke(native.headers)) throw new Refusal(401, "the caller may not call this function");
        if (isNative) return nativeAnswer([native, context], delivery);
        const body = Buffer.from(await native.arrayBuffer());
        if (body.length > largest) throw new Refusal(413, "the input has more than 4 MiB");
        const input = json(body.toString("utf8"), "the input");
        const event = { ...envelope(trigger, delivery.call, instant(Date.now())), input };
        const text = await deliver(trigger, event, delivery, note);
        return { status: 200, headers: { "content-type": "application/json" }, body: text };
      });
    } catch (error) {
      return written(refused(error instanceof Malformed ? new Refusal(400, error.message) : error));
    }
  };
}

function written({ status, headers, cookies, body }) {
  return { status, headers, cookies: cookies.map(readCookie), body };
}

// The host takes cookies apart and escapes their values itself, so what is escaped already is undone first.
function readCookie(cookie) {
  const [pair, ...rest] = cookie.split(";");
  const [, name, value] = /^([^=]*)=?(.*)$/s.exec(pair);
  const read = { name: name.trim(), value: decode(value.trim()) };
  for (const attribute of rest) {
    const [, word, value] = /^\s*([^=]*?)\s*(?:=(.*))?$/s.exec(attribute);
    Object.assign(read, cookieAttribute(word.toLowerCase(), (value ?? "").trim()));
  }
  return read;
}

function cookieAttribute(word, value) {
  switch (word) {
    case "domain":
    case "path":
      return { [word]: value };
    case "expires":
      return { expires: new Date(value) };
    case "max-age":
      return { maxAge: Number(value) };
    case "samesite":
      return { sameSite: value.charAt(0).toUpperCase() + value.slice(1).toLowerCase() };
    case "secure":
      return { secure: true };
    case "httponly":
      return { httpOnly: true };
    default:
      return {};
  }
}
