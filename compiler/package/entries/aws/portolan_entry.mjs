// The entry on AWS Lambda: `portolan_entry.handle`.

import { handler, refusesHttp, wanted } from "./portolan_runtime.mjs";

const unauthorized = { statusCode: 401, headers: { "www-authenticate": "Bearer" }, body: "unauthorized" };
const changes = new Map([["ObjectCreated", "created"], ["ObjectRemoved", "deleted"]]);

// Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came.
export async function handle(event, context) {
  if (refusesHttp && isHttp(event)) return unauthorized;
  if (!isFromS3(event)) return handler(event, context);
  const records = event.Records.filter(isWanted);
  return records.length === 0 ? undefined : handler({ ...event, Records: records }, context);
}

function isHttp(event) {
  return event?.requestContext !== undefined;
}

function isFromS3(event) {
  const records = event?.Records;
  return Array.isArray(records) && records.length > 0 && records.every((record) => record.eventSource === "aws:s3");
}

function isWanted({ eventName, s3 }) {
  // S3 writes keys as a form does: a space is `+`, everything else outside ASCII percent-encoded.
  const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
  return wanted(s3.bucket.name, key, changes.get(eventName.split(":")[0]));
}
