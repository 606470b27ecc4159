// `payload: native`: the handler gets what its cloud hands over, and only what the entry must refuse or drop is kept back.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after } from "node:test";

import { http, lambdaContext, logs, unpack, urlEvent } from "./package.mjs";

process.env.UPLOADS_BUCKET = "uploads";
process.env.PORTOLAN_CALLER = "pusher@p.iam.gserviceaccount.com";
const bucket = {
  trigger: "bucket",
  key: "uploads",
  source: "podcast-prod/uploads",
  bucket: "uploads",
  variable: "UPLOADS_BUCKET",
  events: ["created"],
  prefix: "",
  suffixes: [".mp3"],
  input: "event",
};
const jwt = { kind: "jwt", by: "entry", issuer: "NO_ISSUER", audiences: ["NO_AUDIENCE"] };
const triggers = [http(["GET /"]), http(["GET /me"], { key: "me", auth: jwt }), bucket];

/** What the handler is called with lies in `seen`. */
function noting(answer) {
  const seen = [];
  globalThis.handler = (...values) => {
    seen.push(values);
    return typeof answer === "function" ? answer(...values) : answer;
  };
  return seen;
}

const change = (key) => {
  const object = { key, size: 1, eTag: "e", sequencer: "1" };
  const eventTime = "2026-11-21T09:29:58.112Z";
  return {
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    eventTime,
    s3: { bucket: { name: "uploads" }, object },
  };
};

test("on AWS the Lambda event and context come as they are", async () => {
  const { handle } = await unpack({ payload: "native", triggers }).load("portolan_entry.mjs");
  const [event, context] = [urlEvent("GET", "/"), lambdaContext()];
  let seen = noting({ statusCode: 201, body: "mine" });
  assert.deepEqual(await handle(event, context), { statusCode: 201, body: "mine" });
  assert.ok(seen[0][0] === event && seen[0][1] === context);

  seen = noting();
  assert.equal((await handle(urlEvent("GET", "/me"), context)).statusCode, 401);
  assert.equal((await handle(urlEvent("GET", "/nowhere"), context)).statusCode, 404);
  assert.equal(await handle({ portolan: "keep-warm" }, context), undefined);
  assert.equal(await handle({ Records: [change("a.txt")] }, context), undefined);
  assert.equal(await handle({ Service: "Amazon S3", Event: "s3:TestEvent" }, context), undefined);
  assert.equal(seen.length, 0);

  await handle({ Records: [change("a.txt"), change("b.mp3")] }, context);
  assert.deepEqual(
    seen[0][0].Records.map(({ s3 }) => s3.object.key),
    ["b.mp3"],
  );
  const odd = { anything: "else" };
  const { lines } = await logs(() => handle(odd, context));
  assert.ok(seen[1][0] === odd && lines[0].outcome === "done");
});

async function google() {
  const { portolan } = await unpack({ provider: "gcp", payload: "native", triggers }).load("portolan_entry.mjs");
  const server = createServer((request, response) => {
    // as functions-framework hands them over
    const chunks = [];
    request
      .on("data", (chunk) => chunks.push(chunk))
      .on("end", () => {
        request.rawBody = Buffer.concat(chunks);
        Object.assign(response, {
          status: (code) => Object.assign(response, { statusCode: code }),
          send: (body) => response.end(body),
        });
        portolan(request, response);
      });
  }).listen(0, "127.0.0.1");
  after(() => server.close());
  await once(server, "listening");
  return (path, options) => fetch(`http://127.0.0.1:${server.address().port}${path}`, options);
}

function push(key, email = process.env.PORTOLAN_CALLER) {
  const claims = Buffer.from(JSON.stringify({ email, email_verified: true })).toString("base64url");
  const attributes = {
    bucketId: "uploads",
    objectId: key,
    eventType: "OBJECT_FINALIZE",
    objectGeneration: "1",
    eventTime: "2026-11-21T09:29:58Z",
  };
  const headers = {
    authorization: `Bearer ${Buffer.from("{}").toString("base64url")}.${claims}.SIGNATURE_REMOVED_BY_GOOGLE`,
  };
  return { method: "POST", headers, body: JSON.stringify({ message: { messageId: "1", attributes } }) };
}

test("on Google the handler answers by itself, or what it returns is the body", async () => {
  const ask = await google();
  let seen = noting((request, response) => response.status(202).send("mine"));
  let response = await ask("/");
  assert.deepEqual([response.status, await response.text()], [202, "mine"]);
  assert.equal(seen[0][0].url, "/");
  noting("returned");
  assert.equal(await (await ask("/")).text(), "returned");
  noting(undefined);
  assert.equal((await ask("/")).status, 204);
  noting(() => {
    throw new Error("boom");
  });
  assert.equal((await ask("/")).status, 500);

  seen = noting();
  assert.equal((await ask("/me")).status, 401);
  assert.equal((await ask("/nowhere")).status, 404);
  assert.equal((await ask("/portolan/uploads", push("a.mp3", "eve@example.com"))).status, 401);
  assert.equal((await ask("/portolan/uploads", push("a.txt"))).status, 204);
  assert.equal(seen.length, 0);
  assert.equal((await ask("/portolan/uploads", push("a.mp3"))).status, 204);
  assert.equal(seen.length, 1);
  noting(() => {
    throw new Error("boom");
  });
  response = await ask("/portolan/uploads", push("a.mp3"));
  assert.deepEqual([response.status, await response.text()], [500, "internal error"]);
});

test("on Azure the trigger's object and the invocation context come as they are", async () => {
  const declared = new Map();
  const declare = (name, options) => declared.set(name, options.handler);
  const app = { http: declare, serviceBusQueue: declare };
  const { load } = unpack({ provider: "azure", payload: "native", triggers });
  const { register } = await load("portolan_runtime/azure.mjs");
  await register(app);
  const context = { invocationId: "i1" };
  const request = (path) => new Request(`https://web.example.com${path}`);

  const mine = { status: 202, jsonBody: {} };
  let seen = noting(mine);
  const asked = request("/");
  assert.equal(await declared.get("http_http")(asked, context), mine);
  assert.ok(seen[0][0] === asked && seen[0][1] === context);

  seen = noting();
  assert.equal((await declared.get("http_me")(request("/me"), context)).status, 401);
  const notice = (key) =>
    Buffer.from(
      JSON.stringify({
        id: "1",
        subject: `/blobServices/default/containers/uploads/blobs/${key}`,
        eventType: "Microsoft.Storage.BlobCreated",
        eventTime: "2026-11-21T09:29:58Z",
        data: {},
      }),
    );
  assert.equal(await declared.get("bucket_uploads")(notice("a.txt"), context), undefined);
  assert.equal(seen.length, 0);
  const wanted = notice("a.mp3");
  await declared.get("bucket_uploads")(wanted, context);
  assert.equal(seen[0][0], wanted);
});
