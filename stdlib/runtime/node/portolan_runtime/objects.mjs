// Buckets: their events, which of them a trigger asks for, and the object as a file.

import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { count, digest, envelope, instant, text } from "./event.mjs";

/** Names a change of an object without showing the key, which may be longer than an id. */
export function changeId(...texts) {
  return digest(texts).slice(0, 32);
}

/** The event of a changed object, from what all clouds tell in other words. */
export function objectEvent(trigger, { id, time, change, key, size, etag, version }) {
  const object = {
    key: text(key, "the key of an object"),
    size: change === "deleted" ? null : count(size),
    etag: typeof etag === "string" ? etag.replace(/^"(.*)"$/s, "$1") : null,
    version: typeof version === "string" && version !== "" ? version : null,
  };
  return { ...envelope(trigger, id, instant(time, "the time of a change")), change, object };
}

/** Whether a trigger asks for this change; one that is neither a creation nor a deletion is never asked for. */
export function isWanted({ events, prefix, suffixes }, key, change) {
  const ends = suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix));
  return events.includes(change) && key.startsWith(prefix) && ends;
}

/** Calls `work` with the object in a file of its own, which is gone afterwards; `bytes` is a stream of the web's. */
export async function withFile(event, bytes, work) {
  const folder = await mkdtemp(join(tmpdir(), "portolan-"));
  try {
    // A key is anything at all: only an ending that is plain goes into the name of the file.
    const ending = extname(event.object.key);
    const file = join(folder, `object${/^\.[A-Za-z0-9]{1,16}$/.test(ending) ? ending : ""}`);
    await pipeline(Readable.fromWeb(bytes), createWriteStream(file, { mode: 0o600 }));
    return await work({ ...event, object: { ...event.object, file } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
