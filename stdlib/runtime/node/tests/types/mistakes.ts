// Mistakes in handlers: `tsc --strict` finds each.

import type { BucketEvent, Handler, HttpEvent, QueueEvent } from "portolan";

// @ts-expect-error an answer has a status
export const without: Handler<HttpEvent> = () => ({ body: "x" });

// @ts-expect-error AWS's own answer is none
export const native: Handler<HttpEvent> = () => ({ statusCode: 200 });

// @ts-expect-error a bare text is no answer
export const bare: Handler<HttpEvent> = async () => "hello";

// @ts-expect-error a header is a text
export const header: Handler<HttpEvent> = () => ({ status: 200, headers: { a: 1 } });

// @ts-expect-error `failed` holds ids
export const numbers: Handler<QueueEvent> = () => ({ failed: [1] });

// @ts-expect-error true is no answer to a batch
export const done: Handler<QueueEvent> = () => true;

export const change: Handler<BucketEvent> = (event) => {
  // @ts-expect-error an event is read
  event.object.key = "x";
  // @ts-expect-error there is no such change
  return event.change === "overwritten";
};

export const missing: Handler<HttpEvent> = ({ parameters }) => {
  // @ts-expect-error with noUncheckedIndexedAccess a parameter may be missing
  return { status: 200, body: parameters["id"].length };
};
