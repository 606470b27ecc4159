// A package as `build` writes it, in a folder of its own: the entry of a cloud, the runtime, settings and the user's files.

import { cpSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const source = fileURLToPath(new URL("..", import.meta.url));

// What `cargo xtask oracles` installs.
export const modules = fileURLToPath(new URL("../../../../.oracles/clients/node_modules", import.meta.url));

const usual = {
  version: 1,
  provider: "aws",
  app: "podcast",
  target: "prod",
  region: "eu-west-1",
  stack: "podcast-prod",
  function: "site",
  timeout: 30,
  payload: "neutral",
  handler: { file: "handler.mjs", symbol: "handle" },
  application: null,
  triggers: [],
};

/** Writes a package; what comes back imports its modules. The handler is a text, and `globalThis.calls` what it notes. */
export function unpack(settings, files = {}) {
  const folder = mkdtempSync(join(tmpdir(), "portolan-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const own = { ...usual, ...settings };
  cpSync(join(source, "portolan_runtime"), join(folder, "portolan_runtime"), { recursive: true });
  cpSync(join(source, own.provider, "portolan_entry.mjs"), join(folder, "portolan_entry.mjs"));
  const handler = "export const handle = (event, context) => globalThis.handler(event, context);\n";
  const written = { "portolan_entry.json": JSON.stringify(own), "handler.mjs": handler, ...files };
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(modules, join(folder, "node_modules"));
  return { folder, load: (path) => import(pathToFileURL(join(folder, path)).href) };
}

/** A trigger of http at routes such as `GET /shows/{id}`. */
export function http(routes, more = {}) {
  const auth = { kind: "public", by: "platform" };
  return {
    trigger: "http",
    key: "http",
    source: "podcast-prod/site",
    host: "own",
    routes: routes.map(route),
    auth,
    cors: null,
    ...more,
  };
}

export function route(text) {
  const [method, path] = text.split(" ");
  const parts = path.split("/").filter((part) => part !== "");
  return { http: text, method, segments: parts.map(segment) };
}

function segment(part) {
  if (part === "*") return { rest: true };
  return part.startsWith("{") ? { parameter: part.slice(1, -1) } : { literal: part };
}

/** A Lambda event of a function's own URL. */
export function urlEvent(method, target, { headers = {}, body, cookies } = {}) {
  const [path, query = ""] = target.split("?");
  const domainName = "abc.lambda-url.eu-west-1.on.aws";
  const http = { method, path, sourceIp: "203.0.113.7" };
  const encoded = body === undefined ? {} : { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: domainName, "x-forwarded-proto": "https", ...headers },
    cookies,
    ...encoded,
    requestContext: { domainName, http, requestId: "r1", timeEpoch: 1795253412345 },
  };
}

/** What Lambda hands over beside the event. */
export function lambdaContext(left = 30_000) {
  return { awsRequestId: "call-1", getRemainingTimeInMillis: () => left };
}

// The runtime writes its lines past whatever a handler puts in the place of `write`, so this must be there before it.
const written = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk, ...others) => {
  const line = /\{"level":"(?:info|warning|error)".*\}$/m.exec(String(chunk));
  return line === null ? write(chunk, ...others) : written.push(JSON.parse(line[0])) > 0;
};

/** Runs `work` and gives what it returns with the lines that were written to the log meanwhile. */
export async function logs(work) {
  written.length = 0;
  const result = await work();
  return { result, lines: written.splice(0) };
}
