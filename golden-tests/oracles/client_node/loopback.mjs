// The SDKs themselves, told to talk to servers on the loopback: keys in place of identities for Azure's storage and Cosmos DB,
// an answer in place of a vault, memory in place of Service Bus and Event Grid.

import { createRequire } from "node:module";
import { join } from "node:path";

const real = createRequire(join(process.cwd(), "package.json"));
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export class DefaultAzureCredential {
  async getToken(scope) {
    return { token: `token for ${scope}`, expiresOnTimestamp: 2 ** 45 };
  }
}

export function ContainerClient(url) {
  const storage = real("@azure/storage-blob");
  return new storage.ContainerClient(url, new storage.StorageSharedKeyCredential("devstoreaccount1", KEY));
}

export function CosmosClient({ endpoint }) {
  const cosmos = real("@azure/cosmos");
  return new cosmos.CosmosClient({ endpoint, key: KEY, connectionPolicy: { enableEndpointDiscovery: false } });
}

export function SecretClient(endpoint, credential) {
  const vault = real("@azure/keyvault-secrets");
  return new vault.SecretClient(endpoint, credential, { httpClient: { sendRequest }, retryOptions: { maxRetries: 0 } });
}

const VALUES = { "signing-key": "s3cret", limit: "10 à la fois" };

async function sendRequest(request) {
  const name = new URL(request.url).pathname.replace(/\/$/, "").split("/secrets/")[1];
  const found = Object.hasOwn(VALUES, name);
  return answer(request, found ? 200 : 404, found ? { value: VALUES[name], id: `https://vault.example/secrets/${name}/1` } : {});
}

function answer(request, status, body) {
  const { createHttpHeaders } = real("@azure/core-rest-pipeline");
  const headers = createHttpHeaders({ "content-type": "application/json" });
  return { request, status, headers, bodyAsText: JSON.stringify(body) };
}

// A topic of Event Grid, to which a queue of Service Bus listens; `closed` lets nobody in.
export function EventGridPublisherClient(endpoint, schema, credential) {
  const grid = real("@azure/eventgrid");
  const take = async (request) => {
    const [name] = new URL(request.url).host.split(".");
    if (name.startsWith("closed")) return answer(request, 403, {});
    for (const event of JSON.parse(request.body)) {
      if (event.specversion !== "1.0" || event.datacontenttype !== "application/json") throw new TypeError("no CloudEvent");
      const body = Buffer.from(JSON.stringify(event));
      await new ServiceBusClient().createSender(name.replace("orders", "heard")).sendMessages({ body, applicationProperties: {} });
    }
    return answer(request, 200, "");
  };
  return new grid.EventGridPublisherClient(endpoint, schema, credential, { httpClient: { sendRequest: take } });
}

export function SecretManagerServiceClient() {
  return google("@google-cloud/secret-manager", "SecretManagerServiceClient", process.env.SECRET_MANAGER);
}

export function ParameterManagerClient() {
  return google("@google-cloud/parametermanager", "ParameterManagerClient", process.env.PARAMETER_MANAGER);
}

function google(name, Client, server) {
  const { grpc } = createRequire(real.resolve(name))("google-gax");
  const [servicePath, port] = server.split(":");
  const sslCreds = grpc.credentials.createInsecure();
  return new (real(name)[Client])({ servicePath, port: Number(port), sslCreds });
}

// Queues and topics in memory.
export class ServiceBusClient {
  static #waiting = new Map();
  static #locked = new Set();
  static #number = 0;

  createSender(name) {
    return { sendMessages: async (message) => this.#take(name, message) };
  }

  // Who listens to a topic is a queue of its own name.
  #take(name, { body, applicationProperties, sessionId }) {
    if (!(body instanceof Uint8Array)) throw new TypeError("the SDK would send a text as a text of JSON");
    ServiceBusClient.#number += 1;
    const queue = name.replace("released", "heard");
    const message = { messageId: String(ServiceBusClient.#number), enqueuedTimeUtc: new Date(), deliveryCount: 0, body, applicationProperties, sessionId };
    this.#queue(queue).push(message);
  }

  #queue(name) {
    const waiting = ServiceBusClient.#waiting;
    if (!waiting.has(name)) waiting.set(name, []);
    return waiting.get(name);
  }

  createReceiver(name, { skipParsingBodyAsJson }) {
    if (!skipParsingBodyAsJson) throw new TypeError("the SDK would parse what looks like JSON");
    if (name.startsWith("ordered")) throw new Error("an entity that requires sessions has no receiver without one");
    const queue = this.#queue(name);
    return {
      receiveMessages: async (limit) => queue.splice(0, limit),
      completeMessage: async () => undefined,
      abandonMessage: async (message) => {
        message.deliveryCount += 1;
        queue.unshift(message);
      },
    };
  }

  // The messages of one group, locked until it is closed.
  async acceptNextSession(name, { skipParsingBodyAsJson, maxAutoLockRenewalDurationInMs }) {
    if (!skipParsingBodyAsJson) throw new TypeError("the SDK would parse what looks like JSON");
    if (maxAutoLockRenewalDurationInMs !== 0) throw new TypeError("what is forgotten would stay locked for minutes");
    const [queue, locked] = [this.#queue(name), ServiceBusClient.#locked];
    const group = queue.find(({ sessionId }) => !locked.has(sessionId))?.sessionId;
    if (group === undefined) throw Object.assign(new Error("no session is there"), { code: "ServiceTimeout" });
    locked.add(group);
    return {
      sessionLockedUntilUtc: new Date(Date.now() + 60_000),
      receiveMessages: async (limit) => queue.filter(({ sessionId }) => sessionId === group).slice(0, limit),
      completeMessage: async (message) => void queue.splice(queue.indexOf(message), 1),
      abandonMessage: async (message) => void (message.deliveryCount += 1),
      close: async () => void locked.delete(group),
    };
  }
}
