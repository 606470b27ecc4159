import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { cosmos, dynamo, firestore, use } from "../store.mjs";
import * as todos from "../todos.mjs";

const event = (name) => JSON.parse(readFileSync(new URL(`events/${name}.json`, import.meta.url), "utf8"));

let items;

const memory = () => ({
  create: async (item) => !items.has(item.id) && Boolean(items.set(item.id, item)),
  replace: async (item) => items.has(item.id) && Boolean(items.set(item.id, item)),
  get: async (id) => items.get(id),
  remove: async (id) => void items.delete(id),
  list: async () => [...items.values()],
});

beforeEach(() => {
  items = new Map();
  use(memory());
});

test("a todo that is created twice is one", async () => {
  const first = await todos.create(event("create"));
  const again = await todos.create(event("create"));
  assert.deepEqual(first, again);
  assert.equal(first.status, 201);
  assert.equal(first.headers.location, `/todos/${first.body.id}`);
  assert.deepEqual((await todos.list(event("list"))).body, [first.body]);
});

test("a todo needs a title", async () => {
  for (const body of ["", "null", "{}", '{"title": ""}', '{"title": 1}']) {
    assert.equal((await todos.create({ ...event("create"), body })).status, 400, body);
  }
  assert.equal(items.size, 0);
});

test("todos are listed as they were made", async () => {
  items.set("b", { id: "b", created: "2026-02" }).set("a", { id: "a", created: "2026-01" });
  assert.deepEqual((await todos.list(event("list"))).body.map(({ id }) => id), ["a", "b"]);
});

test("only a todo that exists is found, replaced and removed", async () => {
  assert.equal((await todos.get(event("get"))).status, 404);
  assert.equal((await todos.replace(event("replace"))).status, 404);
  items.set("one", { id: "one", title: "buy milk", done: false, created: "2026-11-20T08:00:00.000Z" });
  assert.equal((await todos.get(event("get"))).body.title, "buy milk");
  assert.equal((await todos.replace(event("replace"))).body.done, true);
  assert.equal((await todos.replace({ ...event("replace"), body: "{}" })).status, 400);
  assert.deepEqual(await todos.remove(event("remove")), { status: 204 });
  assert.equal(items.size, 0);
});

test("every cloud can do the same", () => {
  const offered = Object.keys(memory()).sort();
  for (const cloud of [dynamo, firestore, cosmos]) assert.deepEqual(Object.keys(cloud()).sort(), offered);
});
