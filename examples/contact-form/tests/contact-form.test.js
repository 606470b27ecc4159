const assert = require("node:assert/strict");
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { createServer } = require("node:http");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { afterEach, beforeEach, test } = require("node:test");

const { bucket, queue, topic } = require("portolan");
const receive = require("../src/receive.js");
const archive = require("../src/archive.js");
const sort = require("../src/sort.js");
const call = require("../src/call.js");

const event = (name) => JSON.parse(readFileSync(join(__dirname, "events", `${name}.json`), "utf8"));

// What was published, as the topic's file has it.
const published = () => {
  const lines = readFileSync(join(process.env.PORTOLAN_LOCAL, "topics", "contacts.jsonl"), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(JSON.parse(line).body));
};

const sent = async () => (await queue("calls").receive({ limit: 10, wait: 0 })).map(({ body }) => JSON.parse(body));

beforeEach(() => {
  process.env.PORTOLAN_LOCAL = mkdtempSync(join(tmpdir(), "contact-form-"));
});

afterEach(() => rmSync(process.env.PORTOLAN_LOCAL, { recursive: true }));

test("a form becomes a letter", async () => {
  assert.deepEqual(await receive.handle(event("form")), {
    status: 202,
    body: { received: "2026-11-21T09:30:12.345Z" },
  });
  assert.deepEqual(published(), [JSON.parse(event("letter").message.body)]);
});

test("JSON does as well, and nothing but the known fields gets through", async () => {
  const body = JSON.stringify({ name: "Bob", email: "b@example.com", text: "x".repeat(5000), admin: true });
  await receive.handle({ ...event("form"), headers: { "content-type": "application/json" }, body });
  const [letter] = published();
  assert.deepEqual(Object.keys(letter), ["id", "time", "name", "email", "phone", "text"]);
  assert.equal(letter.text.length, 4000);
});

test("what is no letter is refused", async () => {
  const headers = { "content-type": "application/json" };
  for (const body of ["", "null", "[1]", '{"name": {}}', '{"name": "Ann", "email": " ", "text": "x"}']) {
    assert.equal((await receive.handle({ ...event("form"), headers, body })).status, 400, body);
  }
  assert.equal((await receive.handle({ ...event("form"), encoding: "base64" })).status, 400);
  await topic("contacts").publish("{}");
  assert.deepEqual(published(), [{}]);
});

test("a letter is kept under its day, once", async () => {
  await archive.handle(event("letter"));
  await archive.handle(event("letter"));
  const key = "received/2026-11-21/JKJaXmPLvHcESHA%3D.json";
  assert.equal((await bucket("letters").read(key)).toString(), event("letter").message.body);
  for await (const kept of bucket("letters").list()) assert.equal(kept.key, key);
});

test("only urgent letters with a number are worth a call", async () => {
  await sort.handle(event("letter"));
  for (const change of [{ text: "nice site" }, { phone: "" }]) {
    const { message } = event("letter");
    const body = JSON.stringify({ ...JSON.parse(message.body), ...change });
    await sort.handle({ message: { ...message, body } });
  }
  assert.deepEqual((await sent()).map(({ phone }) => phone), ["+49 30 1234"]);
});

test("calls that the desk does not take come again", async () => {
  const taken = [];
  const desk = createServer(async (request, response) => {
    const sent = JSON.parse(Buffer.concat(await request.toArray()));
    taken.push(sent);
    response.writeHead(sent.name === "bob" ? 503 : 200).end();
  });
  await new Promise((resolve) => desk.listen(0, "127.0.0.1", resolve));
  process.env.DESK = `http://127.0.0.1:${desk.address().port}/`;
  try {
    assert.deepEqual(await quietly(() => call.handle(event("calls"))), { failed: ["m-2", "m-3"] });
    assert.deepEqual(taken.map(({ name, attempt }) => [name, attempt]).sort(), [["ann", 1], ["bob", 2]]);
  } finally {
    desk.close();
    desk.closeAllConnections();
  }
});

async function quietly(work) {
  const { error } = console;
  console.error = () => {};
  try {
    return await work();
  } finally {
    console.error = error;
  }
}
