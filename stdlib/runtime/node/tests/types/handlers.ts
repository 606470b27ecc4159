// Handlers as users write them: `tsc --strict` takes them.

import type {
  BusEvent,
  BucketEvent,
  Context,
  Event,
  Handler,
  HttpAnswer,
  HttpEvent,
  InvokeEvent,
  QueueAnswer,
  QueueEvent,
  ScheduleEvent,
  StreamEvent,
  TableEvent,
  TopicEvent,
  WebsocketEvent,
} from "portolan";
import { bus, parameter } from "portolan";

export const show: Handler<HttpEvent> = async (event, context) => {
  const tags: readonly string[] = event.query["tag"] ?? [];
  const id: string | undefined = event.parameters["id"];
  if (event.principal === null) return { status: 401 };
  const subject: string | null = event.principal.subject;
  return {
    status: 200,
    headers: { vary: ["accept", "origin"] },
    body: { id, tags, subject, left: context.remaining() },
  };
};

export const image: Handler<HttpEvent> = () => ({ status: 200, body: new Uint8Array(3) });
export const echo: Handler<HttpEvent> = ({ body, encoding }) => ({ status: 200, body, encoding });

interface Report {
  sum: number;
}

export const report = (_: HttpEvent): HttpAnswer => {
  const body: Report = { sum: 7 };
  return { status: 200, cookies: ["a=b"], body };
};

export const publish: Handler<QueueEvent> = async (event): Promise<QueueAnswer> => {
  const failed = event.messages.filter((message) => (message.attempt ?? 1) > 3).map(({ id }) => id);
  const first: string = event.messages[0].body;
  return first === "" ? undefined : { failed };
};

export const quiet: Handler<QueueEvent> = async () => {};
export const released: Handler<TopicEvent> = ({ message }) => message.attributes["subject"];
export const nightly: Handler<ScheduleEvent<{ report: string }>> = ({ input }) => console.log(input.report);

export const tag: Handler<BucketEvent> = async ({ change, object }) => {
  if (change === "created" && object.file !== undefined) console.log(object.file.length, object.size);
};

export const sum: Handler<InvokeEvent<number[]>> = ({ input }) => input.reduce((left, right) => left + right, 0);

export const index: Handler<TableEvent> = ({ changes }) => ({
  failed: changes
    .filter((change) => change.change === "written" && change.new?.["title"] === undefined)
    .map(({ id }) => id),
});
export const clicks: Handler<StreamEvent> = ({ records }) => console.log(records[0].key);
export const bill: Handler<BusEvent<{ order: number }>> = ({ data }) => data.order;
export const live: Handler<WebsocketEvent> = ({ change }) => (change === "connect" ? { status: 401 } : undefined);

export function dispatch(event: Event, context: Context): HttpAnswer | QueueAnswer {
  switch (event.trigger) {
    case "http":
      return { status: 200, body: event.http };
    case "queue":
      return { failed: event.messages.map(({ id }) => id) };
    default:
      console.log(event.id, context.id);
      return undefined;
  }
}

export const settle: Handler<InvokeEvent<{ order: number }>> = async ({ input }) => {
  const limit: string = await parameter("limit").read();
  await bus("orders").publish("order.paid", { order: input.order, lines: [{ limit }] }, { subject: "orders/7" });
};
