// The runtime's small pieces, where a case through a whole cloud would say less.

import assert from "node:assert/strict";
import test from "node:test";

import { route, unpack } from "./package.mjs";

const { load } = unpack({});
const { content, decode, instant, unbase64 } = await load("portolan_runtime/event.mjs");
const { candidates, find, match } = await load("portolan_runtime/routes.mjs");
const { lastDue } = await load("portolan_runtime/schedule.mjs");
const { hostname, lastAddress } = await load("portolan_runtime/http.mjs");

test("times have three decimals and are in UTC", () => {
  for (const [given, expected] of [
    ["2026-11-21T03:00:00Z", "2026-11-21T03:00:00.000Z"],
    ["2026-11-21T03:00:00.1239999Z", "2026-11-21T03:00:00.123Z"],
    ["2026-11-20T19:00:00.5-08:00", "2026-11-21T03:00:00.500Z"],
    ["2026-11-21t03:00:00z", "2026-11-21T03:00:00.000Z"],
    ["2026-11-21 03:00:00", "2026-11-21T03:00:00.000Z"],
    ["1795253412345", "2026-11-21T09:30:12.345Z"],
    [1795253412345, "2026-11-21T09:30:12.345Z"],
    [0, "1970-01-01T00:00:00.000Z"],
  ]) {
    assert.equal(instant(given, "it"), expected);
  }
  for (const given of [
    "",
    "now",
    "2026",
    "2026-13-01T00:00:00Z",
    "2026-11-21T25:00:00Z",
    "2026-11-21",
    null,
    undefined,
    {},
    NaN,
    1e17,
    -1e17,
    true,
  ]) {
    assert.throws(() => instant(given, "it"), { name: "Malformed", message: "it is no time" }, String(given));
  }
});

test("bytes that are UTF-8 are text, all others base64", () => {
  assert.deepEqual(content(Buffer.from("grün 🎉\0")), { body: "grün 🎉\0", encoding: "utf-8" });
  assert.deepEqual(content(Buffer.from([0xef, 0xbb, 0xbf, 0x61])), { body: "\ufeffa", encoding: "utf-8" });
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0xc3]]) {
    assert.equal(content(Buffer.from(bytes)).encoding, "base64", String(bytes));
  }
  assert.deepEqual(unbase64("/wD+", "it"), Buffer.from([255, 0, 254]));
  for (const text of ["/w=", "/w", "_w==", "/w==\n", "/w== ", "="])
    assert.throws(() => unbase64(text, "it"), { name: "Malformed" });
});

test("percent signs that encode nothing stay", () => {
  for (const [given, expected] of [
    ["a%20b", "a b"],
    ["%", "%"],
    ["%zz%41", "%zzA"],
    ["%c3%bc", "ü"],
    ["%ff", "\ufffd"],
    ["a+b", "a+b"],
    ["%2F", "/"],
  ]) {
    assert.equal(decode(given), expected);
  }
});

const trigger = {
  routes: [
    "GET /",
    "GET /shows/{id}",
    "GET /shows/new",
    "ANY /shows/new",
    "GET /shows/{id}/{part}",
    "POST /files/*",
    "GET /shows/*",
  ].map(route),
};

test("the route that says most wins", () => {
  for (const [method, path, expected] of [
    ["GET", "/", "GET /"],
    ["GET", "/shows/7", "GET /shows/{id}"],
    ["GET", "/shows/new", "GET /shows/new"],
    ["PUT", "/shows/new", "ANY /shows/new"],
    ["GET", "/shows/7/cover", "GET /shows/{id}/{part}"],
    ["GET", "/shows/7/a/b", "GET /shows/*"],
    ["POST", "/files/", "POST /files/*"],
    ["POST", "/files", undefined],
    ["POST", "/shows/7", undefined],
    ["GET", "/Shows/7", undefined],
    ["GET", "//", undefined],
    ["GET", "/shows/", "GET /shows/*"],
  ]) {
    assert.equal(find(candidates([trigger], path), method)?.route.http, expected, `${method} ${path}`);
  }
  assert.deepEqual(match(route("GET /a/{x}/*").segments, "/a/1/2/3"), { x: "1", "*": "2/3" });
  assert.deepEqual(match(route("ANY /*").segments, "/"), { "*": "" });
  assert.deepEqual(Object.keys(match(route("GET /{__proto__}").segments, "/x")), ["__proto__"]);
});

const every = {
  minutes: [0],
  hours: [3],
  days: Array.from({ length: 31 }, (_, day) => day + 1),
  months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  weekdays: [0, 1, 2, 3, 4, 5, 6],
};

test("a tick was due when its expression says", () => {
  for (const [due, now, expected] of [
    [every, "2026-11-21T03:00:00.020Z", "2026-11-21T03:00:00.000Z"],
    [every, "2026-11-21T02:59:59.900Z", "2026-11-21T03:00:00.000Z"],
    [every, "2026-11-21T02:59:58.000Z", "2026-11-20T03:00:00.000Z"],
    [every, "2026-11-22T02:00:00.000Z", "2026-11-21T03:00:00.000Z"],
    [{ ...every, minutes: [5, 35], hours: [0, 23] }, "2026-01-01T00:04:00Z", "2025-12-31T23:35:00.000Z"],
    [{ ...every, weekdays: [1] }, "2026-11-21T12:00:00Z", "2026-11-16T03:00:00.000Z"],
    [{ ...every, days: [29], months: [2] }, "2026-11-21T12:00:00Z", "2024-02-29T03:00:00.000Z"],
    [{ ...every, days: [13], weekdays: [5] }, "2026-11-21T12:00:00Z", "2026-11-20T03:00:00.000Z"],
  ]) {
    assert.equal(instant(lastDue(due, Date.parse(now)), "it"), expected);
  }
  assert.throws(() => lastDue({ ...every, days: [30], months: [2] }, Date.now()), /never due/);
});

test("hosts and addresses are bare", () => {
  for (const [given, expected] of [
    ["Web.Example.com:443", "web.example.com"],
    ["web.example.com", "web.example.com"],
    ["[::1]:80", "[::1]"],
    [undefined, ""],
  ]) {
    assert.equal(hostname(given), expected);
  }
  for (const [given, expected] of [
    ["1.2.3.4", "1.2.3.4"],
    ["9.9.9.9, 1.2.3.4:51234", "1.2.3.4"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["", null],
    [undefined, null],
  ]) {
    assert.equal(lastAddress(given), expected);
  }
});
