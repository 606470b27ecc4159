// Does what it is told with the neutral client for Node: one step a line on stdin, what it gave or raised a line on stdout.

import { createInterface } from "node:readline";
import * as portolan from "portolan";

const kept = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await done(JSON.parse(line)))}\n`);
}
process.exit(0);

async function done(step) {
  try {
    const given = await act(step);
    if (step.keep) kept.set(step.keep, Array.isArray(given) ? given[0] : given);
    return { gives: written(given) };
  } catch (error) {
    return { raises: error.name, says: error.message, cause: error.cause?.name ?? null };
  }
}

async function act(step) {
  if (step.environment) return void Object.assign(process.env, step.environment);
  if (step.settle) return kept.get(step.settle)[step.do]();
  const subject = portolan[step.on](step.name);
  const options = Object.entries(step.options ?? {}).map(([name, value]) => [camel(name), read(value)]);
  const given = subject[step.do](...(step.with ?? []).map(read), ...(options.length > 0 ? [Object.fromEntries(options)] : []));
  return Symbol.asyncIterator in Object(given) ? all(given) : given;
}

async function all(given) {
  const found = [];
  for await (const one of given) found.push(one);
  return found;
}

function camel(name) {
  return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

function read(value) {
  if (value?.base64 !== undefined) return Buffer.from(value.base64, "base64");
  if (value?.kept !== undefined) return kept.get(value.kept);
  return value;
}

function written(value) {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  return value ?? null;
}
