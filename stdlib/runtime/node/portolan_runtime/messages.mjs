// Queues and topics: their events, and which messages of a batch an answer calls failed.

import { digest, envelope } from "./event.mjs";

/** The event of a batch; its id is the same for the same messages. */
export function queueEvent(trigger, messages) {
  const id = `batch:${digest(messages.map((message) => message.id))}`;
  const time = messages.map((message) => message.time).reduce((oldest, time) => (time < oldest ? time : oldest));
  return { ...envelope(trigger, id, time), messages };
}

/** The event of one message of a topic; a subject that the publisher set is an attribute. */
export function topicEvent(trigger, message, subject) {
  if (typeof subject === "string") message.attributes.subject = subject;
  return { ...envelope(trigger, message.id, message.time), message };
}

/** The ids that an answer names. What is no answer throws, and all messages come again. */
export function failures(answer, ids) {
  if (answer === undefined || answer === null) return new Set();
  const failed = Object.keys(answer).join() === "failed" ? answer.failed : undefined;
  if (!Array.isArray(failed)) throw new TypeError("a batch's handler returns nothing or { failed: […] }");
  if (!failed.every((id) => ids.includes(id))) throw new TypeError("`failed` names a message that is not in the batch");
  return new Set(failed);
}

/** With first-in-first-out, whatever follows a failed message in its group fails too: else it would overtake it. */
export function withFollowers(failed, messages) {
  const stopped = new Set();
  return messages.filter(({ id, group }) => {
    if (failed.has(id)) stopped.add(group);
    return stopped.has(group);
  });
}
