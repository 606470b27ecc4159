const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { join } = require("node:path");
const { beforeEach, test } = require("node:test");

const clouds = require("../src/cloud.js");
const receive = require("../src/receive.js");
const archive = require("../src/archive.js");
const sort = require("../src/sort.js");
const call = require("../src/call.js");

const event = (name) => JSON.parse(readFileSync(join(__dirname, "events", `${name}.json`), "utf8"));

let done;

const memory = () => ({
  publish: async (text) => void done.published.push(JSON.parse(text)),
  keep: async (key, text) => void (done.kept[key] ??= text),
  send: async (text) => void done.sent.push(JSON.parse(text)),
});

beforeEach(() => {
  done = { published: [], kept: {}, sent: [] };
  clouds.use(memory());
});

test("a form becomes a letter", async () => {
  assert.deepEqual(await receive.handle(event("form")), {
    status: 202,
    body: { received: "2026-11-21T09:30:12.345Z" },
  });
  assert.deepEqual(done.published, [JSON.parse(event("letter").message.body)]);
});

test("JSON does as well, and nothing but the known fields gets through", async () => {
  const body = JSON.stringify({ name: "Bob", email: "b@example.com", text: "x".repeat(5000), admin: true });
  await receive.handle({ ...event("form"), headers: { "content-type": "application/json" }, body });
  const [letter] = done.published;
  assert.deepEqual(Object.keys(letter), ["id", "time", "name", "email", "phone", "text"]);
  assert.equal(letter.text.length, 4000);
});

test("what is no letter is refused", async () => {
  const headers = { "content-type": "application/json" };
  for (const body of ["", "null", "[1]", '{"name": {}}', '{"name": "Ann", "email": " ", "text": "x"}']) {
    assert.equal((await receive.handle({ ...event("form"), headers, body })).status, 400, body);
  }
  assert.equal((await receive.handle({ ...event("form"), encoding: "base64" })).status, 400);
  assert.deepEqual(done.published, []);
});

test("a letter is kept under its day, once", async () => {
  await archive.handle(event("letter"));
  await archive.handle(event("letter"));
  const key = "received/2026-11-21/JKJaXmPLvHcESHA%3D.json";
  assert.deepEqual(done.kept, { [key]: event("letter").message.body });
});

test("only urgent letters with a number are worth a call", async () => {
  await sort.handle(event("letter"));
  assert.equal(done.sent[0].phone, "+49 30 1234");
  for (const change of [{ text: "nice site" }, { phone: "" }]) {
    const { message } = event("letter");
    const body = JSON.stringify({ ...JSON.parse(message.body), ...change });
    await sort.handle({ message: { ...message, body } });
  }
  assert.equal(done.sent.length, 1);
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

test("every cloud can do the same", () => {
  const offered = Object.keys(memory()).sort();
  for (const cloud of [clouds.aws, clouds.google, clouds.azure]) {
    assert.deepEqual(Object.keys(cloud()).sort(), offered);
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
