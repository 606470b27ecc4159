// What the entries of all clouds share: the settings, the user's handler, the filter on object events.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const settings = JSON.parse(readFileSync(join(root, "portolan_entry.json"), "utf8"));
const filters = settings.guards.buckets;

// `import()` reads ES modules and CommonJS alike; `default` is where CommonJS exports end up.
async function load({ file, symbol }) {
  const module = await import(pathToFileURL(join(root, file)).href);
  const found = module[symbol] ?? module.default?.[symbol];
  if (typeof found !== "function") throw new TypeError(`${file} exports no function ${symbol}`);
  return found;
}

export const filtersObjects = filters.length > 0;
export const refusesHttp = settings.guards.jwt;
export const handler = await load(settings.handler);

// Whether a trigger of this function asks for this object event; buckets without a filter pass.
// A variable that is not set throws: the event is delivered again instead of being lost.
export function wanted(bucket, key, change) {
  const mine = filters.filter((one) => environment(one.variable) === bucket);
  return mine.length === 0 || mine.some((one) => matches(one, key, change));
}

function environment(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment has no ${name}`);
  return value;
}

function matches({ events, prefix, suffixes }, key, change) {
  const ends = suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix));
  return events.includes(change) && key.startsWith(prefix) && ends;
}
