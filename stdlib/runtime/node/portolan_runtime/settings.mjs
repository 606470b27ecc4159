// What the compiler wrote down of this function, and the environment it runs in.

import { readFileSync } from "node:fs";

const file = new URL("../portolan_entry.json", import.meta.url);

export const settings = JSON.parse(readFileSync(file, "utf8"));
export const triggers = settings.triggers;
export const isNative = settings.payload === "native";

/** The triggers of one kind. */
export function triggersOf(kind) {
  return triggers.filter((trigger) => trigger.trigger === kind);
}

/** The folder that the package was unpacked into, as a URL that ends with a slash. */
export const root = new URL("./", file);

/** A variable that must be set: without it an event is an error and comes again, instead of being lost. */
export function environment(name) {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment has no ${name}`);
  return value;
}
