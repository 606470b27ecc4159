//! A model as YAML for people: names resolved, defaults filled.

use portolan_model::{Auth, Event, Function, Host, Model, Pattern, Resource, Schedule, Setting, Text, Trigger, Use};
use std::fmt::Write;

/// The resolved app of one target.
#[must_use]
pub fn model_yaml(model: &Model) -> String {
    let mut out = String::new();
    let target = &model.target;
    let _ = writeln!(out, "app: {}", model.app.value);
    let _ = writeln!(out, "stack: {}", model.stack());
    let _ = writeln!(out, "target: {} {} {}", target.name.value, target.format.key(), target.region.value);
    if !model.resources.is_empty() {
        out.push_str("resources:\n");
    }
    for resource in &model.resources {
        write_resource(model, resource, &mut out);
    }
    if !model.functions.is_empty() {
        out.push_str("functions:\n");
    }
    for function in &model.functions {
        write_function(model, function, &mut out);
    }
    for output in &model.outputs {
        let _ = writeln!(out, "output {}: {}", output.name.value, text(model, &output.value));
    }
    out
}

fn write_resource(model: &Model, resource: &Resource, out: &mut String) {
    let _ = writeln!(out, "  {}:\n    kind: {}", resource.name.value, resource.kind.name);
    if let Some(external) = &resource.external {
        let _ = writeln!(out, "    external: {:?}", external.value);
    }
    for (name, value) in &resource.options {
        let _ = writeln!(out, "    {name}: {}", setting(model, &value.value));
    }
}

fn setting(model: &Model, value: &Setting) -> String {
    match value {
        Setting::Bool(truth) => truth.to_string(),
        Setting::Number(number) => number.to_string(),
        Setting::Duration(seconds) => format!("{seconds} s"),
        Setting::Size(megabytes) => format!("{megabytes} MB"),
        Setting::Text(text) => format!("{text:?}"),
        Setting::Resource(id) => model.resource(*id).name.value.to_string(),
        Setting::List(items) => {
            format!("[{}]", items.iter().map(|item| setting(model, &item.value)).collect::<Vec<_>>().join(", "))
        }
        Setting::Map(entries) => {
            let entry = |(key, item): &(
                portolan_diagnostics::Spanned<portolan_value::Text>,
                portolan_diagnostics::Spanned<Setting>,
            )| { format!("{}: {}", key.value, setting(model, &item.value)) };
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Setting::Auth(auth) => self::auth(model, auth),
        Setting::Cors(cors) => format!("{cors:?}"),
    }
}

fn write_function(model: &Model, function: &Function, out: &mut String) {
    let _ = writeln!(out, "  {}:", function.name.value);
    let _ = writeln!(out, "    runtime: {}\n    handler: {}", function.runtime.value, function.handler.value);
    let _ = writeln!(out, "    memory: {} MB\n    timeout: {} s", function.memory.value, function.timeout.value);
    let _ = writeln!(out, "    log-retention: {} d", function.log_retention.value);
    for (name, count) in [("max-concurrency", &function.max_concurrency), ("min-instances", &function.min_instances)] {
        if let Some(count) = count {
            let _ = writeln!(out, "    {name}: {}", count.value);
        }
    }
    if let Some(architecture) = &function.architecture {
        let _ = writeln!(out, "    architecture: {}", architecture.value.key());
    }
    for (name, value) in &function.environment {
        let _ = writeln!(out, "    environment {}: {}", name.value, text(model, value));
    }
    for trigger in &function.triggers {
        let _ = writeln!(out, "    trigger {}: {}", trigger.key, event(model, trigger));
    }
    for entry in &function.uses {
        let _ = writeln!(out, "    uses {}: {}", model.name_of(entry.subject), used(entry));
    }
}

fn used(entry: &Use) -> String {
    let only: Vec<String> = entry
        .only
        .iter()
        .map(|pattern| match &pattern.value {
            Pattern::Prefix(prefix) => format!("{prefix}*"),
            Pattern::Key(key) => key.clone(),
        })
        .collect();
    if only.is_empty() { entry.verb.name().to_owned() } else { format!("{} {only:?}", entry.verb.name()) }
}

fn event(model: &Model, trigger: &Trigger) -> String {
    match &trigger.event {
        Event::Http(http) => {
            let routes: Vec<String> = http.routes.iter().map(|route| route.value.to_string()).collect();
            let host = match http.host {
                Host::Own => "own host".to_owned(),
                Host::Api(api) => model.resource(api).name.value.to_string(),
            };
            format!("{} on {host}, {}", routes.join(", "), auth(model, &http.auth.value))
        }
        Event::Schedule(timed) => {
            let zone = timed.timezone.as_ref().map_or("UTC", |zone| zone.value.as_str());
            match &timed.schedule.value {
                Schedule::Rate { every, unit } => format!("every {every} {unit:?}"),
                Schedule::Cron(cron) => format!("{cron:?} in {zone}"),
            }
        }
        Event::Queue { queue, batch } => format!("queue {}, batch {}", model.resource(*queue).name.value, batch.value),
        Event::Topic { topic } => format!("topic {}", model.resource(*topic).name.value),
        Event::Bucket(events) => {
            let kinds: Vec<String> = events.events.iter().map(|event| format!("{:?}", event.value)).collect();
            let suffixes: Vec<&str> = events.suffixes.iter().map(|suffix| suffix.value.as_str()).collect();
            let prefix = events.prefix.as_ref().map(|prefix| prefix.value.as_str()).unwrap_or_default();
            format!(
                "bucket {} {kinds:?} prefix {prefix:?} suffixes {suffixes:?}",
                model.resource(events.bucket).name.value
            )
        }
        Event::Table(changes) => {
            let words: Vec<&str> = changes.changes.iter().map(|change| change.value.word()).collect();
            format!(
                "table {}, {}, {}from the {:?}, batch {}",
                model.resource(changes.table).name.value,
                words.join(" and "),
                if changes.old.is_some() { "with the row as it was, " } else { "" },
                changes.start.value,
                changes.batch.value
            )
        }
    }
}

fn auth(model: &Model, auth: &Auth) -> String {
    match auth {
        Auth::Public => "public".to_owned(),
        Auth::Iam => "iam".to_owned(),
        Auth::Jwt { issuer, audience } => {
            let audience: Vec<String> = audience.iter().map(|entry| text(model, entry)).collect();
            format!("jwt of {} for {}", text(model, issuer), audience.join(", "))
        }
    }
}

fn text(model: &Model, text: &Text) -> String {
    use portolan_model::Piece;
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.to_string(),
        Piece::Attribute(subject, attribute) => format!("{{{}.{}}}", model.name_of(*subject), attribute.value),
        Piece::Input(id) => format!("{{inputs.{}}}", model.input(*id).name.value),
        Piece::Context(context) => format!("{{{context:?}}}"),
    };
    let written: String = text.pieces.iter().map(piece).collect();
    format!("{written:?}")
}
