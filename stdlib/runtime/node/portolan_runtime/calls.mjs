// One call: the user's handler, what keeps it from harming its call, and the line in the log.

import { AsyncLocalStorage } from "node:async_hooks";

import { root, settings } from "./settings.mjs";

/** A caller that is turned away before the handler, with the status for it and the reason for the log. */
export class Refusal extends Error {
  name = "Refusal";

  constructor(status, message, challenge = "Bearer") {
    super(message);
    this.status = status;
    this.challenge = challenge;
  }
}

/** What a delivery that needs no handler throws: it is done. */
export class Dropped extends Error {}

/** What a file of the user's exports. `import()` reads ES modules and CommonJS, whose exports may be in `default`. */
export async function load({ file, symbol }) {
  const module = await import(new URL(file.split("/").map(encodeURIComponent).join("/"), root).href);
  return module[symbol] ?? module.default?.[symbol];
}

async function loadHandler(place) {
  const found = await load(place);
  if (typeof found !== "function") throw new TypeError(`${place.file} exports no function ${place.symbol}`);
  return found;
}

const handler = settings.handler ? await loadHandler(settings.handler) : undefined;

/** Calls the handler with whatever it takes. */
export function handle(...values) {
  if (handler === undefined) throw new Error("the function has no handler for this event");
  return handler(...values);
}

/** What says to a handler where it runs. A delivery is what a cloud's module knows of a call. */
export function context({ call, remaining, native }) {
  const { app, target, provider, region } = settings;
  return { id: call, app, target, function: settings.function, provider, region, remaining, native };
}

/** Milliseconds until the timeout of a call that begins now, for clouds that do not count. */
export function countdown() {
  const end = Date.now() + settings.timeout * 1000;
  return () => Math.max(0, end - Date.now());
}

const calls = new AsyncLocalStorage();
const exit = process.exit.bind(process);

// A handler that ends the process would leave its call without an answer: it fails that call instead. The second time,
// and outside of calls, the process ends.
process.exit = (code) => {
  const fail = calls.getStore()?.fail;
  if (fail === undefined) return exit(code);
  calls.getStore().fail = undefined;
  const error = new Error(`the handler ended the process (${code ?? process.exitCode ?? 0})`);
  fail(error);
  throw error;
};

/**
 * What `work` comes to, before the function's timeout: whoever never settles fails shortly before the platform would
 * end the process without a word. The timer also keeps Node alive, which would otherwise end with nothing left to do,
 * and Lambda would take that for an answer.
 */
export async function settled({ remaining }, work) {
  const call = {};
  let timer;
  const failed = new Promise((_, reject) => {
    call.fail = reject;
    const left = remaining();
    const late = () => reject(new Error("the handler did not settle within the function's timeout"));
    timer = setTimeout(late, Math.max(1, left - Math.min(500, left / 10)));
  });
  try {
    return await Promise.race([calls.run(call, async () => work()), failed]);
  } catch (thrown) {
    throw asError(thrown);
  } finally {
    clearTimeout(timer);
    call.fail = undefined;
  }
}

// Anything can be thrown, also what throws when it is looked at.
function asError(thrown) {
  try {
    return thrown instanceof Error ? thrown : new Error(`the handler threw ${String(thrown)}`);
  } catch {
    return new Error("the handler threw what cannot be shown");
  }
}

/** The handler's answer to a neutral event, or its failure. */
export function answer(event, delivery) {
  return settled(delivery, () => handle(event, context(delivery)));
}

/** The same where the handler asked for what its cloud hands over. */
export function nativeAnswer(values, delivery) {
  return settled(delivery, () => handle(...values));
}

/**
 * Does one delivery and writes its line; throws what it throws. `work` may say in `note` what the line tells: `trigger`,
 * `event`, `failed`, `outcome`.
 */
export async function logged(delivery, work) {
  const note = { failed: 0 };
  const start = performance.now();
  try {
    const result = await work(note);
    write(delivery, start, { outcome: "done", ...note });
    return result;
  } catch (error) {
    const outcome = error instanceof Dropped ? "dropped" : error instanceof Refusal ? "refused" : "failed";
    write(delivery, start, { ...note, outcome, error: outcome === "dropped" ? undefined : error });
    if (outcome !== "dropped") throw error;
  }
}

// The handler may put others in their place.
const print = process.stdout.write.bind(process.stdout);
const stringify = JSON.stringify;

function write(delivery, start, { trigger, event, failed, outcome, error }) {
  const { app, target } = settings;
  const line = {
    level: outcome === "failed" ? "error" : outcome === "refused" || failed > 0 ? "warning" : "info",
    app,
    target,
    function: settings.function,
    trigger: trigger?.trigger ?? null,
    key: trigger?.key ?? null,
    event: event?.id ?? null,
    source: event?.source ?? trigger?.source ?? null,
    call: delivery.call,
    milliseconds: Math.round(performance.now() - start),
    outcome,
    failed,
    ...(error instanceof Refusal ? { status: error.status } : {}),
    ...(error === undefined ? {} : { error: described(error) }),
  };
  print(`${stringify(line)}\n`);
}

// An error of the handler's own class may throw when it is looked at.
function described(error) {
  try {
    const { name, message, stack } = error;
    return { type: String(name), message: String(message).slice(0, 4096), trace: String(stack).slice(0, 16384) };
  } catch {
    return { type: "Error", message: "the error cannot be shown", trace: null };
  }
}
