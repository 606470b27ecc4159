// What a handler is asked for one event, and what its answer means; how the cloud is told, its own module knows.

import { answer, Dropped } from "./calls.mjs";
import { stringify } from "./event.mjs";
import { failures } from "./messages.mjs";
import { isWanted } from "./objects.mjs";

/**
 * Hands an event to the handler. The result is the set of failed ids for a batch, JSON for a call of another function,
 * a status for a connection, and nothing for all others, whose answer means nothing.
 */
export async function deliver(trigger, event, delivery, note) {
  // The handler may change the event that it is given.
  Object.assign(note, { trigger, event: { ...event } });
  switch (trigger.trigger) {
    case "queue":
      return batch(event.messages, event, delivery);
    case "table":
      return batch(event.changes, event, delivery);
    case "stream":
      return batch(event.records, event, delivery);
    case "websocket":
      return status(await answer(event, delivery));
    case "invoke":
      return stringify((await answer(event, delivery)) ?? null, "what the handler returned");
    case "bucket":
      return void (await changed(trigger, event, delivery));
    default:
      return void (await answer(event, delivery));
  }
}

// Nothing lets somebody in, a status of 400 and more does not.
function status(answer) {
  if (answer === undefined || answer === null) return 200;
  if (Object.keys(answer).join() === "status" && Number.isInteger(answer.status)) return answer.status;
  throw new TypeError("a websocket's handler returns nothing or { status: a number }");
}

async function batch(items, event, delivery) {
  const ids = items.map(({ id }) => id);
  return failures(await answer(event, delivery), ids);
}

async function changed(trigger, event, delivery) {
  if (!isWanted(trigger, event.object.key, event.change)) throw new Dropped();
  if (trigger.input !== "file" || event.change !== "created") return answer(event, delivery);
  const { download, withFile } = await import("./download.mjs");
  return withFile(event, await download(trigger, event.object.key), (event) => answer(event, delivery));
}
