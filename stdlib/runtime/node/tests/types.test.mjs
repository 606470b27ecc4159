// The types: handlers as users write them are taken, mistakes are found.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { modules } from "./package.mjs";

test("handlers have the types that they are said to have", () => {
  const project = fileURLToPath(new URL("types/tsconfig.json", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});
