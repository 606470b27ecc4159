// What handlers do to their calls: the right answer all the same, and one line in the log.

import assert from "node:assert/strict";
import test from "node:test";

import { http, lambdaContext, logs, unpack, urlEvent } from "./package.mjs";

const queue = {
  trigger: "queue",
  key: "publish",
  source: "podcast-prod/publish",
  queue: "publish",
  variable: "PUBLISH_QUEUE",
  batch: 10,
  fifo: false,
};
process.env.PUBLISH_QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/publish";

const { load } = unpack({ triggers: [http(["ANY /*"]), queue] });
const { handle } = await load("portolan_entry.mjs");

async function ask(handler, left) {
  globalThis.handler = handler;
  const { result, lines } = await logs(() => handle(urlEvent("GET", "/"), lambdaContext(left)));
  assert.equal(lines.length, 1);
  return { status: result.statusCode, body: result.body, line: lines[0] };
}

function batch(...ids) {
  const record = (messageId) => ({
    messageId,
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:publish",
    attributes: { SentTimestamp: "1795253412345", ApproximateReceiveCount: "1" },
    messageAttributes: {},
    body: "x",
  });
  return { Records: ids.map(record) };
}

async function deliver(handler, event = batch("a", "b"), left) {
  globalThis.handler = handler;
  const call = () =>
    handle(event, lambdaContext(left)).then(
      (returned) => ({ returned }),
      (error) => ({ error }),
    );
  const { result, lines } = await logs(call);
  assert.equal(lines.length, 1);
  return { ...result, line: lines[0] };
}

const proxy = new Proxy({}, { get: () => assert.fail("looked at"), getPrototypeOf: () => assert.fail("looked at") });

const failing = {
  throws: () => {
    throw new Error("the secret is 42");
  },
  rejects: () => Promise.reject(new TypeError("the secret is 42")),
  "throws nothing": () => {
    throw undefined;
  },
  "throws a text": () => {
    throw "text";
  },
  "throws what cannot be looked at": () => {
    throw proxy;
  },
  "throws what has no name": () => {
    throw Object.create(null);
  },
  "throws an error that throws": () => {
    throw new (class extends Error {
      get message() {
        throw new Error("no");
      }
    })();
  },
  "throws a symbol": () => {
    throw Symbol("x");
  },
  "rejects much later": () => new Promise((_, reject) => setTimeout(reject, 20, new Error("late"))),
  exits: () => process.exit(0),
  "exits later": async () => {
    await null;
    process.exit(3);
  },
  "exits behind a catch": async () => {
    try {
      process.exit(0);
    } catch {}
    return { status: 200 };
  },
  "returns what throws when it is read": () => ({
    get status() {
      throw new Error("read");
    },
  }),
  "returns what throws when it is written": () => ({
    status: 200,
    body: {
      toJSON() {
        throw new Error("written");
      },
    },
  }),
  "returns what contains itself": () => {
    const body = {};
    body.body = body;
    return { status: 200, body };
  },
  "returns a number beyond JSON": () => ({ status: 200, body: { n: 1n } }),
  "returns no number": () => ({ status: 200, body: [NaN] }),
  "returns bytes inside of JSON": () => ({ status: 200, body: { image: Buffer.from("x") } }),
  "returns a function": () => ({ status: 200, body: () => {} }),
  "returns a class": () => class Answer {},
  "returns what then fails": () => ({
    then(_, reject) {
      reject(new Error("then"));
    },
  }),
  "returns what throws on then": () => ({
    get then() {
      throw new Error("then");
    },
  }),
};

for (const [name, handler] of Object.entries(failing)) {
  test(`a handler that ${name} is an internal error`, async () => {
    const { status, body, line } = await ask(handler);
    assert.deepEqual([status, body], [500, "internal error"]);
    assert.deepEqual([line.level, line.outcome, typeof line.error.type], ["error", "failed", "string"]);
  });
}

for (const [name, handler] of Object.entries(failing)) {
  test(`a batch whose handler ${name} comes again`, async () => {
    const { line, ...result } = await deliver(handler);
    assert.ok("error" in result, JSON.stringify(result));
    assert.equal(line.outcome, "failed");
  });
}

test("a handler that never settles fails before the platform ends the process", async () => {
  const began = performance.now();
  const { status, line } = await ask(() => new Promise(() => {}), 300);
  assert.equal(status, 500);
  assert.match(line.error.message, /timeout/);
  assert.ok(performance.now() - began < 2000);
  assert.ok("error" in (await deliver(() => new Promise(() => {}), batch("a"), 300)));
});

test("what comes after the answer changes nothing", async () => {
  const { status, line } = await ask(() => {
    setTimeout(() => {}, 60_000).unref();
    setImmediate(() => console.error("a line after the answer"));
    Promise.resolve().then(() => {});
    return { status: 200 };
  });
  assert.deepEqual([status, line.outcome], [200, "done"]);
});

test("a handler may take stdout away: the line is written all the same", async () => {
  const { write } = process.stdout;
  const { stringify } = JSON;
  const { status } = await ask(() => {
    process.stdout.write = () => assert.fail("the handler's own");
    console.log = () => {};
    JSON.stringify = () => "{}";
    return { status: 200 };
  });
  Object.assign(JSON, { stringify });
  process.stdout.write = write;
  assert.equal(status, 200);
});

test("a handler that changes its event changes neither the ids of its batch nor the line", async () => {
  const { returned, line } = await deliver((event) => {
    event.messages.length = 0;
    event.id = "mine";
    return { failed: ["b"] };
  });
  assert.deepEqual(returned, { batchItemFailures: [{ itemIdentifier: "b" }] });
  assert.match(line.event, /^batch:/);
});

test("a batch of which a part failed says so in the log", async () => {
  const { line } = await deliver(() => ({ failed: ["a"] }));
  assert.deepEqual([line.level, line.outcome, line.failed], ["warning", "done", 1]);
});

test("names like those of a prototype are names", async () => {
  globalThis.handler = ({ query, cookies, parameters, headers }) => ({
    status: 200,
    body: { query, cookies, parameters, headers },
  });
  const event = urlEvent("GET", "/x?__proto__=1&constructor=2", { cookies: ["__proto__=3", "toString=4"] });
  Object.defineProperty(event.headers, "__proto__", { value: "5", enumerable: true });
  const { body } = await handle(event, lambdaContext());
  assert.match(body, /"__proto__":\["1"\],"constructor":\["2"\]/);
  assert.match(body, /"__proto__":"3","toString":"4"/);
  assert.match(body, /"__proto__":"5"/);
  assert.equal({}.polluted, undefined);
});

test("the log never shows what a message holds", async () => {
  const {
    Records: [record],
  } = batch("a");
  const secret = "the-secret-in-the-event";
  for (const event of [
    { Records: [{ ...record, body: { secret } }] },
    { Records: [{ ...record, attributes: { ...record.attributes, SentTimestamp: secret } }] },
    { Records: [{ ...record, messageAttributes: secret }] },
    { Records: [{ ...record, eventSourceARN: secret }] },
    { secret },
    secret,
    null,
  ]) {
    const { error, line } = await deliver(() => {}, event);
    assert.ok(error instanceof Error, JSON.stringify(event));
    assert.ok(!JSON.stringify(line).includes(secret) && !String(error.stack).includes(secret), JSON.stringify(line));
  }
});
