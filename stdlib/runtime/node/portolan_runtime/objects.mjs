// Buckets: their events, and which of them a trigger asks for.

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
