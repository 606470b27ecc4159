//! How fast the code of functions is followed: apps of many handlers over shared modules, one after another on one core,
//! against reading every file of the app once.

use portolan_evidence::{Front, Handler, Program, observe};
use portolan_javascript::JavaScript;
use portolan_program::{Files, Language};
use portolan_python::Python;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const SIZES: [usize; 3] = [1, 100, 1_000];
const RUNS: usize = 5;

/// An app's files, in memory.
struct App {
    paths: Vec<String>,
    texts: BTreeMap<String, Arc<str>>,
    handlers: Vec<Handler>,
}

impl Files for App {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.texts.get(path).cloned()
    }
}

/// Makes an app of so many functions.
type Generator = fn(usize) -> App;

/// The table of both languages and all sizes.
pub fn table() {
    println!("| language | functions | reading ms | following ms | a function ms | ratio | against 1/10 of it |");
    println!("|---|---|---|---|---|---|---|");
    let languages: [(&dyn Language, portolan_sdk::Language, Generator); 2] = [
        (&Python, portolan_sdk::Language::Python, python),
        (&JavaScript, portolan_sdk::Language::JavaScript, typescript),
    ];
    for (front, sdk, app) in languages {
        let mut before = None;
        for size in SIZES {
            let app = app(size);
            let (read, followed) = measure(&app, &Front { front, language: sdk });
            let growth = before.filter(|_| size == 1_000).map(|before: f64| format!("{:.1} ×", followed / before));
            println!(
                "| {} | {size} | {:.2} | {:.2} | {:.3} | {:.2} | {} |",
                front.name(),
                read * 1e3,
                followed * 1e3,
                followed * 1e3 / size as f64,
                followed / read,
                growth.unwrap_or_default(),
            );
            before = Some(followed);
        }
    }
}

/// Seconds of reading every file, and of reading them and following every handler.
fn measure(app: &App, front: &Front<'_>) -> (f64, f64) {
    let mut fastest = (f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let begun = Instant::now();
        for (path, text) in &app.texts {
            black_box(front.front.lower(path, text));
        }
        fastest.0 = fastest.0.min(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let fronts = [Front { front: front.front, language: front.language }];
        let program = Program::new(app, &fronts);
        for handler in &app.handlers {
            let evidence = observe(&program, handler).expect("the generated app has its handlers");
            assert_eq!(evidence.calls.len(), 3, "what the generated handlers call");
        }
        fastest.1 = fastest.1.min(begun.elapsed().as_secs_f64());
    }
    fastest
}

fn app(files: Vec<(String, String)>, handlers: Vec<Handler>) -> App {
    let texts: BTreeMap<String, Arc<str>> = files.into_iter().map(|(path, text)| (path, text.into())).collect();
    App { paths: texts.keys().cloned().collect(), texts, handlers }
}

/// Functions over a shared package: a class around a table, a helper around a topic, a decorator, things that are not used.
fn python(size: usize) -> App {
    let mut files = vec![
        ("common/__init__.py".to_owned(), String::new()),
        ("common/store.py".to_owned(), PYTHON_STORE.to_owned()),
        ("common/tools.py".to_owned(), PYTHON_TOOLS.to_owned()),
    ];
    let mut handlers = Vec::new();
    for number in 0..size {
        let path = format!("functions/f{number}/app.py");
        files.push((path.clone(), PYTHON_HANDLER.replace("TABLE", &format!("TABLE_{number}"))));
        handlers.push(Handler { file: path, symbol: Some("handler".to_owned()) });
    }
    app(files, handlers)
}

/// The same in TypeScript.
fn typescript(size: usize) -> App {
    let mut files = vec![
        ("src/common/store.ts".to_owned(), TYPESCRIPT_STORE.to_owned()),
        ("src/common/tools.ts".to_owned(), TYPESCRIPT_TOOLS.to_owned()),
        ("src/common/index.ts".to_owned(), "export * from \"./store\";\nexport * from \"./tools\";\n".to_owned()),
    ];
    let mut handlers = Vec::new();
    for number in 0..size {
        let path = format!("src/functions/f{number}.ts");
        files.push((path.clone(), TYPESCRIPT_HANDLER.replace("TABLE", &format!("TABLE_{number}"))));
        handlers.push(Handler { file: path, symbol: Some("handler".to_owned()) });
    }
    app(files, handlers)
}

const PYTHON_STORE: &str = r#"
import boto3
class Base:
    def __init__(self, name, resource=None):
        self._table = (resource or boto3.resource("dynamodb")).Table(name)
    def _clean(self, item):
        return {key: value for key, value in item.items() if value is not None}
class Store(Base):
    def get(self, key):
        return self._table.get_item(Key={"id": key}).get("Item")
    def put(self, item):
        self._table.put_item(Item=self._clean(item))
        return item
    def remove(self, key):
        self._table.delete_item(Key={"id": key})
    def every(self):
        pages = self._table.scan()
        while "LastEvaluatedKey" in pages:
            pages = self._table.scan(ExclusiveStartKey=pages["LastEvaluatedKey"])
            yield from pages["Items"]
"#;

const PYTHON_TOOLS: &str = r#"
import functools
import json
import os
import boto3
sns = boto3.client("sns")
sqs = boto3.client("sqs")
def tell(subject, text):
    sns.publish(TopicArn=os.environ["TOPIC"], Subject=subject, Message=json.dumps(text))
def enqueue(text):
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(text))
def answered(function):
    @functools.wraps(function)
    def run(event, context):
        try:
            return {"statusCode": 200, "body": json.dumps(function(event))}
        except KeyError as missing:
            return {"statusCode": 400, "body": str(missing)}
    return run
"#;

const PYTHON_HANDLER: &str = r#"
import os
from common.store import Store
from common.tools import answered, tell
store = Store(os.environ["TABLE"])
def validate(event):
    body = event["body"]
    for field in ("id", "name", "price"):
        if field not in body:
            raise KeyError(field)
    return body
@answered
def handler(event):
    item = validate(event)
    known = store.get(item["id"])
    if known and known["price"] == item["price"]:
        return known
    store.put({**(known or {}), **item})
    tell("changed", {"id": item["id"], "before": known})
    return item
"#;

const TYPESCRIPT_STORE: &str = r#"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, DeleteCommand, GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
export interface Item { id: string; price: number; name?: string }
abstract class Base {
  constructor(protected readonly table: string, protected readonly client = DynamoDBDocumentClient.from(new DynamoDBClient({}))) {}
  protected clean(item: Item): Item { return Object.fromEntries(Object.entries(item).filter(([, value]) => value != null)) as any; }
}
export class Store extends Base {
  async get(id: string) { return (await this.client.send(new GetCommand({ TableName: this.table, Key: { id } }))).Item as Item; }
  async put(item: Item) { await this.client.send(new PutCommand({ TableName: this.table, Item: this.clean(item) })); return item; }
  async remove(id: string) { await this.client.send(new DeleteCommand({ TableName: this.table, Key: { id } })); }
  async *every() { yield* (await this.client.send(new ScanCommand({ TableName: this.table }))).Items ?? []; }
}
"#;

const TYPESCRIPT_TOOLS: &str = r#"
import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
const sns = new SNSClient({});
const sqs = new SQSClient({});
export const tell = (subject: string, text: unknown) =>
  sns.send(new PublishCommand({ TopicArn: process.env.TOPIC, Subject: subject, Message: JSON.stringify(text) }));
export const enqueue = (text: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify(text) }));
export const answered = (run: (event: any) => Promise<unknown>) => async (event: any) => {
  try {
    return { statusCode: 200, body: JSON.stringify(await run(event)) };
  } catch (error) {
    return { statusCode: 400, body: `${error}` };
  }
};
"#;

const TYPESCRIPT_HANDLER: &str = r#"
import { answered, Item, Store, tell } from "../common";
const store = new Store(process.env.TABLE!);
const validate = (event: any): Item => {
  const body = JSON.parse(event.body);
  for (const field of ["id", "name", "price"]) {
    if (!(field in body)) throw new Error(field);
  }
  return body;
};
export const handler = answered(async (event) => {
  const item = validate(event);
  const known = await store.get(item.id);
  if (known?.price === item.price) return known;
  await store.put({ ...known, ...item });
  await tell("changed", { id: item.id, before: known });
  return item;
});
"#;
