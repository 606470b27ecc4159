// The table `items` on each of the three clouds. A todo that is created twice is created once.

let chosen;

export function store() {
  chosen ??= choose(process.env);
  return chosen;
}

export function use(other) {
  chosen = other;
}

function choose(environment) {
  if (environment.AWS_LAMBDA_FUNCTION_NAME) return dynamo();
  if (environment.K_SERVICE) return firestore();
  if (environment.WEBSITE_SITE_NAME) return cosmos();
  throw new Error("this is none of the clouds that the example knows");
}

export function dynamo() {
  const table = once(async () => {
    const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
    const { DynamoDBDocument } = await import("@aws-sdk/lib-dynamodb");
    return DynamoDBDocument.from(new DynamoDBClient());
  });
  const name = { TableName: process.env.ITEMS_TABLE };
  const put = async (item, condition) =>
    (await table()).put({ ...name, Item: item, ConditionExpression: condition });
  const failed = (error) => error.name === "ConditionalCheckFailedException";
  return {
    create: (item) => succeeds(put(item, "attribute_not_exists(id)"), failed),
    replace: (item) => succeeds(put(item, "attribute_exists(id)"), failed),
    get: async (id) => (await (await table()).get({ ...name, Key: { id } })).Item,
    remove: async (id) => void (await (await table()).delete({ ...name, Key: { id } })),
    async list() {
      const items = [];
      let page = {};
      do {
        page = await (await table()).scan({ ...name, ExclusiveStartKey: page.LastEvaluatedKey });
        items.push(...page.Items);
      } while (page.LastEvaluatedKey);
      return items;
    },
  };
}

export function firestore() {
  const items = once(async () => {
    const { Firestore } = await import("@google-cloud/firestore");
    return new Firestore({ databaseId: process.env.ITEMS_TABLE }).collection("items");
  });
  const at = async (id) => (await items()).doc(encodeURIComponent(id));
  const [notFound, alreadyExists] = [5, 6];
  return {
    create: async (item) => succeeds((await at(item.id)).create(item), ({ code }) => code === alreadyExists),
    replace: async (item) => succeeds((await at(item.id)).update(item), ({ code }) => code === notFound),
    get: async (id) => (await (await at(id)).get()).data(),
    remove: async (id) => void (await (await at(id)).delete()),
    list: async () => (await (await items()).get()).docs.map((found) => found.data()),
  };
}

export function cosmos() {
  const container = once(async () => {
    const { CosmosClient } = await import("@azure/cosmos");
    const { DefaultAzureCredential } = await import("@azure/identity");
    const { ITEMS_TABLE, ITEMS_TABLE_DATABASE, ITEMS_TABLE_ENDPOINT: endpoint } = process.env;
    const client = new CosmosClient({ endpoint, aadCredentials: new DefaultAzureCredential() });
    return client.database(ITEMS_TABLE_DATABASE).container(ITEMS_TABLE);
  });
  const at = async (id) => (await container()).item(id, id);
  const notFound = ({ code }) => code === 404;
  return {
    create: async (item) => succeeds((await container()).items.create(item), ({ code }) => code === 409),
    replace: async (item) => succeeds((await at(item.id)).replace(item), notFound),
    get: async (id) => plain((await (await at(id)).read()).resource),
    remove: async (id) => void (await succeeds((await at(id)).delete(), notFound)),
    list: async () => (await (await container()).items.query("SELECT * FROM c").fetchAll()).resources.map(plain),
  };
}

function once(make) {
  let made;
  return () => (made ??= make());
}

async function succeeds(work, expected) {
  try {
    await work;
    return true;
  } catch (error) {
    if (expected(error)) return false;
    throw error;
  }
}

function plain(item) {
  return item && Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith("_")));
}
