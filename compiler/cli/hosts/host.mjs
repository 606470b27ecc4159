// Runs one invocation of a package as AWS Lambda would call it: `portolan_entry.handle` with an event and a context.
//
// In:  the package's folder, where to write the outcome, and one line of JSON on stdin: the event and what the context says.
// Out: the outcome as JSON in that file; what the function prints goes where it prints it. Ends when stdin does, and with
//      status 124 when the time is up.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const TIMED_OUT = 124;
const [root, out] = process.argv.slice(2);

function context(given) {
  const ends = performance.now() + given.seconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: given.function,
    functionVersion: "$LATEST",
    invokedFunctionArn: given.arn,
    memoryLimitInMB: String(given.memory),
    awsRequestId: given.request,
    logGroupName: given.log_group,
    logStreamName: given.log_stream,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(ends - performance.now())),
  };
}

async function run(given) {
  let begun = performance.now();
  const since = () => Math.floor(performance.now() - begun);
  try {
    const { handle } = await import(pathToFileURL(join(root, "portolan_entry.mjs")).href);
    setTimeout(() => process.exit(TIMED_OUT), given.seconds * 1000);
    begun = performance.now();
    const value = await handle(given.event, context(given));
    return { value: value ?? null, milliseconds: since() };
  } catch (error) {
    const failed = { type: error?.name ?? typeof error, message: String(error?.message ?? error), trace: String(error?.stack ?? error) };
    return { error: failed, milliseconds: since() };
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(1));
lines.once("line", async (line) => {
  process.chdir(root);
  writeFileSync(out, JSON.stringify(await run(JSON.parse(line))));
  process.exit(0);
});
