//! The order in which a spec is written means nothing to a plan.

use super::app::App;
use serde_json::Value;

const HEAD: &str = "\
portolan: 1
app: shop
targets:
  aws: { provider: aws, region: eu-west-1, account: \"111122223333\" }
  gcp: { provider: gcp, region: europe-west1, project: acme-shop }
  azure: { provider: azure, region: westeurope, resource-group: shop }
defaults: { runtime: python3.13 }
";

const RESOURCES: [&str; 6] = [
    "  orders: { kind: table, key: { id: string }, indexes: { by-day: { day: string, id: string } } }\n",
    "  files: { kind: bucket, versioned: true }\n",
    "  jobs: { kind: queue }\n",
    "  news: { kind: topic }\n",
    "  token: { kind: secret }\n",
    "  old: { kind: bucket }\n",
];

const USES: [&str; 4] = ["orders: [read, query]", "files: read", "news: publish", "token: read"];

/// A spec whose parts stand in the order that a number says.
fn spec(mut number: u64) -> String {
    let mut next = |many: u64| {
        // Any numbers will do, as long as they are the same for the same seed: Knuth's linear congruence.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) % many
    };
    let mut shuffled = |parts: &[&str]| {
        let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        for at in (1..parts.len()).rev() {
            let other = usize::try_from(next(at as u64 + 1)).unwrap_or_default();
            parts.swap(at, other);
        }
        parts
    };
    let resources = format!("resources:\n{}", shuffled(&RESOURCES).concat());
    let take = format!(
        "  take:\n    handler: src/take.handle\n    triggers: {{ schedule: rate(1 hour) }}\n    environment: {{ {} }}\n    uses: {{ {} }}\n",
        shuffled(&["AA: \"1\"", "BB: \"2\"", "LEVEL: WARN"]).join(", "),
        shuffled(&USES).join(", ")
    );
    let work = "  work: { handler: src/work.handle, triggers: { queue: jobs }, uses: { orders: write } }\n";
    let get = "  get: { handler: src/get.handle, triggers: { http: [GET /a, GET /b], auth: public }, uses: { orders: read } }\n";
    let functions = format!("functions:\n{}", shuffled(&[&take, work, get]).concat());
    let outputs = "outputs: { url: \"${functions.get.url}\" }\n";
    let tags = format!("tags: {{ {} }}\n", shuffled(&["team: shop", "cost: \"7\""]).join(", "));
    format!("{HEAD}{}", shuffled(&[&resources, &functions, outputs, &tags]).concat())
}

/// How many orders are tried for each cloud: a plan costs a process here, so that thousands are tried on demand, with
/// `ORDERS=1000 cargo test -p portolan-cli --test plan order`.
fn orders() -> u64 {
    std::env::var("ORDERS").map_or(25, |orders| orders.parse().expect("a number of orders"))
}

#[test]
fn a_spec_in_another_order_gives_the_same_plan() {
    let app = App::new("order");
    app.write("code/src/take.py", "def handle(event, context):\n    return {}\n");
    let code = |spec: String| {
        spec.replace("handler: src/", "code: code\n    handler: src/")
            .replace("{ code: code\n    handler:", "{ code: code, handler:")
    };
    for name in ["take", "work", "get"] {
        app.write(&format!("code/src/{name}.py"), "def handle(event, context):\n    return {}\n");
    }
    let before = spec(0)
        .replace("  old: { kind: bucket }\n", "  older: { kind: bucket }\n")
        .replace("kind: queue", "kind: queue, retention: 9 d");
    for target in ["aws", "gcp", "azure"] {
        app.write("portolan.yaml", &code(before.clone()));
        app.told(&["build", "--target", target], 0);
        let mut first: Option<Value> = None;
        for number in 0..orders() {
            app.write("portolan.yaml", &code(spec(number)));
            let text = app.told(&["plan", "--target", target, "--base", "build", "--format", "json"], 0);
            let plan: Value = serde_json::from_str(&text).expect("JSON");
            let first = first.get_or_insert_with(|| plan.clone());
            assert_eq!(plan["id"], first["id"], "{target} {number}\n{}", difference(first, &plan));
        }
    }
}

fn difference(one: &Value, other: &Value) -> String {
    let text = |json: &Value| serde_json::to_string_pretty(json).unwrap_or_default();
    let (one, other) = (text(one), text(other));
    let differ = one.lines().zip(other.lines()).filter(|(left, right)| left != right && !left.contains("\"line\""));
    differ.take(12).map(|(left, right)| format!("{left}   |   {right}\n")).collect()
}
