// A whole application behind an http trigger: Express, or anything else that answers `(request, response)`.
//
// Its requests go through a server of Node's that has no port: both ends of a connection lie in this process. So the
// application sees real requests and responses, the same on all clouds, and streams as it does elsewhere.

import { createServer, request as connect, Server } from "node:http";
import { Duplex } from "node:stream";

import { load, settled } from "./calls.mjs";
import { largest } from "./event.mjs";
import { settings } from "./settings.mjs";

/** One end of a connection; what is written to it is read at the other. */
class End extends Duplex {
  #other;
  #written;

  static pair() {
    const ends = [new End(), new End()];
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    return ends;
  }

  _read() {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  _write(chunk, _, callback) {
    this.#other.#written = callback;
    if (chunk.length === 0 || this.#other.destroyed) this.#other._read();
    else this.#other.push(chunk);
  }

  _final(callback) {
    this.#other.push(null);
    callback();
  }

  _destroy(error, callback) {
    this.#written?.();
    process.nextTick(() => this.#other.destroy());
    callback(error);
  }

  setTimeout() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }
}

const listener = await listenerOf(await load(settings.application), settings.application);
const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, listener);

/** What answers requests in an Express, Fastify or Koa application, a server of Node's or a plain function. */
async function listenerOf(exported, { file, symbol }) {
  const found = await exported;
  if (found instanceof Server) return (request, response) => void found.emit("request", request, response);
  if (typeof found?.callback === "function") return found.callback();
  if (typeof found?.routing === "function") {
    await found.ready?.();
    return (request, response) => found.routing(request, response);
  }
  if (typeof found === "function") return found;
  throw new TypeError(`${file} exports no application ${symbol}`);
}

/** The application's answer; its body is a stream where `isStreamed`, else all of it. */
export async function serve(request, event, delivery, isStreamed) {
  return settled(delivery, async () => {
    const response = await exchange(request, event, delivery);
    const { "set-cookie": cookies = [] } = response.headers;
    const body = isStreamed ? response : await collected(response);
    return { status: response.statusCode, headers: headersOf(response), cookies, body };
  });
}

function exchange({ method, target, headers, cookies, body, address }, event, { native }) {
  const [near, far] = End.pair();
  // As behind a proxy that is trusted, without the application having to say so.
  Object.assign(far, { remoteAddress: address ?? undefined, encrypted: headers["x-forwarded-proto"] === "https" });
  far.portolan = { event, native };
  server.emit("connection", far);
  const { "transfer-encoding": _, connection: __, "content-length": ___, ...sent } = headers;
  const cookie = cookies
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .join("; ");
  if (cookie !== "") sent.cookie = cookie;
  if (body.length > 0 || !["GET", "HEAD", "DELETE", "OPTIONS"].includes(method)) sent["content-length"] = body.length;
  return new Promise((resolve, reject) => {
    const options = { method, path: target, headers: { ...sent, connection: "close" }, createConnection: () => near };
    connect(options, resolve).on("error", reject).end(body);
  });
}

async function collected(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > largest) throw new TypeError("the body of an answer has more than 4 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// What belongs to this connection alone does not belong to the client's.
const own = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "set-cookie", "date"]);

function headersOf({ rawHeaders }) {
  const pairs = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index].toLowerCase();
    if (!own.has(name)) pairs.push([name, rawHeaders[index + 1]]);
  }
  return pairs;
}
