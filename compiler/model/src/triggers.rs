//! Triggers: what starts a function, with every option read.

use crate::resolve::Resolver;
use crate::values::distinct;
use crate::{
    Auth, BucketEvent, BucketEvents, Cors, Event, Host, Http, Piece, ResourceId, Setting, Start, Subject, TableChange,
    TableChanges, Timed, Trigger, routes, schedule,
};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax::{EventSpec, Node, Text, Tree, TriggerSpec};
use rustc_hash::{FxHashMap, FxHashSet};

/// At most so many messages a call where nothing is written.
const BATCH: u32 = 10;

/// At most so many changes of a table a call where nothing is written.
const CHANGES_OF_A_BATCH: u32 = 100;

/// The events of a bucket as they are written.
const EVENTS: [(&str, BucketEvent); 2] = [("created", BucketEvent::Created), ("deleted", BucketEvent::Deleted)];

/// The changes of a table as they are written.
const CHANGES: [(&str, TableChange); 3] =
    [("created", TableChange::Created), ("changed", TableChange::Changed), ("deleted", TableChange::Deleted)];

/// What every cloud can tell, where no changes are written.
const USUAL_CHANGES: [TableChange; 2] = [TableChange::Created, TableChange::Changed];

/// What the http triggers of a function that have no api say together: its host has one `auth` and one `cors`.
#[derive(Default)]
struct OwnHost {
    auth: Option<Spanned<Auth>>,
    cors: Option<Spanned<Box<Cors>>>,
}

/// The keys of a function's triggers.
#[derive(Default)]
struct Keys {
    taken: FxHashSet<String>,
    next: FxHashMap<String, u32>,
}

impl Keys {
    /// The base alone, or with a number from the second of its kind on.
    fn take(&mut self, base: &str) -> String {
        let next = self.next.entry(base.to_owned()).or_insert(1);
        loop {
            let key = if *next == 1 { base.to_owned() } else { format!("{base}-{next}") };
            *next += 1;
            if self.taken.insert(key.clone()) {
                return key;
            }
        }
    }
}

impl<'a> Resolver<'a> {
    /// The triggers that this target has.
    pub fn triggers(&mut self, specs: &'a [TriggerSpec]) -> Vec<Trigger> {
        let specs: Vec<&TriggerSpec> = specs
            .iter()
            .filter(|trigger| trigger.targets.as_ref().is_none_or(|targets| self.includes(targets)))
            .collect();
        let own = self.own_host(&specs);
        let mut triggers = Vec::with_capacity(specs.len());
        let mut keys = Keys::default();
        let alone = specs.len() == 1;
        for spec in specs {
            let Some(event) = self.event(spec, &own) else { continue };
            let r#loop = spec.r#loop.as_ref().and_then(|why| self.why(why));
            let base = self.base(&event);
            let key = if alone { portolan_value::Text::new(base) } else { keys.take(base).into() };
            triggers.push(Trigger { span: spec.span, key, event, r#loop });
        }
        triggers
    }

    /// What a trigger's key begins with: the subject's name, or the trigger's word.
    fn base(&self, event: &Event) -> &str {
        match event.subject() {
            Some(Subject::Resource(id)) => &self.resources[id.0 as usize].name.value,
            Some(Subject::Function(_) | Subject::Native(_)) | None => event.word(),
        }
    }

    fn event(&mut self, spec: &'a TriggerSpec, own: &OwnHost) -> Option<Event> {
        match &spec.event.value {
            EventSpec::Http { routes, api, auth, cors } => {
                let routes = self.routes(routes);
                let host = match api {
                    Some(api) => Host::Api(self.api(api)?),
                    None => Host::Own,
                };
                let (auth, cors) = match host {
                    Host::Own => (self.own_auth(own, spec), own.cors.clone()),
                    Host::Api(api) => (self.api_auth(api, auth.as_ref(), spec), self.api_cors(api, cors.as_ref())),
                };
                let routes = Some(routes).filter(|routes| !routes.is_empty())?;
                Some(Event::Http(Http { host, routes, auth: auth?, cors }))
            }
            EventSpec::Schedule { expression, timezone, input } => {
                self.timed(expression, timezone.as_ref(), input.as_ref())
            }
            EventSpec::Queue { queue, batch } => {
                let queue = self.listened(queue, "queue");
                let batch = batch.as_ref().and_then(|batch| self.number(batch, 1));
                Some(Event::Queue { queue: queue?, batch: batch.unwrap_or(Spanned::new(BATCH, spec.span)) })
            }
            EventSpec::Topic { topic } => Some(Event::Topic { topic: self.listened(topic, "topic")? }),
            EventSpec::Bucket { bucket, events, prefix, suffix, input } => {
                let bucket = self.listened(bucket, "bucket");
                let events = self.bucket_events(events.as_deref(), spec.event.span);
                let prefix = prefix.as_ref().and_then(|prefix| self.trigger_prefix(prefix));
                let suffixes = self.suffixes(suffix);
                let as_file = input.as_ref().and_then(|input| self.as_file(input));
                Some(Event::Bucket(BucketEvents { bucket: bucket?, events, prefix, suffixes, as_file }))
            }
            EventSpec::Table { table, changes, old, start, batch } => {
                let table = self.listened(table, "table");
                let changes = self.table_changes(changes.as_deref(), spec.event.span);
                let old = old.as_ref().and_then(|old| self.truth(old)).filter(|old| old.value).map(|old| old.span);
                let start = start.as_ref().and_then(|start| self.start(start));
                let batch = batch.as_ref().and_then(|batch| self.number(batch, 1));
                Some(Event::Table(TableChanges {
                    table: table?,
                    changes,
                    old,
                    start: start.unwrap_or(Spanned::new(Start::Latest, spec.span)),
                    batch: batch.unwrap_or(Spanned::new(CHANGES_OF_A_BATCH, spec.span)),
                }))
            }
        }
    }

    fn listened(&mut self, name: &Text, kind: &str) -> Option<ResourceId> {
        let name = self.literal(name)?;
        self.resource_of_kind(&name, kind)
    }

    fn api(&mut self, name: &Text) -> Option<ResourceId> {
        self.listened(name, "api")
    }

    fn routes(&mut self, texts: &[Text]) -> Vec<Spanned<crate::Route>> {
        let mut found = Vec::with_capacity(texts.len());
        for text in texts {
            let Some(written) = self.literal(text) else { continue };
            found.extend(self.accept(routes::route(&written)));
        }
        found
    }

    /// What the http triggers without an api say, each said once.
    fn own_host(&mut self, specs: &[&'a TriggerSpec]) -> OwnHost {
        let mut own = OwnHost::default();
        for spec in specs {
            let EventSpec::Http { api: None, auth, cors, .. } = &spec.event.value else { continue };
            if let Some(found) = auth.as_ref().and_then(|node| self.auth(node)) {
                match &own.auth {
                    Some(first) if !same_auth(&first.value, &found.value) => {
                        self.findings.push(two("auth", found.span, first.span));
                    }
                    Some(_) => {}
                    None => own.auth = Some(found),
                }
            }
            if let Some(found) = cors.as_ref().and_then(|node| self.cors(node)).flatten() {
                match &own.cors {
                    Some(first) if first.value != found.value => {
                        self.findings.push(two("cors", found.span, first.span));
                    }
                    Some(_) => {}
                    None => own.cors = Some(found),
                }
            }
        }
        own
    }

    fn own_auth(&mut self, own: &OwnHost, spec: &TriggerSpec) -> Option<Spanned<Auth>> {
        if let Some(auth) = &own.auth {
            return Some(auth.clone());
        }
        if let EventSpec::Http { auth: None, .. } = &spec.event.value
            && !self.refused.within(spec.span)
        {
            self.auth_missing(spec.event.span, None);
        }
        None
    }

    /// The trigger's own `auth`, else the api's.
    fn api_auth(&mut self, api: ResourceId, auth: Option<&Node>, spec: &TriggerSpec) -> Option<Spanned<Auth>> {
        if let Some(node) = auth {
            return self.auth(node);
        }
        let resource = &self.resources[api.0 as usize];
        if let Some(Spanned { value: Setting::Auth(auth), span }) = resource.option("auth") {
            return Some(Spanned::new(auth.as_ref().clone(), *span));
        }
        let written = self.spec.resources.iter().find(|known| known.name.value == resource.name.value);
        let is_wrong = written.is_some_and(|known| crate::options::written(&known.options, "auth").is_some());
        let place = (resource.name.value.clone(), resource.name.span);
        if !is_wrong && !self.refused.within(spec.span) {
            self.auth_missing(spec.event.span, Some((&place.0, place.1)));
        }
        None
    }

    /// The api's `cors`; a trigger on an api has none of its own.
    fn api_cors(&mut self, api: ResourceId, cors: Option<&Node>) -> Option<Spanned<Box<Cors>>> {
        let resource = &self.resources[api.0 as usize];
        if let Some(node) = cors {
            let name = &resource.name;
            self.findings.push(
                Diagnostic::error(
                    "model/cors-on-api",
                    format!("`cors` belongs to the api `{}`, not to one of its routes", name.value),
                )
                .at(node.span, "a browser asks the whole host")
                .also(name.span, "the api is declared here")
                .help(format!("move it: `{}: {{ kind: api, cors: … }}`", name.value)),
            );
        }
        match self.resources[api.0 as usize].option("cors") {
            Some(Spanned { value: Setting::Cors(cors), span }) => Some(Spanned::new(cors.clone(), *span)),
            _ => None,
        }
    }

    fn timed(&mut self, expression: &Text, timezone: Option<&Text>, input: Option<&Node>) -> Option<Event> {
        let written = self.literal(expression);
        let schedule = written.as_ref().and_then(|written| self.accept(schedule::schedule(written)));
        let zone = timezone.and_then(|zone| self.literal(zone));
        let timezone = zone.and_then(|zone| self.accept(schedule::timezone(zone)));
        let input =
            input.and_then(|input| self.json(input).map(|json| Spanned::new(json.to_string().into(), input.span)));
        Some(Event::Schedule(Timed { schedule: schedule?, written: written?.value, timezone, input }))
    }

    /// YAML as JSON. What is not quoted and reads as a JSON number or truth is one; everything else is text.
    fn json(&mut self, node: &Node) -> Option<serde_json::Value> {
        Some(match &node.tree {
            Tree::Null => serde_json::Value::Null,
            Tree::List(items) => items.iter().map(|item| self.json(item)).collect::<Option<Vec<_>>>()?.into(),
            Tree::Map(entries) => {
                let mut map = serde_json::Map::new();
                for entry in entries {
                    map.insert(entry.key.value.to_string(), self.json(&entry.value)?);
                }
                map.into()
            }
            Tree::Scalar(scalar) => {
                let text = self.text_of(node)?;
                let literal = self.literal(&text)?;
                match serde_json::from_str::<serde_json::Value>(&literal.value) {
                    Ok(value) if !scalar.quoted && (value.is_number() || value.is_boolean()) => value,
                    _ => literal.value.as_str().into(),
                }
            }
        })
    }

    fn bucket_events(&mut self, written: Option<&[Text]>, span: Span) -> Vec<Spanned<BucketEvent>> {
        let Some(written) = written else { return vec![Spanned::new(BucketEvent::Created, span)] };
        let words = written.iter().filter_map(|text| self.literal(text)).collect();
        let words = distinct(words, &mut self.findings);
        let events = words.iter().filter_map(|word| self.word(word, "events", &EVENTS)).collect();
        if written.is_empty() {
            let diagnostic =
                Diagnostic::error("model/no-event", "a bucket trigger without events never starts anything");
            self.findings.push(
                diagnostic.at(span, "an empty list of events").help("write `events: [created]`, `[deleted]` or both"),
            );
        }
        events
    }

    fn table_changes(&mut self, written: Option<&[Text]>, span: Span) -> Vec<Spanned<TableChange>> {
        let Some(written) = written else { return USUAL_CHANGES.map(|change| Spanned::new(change, span)).into() };
        let words = written.iter().filter_map(|text| self.literal(text)).collect();
        let words = distinct(words, &mut self.findings);
        let changes = words.iter().filter_map(|word| self.word(word, "changes", &CHANGES)).collect();
        if written.is_empty() {
            let message = "a table trigger without changes never starts anything";
            let diagnostic = Diagnostic::error("model/no-event", message).at(span, "an empty list of changes");
            self.findings.push(diagnostic.help("write some of `created`, `changed`, `deleted`"));
        }
        changes
    }

    fn start(&mut self, text: &Text) -> Option<Spanned<Start>> {
        self.choice(text, "start", &[("latest", Start::Latest), ("earliest", Start::Earliest)])
    }

    /// A prefix without its final `*`; a `*` alone is every object.
    fn trigger_prefix(&mut self, text: &Text) -> Option<Spanned<portolan_value::Text>> {
        let written = self.literal(text)?;
        match written.value.strip_suffix('*') {
            Some(prefix) if !prefix.contains('*') => {
                (!prefix.is_empty()).then(|| Spanned::new(portolan_value::Text::new(prefix), text.span))
            }
            _ => {
                let plain = written.value.replace('*', "");
                self.findings.push(
                    Diagnostic::error(
                        "model/trigger-prefix",
                        format!("`{}` is not a prefix: it ends in one `*`", written.value),
                    )
                    .at(text.span, "no cloud can listen to a single key or a pattern")
                    .help(format!("write `{plain}*`, and leave the rest to `suffix` or the handler")),
                );
                None
            }
        }
    }

    /// `input: event` is what every handler gets; `file` adds the object itself.
    fn as_file(&mut self, text: &Text) -> Option<Span> {
        let wants = self.choice(text, "input", &[("event", false), ("file", true)])?;
        wants.value.then_some(wants.span)
    }

    fn suffixes(&mut self, texts: &[Text]) -> Vec<Spanned<portolan_value::Text>> {
        let mut suffixes = Vec::with_capacity(texts.len());
        for text in texts {
            let Some(suffix) = self.literal(text) else { continue };
            if suffix.value.is_empty() || suffix.value.contains('*') {
                let message = format!("`{}` is not a suffix: it is plain text", suffix.value);
                let diagnostic = Diagnostic::error("model/trigger-suffix", message).at(suffix.span, "");
                self.findings.push(diagnostic.help("write `.mp3`, or a list; leave it out for every object"));
                continue;
            }
            suffixes.push(suffix);
        }
        distinct(suffixes, &mut self.findings)
    }

    /// The reason that a `loop` gives.
    fn why(&mut self, text: &Text) -> Option<Spanned<portolan_value::Text>> {
        let why = self.literal(text)?;
        if why.value.trim().is_empty() || why.value == "true" {
            let diagnostic = Diagnostic::error("model/loop-reason", "`loop` gives no reason").at(why.span, "");
            self.findings
                .push(diagnostic.help("say why it ends: `loop: \"writes under done/, which is not listened to\"`"));
            return None;
        }
        Some(why)
    }
}

/// Whether two ways let in the same callers.
fn same_auth(left: &Auth, right: &Auth) -> bool {
    match (left, right) {
        (Auth::Public, Auth::Public) | (Auth::Iam, Auth::Iam) => true,
        (Auth::Jwt { issuer, audience }, Auth::Jwt { issuer: other, audience: others }) => {
            let same = audience.iter().zip(others).all(|(left, right)| same_text(left, right));
            same_text(issuer, other) && audience.len() == others.len() && same
        }
        _ => false,
    }
}

/// Whether two texts say the same, wherever they stand.
fn same_text(left: &crate::Text, right: &crate::Text) -> bool {
    let same = |(left, right): (&Piece, &Piece)| match (left, right) {
        (Piece::Literal(left), Piece::Literal(right)) => left == right,
        (Piece::Attribute(left, name), Piece::Attribute(right, other)) => left == right && name.value == other.value,
        (Piece::Input(left), Piece::Input(right)) => left == right,
        (Piece::Context(left), Piece::Context(right)) => left == right,
        _ => false,
    };
    left.pieces.len() == right.pieces.len() && left.pieces.iter().zip(&right.pieces).all(same)
}

fn two(key: &str, second: Span, first: Span) -> Diagnostic {
    let message = format!("a function without `api` has one host, so its http triggers have one `{key}`");
    Diagnostic::error("model/one-host", message)
        .at(second, "another one here")
        .also(first, "one here")
        .help("give both the same, split the function, or put the routes on an api")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, function, model};

    const THINGS: &str = "resources: { jobs: { kind: queue }, news: { kind: topic }, files: { kind: bucket }, web: { kind: api, auth: public }, rows: { kind: table, key: { id: string } } }\n";

    fn triggers(triggers: &str) -> Vec<Trigger> {
        model(&format!("{THINGS}{}", function(&format!("triggers: {triggers}")))).functions[0].triggers.clone()
    }

    fn wrong(triggers: &str, expected: &[&str]) {
        check(&format!("{THINGS}{}", function(&format!("triggers: {triggers}"))), expected);
    }

    #[test]
    fn keys_are_distinct() {
        let all = "[{ http: GET /, auth: public }, { http: POST / }, { schedule: rate(1 day) }, { schedule: rate(1 hour) }, \
                   { queue: jobs }, { topic: news }, { bucket: files }, { bucket: files, events: deleted }, { api: web, http: GET /a }]";
        let keys: Vec<_> = triggers(all).into_iter().map(|trigger| trigger.key).collect();
        assert_eq!(keys, ["http", "http-2", "schedule", "schedule-2", "jobs", "news", "files", "files-2", "web"]);
        let mut keys = Keys::default();
        let taken: Vec<String> = ["a", "a-2", "a", "a"].into_iter().map(|base| keys.take(base)).collect();
        assert_eq!(taken, ["a", "a-2", "a-3", "a-4"]);
    }

    #[test]
    fn options_are_read() {
        let all = triggers(
            "[{ queue: jobs, batch: 5 }, { bucket: files, prefix: in/*, suffix: [.a, .b], events: [created, deleted] }, \
                            { schedule: cron(0 3 * * *), timezone: Europe/Berlin, input: { n: 1, text: \"1\", list: [true, no, 012], app: \"${app}\" } }]",
        );
        assert!(matches!(&all[0].event, Event::Queue { batch, .. } if batch.value == 5));
        let Event::Bucket(events) = &all[1].event else { panic!("a bucket trigger") };
        assert_eq!(
            (events.prefix.as_ref().unwrap().value.as_str(), events.suffixes.len(), events.events.len()),
            ("in/", 2, 2)
        );
        let Event::Schedule(timed) = &all[2].event else { panic!("a schedule") };
        assert_eq!(timed.input.as_ref().unwrap().value, r#"{"n":1,"text":"1","list":[true,"no","012"],"app":"demo"}"#);
    }

    #[test]
    fn a_table_tells_what_every_cloud_can_where_nothing_is_written() {
        let all =
            triggers("[{ table: rows }, { table: rows, changes: deleted, old: true, start: earliest, batch: 7 }]");
        let [Event::Table(usual), Event::Table(asked)] = [&all[0].event, &all[1].event] else { panic!("two tables") };
        let words = |changes: &TableChanges| changes.changes.iter().map(|it| it.value.word()).collect::<Vec<_>>();
        assert_eq!((words(usual), words(asked)), (vec!["created", "changed"], vec!["deleted"]));
        assert_eq!((usual.old, usual.start.value, usual.batch.value), (None, Start::Latest, 100));
        assert_eq!((asked.old.is_some(), asked.start.value, asked.batch.value), (true, Start::Earliest, 7));
        assert_eq!(all[1].key, "rows-2");
    }

    #[test]
    fn an_own_host_has_one_auth() {
        let both = triggers("[{ http: GET /a, auth: public, cors: true }, { http: [GET /b, POST /b] }]");
        let Event::Http(second) = &both[1].event else { panic!("an http trigger") };
        assert!(matches!(second.auth.value, Auth::Public) && second.cors.is_some() && second.routes.len() == 2);
        wrong("[{ http: GET /a, auth: public }, { http: GET /b, auth: iam }]", &["6 model/one-host"]);
        wrong(
            "[{ http: GET /a, auth: public, cors: true }, { http: GET /b, cors: { origins: \"https://a\" } }]",
            &["6 model/one-host"],
        );
    }

    #[test]
    fn an_api_speaks_for_its_routes() {
        let routes = triggers("[{ api: web, http: GET /a }, { api: web, http: GET /b, auth: iam }]");
        assert!(matches!(&routes[0].event, Event::Http(http) if matches!(http.auth.value, Auth::Public)));
        assert!(matches!(&routes[1].event, Event::Http(http) if matches!(http.auth.value, Auth::Iam)));
        wrong("{ api: web, http: GET /a, cors: true }", &["6 model/cors-on-api"]);
        wrong("{ api: jobs, http: GET /a }", &["6 resolve/wrong-kind"]);
        check(
            &format!("resources: {{ web: {{ kind: api }} }}\n{}", function("triggers: { api: web, http: GET / }")),
            &["6 model/auth-missing"],
        );
        check(
            &format!(
                "resources: {{ web: {{ kind: api, auth: nobody }} }}\n{}",
                function("triggers: { api: web, http: GET / }")
            ),
            &["4 model/unknown-auth"],
        );
    }

    #[test]
    fn wrong_triggers() {
        wrong("{ http: GET / }", &["6 model/auth-missing"]);
        wrong("{ http: GET /, auht: public }", &["6 syntax/unknown-key"]);
        wrong("{ queue: news }", &["6 resolve/wrong-kind"]);
        wrong("{ topic: f }", &["6 resolve/wrong-kind"]);
        wrong("{ queue: job }", &["6 resolve/unknown-resource"]);
        wrong("{ queue: jobs, batch: 0 }", &["6 model/number"]);
        wrong("{ bucket: files, events: [made] }", &["6 model/choice"]);
        wrong("{ bucket: files, events: [] }", &["6 model/no-event"]);
        wrong("{ bucket: files, events: [created, created] }", &["6 model/repeated"]);
        wrong("{ bucket: files, prefix: a.txt }", &["6 model/trigger-prefix"]);
        wrong("{ bucket: files, prefix: \"a*b*\" }", &["6 model/trigger-prefix"]);
        wrong("{ bucket: files, suffix: \"*.a\" }", &["6 model/trigger-suffix"]);
        wrong("{ table: files }", &["6 resolve/wrong-kind"]);
        wrong("{ table: rows, changes: [made] }", &["6 model/choice"]);
        wrong("{ table: rows, changes: [] }", &["6 model/no-event"]);
        wrong("{ table: rows, changes: [deleted, deleted] }", &["6 model/repeated"]);
        wrong("{ table: rows, old: yes }", &["6 model/truth"]);
        wrong("{ table: rows, start: oldest }", &["6 model/choice"]);
        wrong("{ topic: news, loop: \" \" }", &["6 model/loop-reason"]);
        wrong("[{ http: GET, auth: public }, { schedule: hourly }]", &["6 model/route", "6 model/schedule"]);
        wrong("{ schedule: rate(1 hour), timezone: Mars/Base }", &["6 model/timezone"]);
        wrong("{ schedule: rate(1 hour), targets: [prod] }", &["6 resolve/unknown-target"]);
    }
}
