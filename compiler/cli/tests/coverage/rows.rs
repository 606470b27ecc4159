//! The questions: kinds with their options and verbs from the catalogue, triggers and function keys from a table.

use portolan_catalog::{Kind, OptionRule, OptionType, standard};

/// Questions about one subject.
pub struct Section {
    /// The heading.
    pub title: String,
    /// A sentence below it.
    pub about: String,
    /// The questions.
    pub rows: Vec<Row>,
}

/// A question: a spec with the thing, and the same without it.
pub struct Row {
    /// What is asked, as a spec writes it.
    pub name: String,
    /// With it.
    pub spec: String,
    /// Without it.
    pub plain: String,
}

/// All questions.
pub fn all() -> Vec<Section> {
    let kinds = standard().kinds().filter(|kind| kind.declarable);
    [triggers(), functions(), others()].into_iter().chain(kinds.map(|kind| of_kind(kind))).collect()
}

/// A function that does nothing yet: what stands under its keys, and what else is in the spec.
fn app(keys: &str, rest: &str) -> String {
    let keys = if keys.is_empty() { String::new() } else { format!(", {keys}") };
    format!(
        "functions:\n  report: {{ runtime: python3.13, handler: work.handle }}\n  work: {{ runtime: python3.13, handler: work.handle{keys} }}\n{rest}\n"
    )
}

/// What triggers listen to: with an api or a table only where one is asked about, since not every format has them.
fn subjects(trigger: &str) -> String {
    let api = if trigger.contains("api: web") { "web: { kind: api, auth: public }, " } else { "" };
    let table = if trigger.contains("table: s") { ", s: { kind: table, key: { id: string } }" } else { "" };
    format!("resources: {{ {api}q: {{ kind: queue }}, t: {{ kind: topic }}, b: {{ kind: bucket }}{table} }}")
}

fn triggers() -> Section {
    let jwt = "auth: { jwt: { issuer: \"https://login.example.com/\", audience: shop } }";
    let every_cors = "cors: { origins: [\"https://a.example.com\"], methods: [GET], headers: [X-A], credentials: true, max-age: 5 min }";
    let own = |options: &str| format!("http: GET /, {options}");
    let api = |options: &str| format!("api: web, http: GET /shows{options}");
    let rows: Vec<(&str, String, String)> = vec![
        ("`http`, a host of its own, `auth: public`", own("auth: public"), String::new()),
        ("`http`, `auth: iam`", own("auth: iam"), String::new()),
        ("`http`, `auth: { jwt: … }`", own(jwt), String::new()),
        ("`http`, `cors: true`", own("auth: public, cors: true"), own("auth: public")),
        ("`http`, `cors` with every key", own(&format!("auth: public, {every_cors}")), own("auth: public")),
        ("`http`, several routes", "http: [GET /a, \"PUT /a/{id}\"], auth: public".to_owned(), own("auth: public")),
        ("`http: ANY /*`", "http: ANY /*, auth: public".to_owned(), own("auth: public")),
        ("`http` on an `api`, `auth: public`", api(""), String::new()),
        ("`http` on an `api`, `auth: iam`", api(", auth: iam"), api("")),
        ("`http` on an `api`, `auth: { jwt: … }`", api(&format!(", {jwt}")), api("")),
        ("`http` on an `api`, `{id}` in the path", "api: web, http: \"GET /shows/{id}\"".to_owned(), api("")),
        ("`http` on an `api`, `ANY /*`", "api: web, http: ANY /*".to_owned(), api("")),
        ("`schedule: cron(…)`", "schedule: cron(0 3 * * *)".to_owned(), String::new()),
        ("`cron` with a day of the month and of the week", "schedule: cron(0 3 1 * 1)".to_owned(), String::new()),
        ("`schedule: rate(5 minutes)`", "schedule: rate(5 minutes)".to_owned(), String::new()),
        ("`schedule: rate(7 hours)`", "schedule: rate(7 hours)".to_owned(), String::new()),
        (
            "`schedule`, `timezone`",
            "schedule: cron(0 3 * * *), timezone: Europe/Paris".to_owned(),
            "schedule: cron(0 3 * * *)".to_owned(),
        ),
        (
            "`schedule`, `input`",
            "schedule: cron(0 3 * * *), input: { a: 1 }".to_owned(),
            "schedule: cron(0 3 * * *)".to_owned(),
        ),
        ("`queue`", "queue: q".to_owned(), String::new()),
        ("`queue`, `batch: 5`", "queue: q, batch: 5".to_owned(), "queue: q".to_owned()),
        ("`topic`", "topic: t".to_owned(), String::new()),
        ("`bucket`, `events: created`", "bucket: b".to_owned(), String::new()),
        ("`bucket`, `events: deleted`", "bucket: b, events: deleted".to_owned(), String::new()),
        ("`bucket`, `prefix`", "bucket: b, prefix: \"in/*\"".to_owned(), "bucket: b".to_owned()),
        ("`bucket`, one `suffix`", "bucket: b, suffix: .mp3".to_owned(), "bucket: b".to_owned()),
        ("`bucket`, several `suffix`", "bucket: b, suffix: [.mp3, .ogg]".to_owned(), "bucket: b".to_owned()),
        ("`table`", "table: s".to_owned(), String::new()),
        ("`table`, `changes: created`", "table: s, changes: created".to_owned(), "table: s".to_owned()),
        ("`table`, `changes: deleted`", "table: s, changes: deleted".to_owned(), "table: s".to_owned()),
        ("`table`, `old: true`", "table: s, old: true".to_owned(), "table: s".to_owned()),
        ("`table`, `start: earliest`", "table: s, start: earliest".to_owned(), "table: s".to_owned()),
        ("`table`, `batch: 5`", "table: s, batch: 5".to_owned(), "table: s".to_owned()),
    ];
    let trigger = |inside: &str, subjects: &str| match inside {
        "" => app("", subjects),
        inside if inside.contains("iam") => {
            app(&format!("triggers: {{ {inside} }}, callers: {{ functions: [report] }}"), subjects)
        }
        inside => app(&format!("triggers: {{ {inside} }}"), subjects),
    };
    let row = |(name, spec, plain): &(&str, String, String)| Row {
        name: (*name).to_owned(),
        spec: trigger(spec, &subjects(spec)),
        plain: trigger(plain, &subjects(spec)),
    };
    let about = "What starts a function.".to_owned();
    Section { title: "Triggers".to_owned(), about, rows: rows.iter().map(row).collect() }
}

/// Keys of a function, one by one.
fn functions() -> Section {
    let keys = [
        "runtime: python3.12",
        "runtime: nodejs22",
        "runtime: java21",
        "runtime: dotnet8",
        "runtime: ruby3.4",
        "runtime: go1.25",
        "runtime: rust",
        "runtime: custom",
        "memory: 128 MB",
        "memory: 1 GB",
        "memory: 3 GB",
        "memory: 12 GB",
        "timeout: 1 min",
        "timeout: 15 min",
        "timeout: 1 hour",
        "environment: { MODE: b }",
        "description: What it does",
        "max-concurrency: 5",
        "min-instances: 1",
        "log-retention: 14 d",
        "log-retention: 10 d",
        "payload: native",
        "architecture: arm64",
        "architecture: x86-64",
    ];
    let key = |key: &&str| {
        // A key that is written twice would be a mistake of its own.
        let spec = match key.strip_prefix("runtime: ") {
            Some(runtime) => {
                let written = format!("work: {{ runtime: {runtime}, handler: ./work.handle");
                app("", "").replace("work: { runtime: python3.13, handler: work.handle", &written)
            }
            None => app(key, ""),
        };
        Row { name: format!("`{key}`"), spec, plain: app("", "") }
    };
    let about = "Keys of a function; its name, handler and code are the same everywhere.".to_owned();
    Section { title: "Functions".to_owned(), about, rows: keys.iter().map(key).collect() }
}

fn others() -> Section {
    let invoked = "functions:\n  work: { runtime: python3.13, handler: work.handle }\n  other: { runtime: python3.13, handler: work.handle, uses: { work: invoke } }\n";
    let two = invoked.replace(", uses: { work: invoke }", "");
    let allow = |format: &str| {
        let entry = format!("{format}: [{{ actions: [\"x:Read\"], resources: [\"*\"], why: probe }}]");
        app(&format!("allow: {{ {entry} }}"), "")
    };
    let output =
        |value: &str| app("triggers: { http: GET /, auth: public }", &format!("outputs: {{ a: \"{value}\" }}"));
    let rows: Vec<(&str, String, String)> = vec![
        ("`uses: { FUNCTION: invoke }`", invoked.to_owned(), two),
        ("`tags`", app("", "tags: { team: audio }"), app("", "")),
        ("`outputs`, a text", app("", "outputs: { a: b }"), app("", "")),
        ("`outputs`, the url of a function", output("${functions.work.url}"), output("b")),
        (
            "`inputs`",
            app("environment: { MODE: \"${inputs.a}\" }", "inputs: { a: {} }"),
            app("environment: { MODE: b }", ""),
        ),
        (
            "`inputs`, `default`",
            app("environment: { MODE: \"${inputs.a}\" }", "inputs: { a: { default: b } }"),
            app("environment: { MODE: b }", ""),
        ),
        (
            "`inputs`, `secret`",
            app("environment: { MODE: \"${inputs.a}\" }", "inputs: { a: { secret: true } }"),
            app("environment: { MODE: b }", ""),
        ),
        (
            "`inputs`, `ssm`",
            app("environment: { MODE: \"${inputs.a}\" }", "inputs: { a: { ssm: /x/HOST } }"),
            app("environment: { MODE: b }", ""),
        ),
        ("`allow: { aws: … }`", allow("aws"), app("", "")),
    ];
    let listened = ["queue", "topic", "bucket", "table"].map(|kind| {
        let trigger = format!("triggers: {{ {kind}: thing }}");
        (format!("a trigger on an external {kind}"), app(&trigger, &external(kind)), app("", &external(kind)))
    });
    let row = |(name, spec, plain)| Row { name, spec, plain };
    let rows = rows.into_iter().map(|(name, spec, plain)| (name.to_owned(), spec, plain)).chain(listened);
    let about =
        "Everything else. What is written for one format alone is not there on the others, by design.".to_owned();
    Section { title: "The rest of the spec".to_owned(), about, rows: rows.map(row).collect() }
}

/// A kind: itself, its options, its verbs, and one that exists already.
fn of_kind(kind: &Kind) -> Section {
    let required: Vec<String> = kind.options.iter().filter(|rule| rule.required).map(option).collect();
    let made = |more: &[String], uses: &str| {
        let options: Vec<String> = required.iter().chain(more).map(|option| format!(", {option}")).collect();
        let others = kind.options.iter().filter_map(|rule| other(&rule.r#type)).collect::<String>();
        app(uses, &format!("resources: {{ thing: {{ kind: {}{} }}{others} }}", kind.name, options.concat()))
    };
    let plain = made(&[], "");
    let mut rows = vec![Row { name: format!("`kind: {}`", kind.name), spec: plain.clone(), plain: app("", "") }];
    for rule in kind.options.iter().filter(|rule| !rule.required) {
        rows.push(Row { name: format!("`{}`", option(rule)), spec: made(&[option(rule)], ""), plain: plain.clone() });
    }
    for rule in &kind.verbs {
        let verb = rule.verb.name();
        let uses = format!("uses: {{ thing: {verb} }}");
        rows.push(Row { name: format!("`{verb}`"), spec: made(&[], &uses), plain: plain.clone() });
        if rule.prefixes {
            let limited = format!("uses: {{ thing: {{ {verb}: \"in/*\" }} }}");
            rows.push(Row { name: format!("`{verb}: \"in/*\"`"), spec: made(&[], &limited), plain: made(&[], &uses) });
        }
    }
    let verb = kind.verbs.first().map(|rule| format!("uses: {{ thing: {} }}", rule.verb.name())).unwrap_or_default();
    rows.push(Row { name: "`external`".to_owned(), spec: app(&verb, &external(&kind.name)), plain: app("", "") });
    Section { title: format!("Kind `{}`", kind.name), about: kind.about.clone(), rows }
}

/// One that exists already: by its name, on azure by its id.
fn external(kind: &str) -> String {
    let path = match kind {
        "bucket" => "Microsoft.Storage/storageAccounts/acme/blobServices/default/containers/existing",
        "queue" => "Microsoft.ServiceBus/namespaces/acme/queues/existing",
        "topic" => "Microsoft.ServiceBus/namespaces/acme/topics/existing",
        "table" => "Microsoft.DocumentDB/databaseAccounts/acme/sqlDatabases/app/containers/existing",
        "secret" | "parameter" => "Microsoft.KeyVault/vaults/acme/secrets/existing",
        "bus" => "Microsoft.EventGrid/topics/existing",
        _ => "Microsoft.Resources/deployments/existing",
    };
    let id = format!("/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/data/providers/{path}");
    format!("resources: {{ thing: {{ kind: {kind}, external: {{ aws: existing, gcp: existing, azure: {id} }} }} }}")
}

/// An option with a value of its type.
fn option(rule: &OptionRule) -> String {
    let value = match rule.name.as_str() {
        "visibility" | "delay" => "5 min".to_owned(),
        _ => value(&rule.r#type),
    };
    format!("{}: {value}", rule.name)
}

fn value(r#type: &OptionType) -> String {
    match r#type {
        OptionType::Bool | OptionType::Cors => "true".to_owned(),
        OptionType::Number => "6".to_owned(),
        OptionType::Text => "expires".to_owned(),
        OptionType::Duration => "5 d".to_owned(),
        OptionType::Size => "1 GB".to_owned(),
        OptionType::Choice(words) => words.first().cloned().unwrap_or_default(),
        OptionType::Resource(kind) => format!("other-{kind}"),
        OptionType::List(of) => format!("[{}]", value(of)),
        OptionType::Map(of) => format!("{{ day: {} }}", value(of)),
        OptionType::Record { fields, .. } => {
            format!("{{ {} }}", fields.iter().map(option).collect::<Vec<_>>().join(", "))
        }
        OptionType::Auth => "public".to_owned(),
    }
}

/// The resource that an option of this type names.
fn other(r#type: &OptionType) -> Option<String> {
    match r#type {
        OptionType::Resource(kind) => Some(format!(", other-{kind}: {{ kind: {kind} }}")),
        OptionType::List(of) | OptionType::Map(of) => other(of),
        OptionType::Record { fields, .. } => fields.iter().find_map(|field| other(&field.r#type)),
        _ => None,
    }
}
