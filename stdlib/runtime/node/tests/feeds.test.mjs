// Rows as JSON, from the ways in which the clouds type them.

import assert from "node:assert/strict";
import test from "node:test";

import { unpack } from "./package.mjs";

const { load } = unpack({});
const { number, ofDynamo, ofFirestore } = await load("portolan_runtime/feeds.mjs");

test("a decimal is a number where a double holds it", () => {
  for (const [decimal, expected] of [
    ["7", 7],
    ["-7", -7],
    ["0", 0],
    ["1.50", 1.5],
    ["0.1", 0.1],
    ["1E+3", 1000],
    ["9007199254740992", 9007199254740992],
    ["9007199254740993", "9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["0.12345678901234567890123", "0.12345678901234567890123"],
    ["1E-130", 1e-130],
    ["9.9999999999999999999999999999999999999E+125", "9.9999999999999999999999999999999999999E+125"],
  ]) {
    assert.equal(number(decimal), expected, decimal);
  }
});

test("what is no row of DynamoDB's is refused without a word of it", () => {
  assert.equal(ofDynamo(null), null);
  assert.deepEqual(ofDynamo({ a: { M: { __proto__: { S: "x" } } }, b: { SS: ["b", "a"] } }), { a: {}, b: ["a", "b"] });
  for (const row of [7, "secret", [], { a: null }, { a: 7 }, { a: { X: "secret" } }, { a: { N: 7 } }]) {
    assert.throws(
      () => ofDynamo(row),
      (error) => error.name === "Malformed" && !error.message.includes("secret"),
    );
  }
});

test("a message that is cut off anywhere is malformed or another message, and never hangs", () => {
  const whole = Buffer.from(
    "Cr8CCkRwcm9qZWN0cy9wL2RhdGFiYXNlcy9wb2RjYXN0LXByb2Qtc2hvd3MvZG9jdW1lbnRzL2l0ZW1zL25pZ2h0LW93bHM6NxIVCgRzaG93Eg2KAQpuaWdodC1vd2xz",
    "base64",
  );
  for (let length = 1; length < whole.length; length += 1) {
    assert.throws(() => ofFirestore(whole.subarray(0, length), false), Error, `${length} bytes`);
  }
  assert.throws(() => ofFirestore(Buffer.alloc(20, 0xff), false), { name: "Malformed" });
  assert.throws(() => ofFirestore(Buffer.from("{"), true), { name: "Malformed" });
});
