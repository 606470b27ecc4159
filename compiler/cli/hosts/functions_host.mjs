// Stands in for the host of Azure Functions and its Node worker: `@azure/functions` registers with a core that is given to
// it here, decodes what the host sends, and encodes what comes back.
//
// What it reads and writes over the connection to `PORTOLAN_HOST` is written in `functions_host.py`.

import { connect } from "node:net";
import { createRequire } from "node:module";
import Module from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [address, port] = process.env.PORTOLAN_HOST.split(":");
const host = connect(Number(port), address);
const kept = [
  "type",
  "route",
  "methods",
  "authLevel",
  "schedule",
  "connection",
  "queueName",
  "topicName",
  "subscriptionName",
  "eventHubName",
  "consumerGroup",
  "cardinality",
  "databaseName",
  "containerName",
  "leaseContainerName",
  "maxItemsPerInvocation",
  "startFromBeginning",
];
const functions = new Map();
let model;

const core = {
  registerFunction: (metadata, callback) => functions.set(metadata.name, { metadata, callback }),
  registerHook: () => ({ dispose() {} }),
  setProgrammingModel: (given) => (model = given),
  log() {},
};

const load = Module._load;
Module._load = function (name, ...others) {
  return name === "@azure/functions-core" ? core : load.call(this, name, ...others);
};

const main = createRequire(resolve("package.json"))("./package.json").main;
await import(pathToFileURL(resolve(main)).href);
say({ functions: Object.fromEntries([...functions].map(([name, { metadata }]) => [name, triggerOf(metadata)])) });
for await (const line of createInterface({ input: host })) say(await call(JSON.parse(line)));
process.exit(0);

function say(value) {
  host.write(`${JSON.stringify(value)}\n`);
}

/** What the host is told of a function's trigger, and how often it tries again. */
function triggerOf({ bindings, retryOptions }) {
  const said = Object.values(bindings).find(({ type }) => /Trigger$/i.test(type));
  // Of messages of Service Bus one comes at a time without it being said.
  const isSaid = (name) => said[name] !== undefined && !(name === "cardinality" && said[name] === "one");
  const pairs = kept.filter(isSaid).map((name) => [name, said[name]]);
  const trigger = Object.fromEntries(
    pairs.map(([name, value]) => [name, name === "methods" ? [...value].sort() : value]),
  );
  return retryOptions ? { ...trigger, retries: retryOptions.maxRetryCount } : trigger;
}

async function call({ function: name, invocation, data, metadata }) {
  const { metadata: declared, callback } = functions.get(name);
  const [binding, { type, dataType }] = Object.entries(declared.bindings).find(([, { type }]) =>
    /Trigger$/i.test(type),
  );
  const isHttp = type === "httpTrigger";
  try {
    const request = {
      inputData: [{ name: binding, data: typed(data, dataType) }],
      triggerMetadata: Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [name, typed(value, "binary")]),
      ),
    };
    const invocationModel = model.getInvocationModel({
      invocationId: invocation,
      metadata: declared,
      request,
      log() {},
    });
    const { context, inputs } = await invocationModel.getArguments();
    const result = await invocationModel.invokeFunction(context, inputs, callback);
    const { returnValue } = await invocationModel.getResponse(context, result);
    return isHttp ? written(returnValue.http) : { returns: returned(returnValue) };
  } catch (error) {
    console.error(error);
    return { raises: true };
  }
}

/** A value as the host sends it: bytes as a text, unless a binding asks for them; a request's always as bytes. */
function typed({ type, value }, dataType) {
  switch (type) {
    case "bytes":
      return dataType === "binary"
        ? { bytes: Buffer.from(value, "base64") }
        : { string: Buffer.from(value, "base64").toString() };
    case "collection_bytes":
      return { collectionBytes: { bytes: value.map((item) => Buffer.from(item, "base64")) } };
    case "json":
      return { json: JSON.stringify(value) };
    case "http":
      return {
        http: {
          ...value,
          body: { bytes: Buffer.from(value.body.value, value.body.type === "bytes" ? "base64" : "utf8") },
        },
      };
    default:
      return { [type]: value };
  }
}

function returned(value) {
  return value?.json === undefined ? (value?.string ?? null) : JSON.parse(value.json);
}

function written({ statusCode, headers, cookies, body }) {
  const bytes = Buffer.from(body?.bytes ?? body?.string ?? "");
  return { status: Number(statusCode), headers, cookies: cookies.map(cookie), body: bytes.toString("base64") };
}

/** A cookie as the host writes it, which escapes values. */
function cookie({ name, value, domain, path, expires, maxAge, secure, httpOnly, sameSite }) {
  const attributes = [
    path && `Path=${path.value}`,
    domain && `Domain=${domain.value}`,
    expires && `Expires=${new Date(expires.value).toUTCString()}`,
    maxAge && `Max-Age=${maxAge.value}`,
    secure?.value && "Secure",
    httpOnly?.value && "HttpOnly",
    { lax: "SameSite=Lax", strict: "SameSite=Strict", explicitNone: "SameSite=None" }[sameSite],
  ];
  return [`${name}=${encodeURIComponent(value)}`, ...attributes.filter(Boolean)].join("; ");
}
