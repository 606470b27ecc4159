// The entry on Google Cloud: the http function `portolan`, for requests and for pushes from Pub/Sub alike.

import { filtersObjects, handler, refusesHttp, wanted } from "./portolan_runtime.mjs";

// In a versioned bucket an object that is deleted becomes an earlier version.
const changes = new Map([["OBJECT_FINALIZE", "created"], ["OBJECT_DELETE", "deleted"], ["OBJECT_ARCHIVE", "deleted"]]);

// Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came.
export async function portolan(request, response) {
  try {
    // A push is a request like any other until its token is verified, so a refusal takes them all.
    if (refusesHttp) response.status(401).set("www-authenticate", "Bearer").send("unauthorized");
    else if (filtersObjects && !isWanted(request)) response.status(204).send("");
    else finish(response, await handler(request, response));
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.status(500).send("internal error");
  }
}

function isWanted(request) {
  const { bucketId, objectId, eventType } = request.body?.message?.attributes ?? {};
  if ([bucketId, objectId, eventType].includes(undefined)) return true;
  return wanted(bucketId, objectId, changes.get(eventType));
}

function finish(response, answer) {
  if (response.headersSent) return;
  if (answer === undefined) response.status(204).send("");
  else if (typeof answer === "string") response.send(answer);
  else response.json(answer);
}
