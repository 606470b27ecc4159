// Firestore, ordered Pub/Sub and Eventarc, which come as requests like all deliveries.

import { attributes, instant, json, map, text, unbase64 } from "./event.mjs";
import { busEvent, change, ofFirestore, record, streamEvent, tableEvent } from "./feeds.mjs";

/** The event in a delivery to a trigger of one of these kinds. */
export function open(trigger, body, headers) {
  return openers[trigger.trigger](trigger, body, headers);
}

const openers = {
  /** A change of a document (Eventarc, `google.cloud.firestore.document.v1.*`). */
  table(trigger, body, headers) {
    const { id, time, data } = cloudEvent(body, headers);
    const [now, before] = ofFirestore(data, (headers["content-type"] ?? "").includes("json"));
    const kind = now === null ? "deleted" : before === null ? "created" : "changed";
    return tableEvent(trigger, [change(trigger, id, instant(time, "the time of the change"), kind, now, before)]);
  },

  stream(trigger, body) {
    const {
      messageId: id,
      publishTime,
      orderingKey,
      data = "",
      attributes: own,
    } = map(json(body.toString("utf8"), "the push").message, "message");
    const time = instant(publishTime, "publishTime");
    return streamEvent(trigger, [
      record(id, time, orderingKey || null, unbase64(text(data, "data"), "data"), attributes(own)),
    ]);
  },

  bus(trigger, body, headers) {
    const { id, time, type, source, data } = cloudEvent(body, headers);
    return busEvent(
      trigger,
      id,
      time,
      type,
      source,
      data.length === 0 ? null : json(data.toString("utf8"), "the data"),
    );
  },
};

// In one piece, or with its attributes in headers (http protocol binding of CloudEvents 1.0.2).
function cloudEvent(body, headers) {
  if ((headers["content-type"] ?? "").startsWith("application/cloudevents+json")) {
    const event = map(json(body.toString("utf8"), "the event"), "the event");
    return { ...event, data: Buffer.from(JSON.stringify(event.data ?? null)) };
  }
  return {
    id: headers["ce-id"],
    time: headers["ce-time"],
    type: headers["ce-type"],
    source: headers["ce-source"],
    data: body,
  };
}
