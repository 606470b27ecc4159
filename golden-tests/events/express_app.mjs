// An application of Express's; the ones of Flask's and FastAPI's beside it do the same.

import express from "express";

export const app = express();

let started = 0;
started += 1;

app.disable("x-powered-by");
app.disable("etag");
app.get("/hello/:name", (request, response) => {
  const { theme } = Object.fromEntries(request.headers.cookie.split("; ").map((pair) => pair.split("=")));
  response.json({ hello: request.params.name, tags: request.query.tag, theme });
});
app.post("/echo", express.raw({ type: "*/*" }), (request, response) => {
  response.status(201).set("content-type", request.headers["content-type"]).end(request.body);
});
app.get("/cookies", (request, response) => {
  response.append("set-cookie", ["a=1; Path=/", "b=2; Path=/; HttpOnly"]);
  response.append("x-one", ["1", "2"]);
  response.type("text/plain").send("two");
});
app.get("/stream", (request, response) => {
  response.type("application/octet-stream");
  for (let count = 0; count < 3; count += 1) response.write(Buffer.from([255, count]));
  response.end();
});
app.get("/state", (request, response) => response.json({ started }));
app.get("/broken", () => {
  throw new Error("the secret is 42");
});
app.get("/unavailable", (request, response) => response.status(503).type("text/plain").send("later"));
