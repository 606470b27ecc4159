// The handler of all cases: it notes what it gets and does what its script says.

import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

export const handle = async (event, context) => {
  appendFileSync(process.env.ORACLE_RECEIVED, `${JSON.stringify(event)}\n`);
  const script = JSON.parse(readFileSync(process.env.ORACLE_SCRIPT, "utf8"));
  process.stdout.write(script.print ?? "");
  if ("thread" in script) setTimeout(() => {}, script.thread * 1000);
  await after((script.sleep ?? 0) * 1000);
  if ("exit" in script) process.exit(script.exit);
  if ("raise" in script) throw new Error(script.raise);
  if (script.context) return { status: 200, body: about(context) };
  return answer(script);
};

function answer(script) {
  if ("bytes" in script) return { ...script.return, body: Buffer.from(script.bytes, "base64") };
  if ("bytes-long" in script) return { ...script.return, body: new Uint8Array(script["bytes-long"]) };
  return script.return;
}

function about({ app, target, function: name, provider, region, remaining, id }) {
  return { app, target, function: name, provider, region, remaining: remaining(), id };
}
