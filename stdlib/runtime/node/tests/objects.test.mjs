// `input: file`: the object lies in a file while its handler runs, and not a moment longer.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";
import test, { after, before, beforeEach } from "node:test";

import { lambdaContext, unpack } from "./package.mjs";

const bytes = Buffer.alloc(300_000, 7);
const store = { asked: [] };

before(async () => {
  store.server = createServer((request, response) => {
    store.asked.push(request);
    const isToken = request.url.includes("token") || request.url.startsWith("/identity");
    if (isToken) return response.end(JSON.stringify({ access_token: "lent" }));
    if (store.cut)
      return response
        .writeHead(200, { "content-length": bytes.length })
        .write(bytes.subarray(0, 10), () => request.destroy());
    response.writeHead(store.status ?? 200).end(store.status ? "the secret of the store" : bytes);
  }).listen(0, "127.0.0.1");
  await once(store.server, "listening");
  store.host = `127.0.0.1:${store.server.address().port}`;
  Object.assign(process.env, {
    UPLOADS_BUCKET: "uploads",
    UPLOADS_BUCKET_ENDPOINT: `http://${store.host}/`,
    AWS_ENDPOINT_URL: `http://${store.host}`,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    AWS_SESSION_TOKEN: "session",
    STORAGE_EMULATOR_HOST: store.host,
    IDENTITY_ENDPOINT: `http://${store.host}/identity`,
    IDENTITY_HEADER: "identity-secret",
    AZURE_CLIENT_ID: "client",
  });
});

after(() => store.server.close());
beforeEach(() => Object.assign(store, { asked: [], status: undefined, cut: false }));

const bucket = {
  trigger: "bucket",
  key: "uploads",
  source: "podcast-prod/uploads",
  bucket: "uploads",
  variable: "UPLOADS_BUCKET",
  events: ["created", "deleted"],
  prefix: "",
  suffixes: [],
  input: "file",
};

function change(key, eventName = "ObjectCreated:Put") {
  const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), size: bytes.length, eTag: "e", sequencer: "1" };
  return {
    Records: [
      {
        eventSource: "aws:s3",
        eventName,
        eventTime: "2026-11-21T09:29:58.112Z",
        s3: { bucket: { name: "uploads" }, object },
      },
    ],
  };
}

const { handle } = await unpack({ triggers: [bucket] }).load("portolan_entry.mjs");

async function deliver(event, handler) {
  let seen;
  globalThis.handler = (event) => {
    seen = event.object.file;
    return handler?.(event);
  };
  const result = await handle(event, lambdaContext()).then(
    () => ({}),
    (error) => ({ error }),
  );
  if (seen !== undefined) assert.ok(!existsSync(seen), "the file is gone");
  return { ...result, file: seen };
}

test("the handler reads the object from a file of its own", async () => {
  const { error, file } = await deliver(change("night owls/007 café.mp3"), ({ object: { file } }) => {
    assert.ok(readFileSync(file).equals(bytes));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
  assert.equal(error, undefined);
  assert.equal(basename(file), "object.mp3");
  assert.equal(store.asked[0].url, "/uploads/night%20owls/007%20caf%C3%A9.mp3");
});

test("the file goes when the handler fails", async () => {
  const { error } = await deliver(change("a.mp3"), () => {
    throw new Error("boom");
  });
  assert.equal(error.message, "boom");
});

test("nothing of a key but a plain ending gets into a path", async () => {
  for (const [key, name] of [
    ["a", "object"],
    ["a.tar.gz", "object.gz"],
    ["a.m$(x)", "object"],
    ["a.ü", "object"],
    ["a./b", "object"],
    [".mp3", "object"],
    [`a.${"x".repeat(40)}`, "object"],
  ]) {
    const { file } = await deliver(change(key));
    assert.equal(basename(file), name, key);
  }
});

test("keys that a URL would change are an error and not another object", async () => {
  for (const key of ["../secrets/x", "a/../../secrets/x", ".", ".."]) {
    const { error, file } = await deliver(change(key));
    assert.ok(error instanceof Error && file === undefined, key);
  }
  assert.equal(store.asked.length, 0);
});

test("a deletion has no file", async () => {
  const { error, file } = await deliver(change("a.mp3", "ObjectRemoved:Delete"));
  assert.deepEqual([error, file, store.asked.length], [undefined, undefined, 0]);
});

test("an object that cannot be read comes again, without the store's words", async () => {
  store.status = 403;
  const { error, file } = await deliver(change("a.mp3"));
  assert.equal(file, undefined);
  assert.match(error.message, /answered 403/);
  assert.ok(!error.message.includes("secret"));
  store.status = undefined;
  store.cut = true;
  const cut = await deliver(change("a.mp3"));
  assert.ok(cut.error instanceof Error && cut.file === undefined, "half an object is none");
});

// The example of the documents is not at hand here, so the signature is worked out a second time, step by step.
test("requests to S3 are signed with Signature Version 4", async () => {
  await deliver(change("a b/c(1).mp3"));
  const { headers, url } = store.asked[0];
  const [, scope, names, signature] = /Credential=AKIDEXAMPLE\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
    headers.authorization,
  );
  assert.equal(names, "host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
  const lines = names.split(";").map((name) => `${name}:${headers[name]}`);
  const canonical = `GET\n${url}\n\n${lines.join("\n")}\n\n${names}\nUNSIGNED-PAYLOAD`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
  const [day, region, service, end] = scope.split("/");
  assert.deepEqual([region, service, end, day], ["eu-west-1", "s3", "aws4_request", headers["x-amz-date"].slice(0, 8)]);
  const key = hmac(hmac(hmac(hmac("AWS4wJalrXUtnFEMI", day), region), service), end);
  assert.equal(hmac(key, `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${hash}`).toString("hex"), signature);
  assert.equal(url, "/uploads/a%20b/c%281%29.mp3");
});

test("Google's store is asked by bucket and key", async () => {
  const { load } = unpack({ provider: "gcp", triggers: [bucket] });
  const { download } = await load("portolan_runtime/download.mjs");
  const stream = await download(bucket, "a/b c?.mp3");
  await stream.cancel();
  assert.equal(store.asked[0].url, "/storage/v1/b/uploads/o/a%2Fb%20c%3F.mp3?alt=media");
});

test("Azure's store is asked with the function's identity", async () => {
  const { load } = unpack({ provider: "azure", triggers: [bucket] });
  const { download } = await load("portolan_runtime/download.mjs");
  const stream = await download(bucket, "a/b c.mp3");
  await stream.cancel();
  const [token, object] = store.asked;
  assert.equal(
    token.url,
    "/identity?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=client",
  );
  assert.equal(token.headers["x-identity-header"], "identity-secret");
  assert.deepEqual([object.url, object.headers.authorization], ["/uploads/a/b%20c.mp3", "Bearer lent"]);
});
