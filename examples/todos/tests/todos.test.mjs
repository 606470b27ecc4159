import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { table } from "portolan";
import * as todos from "../todos.mjs";

const event = (name) => JSON.parse(readFileSync(new URL(`events/${name}.json`, import.meta.url), "utf8"));
const items = table("items");
const listed = async () => (await todos.list(event("list"))).body;

beforeEach(() => {
  process.env.PORTOLAN_LOCAL = mkdtempSync(join(tmpdir(), "todos-"));
  process.env.ITEMS_TABLE_KEYS = '{"key":{"id":"string"}}';
});

afterEach(() => rmSync(process.env.PORTOLAN_LOCAL, { recursive: true }));

test("a todo that is created twice is one", async () => {
  const first = await todos.create(event("create"));
  const again = await todos.create(event("create"));
  assert.deepEqual(first, again);
  assert.equal(first.status, 201);
  assert.equal(first.headers.location, `/todos/${first.body.id}`);
  assert.deepEqual(await listed(), [first.body]);
});

test("a todo needs a title", async () => {
  for (const body of ["", "null", "{}", '{"title": ""}', '{"title": 1}']) {
    assert.equal((await todos.create({ ...event("create"), body })).status, 400, body);
  }
  assert.deepEqual(await listed(), []);
});

test("todos are listed as they were made", async () => {
  await items.write({ id: "b", created: "2026-02" });
  await items.write({ id: "a", created: "2026-01" });
  assert.deepEqual((await listed()).map(({ id }) => id), ["a", "b"]);
});

test("only a todo that exists is found, replaced and removed", async () => {
  assert.equal((await todos.get(event("get"))).status, 404);
  assert.equal((await todos.replace(event("replace"))).status, 404);
  await items.write({ id: "one", title: "buy milk", done: false, created: "2026-11-20T08:00:00.000Z" });
  assert.equal((await todos.get(event("get"))).body.title, "buy milk");
  assert.equal((await todos.replace(event("replace"))).body.done, true);
  assert.equal((await todos.replace({ ...event("replace"), body: "{}" })).status, 400);
  assert.deepEqual(await todos.remove(event("remove")), { status: 204 });
  assert.deepEqual(await listed(), []);
});
