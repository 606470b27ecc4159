// The neutral client; the events of handlers are types alone (`import type { QueueEvent } from "portolan"`).
export { bucket, bus, function, parameter, queue, secret, table, topic } from "./client/client.mjs";
export * from "./client/errors.mjs";
