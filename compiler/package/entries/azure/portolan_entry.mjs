// The entry on Azure Functions: `handle`, which every declared trigger calls.

import { filtersObjects, handler, refusesHttp, wanted } from "./portolan_runtime.mjs";

const subject = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s;
const changes = new Map([["Microsoft.Storage.BlobCreated", "created"], ["Microsoft.Storage.BlobDeleted", "deleted"]]);

// Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came.
export async function handle(event, context) {
  if (refusesHttp && isHttp(event)) {
    return { status: 401, headers: { "www-authenticate": "Bearer" }, body: "unauthorized" };
  }
  if (filtersObjects && !isWanted(event)) return undefined;
  return handler(event, context);
}

// A message is plain JSON and cannot carry a function, so none can pass itself off as a request.
function isHttp(event) {
  return typeof event?.headers?.get === "function";
}

// Event Grid puts one event into each Service Bus message; other messages need not be JSON at all.
function isWanted(event) {
  const notice = parsed(event);
  const change = notice?.eventType ?? notice?.type;
  const place = subject.exec(notice?.subject ?? "");
  if (place === null || !String(change).startsWith("Microsoft.Storage.")) return true;
  return wanted(place[1], place[2], changes.get(change));
}

// The host hands over an object where it recognised JSON, else the text or the bytes.
function parsed(event) {
  if (typeof event !== "string" && !(event instanceof Uint8Array)) return event;
  try {
    return JSON.parse(Buffer.from(event).toString("utf8"));
  } catch {
    return undefined;
  }
}
