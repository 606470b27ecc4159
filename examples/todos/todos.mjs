// Five handlers over one table.

import { createHash } from "node:crypto";
import { AlreadyExists, NotFound, table } from "portolan";

const items = table("items");

export const create = async (event) => {
  const { title } = parsed(event);
  if (typeof title !== "string" || title === "") return refusal(400, "a todo needs a `title`");
  const item = { id: identity(event), title, done: false, created: event.time };
  await unless(AlreadyExists, items.write(item, { when: "absent" }));
  return { status: 201, headers: { location: `/todos/${item.id}` }, body: item };
};

export const list = async () => {
  const all = [];
  for await (const item of items.scan()) all.push(item);
  return { status: 200, body: all.sort((left, right) => left.created.localeCompare(right.created)) };
};

export const get = async (event) => {
  const item = await items.read({ id: event.parameters.id });
  return item === undefined ? refusal(404, "no such todo") : { status: 200, body: item };
};

export const replace = async (event) => {
  const { title, done, created } = parsed(event);
  if (typeof title !== "string" || typeof done !== "boolean" || typeof created !== "string") {
    return refusal(400, "a todo has a `title`, a `done` and a `created`");
  }
  const item = { id: event.parameters.id, title, done, created };
  const replaced = await unless(NotFound, items.write(item, { when: "present" }));
  return replaced ? { status: 200, body: item } : refusal(404, "no such todo");
};

export const remove = async (event) => {
  await items.delete({ id: event.parameters.id });
  return { status: 204 };
};

// The same request delivered twice makes one todo.
function identity({ source, id }) {
  return createHash("sha256").update(`${source} ${id}`).digest("base64url").slice(0, 16);
}

// Whether the work was done, or not for this reason.
async function unless(reason, work) {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof reason) return false;
    throw error;
  }
}

function parsed({ body }) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function refusal(status, error) {
  return { status, body: { error } };
}
