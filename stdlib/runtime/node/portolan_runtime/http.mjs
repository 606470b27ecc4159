// Requests: their events, who may not call, and what an answer becomes. The modules of the clouds read and write them.

import { validateHeaderName, validateHeaderValue } from "node:http";

import { answer, logged, nativeAnswer, Refusal } from "./calls.mjs";
import { preflight, withCors } from "./cors.mjs";
import { content, envelope, largest, stringify, unbase64 } from "./event.mjs";
import { isNative, settings } from "./settings.mjs";

// A whole application answers for itself; it is loaded with the entry.
const application = settings.application ? await import("./application.mjs") : undefined;

const words = {
  400: "the event is not understood",
  401: "unauthorized",
  404: "not found",
  413: "content too large",
  500: "internal error",
  503: "unavailable",
};

/** The host that a client asked for, without its port. */
export function hostname(host) {
  return (host ?? "").toLowerCase().replace(/:\d*$/, "");
}

/** An address as proxies write it, which may carry a port. */
export function lastAddress(forwarded) {
  const last = (forwarded ?? "").split(",").at(-1).trim();
  const [, bracketed, plain] = /^\[(.+)\](?::\d+)?$|^([^:]+)(?::\d+)?$/.exec(last) ?? [];
  return bracketed ?? plain ?? (last === "" ? null : last);
}

/**
 * Answers one request, which `read` gives. A request is `method`, `target` (path and query as
 * sent), `path` (decoded), `query` (as sent), `host`, `headers`, `cookies` (texts as sent), `body` (bytes; none where
 * there were too many), `address`, `id`, `time`, and `principal(auth)`, which refuses whoever may not call. `route`
 * gives `all` routes whose path fits it, and the one `found`. The answer is `status`, `headers` (pairs), `cookies` and `body`; or
 * `native`, what a handler that asked for the cloud's own event returned when `values` were handed over.
 */
export function respond(delivery, read, route, values) {
  return logged(delivery, async (note) => {
    let request = { headers: {} };
    try {
      request = await read();
      const routing = route(request);
      note.trigger = routing.found?.trigger;
      const permission = preflight(request, routing);
      if (permission !== undefined) return permission;
      const reply = await answered(request, delivery, routing.found, note, values);
      return "native" in reply ? reply : withCors(note.trigger, request, reply);
    } catch (error) {
      note.error = error;
      note.outcome = error instanceof Refusal ? "refused" : "failed";
      return withCors(note.trigger, request, refused(error));
    }
  });
}

async function answered(request, delivery, found, note, values) {
  if (found === undefined) throw new Refusal(404, "no route of the function fits");
  if (request.body === undefined) throw new Refusal(413, "the body has more than 4 MiB");
  const principal = await request.principal(found.trigger.auth);
  const event = requestEvent(request, found, principal);
  note.event = { ...event };
  if (application !== undefined) return application.serve(request, event, delivery, request.isStreamed);
  return isNative ? { native: await nativeAnswer(values, delivery) } : encode(await answer(event, delivery));
}

/** What a client gets in place of the handler's answer: no more than the word for it. */
export function refused(error) {
  const { status, challenge } = error instanceof Refusal ? error : { status: 500 };
  const headers = [["content-type", "text/plain; charset=utf-8"]];
  if (status === 401) headers.push(["www-authenticate", challenge]);
  return { status, headers, cookies: [], body: Buffer.from(words[status]) };
}

function requestEvent(request, { trigger, route, parameters }, principal) {
  const { id, time, method, host, path, headers, address, body } = request;
  return {
    ...envelope({ ...trigger, http: route.http }, id, time),
    method,
    host,
    path,
    parameters,
    query: query(request.query),
    headers,
    cookies: cookies(request.cookies),
    ...content(body),
    address,
    principal,
  };
}

function query(text) {
  const values = new Map();
  for (const [name, value] of new URLSearchParams(text)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

function cookies(pairs) {
  const values = new Map();
  for (const pair of pairs) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(pair.trim()) ?? [];
    if (name !== undefined && !values.has(name)) values.set(name, value);
  }
  return Object.fromEntries(values);
}

const fields = new Set(["status", "headers", "cookies", "body", "encoding"]);
const ignored = new Set(["content-length", "transfer-encoding", "connection"]);

/** A handler's answer as status, pairs of headers, cookies and bytes. What is no answer throws. */
export function encode(value) {
  if (!isMap(value)) throw new TypeError("an answer is a map with a `status`");
  const { status, headers, cookies, body, encoding } = value;
  const unknown = Object.keys(value).find((name) => !fields.has(name));
  if (unknown !== undefined) throw new TypeError(`an answer has no field \`${unknown.slice(0, 64)}\``);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError("the `status` of an answer is a number from 200 to 599");
  }
  const [bytes, type] = [204, 304].includes(status) ? none : encodeBody(body, encoding);
  if (bytes.length > largest) throw new TypeError("the body of an answer has more than 4 MiB");
  const pairs = encodeHeaders(headers ?? {});
  if (type !== undefined && !pairs.some(([name]) => name === "content-type")) pairs.push(["content-type", type]);
  const [own, others] = [true, false].map((is) => pairs.filter(([name]) => (name === "set-cookie") === is));
  return {
    status,
    headers: others,
    cookies: [...encodeCookies(cookies ?? []), ...own.map(([, one]) => one)],
    body: bytes,
  };
}

function isMap(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function encodeHeaders(headers) {
  if (!isMap(headers)) throw new TypeError("the `headers` of an answer are a map");
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => [name.toLowerCase(), value]),
  );
  for (const [name, value] of pairs) validate(name, value);
  return pairs.filter(([name]) => !ignored.has(name));
}

function encodeCookies(cookies) {
  if (!Array.isArray(cookies)) throw new TypeError("the `cookies` of an answer are a list");
  for (const cookie of cookies) validate("set-cookie", cookie);
  return cookies;
}

function validate(name, value) {
  if (typeof value !== "string") throw new TypeError("a header of an answer is a text or a list of texts");
  validateHeaderName(name);
  validateHeaderValue(name, value);
}

const none = [Buffer.alloc(0), undefined];

function encodeBody(body, encoding) {
  if (encoding !== undefined && encoding !== null && !["utf-8", "base64"].includes(encoding)) {
    throw new TypeError("the `encoding` of an answer is `base64` or absent");
  }
  if (body === undefined || body === null) return none;
  if (body instanceof Uint8Array) return [Buffer.from(body), "application/octet-stream"];
  if (typeof body === "string") {
    if (encoding === "base64") return [unbase64(body, "the `body` of an answer"), "application/octet-stream"];
    return [Buffer.from(body), "text/plain; charset=utf-8"];
  }
  return [Buffer.from(stringify(body, "the `body` of an answer")), "application/json"];
}
