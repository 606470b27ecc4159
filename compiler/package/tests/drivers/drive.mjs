// Calls the unpacked entry in this folder as its cloud would: a list of events on stdin, a line for each on stdout.
// A line is what came of the event: `401`, `dropped`, or what the handler returned.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [platform] = process.argv.slice(2);
const events = JSON.parse(readFileSync(0, "utf8"));
const entry = await import(pathToFileURL(resolve("portolan_entry.mjs")).href);

// What an http function on Google answers through, as far as an entry uses it.
class Response {
  headersSent = false;
  code = 200;

  status(code) {
    this.code = code;
    return this;
  }

  set() {
    return this;
  }

  send(body) {
    this.headersSent = true;
    this.body = body;
  }

  json(body) {
    this.send(JSON.stringify(body));
  }
}

const calls = {
  async aws(event) {
    const answer = await entry.handle(event, {});
    return answer?.statusCode ?? answer;
  },
  async gcp(event) {
    const response = new Response();
    await entry.portolan({ body: event }, response);
    if (response.code === 204) return undefined;
    return response.code === 200 ? response.body : response.code;
  },
  async azure(event) {
    const request = { method: "GET", headers: new Headers() };
    const answer = await entry.handle(event === "http" ? request : event, {});
    return answer?.status ?? answer;
  },
};

for (const event of events) console.log((await calls[platform](event)) ?? "dropped");
