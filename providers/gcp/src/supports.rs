//! What Google cannot express, and what it does differently: asked of the model, before anything is lowered.

use crate::decide::{has_comma, runtime, timeout_range};
use crate::lower::{is_label, label_of};
use crate::ranges::{self, Range};
use crate::{deployment_manager, hooks, schedule, terraform};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_model::{
    Architecture, Auth, Event, Function, Host, Http, Model, Native, Resource, Start, TableChanges, Timed, Trigger,
};
use portolan_target::{Request, cannot_start, unsupported};
use portolan_value::Format;
use std::collections::BTreeMap;

/// What both formats say about a model.
pub fn shared(request: &Request<'_>, format: Format) -> Vec<Diagnostic> {
    let model = request.model;
    let mut found = unsupported(request, format);
    found.extend(tags(model, format));
    found.extend(model.inputs.iter().filter_map(|input| parameter_store(input, format)));
    found.extend(model.resources.iter().filter_map(|resource| external(resource, format)));
    found.extend(model.resources.iter().flat_map(|resource| numbers(resource, format)));
    found.extend(model.natives.iter().filter_map(|native| self::native(native, format)));
    for function in &model.functions {
        let check = Check { model, function, format };
        found.extend(check.runtime());
        found.extend(check.architecture());
        found.extend(check.numbers());
        found.extend(check.variables());
        found.extend(check.principals());
        found.extend(check.one_door());
        for trigger in &function.triggers {
            found.extend(check.trigger(trigger));
        }
    }
    found
}

/// Tags become labels, whose alphabet is small: capital letters become small ones, everything else is refused.
fn tags(model: &Model, format: Format) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut labels: BTreeMap<String, Span> = BTreeMap::new();
    for (key, text) in &model.tags {
        let (label, value) = (label_of(&key.value), text.literal().map(label_of).unwrap_or_default());
        let begins = label.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || !is_label(&label) || !is_label(&value) {
            found.push(no_label(key, format));
        } else if key.value != label || text.literal().is_some_and(|text| text != value) {
            let message = format!("the tag `{}` is the label `{label}: {value}` on {}", key.value, format.key());
            found.push(Diagnostic::note("gcp/label", message).at(key.span, "labels have no capital letters"));
        }
        if let Some(first) = labels.insert(label.clone(), key.span) {
            let message = format!("two tags become the label `{label}` on {}", format.key());
            found.push(Diagnostic::error("target/tag", message).at(key.span, "the second").also(first, "the first"));
        }
    }
    found
}

fn no_label(key: &Spanned<portolan_value::Text>, format: Format) -> Diagnostic {
    let message = format!("the tag `{}` cannot be a label on {}", key.value, format.key());
    Diagnostic::error("target/tag", message).at(key.span, "").help(
        "a label and its value have letters, digits, hyphens and underscores, at most 63; a label begins with a letter",
    )
}

fn parameter_store(input: &portolan_model::Input, format: Format) -> Option<Diagnostic> {
    let path = input.ssm.as_ref()?;
    let message =
        format!("`{}` is read from a parameter store, which {} does not have", input.name.value, format.key());
    let diagnostic = Diagnostic::error("target/input-store", message).at(path.span, "only AWS reads it by itself");
    Some(diagnostic.help("declare the input without `ssm` and give its value at deploy, or use a secret"))
}

/// What stands here goes into permissions: a name, or a full name with slashes between its words.
fn external(resource: &Resource, format: Format) -> Option<Diagnostic> {
    let given = resource.external.as_ref()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '%');
    let is_word = |word: &str| !word.is_empty() && word.chars().all(allowed);
    let full = given.value.starts_with("projects/");
    let fits = match full {
        true if resource.kind.name == "parameter" => false,
        true => given.value.split('/').count() >= 4 && given.value.split('/').all(is_word),
        false => is_word(&given.value),
    };
    let message = format!("`{}` is not what {} calls a {}", given.value, format.key(), resource.kind.name);
    (!fits).then(|| {
        let diagnostic = Diagnostic::error("target/external-name", message).at(given.span, "");
        diagnostic.help(match resource.kind.name.as_str() {
            "parameter" => "write the name of one of this project; its value is in the version `current`",
            _ => "write its name, or its full name, such as `projects/PROJECT/topics/NAME`",
        })
    })
}

/// A raw resource is whole, and bears no name of its own.
fn native(native: &Native, format: Format) -> Option<Diagnostic> {
    let (fits, form, example) = match format {
        Format::GcpDm => (
            deployment_manager::is_native(&native.body),
            "{ type: …, properties: … }",
            "{ type: gcp-types/pubsub-v1:projects.topics, properties: { topic: … } }",
        ),
        _ => (
            terraform::is_native(&native.body),
            "{ type: …, body: … }",
            "{ type: google_pubsub_topic, body: { name: … } }",
        ),
    };
    let message = format!("the native resource `{}` is not of the form `{form}`", native.name.value);
    let diagnostic = || Diagnostic::error("gcp/native-shape", message).at(native.name.span, "");
    (!fits).then(|| diagnostic().help(format!("write it as in `{example}`")))
}

/// Options of a resource that are numbers.
fn numbers(resource: &Resource, format: Format) -> Vec<Diagnostic> {
    let name = &resource.name.value;
    let key = format.key();
    let mut found = Vec::new();
    let mut check = |range: &Range, option: &str| {
        if let (Some(asked), Some(setting)) = (hooks::seconds(resource, option), resource.option(option)) {
            found.extend(range.rounded(name, asked, setting.span, key));
        }
    };
    check(&ranges::VISIBILITY, "visibility");
    check(&ranges::RETENTION, "retention");
    if let (Some(after), Some(setting)) = (hooks::asked_attempts(resource), resource.option("dead-letter")) {
        found.extend(ranges::ATTEMPTS.rounded(name, after, setting.span, key));
    }
    if let (Some(asked), Some(setting)) = (hooks::seconds(resource, "expire"), resource.option("expire"))
        && asked % 86_400 != 0
    {
        let message = format!("`expire` of `{name}` is {} days on {key}, which counts whole days", hooks::days(asked));
        found.push(Diagnostic::note("target/rounded", message).at(setting.span, ""));
    }
    found
}

/// One function on one format.
struct Check<'a> {
    model: &'a Model,
    function: &'a Function,
    format: Format,
}

impl Check<'_> {
    fn name(&self) -> &str {
        &self.function.name.value
    }

    fn runtime(&self) -> Option<Diagnostic> {
        let written = runtime(&self.function.runtime.value);
        if ranges::RUNTIMES.contains(&written.as_str()) {
            return None;
        }
        let language: String = written.chars().take_while(char::is_ascii_alphabetic).collect();
        let versions: Vec<&str> =
            ranges::RUNTIMES.into_iter().filter(|known| known.trim_end_matches(char::is_numeric) == language).collect();
        let message = format!("the runtime of `{}` does not exist on {}", self.name(), self.format.key());
        let diagnostic = Diagnostic::error("target/runtime", message)
            .at(self.function.runtime.span, format!("it would be `{written}`"));
        Some(match versions.is_empty() {
            true => diagnostic.help("there are python, nodejs, java, dotnet, ruby, go and php"),
            false => diagnostic.help(format!("there are {}", versions.join(", "))),
        })
    }

    /// Cloud Run's container runtime contract: executables are compiled for 64-bit x86.
    fn architecture(&self) -> Option<Diagnostic> {
        let asked = self.function.architecture.as_ref().filter(|asked| asked.value == Architecture::Arm64)?;
        let message =
            format!("`{}` asks for arm64, and {} runs functions on x86-64 only", self.name(), self.format.key());
        let diagnostic = Diagnostic::error("target/architecture", message);
        Some(diagnostic.at(asked.span, "").help("leave `architecture` out: each cloud then takes what it has"))
    }

    fn numbers(&self) -> Vec<Diagnostic> {
        let (function, key) = (self.function, self.format.key());
        let timeout = timeout_range(function);
        let always = [
            ranges::MEMORY.rounded(self.name(), function.memory.value, function.memory.span, key),
            timeout.rounded(self.name(), function.timeout.value, function.timeout.span, key),
            ranges::LOG_DAYS.rounded(self.name(), function.log_retention.value, function.log_retention.span, key),
        ];
        let most = function.max_concurrency.as_ref();
        let least = function.min_instances.as_ref();
        let written = [
            most.and_then(|most| ranges::INSTANCES.rounded(self.name(), most.value, most.span, key)),
            least.and_then(|least| ranges::LEAST_INSTANCES.rounded(self.name(), least.value, least.span, key)),
        ];
        always.into_iter().chain(written).flatten().collect()
    }

    /// Names that the platform keeps for itself (Cloud Run functions documentation, Environment variables).
    fn variables(&self) -> Vec<Diagnostic> {
        const KEPT: [&str; 9] = [
            "FUNCTION_TARGET",
            "FUNCTION_SIGNATURE_TYPE",
            "GOOGLE_FUNCTION_SOURCE",
            "K_SERVICE",
            "K_REVISION",
            "K_CONFIGURATION",
            "PORT",
            "LD_PRELOAD",
            "GOOGLE_FUNCTION_TARGET",
        ];
        let is_kept = |name: &str| KEPT.contains(&name) || name.starts_with("X_GOOGLE_");
        let kept = self.function.environment.iter().filter(|(name, _)| is_kept(&name.value));
        kept.map(|(name, _)| {
            let message = format!("`{}` is a variable that {} sets itself", name.value, self.format.key());
            Diagnostic::error("target/environment-name", message).at(name.span, "").help("choose another name")
        })
        .collect()
    }

    /// A member has a kind before its colon.
    fn principals(&self) -> Vec<Diagnostic> {
        const KINDS: [&str; 8] = [
            "user:",
            "group:",
            "domain:",
            "serviceAccount:",
            "principal:",
            "principalSet:",
            "allUsers",
            "allAuthenticatedUsers",
        ];
        let is_member = |text: &str| KINDS.iter().any(|kind| text.starts_with(kind));
        let principals = self.function.callers.principals.iter();
        let wrong = principals.filter(|principal| principal.literal().is_some_and(|text| !is_member(text)));
        wrong
            .map(|principal| {
                let message = format!("`{}` is not a member on {}", principal.literal().unwrap_or_default(), self.format.key());
                Diagnostic::error("gcp/member", message)
                    .at(principal.span, "")
                    .help("write `user:NAME@…`, `group:…`, `serviceAccount:…`, `domain:…`, `principal://…` or `principalSet://…`")
            })
            .collect()
    }

    /// Requests and messages come in at one address, and only its policy says who may send them.
    fn one_door(&self) -> Option<Diagnostic> {
        let public = |http: &Http| http.host == Host::Own && matches!(http.auth.value, Auth::Public);
        let (trigger, _) = self.function.http().find(|(_, http)| public(http))?;
        let other = self.function.triggers.iter().find(|trigger| !matches!(trigger.event, Event::Http(_)))?;
        let word = other.event.word();
        let message =
            format!("anybody can send `{}` on {} what looks like a {word} event", self.name(), self.format.key());
        let diagnostic =
            Diagnostic::warning("gcp/one-door", message).at(trigger.span, "requests of everybody come in here");
        Some(diagnostic.also(other.span, format!("and events of this {word} too")).help("make two functions of it"))
    }

    fn trigger(&self, trigger: &Trigger) -> Vec<Diagnostic> {
        match &trigger.event {
            Event::Http(http) => self.http(trigger, http),
            Event::Bucket(events) => self.suffixes(events),
            Event::Schedule(timed) => self.interval(timed).into_iter().collect(),
            Event::Table(changes) => self.changes(trigger, changes),
            Event::Queue { .. } | Event::Topic { .. } => Vec::new(),
        }
    }

    /// A rate that cron cannot say is an interval, which begins when the last run has ended.
    fn interval(&self, timed: &Timed) -> Option<Diagnostic> {
        let words = schedule::words(&timed.schedule.value);
        let length = words.strip_prefix("every ")?;
        let (name, key) = (self.name(), self.format.key());
        let message = format!("`{name}` runs again {length} after its last run ended on {key}, not at regular times");
        Some(Diagnostic::note("gcp/interval", message).at(timed.schedule.span, format!("it becomes `{words}`")))
    }

    /// What Eventarc does otherwise than subscriptions of ours: its own cannot be told how long an answer may take, nor where
    /// dead letters go (Eventarc documentation, Retry events).
    fn changes(&self, trigger: &Trigger, changes: &TableChanges) -> Vec<Diagnostic> {
        const DEADLINE: u64 = 10;
        let (name, key) = (self.name(), self.format.key());
        // Its tables are refused as a whole.
        if self.format == Format::GcpDm {
            return Vec::new();
        }
        let why = "an Eventarc trigger must be where the database is, which is not known of this one";
        if let Some(refused) = cannot_start(self.model.resource(changes.table), self.format, trigger.span, why) {
            return vec![refused.help("declare the table in this app, or let who writes it publish to a topic")];
        }
        let mut found = Vec::new();
        if changes.start.value == Start::Earliest {
            let message = format!("`start: earliest` on a table trigger cannot be expressed on {key}");
            let diagnostic = Diagnostic::error("target/trigger-option", message)
                .at(changes.start.span, "Eventarc tells what happens from now on");
            found.push(diagnostic.help("leave `start` out, and let a function read the rows that are there already"));
            return found;
        }
        let timeout = &self.function.timeout;
        if u64::from(timeout.value) > DEADLINE {
            let message = format!(
                "a change that `{name}` handles for more than {DEADLINE} s is delivered again meanwhile on {key}"
            );
            found.push(
                Diagnostic::note("gcp/change-deadline", message)
                    .at(timeout.span, format!("its timeout is {} s", timeout.value))
                    .also(trigger.span, "Eventarc's own subscription waits no longer"),
            );
        }
        let message = format!("a change that `{name}` fails at for 24 hours is lost on {key}");
        found.push(
            Diagnostic::note("target/no-dead-letter", message)
                .at(trigger.span, "Eventarc's own subscription has no dead letter topic"),
        );
        found
    }

    fn suffixes(&self, events: &portolan_model::BucketEvents) -> Vec<Diagnostic> {
        let message =
            format!("`suffix` of `{}` is checked by the generated entry on {}", self.name(), self.format.key());
        let note = |span| Diagnostic::note("target/emulated", message).at(span, "Cloud Storage selects by prefix only");
        events.suffixes.first().map(|suffix| note(suffix.span)).into_iter().collect()
    }

    fn http(&self, trigger: &Trigger, http: &Http) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let key = self.format.key();
        if let (Auth::Jwt { .. }, Host::Own) = (&http.auth.value, http.host) {
            let message = format!("the tokens of `{}` are verified by the generated entry on {key}", self.name());
            found.push(
                Diagnostic::note("target/emulated", message)
                    .at(http.auth.span, "Cloud Run verifies Google's own tokens only"),
            );
        }
        if let Some(cors) = &http.cors {
            let message = format!("`cors` of `{}` is answered by the generated entry on {key}", self.name());
            found.push(
                Diagnostic::note("target/emulated", message)
                    .at(cors.span, "neither Cloud Run nor API Gateway answers preflights"),
            );
        }
        if let Host::Api(api) = http.host {
            found.extend(self.on_api(trigger, http, self.model.resource(api)));
        }
        found
    }

    /// What API Gateway cannot say.
    fn on_api(&self, trigger: &Trigger, http: &Http, api: &Resource) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let key = self.format.key();
        let region = &self.model.target.region;
        if self.format == Format::Gcp && !ranges::GATEWAY_REGIONS.contains(&region.value.as_str()) {
            let message = format!("`{}` is an api, and {} has no API Gateway", api.name.value, region.value);
            let diagnostic = Diagnostic::error("gcp/gateway-region", message)
                .at(api.kind_span, "")
                .also(region.span, "the region is chosen here");
            found.push(
                diagnostic
                    .help(format!("its regions are {}", ranges::GATEWAY_REGIONS.join(", ")))
                    .help("or leave `api:` out: each function has a host of its own"),
            );
        }
        if api.external.is_some() {
            let message = format!("`{}` exists already, and routes cannot be added to it on {key}", api.name.value);
            found.push(
                Diagnostic::error("target/external-trigger", message)
                    .at(trigger.span, "")
                    .also(api.name.span, "declared here"),
            );
        }
        if let Auth::Iam = http.auth.value {
            let message = format!("`auth: iam` on a route of an api cannot be expressed on {key}");
            let diagnostic = Diagnostic::error("gcp/iam-on-api", message)
                .at(http.auth.span, "API Gateway verifies tokens and knows no callers");
            found.push(diagnostic.help("leave `api:` out, so that the function has a host of its own, or use `jwt`"));
        }
        if let Auth::Jwt { audience, .. } = &http.auth.value
            && let Some(audience) = audience.iter().find(|audience| has_comma(audience))
        {
            let message = format!("an audience with a comma cannot be expressed on {key}");
            found.push(
                Diagnostic::error("gcp/audience", message)
                    .at(audience.span, "API Gateway separates audiences with commas"),
            );
        }
        found
    }
}
