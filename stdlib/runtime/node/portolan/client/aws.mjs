// The verbs on AWS, over its SDK, version 3.

import { randomUUID } from "node:crypto";
import { AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError } from "./errors.mjs";
import { told, utc } from "./messages.mjs";
import { once, sdk } from "./place.mjs";
import { canonical, checkedItem, Keys, remembered } from "./values.mjs";

const MISSING = ["NoSuchKey", "NoSuchBucket", "ResourceNotFoundException", "NotFound", "QueueDoesNotExist", "ParameterNotFound"];
const DENIED = ["AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"];
const CONDITIONS = ["PreconditionFailed", "ConditionalCheckFailedException"];

const SERVICES = {
  s3: ["@aws-sdk/client-s3", "S3Client"],
  sqs: ["@aws-sdk/client-sqs", "SQSClient"],
  sns: ["@aws-sdk/client-sns", "SNSClient"],
  dynamodb: ["@aws-sdk/client-dynamodb", "DynamoDBClient"],
  secrets: ["@aws-sdk/client-secrets-manager", "SecretsManagerClient"],
  ssm: ["@aws-sdk/client-ssm", "SSMClient"],
  events: ["@aws-sdk/client-eventbridge", "EventBridgeClient"],
  lambda: ["@aws-sdk/client-lambda", "LambdaClient"],
};

/** A service's package and a client of it. A call of a function that seems lost must not be made again. */
const service = once(async (name) => {
  const [module, Client] = SERVICES[name];
  const library = await sdk(module);
  return { library, client: new library[Client](name === "lambda" ? { maxAttempts: 1 } : {}) };
});

async function ask(place, name, command, input, { what = "", conflict = Failed } = {}) {
  const { library, client } = await service(name);
  return failures(place, what, conflict, () => client.send(new library[`${command}Command`](input)));
}

/** AWS's errors become ours. `conflict` is what a condition that does not hold means. */
async function failures(place, what, conflict, work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PortolanError) throw cause;
    const about = `${place.verb} of ${place}${what}`;
    const name = String(cause?.name ?? "").split(".").at(-1);
    const status = cause?.$metadata?.httpStatusCode;
    if (CONDITIONS.includes(name)) throw new conflict(about, { cause });
    if (MISSING.includes(name) || status === 404) throw new NotFound(about, { cause });
    if (DENIED.includes(name) || status === 403) throw new Denied(about, { cause });
    throw new Failed(`${about}: ${name}`, { cause });
  }
}

export class Bucket {
  constructor(place) {
    Object.assign(this, { place, bucket: place.told() });
  }

  async read(key) {
    const what = `, ${key}`;
    const { Body } = await ask(this.place, "s3", "GetObject", { Bucket: this.bucket, Key: key }, { what });
    return failures(this.place, what, Failed, async () => Buffer.from(await Body.transformToByteArray()));
  }

  async write(key, body, contentType) {
    const object = { Bucket: this.bucket, Key: key, Body: body, ContentType: contentType };
    await ask(this.place, "s3", "PutObject", object, { what: `, ${key}` });
  }

  async create(key, body, contentType) {
    const object = { Bucket: this.bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: "*" };
    await ask(this.place, "s3", "PutObject", object, { what: `, ${key}`, conflict: AlreadyExists });
  }

  async delete(key) {
    await ask(this.place, "s3", "DeleteObject", { Bucket: this.bucket, Key: key }, { what: `, ${key}` });
  }

  async *list(prefix) {
    let page = {};
    do {
      const from = { ContinuationToken: page.NextContinuationToken };
      page = await ask(this.place, "s3", "ListObjectsV2", { Bucket: this.bucket, Prefix: prefix, ...from });
      for (const { Key, Size, ETag } of page.Contents ?? []) {
        yield { key: Key, size: Size, etag: ETag.replaceAll('"', "") };
      }
    } while (page.NextContinuationToken);
  }
}

function attributeValues(attributes) {
  const typed = ([name, value]) => [name, { DataType: "String", StringValue: value }];
  return Object.fromEntries(Object.entries(attributes).map(typed));
}

export class Queue {
  constructor(place) {
    Object.assign(this, { place, url: place.told() });
  }

  async send(body, attributes, group) {
    const message = { QueueUrl: this.url, MessageBody: body, MessageAttributes: attributeValues(attributes) };
    await ask(this.place, "sqs", "SendMessage", { ...message, ...this.#order(group) });
  }

  #order(group) {
    if (!this.url.endsWith(".fifo")) return {};
    if (!group) throw new RangeError(`${this.place} is \`fifo\`: a message says which \`group\` it is of`);
    return { MessageGroupId: group, MessageDeduplicationId: randomUUID() };
  }

  async receive(limit, wait) {
    const { Messages = [] } = await ask(this.place, "sqs", "ReceiveMessage", {
      QueueUrl: this.url,
      MaxNumberOfMessages: limit,
      WaitTimeSeconds: Math.ceil(wait),
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
    });
    return Messages.map((taken) => [message(taken), taken.ReceiptHandle]);
  }

  async ack(receipt) {
    await ask(this.place, "sqs", "DeleteMessage", { QueueUrl: this.url, ReceiptHandle: receipt });
  }

  async release(receipt) {
    const now = { QueueUrl: this.url, ReceiptHandle: receipt, VisibilityTimeout: 0 };
    await ask(this.place, "sqs", "ChangeMessageVisibility", now);
  }
}

function message({ MessageId, Body, Attributes, MessageAttributes = {} }) {
  const text = ([name, value]) => [name, value.StringValue ?? ""];
  return told({
    id: MessageId,
    time: utc(Number(Attributes.SentTimestamp)),
    attempt: Number(Attributes.ApproximateReceiveCount),
    body: Body,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(text)),
  });
}

export class Topic {
  constructor(place) {
    Object.assign(this, { place, arn: place.told() });
  }

  async publish(body, attributes) {
    const message = { TopicArn: this.arn, Message: body, MessageAttributes: attributeValues(attributes) };
    await ask(this.place, "sns", "Publish", message);
  }
}

export class Table {
  constructor(place) {
    Object.assign(this, { place, name: place.told(), keys: new Keys(place) });
  }

  async read(key) {
    const asked = { TableName: this.name, Key: typed(this.keys.exactly(key)).M, ConsistentRead: true };
    const { Item } = await ask(this.place, "dynamodb", "GetItem", asked);
    return Item && item(Item);
  }

  async *query(hash, { index, range, limit, descending }) {
    const request = this.#asked(hash, index, range, descending);
    // DynamoDB has no range with two ends that excludes one of them.
    const exact = !range.lowExcluded && !range.highExcluded;
    for await (const found of this.#pages("Query", { ...request, Limit: limit })) {
      if (exact || range.holds(found[this.keys.sort(index)])) yield found;
    }
  }

  scan() {
    return this.#pages("Scan", {});
  }

  async write(values, when, unchanged) {
    const written = typed(checkedItem(values, this.keys)).M;
    const conflict = { absent: AlreadyExists, present: NotFound }[when] ?? Changed;
    const condition = unchanged ? asItWas(unchanged, written) : ofKey(when, this.keys.pair()[0]);
    const request = { TableName: this.name, Item: written, ...condition };
    await ask(this.place, "dynamodb", "PutItem", request, { conflict });
  }

  async delete(key) {
    await ask(this.place, "dynamodb", "DeleteItem", { TableName: this.name, Key: typed(this.keys.exactly(key)).M });
  }

  #asked(hash, index, range, descending) {
    const [name, sort] = this.keys.pair(index);
    const ends = this.keys.withinRange(index, range);
    const values = ends.map((value, at) => [`:${at}`, typed(value)]);
    return {
      KeyConditionExpression: ends.length > 0 ? `#h = :h AND ${compared(range)}` : "#h = :h",
      ExpressionAttributeNames: { "#h": name, ...(ends.length > 0 ? { "#r": sort } : {}) },
      ExpressionAttributeValues: { ":h": typed(this.keys.hash(index, hash)), ...Object.fromEntries(values) },
      ScanIndexForward: !descending,
      // Indexes are not read consistently (developer guide, Read consistency).
      ...(index ? { IndexName: index } : { ConsistentRead: true }),
    };
  }

  async *#pages(operation, request) {
    let page = {};
    do {
      const from = { ExclusiveStartKey: page.LastEvaluatedKey };
      page = await ask(this.place, "dynamodb", operation, { TableName: this.name, ...request, ...from });
      for (const found of page.Items) yield item(found);
    } while (page.LastEvaluatedKey);
  }
}

function compared({ low, high, lowExcluded, highExcluded, prefix }) {
  if (prefix !== undefined) return "begins_with(#r, :0)";
  if (low !== undefined && high !== undefined) return "#r BETWEEN :0 AND :1";
  if (low !== undefined) return lowExcluded ? "#r > :0" : "#r >= :0";
  return highExcluded ? "#r < :0" : "#r <= :0";
}

function ofKey(when, hash) {
  if (when === undefined) return {};
  const word = when === "absent" ? "attribute_not_exists" : "attribute_exists";
  return { ConditionExpression: `${word}(#h)`, ExpressionAttributeNames: { "#h": hash } };
}

/** The condition that every attribute is as it was, and none has come that is written now. */
function asItWas(seen, values) {
  const names = Object.fromEntries(Object.keys({ ...seen, ...values }).map((name, at) => [name, `#n${at}`]));
  const equal = Object.keys(seen).map((name, at) => `${names[name]} = :v${at}`);
  const fresh = Object.keys(values).filter((name) => !Object.hasOwn(seen, name));
  const absent = fresh.map((name) => `attribute_not_exists(${names[name]})`);
  return {
    ConditionExpression: [...equal, ...absent].join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(Object.entries(names).map(([name, short]) => [short, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.values(seen).map((value, at) => [`:v${at}`, value])),
  };
}

function item(found) {
  const values = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, untyped(value)]));
  return remembered(values, found);
}

/** A value in DynamoDB's words. */
function typed(value) {
  if (value === null) return { NULL: true };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number") return { N: canonical(value) };
  if (typeof value === "string") return { S: value };
  if (Array.isArray(value)) return { L: value.map(typed) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typed(one)])) };
}

/** A value of DynamoDB's, sets and bytes that others wrote included. */
function untyped(value) {
  const [[word, inside]] = Object.entries(value);
  switch (word) {
    case "NULL":
      return null;
    case "N":
      return Number(inside);
    case "NS":
      return inside.map(Number);
    case "L":
      return inside.map(untyped);
    case "M":
      return Object.fromEntries(Object.entries(inside).map(([name, one]) => [name, untyped(one)]));
    default:
      return inside;
  }
}

export class Secret {
  constructor(place) {
    Object.assign(this, { place, id: place.told() });
  }

  async read() {
    const found = await ask(this.place, "secrets", "GetSecretValue", { SecretId: this.id });
    return found.SecretString ?? Buffer.from(found.SecretBinary).toString();
  }
}

export class Parameter {
  constructor(place) {
    Object.assign(this, { place, name: place.told() });
  }

  async read() {
    return (await ask(this.place, "ssm", "GetParameter", { Name: this.name })).Parameter.Value;
  }
}

export class Bus {
  constructor(place) {
    Object.assign(this, { place, arn: place.told() });
  }

  async publish({ source, type, subject, data }) {
    const entry = { EventBusName: this.arn, Source: source, DetailType: type, Detail: data };
    const Entries = [subject === null ? entry : { ...entry, Resources: [subject] }];
    const answer = await ask(this.place, "events", "PutEvents", { Entries });
    // A request that was taken says of each entry whether it was.
    if (answer.FailedEntryCount > 0) throw refused(this.place, answer.Entries[0]);
  }
}

function refused(place, { ErrorCode: code = "", ErrorMessage: message = "" }) {
  const about = `${place.verb} of ${place}`;
  if (DENIED.includes(code) || code.startsWith("NotAuthorized")) return new Denied(about);
  return MISSING.includes(code) ? new NotFound(about) : new Failed(`${about}: ${code}: ${message}`);
}

export class Function {
  constructor(place) {
    Object.assign(this, { place, name: place.told() });
  }

  async invoke(input) {
    const asked = { FunctionName: this.name, Payload: Buffer.from(JSON.stringify(input)) };
    const { Payload, FunctionError } = await ask(this.place, "lambda", "Invoke", asked);
    const answer = Payload?.length > 0 ? JSON.parse(Buffer.from(Payload).toString()) : null;
    if (FunctionError === undefined) return answer;
    throw new Failed(`${this.place} raised ${answer?.errorType ?? "an error"}: ${answer?.errorMessage ?? ""}`);
  }
}
