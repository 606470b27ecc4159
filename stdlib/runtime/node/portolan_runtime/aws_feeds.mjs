// DynamoDB streams, Kinesis, EventBridge and the websockets of API Gateway, on Lambda.

import { deliver } from "./deliveries.mjs";
import { instant, Malformed, map, text, unbase64 } from "./event.mjs";
import { busEvent, change, ofDynamo, record, socketEvent, streamEvent, tableEvent } from "./feeds.mjs";
import { environment, triggersOf } from "./settings.mjs";

/** Does the delivery of an event of one of these kinds. */
export function take(kind, native, delivery, note) {
  return takers[kind](native, delivery, note);
}

const takers = {
  table: ({ Records: records }, delivery, note) => inOrder("table", records, "dynamodb", delivery, note),
  stream: ({ Records: records }, delivery, note) => inOrder("stream", records, "kinesis", delivery, note),

  bus(native, delivery, note) {
    const [trigger] = triggersOf("bus");
    const { id, time, "detail-type": type, source, detail } = native;
    return deliver(trigger, busEvent(trigger, id, time, type, source, detail), delivery, note);
  },

  async websocket(native, delivery, note) {
    const [trigger] = triggersOf("websocket");
    try {
      return { statusCode: await deliver(trigger, readSocket(trigger, native), delivery, note) };
    } catch (error) {
      Object.assign(note, { error, outcome: "failed" });
      return { statusCode: 500 };
    }
  },
};

// The first that failed is where Lambda goes on: it and all that follow are delivered again.
async function inOrder(kind, records, field, delivery, note) {
  // arn:aws:dynamodb:…:table/NAME/stream/…, arn:aws:kinesis:…:stream/NAME
  const names = new Set(records.map(({ eventSourceARN: arn }) => text(arn, "eventSourceARN").split("/")[1]));
  const trigger = triggersOf(kind).find(({ variable }) => names.has(environment(variable).split("/").at(-1)));
  if (names.size > 1 || trigger === undefined) throw new Malformed("the records are of a resource that is no trigger");
  const items = records.map((one) => (kind === "table" ? readChange(trigger, one) : readRecord(one)));
  const ids = items.map(({ id }) => id);
  const numbers = records.map((one) => one[field].SequenceNumber ?? one[field].sequenceNumber);
  const event = kind === "table" ? tableEvent(trigger, items) : streamEvent(trigger, items);
  const failed = await deliver(trigger, event, delivery, note);
  const first = ids.findIndex((id) => failed.has(id));
  note.failed = first < 0 ? 0 : ids.length - first;
  return { batchItemFailures: first < 0 ? [] : [{ itemIdentifier: text(numbers[first], "the sequence number") }] };
}

const kinds = new Map([
  ["INSERT", "created"],
  ["MODIFY", "changed"],
  ["REMOVE", "deleted"],
]);

function readChange(trigger, { eventID: id, eventName, dynamodb }) {
  const { Keys: keys, NewImage, OldImage, ApproximateCreationDateTime: seconds } = map(dynamodb, "dynamodb");
  const kind = kinds.get(eventName);
  if (kind === undefined) throw new Malformed("eventName is not known");
  const [now, before] = [ofDynamo(NewImage), ofDynamo(OldImage)];
  const time = instant(Math.trunc(seconds * 1000), "ApproximateCreationDateTime");
  const made = change(trigger, id, time, kind, now ?? ofDynamo(keys), before);
  return { ...made, new: kind === "deleted" ? null : now };
}

function readRecord({ eventID: id, kinesis }) {
  const { approximateArrivalTimestamp: seconds, partitionKey, data } = map(kinesis, "kinesis");
  const time = instant(Math.trunc(seconds * 1000), "approximateArrivalTimestamp");
  return record(id, time, text(partitionKey, "partitionKey"), unbase64(text(data, "data"), "data"), {});
}

const said = new Map([
  ["CONNECT", "connect"],
  ["MESSAGE", "message"],
  ["DISCONNECT", "disconnect"],
]);

function readSocket(trigger, native) {
  const { requestContext, headers, multiValueQueryStringParameters: query, body = "", isBase64Encoded } = native;
  const { eventType, messageId, connectionId: connection, requestTimeEpoch } = requestContext;
  const change = said.get(eventType);
  if (change === undefined) throw new Malformed("eventType is not known");
  const id = messageId ?? `${text(connection, "connectionId")}:${change}`;
  const lowered = Object.entries(map(headers)).map(([name, value]) => [name.toLowerCase(), value]);
  const about = { change, connection, headers: Object.fromEntries(lowered), query: map(query) };
  const bytes = isBase64Encoded === true ? unbase64(body, "body") : Buffer.from(body);
  return socketEvent(trigger, id, instant(requestTimeEpoch, "requestTimeEpoch"), about, bytes);
}
