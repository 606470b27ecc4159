// Requests on AWS Lambda: those of HTTP APIs and of functions' own URLs, in format 2.0.

import { isUtf8 } from "node:buffer";

import { account, person, verified } from "./callers.mjs";
import { decode, instant, largest, map, text } from "./event.mjs";
import { hostname, respond } from "./http.mjs";
import { candidates, find, match } from "./routes.mjs";
import { triggersOf } from "./settings.mjs";

/** Answers a request. */
export async function request(native, delivery) {
  const values = [native, delivery.native.context];
  const reply = await respond(
    delivery,
    () => readRequest(native),
    (request) => routing(native, request),
    values,
  );
  return "native" in reply ? reply.native : written(reply);
}

function readRequest({ rawPath, rawQueryString: query = "", headers, cookies, body, isBase64Encoded, requestContext }) {
  const { http, domainName, requestId, timeEpoch, authorizer } = requestContext;
  const lowered = Object.entries(map(headers)).map(([name, value]) => [name.toLowerCase(), value]);
  const { cookie = "", ...others } = Object.fromEntries(lowered);
  const bytes = Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8");
  return {
    method: text(http.method, "requestContext.http.method").toUpperCase(),
    target: encoded(text(rawPath, "rawPath"), isUrl(requestContext)) + (query === "" ? "" : `?${query}`),
    path: isUrl(requestContext) ? decode(rawPath) : rawPath,
    query,
    host: hostname(domainName ?? others.host),
    headers: others,
    cookies: cookies ?? cookie.split(";"),
    body: bytes.length > largest ? undefined : bytes,
    address: http.sourceIp ?? null,
    id: text(requestId, "requestContext.requestId"),
    time: instant(timeEpoch, "requestContext.timeEpoch"),
    principal: (auth) => principal(auth, authorizer, others.authorization),
  };
}

// A function's own URL hands over the path as it was sent, an API has decoded it.
function isUrl({ domainName }) {
  return (domainName ?? "").includes(".lambda-url.");
}

function encoded(path, isSent) {
  return isSent ? path : encodeURI(path.toWellFormed()).replace(/[?#]/g, encodeURIComponent);
}

function principal(auth, authorizer, authorization) {
  if (auth.kind === "public") return null;
  if (auth.kind === "iam") return account(authorizer?.iam?.userArn);
  return auth.by === "entry" ? verified(auth, authorization) : person(authorizer?.jwt?.claims);
}

// A function's own URL names no route, an API names the one that it found.
function routing({ routeKey, pathParameters, requestContext }, { method, path: asked }) {
  const triggers = triggersOf("http").filter(({ host }) => !isUrl(requestContext) || host === "own");
  const all = candidates(triggers, asked);
  if (routeKey === "$default") return { all, found: find(all, method) };
  const path = text(routeKey, "routeKey").split(" ")[1];
  const named = triggers.flatMap((trigger) =>
    trigger.routes
      .filter(({ segments }) => keys(segments).includes(path))
      .map((route) => ({ trigger, route, parameters: match(route.segments, asked) ?? renamed(pathParameters) })),
  );
  return { all, found: find(named, method) };
}

// How a route's path is written as an API's (API Gateway developer guide, "Working with routes for HTTP APIs").
function keys(segments) {
  if (segments.length === 1 && segments[0].rest) return ["/{proxy+}", "/"];
  return [`/${segments.map(({ literal, parameter }) => literal ?? `{${parameter ?? "proxy+"}}`).join("/")}`];
}

function renamed(parameters) {
  const pairs = Object.entries(map(parameters)).map(([name, value]) => [name === "proxy" ? "*" : name, value]);
  return Object.fromEntries(pairs);
}

function written({ status, headers, cookies, body }) {
  const joined = new Map();
  for (const [name, value] of headers) joined.set(name, joined.has(name) ? `${joined.get(name)}, ${value}` : value);
  const isText = isUtf8(body);
  return {
    statusCode: status,
    headers: Object.fromEntries(joined),
    cookies,
    body: body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}
