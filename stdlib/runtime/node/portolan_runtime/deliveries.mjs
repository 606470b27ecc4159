// What a handler is asked for one event, and what its answer means; how the cloud is told, its own module knows.

import { answer, Dropped } from "./calls.mjs";
import { stringify } from "./event.mjs";
import { failures } from "./messages.mjs";
import { isWanted, withFile } from "./objects.mjs";

/**
 * Hands an event to the handler. The result is the set of failed ids for a queue, JSON for a call of another function,
 * and nothing for all others, whose answer means nothing.
 */
export async function deliver(trigger, event, delivery, note) {
  // The handler may change the event that it is given.
  Object.assign(note, { trigger, event: { ...event } });
  switch (trigger.trigger) {
    case "queue":
      return batch(event, delivery);
    case "invoke":
      return stringify((await answer(event, delivery)) ?? null, "what the handler returned");
    case "bucket":
      return void (await changed(trigger, event, delivery));
    default:
      return void (await answer(event, delivery));
  }
}

async function batch(event, delivery) {
  const ids = event.messages.map(({ id }) => id);
  return failures(await answer(event, delivery), ids);
}

async function changed(trigger, event, delivery) {
  if (!isWanted(trigger, event.object.key, event.change)) throw new Dropped();
  if (trigger.input !== "file" || event.change !== "created") return answer(event, delivery);
  const { download } = await import("./download.mjs");
  return withFile(event, await download(trigger, event.object.key), (event) => answer(event, delivery));
}
