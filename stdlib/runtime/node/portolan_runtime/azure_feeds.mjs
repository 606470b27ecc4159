// Cosmos, Event Hubs and Event Grid, each a function of the app. The host delivers a whole batch again, and only where a
// retry is set.

import { attributes, digest, instant, Malformed, map, text } from "./event.mjs";
import { busEvent, change, ofCosmos, record, streamEvent, tableEvent } from "./feeds.mjs";

// As often as messages come again elsewhere. Without a policy the host would go on after the first failure.
const RETRY = {
  strategy: "exponentialBackoff",
  maxRetryCount: 4,
  minimumInterval: { seconds: 10 },
  maximumInterval: { minutes: 10 },
};

/** How a trigger of one of these kinds is declared, and what reads its events. */
export function declare(app, trigger, name, prefix, message) {
  const setting = (word) => `%${prefix}_${word}%`;
  switch (trigger.trigger) {
    case "table": {
      const names = {
        databaseName: setting("DATABASE"),
        containerName: setting("CONTAINER"),
        leaseContainerName: setting("LEASES"),
        maxItemsPerInvocation: trigger.batch,
        startFromBeginning: trigger.earliest,
      };
      return app.cosmosDB(name, {
        name: "documents",
        connection: prefix,
        ...names,
        retry: RETRY,
        handler: message(trigger, openTable),
      });
    }
    case "stream": {
      const hub = {
        eventHubName: setting("STREAM"),
        consumerGroup: setting("GROUP"),
        cardinality: "many",
        dataType: "binary",
      };
      return app.eventHub(name, { name: "records", connection: prefix, ...hub, handler: message(trigger, openStream) });
    }
    default:
      return app.eventGrid(name, { name: "event", handler: message(trigger, openBus) });
  }
}

// The feed tells the latest version of an item, and neither what it was nor that it is gone.
function openTable(trigger, documents) {
  return tableEvent(
    trigger,
    list(documents).map((document) => written(trigger, map(document, "a document"))),
  );
}

function written(trigger, document) {
  const row = ofCosmos(trigger, document);
  const id = digest([String(row[trigger.hash]), text(document.id, "id"), text(document._etag, "_etag")]).slice(0, 32);
  return change(trigger, id, instant(document._ts * 1000, "_ts"), "written", row, null);
}

function openStream(trigger, bodies, { systemPropertiesArray, propertiesArray, partitionContext }) {
  const systems = list(systemPropertiesArray);
  const partition = partitionContext?.partitionId ?? "";
  const records = list(bodies).map((body, at) => {
    const { sequenceNumber, enqueuedTimeUtc, partitionKey } = map(systems[at], "SystemProperties");
    if (sequenceNumber === undefined) throw new Malformed("SequenceNumber is missing");
    const time = instant(enqueuedTimeUtc, "EnqueuedTimeUtc");
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(text(body, "a record"));
    return record(
      `${partition}:${sequenceNumber}`,
      time,
      partitionKey ?? null,
      bytes,
      attributes(propertiesArray?.[at]),
    );
  });
  return streamEvent(trigger, records);
}

// Of the schema of Event Grid, or a CloudEvent.
function openBus(trigger, event) {
  const { id, specversion, type, source, time, eventType, subject, eventTime, data } = map(event, "the event");
  return specversion === undefined
    ? busEvent(trigger, id, eventTime, eventType, subject, data)
    : busEvent(trigger, id, time, type, source, data);
}

function list(value) {
  if (!Array.isArray(value)) throw new Malformed("a batch is no list");
  return value;
}
