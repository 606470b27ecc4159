// The bytes of an object, for `input: file`, from the cloud's own store and with what its platform lends the function.

import { createHash, createHmac } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { environment, settings } from "./settings.mjs";

/** Calls `work` with the object in a file of its own, which is gone afterwards; `bytes` is a stream of the web's. */
export async function withFile(event, bytes, work) {
  const folder = await mkdtemp(join(tmpdir(), "portolan-"));
  try {
    // A key is anything at all: only an ending that is plain goes into the name of the file.
    const ending = extname(event.object.key);
    const file = join(folder, `object${/^\.[A-Za-z0-9]{1,16}$/.test(ending) ? ending : ""}`);
    await pipeline(Readable.fromWeb(bytes), createWriteStream(file, { mode: 0o600 }));
    return await work({ ...event, object: { ...event.object, file } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bytes behind a key of a trigger's bucket, as a stream. */
export function download(trigger, key) {
  return stores[settings.provider](environment(trigger.variable), key, trigger.variable);
}

const stores = { aws: fromS3, gcp: fromCloudStorage, azure: fromBlobStorage };

async function open(url, path, headers) {
  const address = new URL(url + path);
  // A URL has no place for the keys `..` and `.`: what is left of the path would be another object.
  if (address.pathname + address.search !== path) throw new Error("the key of the object cannot be written in a URL");
  const response = await fetch(address, { headers, redirect: "error" });
  if (response.ok && response.body !== null) return response.body;
  await response.body?.cancel();
  throw new Error(`the store answered ${response.status} when the object was read`);
}

function escaped(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function escapedKey(key) {
  return key.split("/").map(escaped).join("/");
}

async function fromS3(bucket, key) {
  const region = environment("AWS_REGION");
  const given = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  // A certificate covers one name before the domain, so a bucket with dots in its name goes into the path.
  const isInPath = given !== undefined || bucket.includes(".");
  const url = (given ?? `https://${isInPath ? "" : `${bucket}.`}s3.${region}.${domain}`).replace(/\/$/, "");
  const path = `${isInPath ? `/${bucket}` : ""}/${escapedKey(key)}`;
  return open(url, path, signed(new URL(url).host, path, region));
}

/** The headers that sign a GET of S3 (Signature Version 4, "Authenticating Requests: Using the Authorization Header"). */
function signed(host, path, region, now = new Date()) {
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const token = process.env.AWS_SESSION_TOKEN;
  const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": date };
  if (token) headers["x-amz-security-token"] = token;
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ["GET", path, "", lines.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const scope = [date.slice(0, 8), region, "s3", "aws4_request"];
  const hash = createHash("sha256").update(request).digest("hex");
  const key = scope.reduce((key, part) => mac(key, part), `AWS4${environment("AWS_SECRET_ACCESS_KEY")}`);
  const signature = mac(key, ["AWS4-HMAC-SHA256", date, scope.join("/"), hash].join("\n")).toString("hex");
  const credential = `${environment("AWS_ACCESS_KEY_ID")}/${scope.join("/")}`;
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function mac(key, text) {
  return createHmac("sha256", key).update(text).digest();
}

async function fromCloudStorage(bucket, key) {
  const path = `/storage/v1/b/${escaped(bucket)}/o/${escaped(key)}?alt=media`;
  const emulator = process.env.STORAGE_EMULATOR_HOST;
  if (emulator) return open(emulator.includes("://") ? emulator : `http://${emulator}`, path, {});
  const host = process.env.GCE_METADATA_HOST ?? "metadata.google.internal";
  const token = await lent(`http://${host}/computeMetadata/v1/instance/service-accounts/default/token`, {
    "metadata-flavor": "Google",
  });
  return open("https://storage.googleapis.com", path, { authorization: `Bearer ${token}` });
}

async function fromBlobStorage(container, key, variable) {
  const resource = new URLSearchParams({ "api-version": "2019-08-01", resource: "https://storage.azure.com/" });
  if (process.env.AZURE_CLIENT_ID) resource.set("client_id", process.env.AZURE_CLIENT_ID);
  const token = await lent(`${environment("IDENTITY_ENDPOINT")}?${resource}`, {
    "x-identity-header": environment("IDENTITY_HEADER"),
  });
  const headers = { authorization: `Bearer ${token}`, "x-ms-version": "2021-12-02" };
  return open(environment(`${variable}_ENDPOINT`).replace(/\/$/, ""), `/${container}/${escapedKey(key)}`, headers);
}

async function lent(address, headers) {
  const response = await fetch(address, { headers, redirect: "error", signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the platform answered ${response.status} when it was asked for a token`);
  return (await response.json()).access_token;
}
