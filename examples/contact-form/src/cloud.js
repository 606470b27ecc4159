// What this example asks of a cloud, on each of the three: publish to `contacts`, keep in `letters`, send to `calls`.
// Keeping is done once a key: when the object is there already, the work was done by an earlier delivery.

let chosen;

exports.cloud = () => (chosen ??= choose(process.env));

exports.use = (other) => {
  chosen = other;
};

function choose(environment) {
  if (environment.AWS_LAMBDA_FUNCTION_NAME) return exports.aws();
  if (environment.K_SERVICE) return exports.google();
  if (environment.WEBSITE_SITE_NAME) return exports.azure();
  throw new Error("this is none of the clouds that the example knows");
}

exports.aws = () => ({
  async publish(text) {
    const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");
    await new SNSClient().send(new PublishCommand({ TopicArn: process.env.CONTACTS_TOPIC, Message: text }));
  },
  async keep(key, text) {
    const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");
    const object = { Bucket: process.env.LETTERS_BUCKET, Key: key, Body: text, IfNoneMatch: "*" };
    await unless(new S3Client().send(new PutObjectCommand(object)), ({ name }) => name === "PreconditionFailed");
  },
  async send(text) {
    const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
    await new SQSClient().send(new SendMessageCommand({ QueueUrl: process.env.CALLS_QUEUE, MessageBody: text }));
  },
});

exports.google = () => ({
  async publish(text) {
    const { PubSub } = require("@google-cloud/pubsub");
    await new PubSub().topic(process.env.CONTACTS_TOPIC).publishMessage({ data: Buffer.from(text) });
  },
  async keep(key, text) {
    const { Storage } = require("@google-cloud/storage");
    const file = new Storage().bucket(process.env.LETTERS_BUCKET).file(key);
    const absent = { preconditionOpts: { ifGenerationMatch: 0 }, resumable: false };
    await unless(file.save(text, absent), ({ code }) => code === 412);
  },
  async send(text) {
    const { PubSub } = require("@google-cloud/pubsub");
    await new PubSub().topic(process.env.CALLS_QUEUE).publishMessage({ data: Buffer.from(text) });
  },
});

exports.azure = () => ({
  async publish(text) {
    await serviceBus(process.env.CONTACTS_TOPIC_NAMESPACE, process.env.CONTACTS_TOPIC, text);
  },
  async keep(key, text) {
    const { BlobServiceClient } = require("@azure/storage-blob");
    const { DefaultAzureCredential } = require("@azure/identity");
    const service = new BlobServiceClient(process.env.LETTERS_BUCKET_ENDPOINT, new DefaultAzureCredential());
    const blob = service.getContainerClient(process.env.LETTERS_BUCKET).getBlockBlobClient(key);
    const absent = { conditions: { ifNoneMatch: "*" } };
    await unless(blob.upload(text, Buffer.byteLength(text), absent), ({ statusCode }) => statusCode === 409);
  },
  async send(text) {
    await serviceBus(process.env.CALLS_QUEUE_NAMESPACE, process.env.CALLS_QUEUE, text);
  },
});

async function serviceBus(endpoint, name, text) {
  const { ServiceBusClient } = require("@azure/service-bus");
  const { DefaultAzureCredential } = require("@azure/identity");
  const client = new ServiceBusClient(endpoint, new DefaultAzureCredential());
  try {
    await client.createSender(name).sendMessages({ body: Buffer.from(text), contentType: "application/json" });
  } finally {
    await client.close();
  }
}

async function unless(work, expected) {
  try {
    await work;
  } catch (error) {
    if (!expected(error)) throw error;
  }
}
