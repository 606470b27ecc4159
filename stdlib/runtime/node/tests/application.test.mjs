// Whole applications: they answer as they do behind a server of their own.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after } from "node:test";

import { http, lambdaContext, logs, unpack, urlEvent } from "./package.mjs";

const express = `
app.use(express.json());
app.get("/echo/:id", (request, response) => {
  response.cookie("theme", "dark blue", { httpOnly: true });
  response.append("set-cookie", "last=7; Path=/");
  response.append("x-two", "1");
  response.append("x-two", "2");
  const { params, query, headers, ip, protocol, hostname, originalUrl, socket } = request;
  const { principal } = socket.portolan.event;
  response.json({ id: params.id, query, cookie: headers.cookie, ip, protocol, hostname, originalUrl, principal });
});
app.post("/json", (request, response) => response.status(201).json(request.body));
app.put("/bytes", express.raw({ type: "*/*", limit: "5mb" }), (request, response) => {
  response.type("application/octet-stream").send(Buffer.from(request.body).reverse());
});
app.get("/stream", (request, response) => {
  response.write("first,");
  setTimeout(() => response.end("second"), 50);
});
app.get("/large", (request, response) => response.send(Buffer.alloc(4 * 1024 * 1024 + 1)));
app.get("/never", () => {});
app.get("/cut", (request, response) => {
  response.write("x");
  response.destroy();
});
app.get("/exit", () => process.exit(0));
`;
const named = (name) => `import express from "${name}";\nexport const app = express();\n${express}`;

function aws(file, text, more = {}) {
  const application = { file, symbol: "app", kind: "express" };
  const { load } = unpack({ handler: null, application, triggers: [http(["ANY /*"])], ...more }, { [file]: text });
  return load("portolan_entry.mjs").then(({ handle }) => async (method, target, sent, left) => {
    const { result, lines } = await logs(() => handle(urlEvent(method, target, sent), lambdaContext(left)));
    return { ...result, line: lines.at(-1) };
  });
}

for (const name of ["express", "express-4"]) {
  test(`${name} sees requests and answers them`, async () => {
    const call = await aws("web.mjs", named(name));
    const { statusCode, headers, cookies, body } = await call("GET", "/echo/night%20owls?x=1&x=2", {
      cookies: ["a=1", "b=2"],
    });
    assert.equal(statusCode, 200);
    assert.equal(headers["x-two"], "1, 2");
    assert.deepEqual(cookies, ["theme=dark%20blue; Path=/; HttpOnly", "last=7; Path=/"]);
    assert.deepEqual(JSON.parse(body), {
      id: "night owls",
      query: { x: ["1", "2"] },
      cookie: "a=1; b=2",
      ip: "203.0.113.7",
      protocol: "https",
      hostname: "abc.lambda-url.eu-west-1.on.aws",
      originalUrl: "/echo/night%20owls?x=1&x=2",
      principal: null,
    });
    const json = await call("POST", "/json", {
      headers: { "content-type": "application/json" },
      body: '{"title":"ü"}',
    });
    assert.deepEqual([json.statusCode, json.body, json.isBase64Encoded], [201, '{"title":"ü"}', false]);
    const invalid = await call("POST", "/json", { headers: { "content-type": "application/json" }, body: "{" });
    assert.equal(invalid.statusCode, 400, "the application's own answer");
    const bytes = Buffer.alloc(3 * 1024 * 1024, 7);
    bytes[0] = 255;
    const put = await call("PUT", "/bytes", { headers: { "content-type": "image/png" }, body: bytes });
    assert.ok(put.isBase64Encoded && Buffer.from(put.body, "base64").equals(bytes.reverse()));
    assert.equal((await call("GET", "/stream")).body, "first,second");
    const head = await call("HEAD", "/stream");
    assert.deepEqual([head.statusCode, head.body], [200, ""]);
    assert.equal((await call("GET", "/nowhere")).statusCode, 404);
  });
}

test("what an application does wrong is an internal error", async () => {
  const call = await aws("web.mjs", named("express"));
  for (const [path, left] of [["/large"], ["/cut"], ["/exit"], ["/never", 300]]) {
    const { statusCode, body, line } = await call("GET", path, {}, left);
    assert.deepEqual([statusCode, body, line.outcome], [500, "internal error", "failed"], path);
  }
});

const others = {
  "a CommonJS application": [
    "web.cjs",
    'const app = require("express")(); app.get("/", (_, response) => response.send("x")); exports.app = app;',
  ],
  "a plain function": ["web.mjs", 'export const app = (request, response) => response.end("x");'],
  "a promise of an application": [
    "web.mjs",
    'export const app = Promise.resolve((request, response) => response.end("x"));',
  ],
  "a server": [
    "web.mjs",
    'import { createServer } from "node:http"; export const app = createServer((request, response) => response.end("x"));',
  ],
  Fastify: ["web.mjs", 'import fastify from "fastify"; export const app = fastify(); app.get("/", async () => "x");'],
  Koa: [
    "web.mjs",
    'import Koa from "koa"; export const app = new Koa(); app.use((context) => { context.body = "x"; });',
  ],
};

for (const [name, [file, text]] of Object.entries(others)) {
  test(`${name} answers`, async () => {
    const call = await aws(file, text);
    const { statusCode, body } = await call("GET", "/");
    assert.deepEqual([statusCode, body], [200, "x"]);
  });
}

test("what is no application does not start", async () => {
  await assert.rejects(aws("web.mjs", "export const app = 7;"), /web\.mjs exports no application app/);
  await assert.rejects(aws("web.mjs", "export const other = () => {};"), /web\.mjs exports no application app/);
});

test("requests at the same time do not meet", async () => {
  const text =
    "export const app = async (request, response) => { const chunks = []; for await (const chunk of request) chunks.push(chunk); response.end(request.url + Buffer.concat(chunks)); };";
  const call = await aws("web.mjs", text);
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => call("POST", `/${number}`, { body: `#${number}` })));
  assert.deepEqual(
    answers.map(({ body }) => body),
    numbers.map((number) => `/${number}#${number}`),
  );
});

test("a function with a token before an application refuses without it", async () => {
  const auth = { kind: "jwt", by: "entry", issuer: "NO_ISSUER", audiences: ["NO_AUDIENCE"] };
  const call = await aws("web.mjs", "export const app = () => { throw new Error('reached'); };", {
    triggers: [http(["ANY /*"], { auth })],
  });
  assert.equal((await call("GET", "/")).statusCode, 401);
});

test("on Google an answer is streamed while the application writes it", async () => {
  const application = { file: "web.mjs", symbol: "app", kind: "express" };
  const more = { provider: "gcp", handler: null, application, triggers: [http(["ANY /*"])] };
  const { load } = unpack(more, { "web.mjs": named("express") });
  process.env.PORT = "1";
  const { portolan } = await load("portolan_entry.mjs");
  const server = createServer((request, response) => portolan(request, response)).listen(0, "127.0.0.1");
  after(() => server.close());
  await once(server, "listening");
  const response = await fetch(`http://127.0.0.1:${server.address().port}/stream`);
  const chunks = [];
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk).toString());
  assert.deepEqual(chunks, ["first,", "second"]);
});
