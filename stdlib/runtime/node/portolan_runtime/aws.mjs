// AWS Lambda: its events, and the answers that it understands.

import { isDeepStrictEqual } from "node:util";

import { Dropped, logged, nativeAnswer } from "./calls.mjs";
import { deliver } from "./deliveries.mjs";
import { attributes, content, count, decode, envelope, instant, Malformed, map, text } from "./event.mjs";
import { queueEvent, topicEvent, withFollowers } from "./messages.mjs";
import { changeId, isWanted, objectEvent } from "./objects.mjs";
import { tickEvent } from "./schedule.mjs";
import { environment, isNative, settings, triggersOf } from "./settings.mjs";

// A function without routes starts without what answers requests.
const requests = triggersOf("http").length > 0 ? await import("./aws_http.mjs") : undefined;

/** What Lambda calls. What it throws is an error to whoever called; services that do not wait deliver again. */
export async function handle(native, context) {
  const remaining = context?.getRemainingTimeInMillis?.bind(context) ?? (() => settings.timeout * 1000);
  const delivery = { call: context?.awsRequestId ?? null, remaining, native: { event: native, context } };
  if (native?.portolan === "keep-warm") return logged(delivery, (note) => void (note.outcome = "warm"));
  const isMap = typeof native === "object" && native !== null && !Array.isArray(native);
  const taker = takers.find(([kind, fits]) => triggersOf(kind).length > 0 && isMap && fits(native));
  const [kind, , take] = taker ?? ["invoke", undefined, other];
  if (kind === "http") return requests.request(native, delivery);
  return isNative ? pass(kind, native, delivery) : take(native, delivery);
}

// Who sends what, and what is done with it. The first that fits an event takes it.
const takers = [
  ["http", (event) => event.version === "2.0" && event.requestContext?.http !== undefined],
  ["schedule", (event) => event.trigger === "schedule" && typeof event.schedule === "string", tick],
  ["queue", comesFrom("aws:sqs"), batch],
  ["topic", comesFrom("aws:sns"), each(publication)],
  ["bucket", comesFrom("aws:s3"), each(change)],
  ["table", comesFrom("aws:dynamodb"), feed("table")],
  ["stream", comesFrom("aws:kinesis"), feed("stream")],
  ["bus", (event) => ["detail-type", "source", "detail"].every((name) => name in event), feed("bus")],
  ["websocket", (event) => event.requestContext?.connectionId !== undefined, feed("websocket")],
  ["bucket", isTrial, (_, delivery) => logged(delivery, () => Promise.reject(new Dropped()))],
];

function comesFrom(source) {
  const is = (record) => (record?.eventSource ?? record?.EventSource) === source;
  return ({ Records: records }) => Array.isArray(records) && records.length > 0 && records.every(is);
}

// What S3 sends when a notification is set up.
function isTrial(event) {
  return event.Service === "Amazon S3" && event.Event === "s3:TestEvent";
}

/** Hands on what came; of S3's changes those that nobody asked for are dropped all the same. */
function pass(kind, native, delivery) {
  return logged(delivery, async (note) => {
    [note.trigger] = triggersOf(kind);
    if (isTrial(native)) throw new Dropped();
    const records = kind === "bucket" ? native.Records.filter(isAskedFor) : undefined;
    if (records?.length === 0) throw new Dropped();
    const event = records === undefined ? native : { ...native, Records: records };
    return nativeAnswer([event, delivery.native.context], delivery);
  });
}

function isAskedFor(record) {
  const { trigger, key, change } = read(record);
  return isWanted(trigger, key, change);
}

// What no trigger sends is another function's call.
function other(native, delivery) {
  return logged(delivery, async (note) => {
    const [trigger] = triggersOf("invoke");
    if (trigger === undefined) throw new Malformed("no trigger of the function sends such an event");
    const isWrapped = native?.portolan === "invoke" && Object.keys(native).length === 2 && "input" in native;
    const input = isWrapped ? native.input : native;
    const event = { ...envelope(trigger, delivery.call, instant(Date.now())), input };
    return JSON.parse(await deliver(trigger, event, delivery, note));
  });
}

function tick(native, delivery) {
  return logged(delivery, (note) => {
    const ticking = triggersOf("schedule").filter(({ schedule }) => schedule === native.schedule);
    // One expression may stand twice, with inputs of its own.
    const trigger = ticking.find(({ input }) => isDeepStrictEqual(input, native.input ?? null)) ?? ticking[0];
    if (trigger === undefined) throw new Malformed("no trigger of the function has the schedule of this tick");
    return deliver(trigger, tickEvent(trigger, native.time, native.input), delivery, note);
  });
}

function batch({ Records: records }, delivery) {
  return logged(delivery, async (note) => {
    const trigger = queueOf(records);
    const failed = await deliver(trigger, queueEvent(trigger, records.map(message)), delivery, note);
    const members = records.map(({ messageId, attributes }) => ({ id: messageId, group: attributes.MessageGroupId }));
    const again = trigger.fifo ? withFollowers(failed, members) : members.filter(({ id }) => failed.has(id));
    note.failed = again.length;
    return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
  });
}

// A queue's URL ends with its name, as its ARN does.
function queueOf(records) {
  const names = new Set(records.map(({ eventSourceARN: arn }) => text(arn, "eventSourceARN").split(":").at(-1)));
  const trigger = triggersOf("queue").find(({ variable }) => names.has(environment(variable).split("/").at(-1)));
  if (names.size > 1 || trigger === undefined) throw new Malformed("the messages are of a queue that is no trigger");
  return trigger;
}

function message({ messageId, attributes: system, body, messageAttributes }) {
  const own = Object.entries(map(messageAttributes));
  return {
    id: text(messageId, "messageId"),
    time: instant(map(system, "attributes").SentTimestamp, "SentTimestamp"),
    attempt: count(system.ApproximateReceiveCount),
    ...content(Buffer.from(text(body, "body"))),
    attributes: attributes(Object.fromEntries(own.map(([name, one]) => [name, one.stringValue ?? one.binaryValue]))),
  };
}

// Few functions have these triggers, so their module is read only where one does.
function feed(kind) {
  return (native, delivery) =>
    logged(delivery, async (note) => {
      const { take } = await import("./aws_feeds.mjs");
      return take(kind, native, delivery, note);
    });
}

// An error ends the row: the service delivers all of it again.
function each(open) {
  return async ({ Records: records }, delivery) => {
    for (const record of records) {
      await logged(delivery, (note) => {
        const [trigger, event] = open(record);
        return deliver(trigger, event, delivery, note);
      });
    }
  };
}

function publication({ Sns: sns }) {
  const { MessageId: id, Timestamp: time, Message: body, MessageAttributes: own, Subject: subject } = map(sns, "Sns");
  const trigger = triggersOf("topic").find(({ variable }) => environment(variable) === sns.TopicArn);
  if (trigger === undefined) throw new Malformed("the message is of a topic that is no trigger");
  const values = Object.entries(map(own)).map(([name, { Value: value }]) => [name, value]);
  const message = {
    id: text(id, "MessageId"),
    time: instant(time, "Timestamp"),
    attempt: null,
    ...content(Buffer.from(text(body, "Message"))),
    attributes: attributes(Object.fromEntries(values)),
  };
  return [trigger, topicEvent(trigger, message, subject)];
}

function change(record) {
  const { trigger, ...change } = read(record);
  return [trigger, objectEvent(trigger, change)];
}

const changes = new Map([
  ["ObjectCreated", "created"],
  ["ObjectRemoved", "deleted"],
]);

// The trigger is the first of the bucket's that asks for the change, or the first, which will drop it.
function read({ eventName, eventTime, s3 }) {
  const { bucket, object } = map(s3, "s3");
  const name = text(map(bucket, "bucket").name, "the name of the bucket");
  // S3 writes keys as a form does: a space is `+`.
  const key = decode(text(map(object, "object").key, "the key of the object").replaceAll("+", " "));
  const change = changes.get(text(eventName, "eventName").split(":")[0]);
  const mine = triggersOf("bucket").filter(({ variable }) => environment(variable) === name);
  const trigger = mine.find((trigger) => isWanted(trigger, key, change)) ?? mine[0];
  if (trigger === undefined) throw new Malformed("the change is of a bucket that is no trigger");
  const id = changeId(name, key, object.sequencer ?? "", change);
  return { trigger, id, time: eventTime, change, key, size: object.size, etag: object.eTag, version: object.versionId };
}
