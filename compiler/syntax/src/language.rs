//! The keys of the language, in one table: what each is for, and the form of its value.
//!
//! Unknown keys, their suggestions and the help beside them come from here, and so does the schema for editors.

/// A map whose keys the language gives.
#[derive(Debug)]
pub struct Section {
    /// What messages call it: "a function".
    pub what: &'static str,
    /// Its keys, in the order they are shown.
    pub keys: &'static [Key],
}

/// A key of a section.
#[derive(Debug)]
pub struct Key {
    /// The word.
    pub name: &'static str,
    /// What may stand under it.
    pub form: Form,
    /// What it is for, in one sentence.
    pub about: &'static str,
}

/// The form of a value.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A text; `${…}` is filled in.
    Text,
    /// A text or a list of texts.
    Texts,
    /// The user's names, each with a text.
    TextMap,
    /// Anything; a later phase knows its form.
    Any,
    /// The user's names, each with anything.
    AnyMap,
    /// A map with these keys.
    Map(&'static Section),
    /// The user's names, each with such a map.
    Named(&'static Section),
    /// The user's names, each with such a map or with a text for its first key.
    NamedOrText(&'static Section),
    /// Such a map, or a list of them.
    OneOrMany(&'static Section),
    /// A list of such maps by format.
    ListByFormat(&'static Section),
    /// Addresses and such maps by format.
    NamedByFormat(&'static Section),
    /// The user's names and anything, by format.
    AnyByFormat,
    /// A text, or a text by provider.
    ByProvider,
    /// A list of texts, or the word `all`.
    ListOrAll,
    /// Names, each with a verb, a list of verbs, or verbs with prefixes; or the word `auto`.
    Uses,
    /// The word `auto`.
    Auto,
    /// Known by name, and built by a later version.
    Later,
}

const fn key(name: &'static str, form: Form, about: &'static str) -> Key {
    Key { name, form, about }
}

impl Section {
    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The keys that can be written today.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let keys = self.keys;
        keys.iter().filter(|key| !matches!(key.form, Form::Later)).map(|key| key.name)
    }
}

/// The whole file.
pub static SPEC: Section = Section {
    what: "the spec",
    keys: &[
        key("portolan", Form::Text, "The version of the language: 1."),
        key("app", Form::Text, "The app's name, the beginning of every derived name."),
        key("targets", Form::Named(&TARGET), "Where the app is deployed: a provider, a region and what differs there."),
        key("variables", Form::TextMap, "Texts for `${name}`; a variable may use those above it."),
        key("inputs", Form::Named(&INPUT), "Values known only at deployment, for `${inputs.name}`."),
        key("defaults", Form::Map(&DEFAULTS), "Keys for every function that does not say otherwise."),
        key("tags", Form::TextMap, "Tags or labels on everything that can have them."),
        key("resources", Form::Named(&RESOURCE), "What the functions use and listen to."),
        key("functions", Form::Named(&FUNCTION), "The code, what starts it and what it may do."),
        key("outputs", Form::NamedOrText(&OUTPUT), "Values that the deployment shows when it is done."),
        key("native", Form::AnyByFormat, "Raw resources in a target's own syntax."),
        key("overrides", Form::AnyByFormat, "Target syntax merged into the resource at an address."),
        key("keep", Form::NamedByFormat(&KEEP), "Fixed logical ids and physical names, to take over what exists."),
        key("services", Form::Later, "HTTP containers."),
    ],
};

/// An entry of `targets`.
pub static TARGET: Section = Section {
    what: "a target",
    keys: &[
        key("like", Form::Text, "Another target: all of its keys, then those here."),
        key("provider", Form::Text, "`aws`, `gcp` or `azure`."),
        key("region", Form::Text, "The region, in the provider's words."),
        key("regions", Form::ListOrAll, "Several regions, or `all`."),
        key("format", Form::Text, "On gcp: `infrastructure-manager` (default) or `deployment-manager`."),
        key("account", Form::Text, "The AWS account or Azure subscription; credentials of another are refused."),
        key("project", Form::Text, "The Google project."),
        key("resource-group", Form::Text, "The Azure resource group."),
        key("artifacts-bucket", Form::Text, "The bucket that Deployment Manager takes code from."),
        key("entra-app-id", Form::Text, "On azure: the application that guards `auth: iam` and `invoke`."),
        key("variables", Form::TextMap, "Other values for variables."),
        key("environment", Form::TextMap, "Environment of every function here."),
        key("set", Form::AnyMap, "Single keys of functions and resources: `tag.memory: 2 GB`."),
    ],
};

/// An entry of `inputs`.
pub static INPUT: Section = Section {
    what: "an input",
    keys: &[
        key("secret", Form::Text, "`true`: never in a template, a plan or a log."),
        key("ssm", Form::Text, "A parameter that the cloud reads at deployment."),
        key("default", Form::Text, "The value where the deployment gives none."),
        key("description", Form::Text, "What it is for."),
    ],
};

/// An entry of `resources`, without the options of its kind.
pub static RESOURCE: Section = Section {
    what: "a resource",
    keys: &[
        key("kind", Form::Text, "What it is: `portolan kinds` lists them."),
        key("external", Form::ByProvider, "The name of one that exists: granted on, never created."),
        key("targets", Form::Texts, "Only in these targets."),
        key("formerly", Form::Text, "Its name before it was renamed."),
    ],
};

/// An entry of `functions`.
pub static FUNCTION: Section = Section {
    what: "a function",
    keys: &[
        key(
            "runtime",
            Form::Text,
            "The language and its version: `python3.13`, `nodejs22`; or `custom`, an executable.",
        ),
        key(
            "handler",
            Form::Text,
            "`src/tag.handle`: the symbol `handle` in the file `src/tag`; an executable's path.",
        ),
        key("app", Form::Text, "`src/web:app`: a whole WSGI, ASGI or Express app, for its http triggers."),
        key("code", Form::Texts, "The folder or folders that are packaged; the spec's folder by default."),
        key("description", Form::Text, "What it does."),
        key("memory", Form::Text, "`512 MB`, `2 GB`; a bare number is MB."),
        key("timeout", Form::Text, "`30 s`, `5 min`; a bare number is seconds."),
        key("environment", Form::TextMap, "Environment variables: defaults, then the target's, then these."),
        key("max-concurrency", Form::Text, "At most so many runs at a time."),
        key("min-instances", Form::Text, "So many instances kept warm."),
        key("log-retention", Form::Text, "`30 d`: how long logs are kept."),
        key("callers", Form::Map(&CALLERS), "Who may call it under `auth: iam`."),
        key("targets", Form::Texts, "Only in these targets."),
        key("formerly", Form::Text, "Its name before it was renamed."),
        key("payload", Form::Text, "`neutral` (default) or `native`: what the handler receives."),
        key(
            "architecture",
            Form::Text,
            "The processor: `arm64` or `x86-64`; by default the cheaper one that the cloud has.",
        ),
        key(
            "bundle",
            Form::Any,
            "Of Node: `true` packs what the code imports into one file; `{ external: [sharp] }` leaves packages beside it.",
        ),
        key("triggers", Form::OneOrMany(&TRIGGER), "What starts it."),
        key("uses", Form::Uses, "What it may do with which resource."),
        key("allow", Form::ListByFormat(&ALLOW), "Permissions made by hand, outside the proof."),
        key("image", Form::Later, "A container image instead of code."),
        key("storage", Form::Later, "Temporary storage."),
        key("dead-letter", Form::Later, "Where failed asynchronous calls go."),
        key("tracing", Form::Later, "Traces of every run."),
    ],
};

/// `defaults`: the keys of a function that every function may share.
pub static DEFAULTS: Section = Section {
    what: "`defaults`",
    keys: &[
        key("runtime", Form::Text, "The runtime of functions that name none."),
        key("description", Form::Text, "The description of functions that have none."),
        key("memory", Form::Text, "The memory of functions that name none."),
        key("timeout", Form::Text, "The timeout of functions that name none."),
        key("environment", Form::TextMap, "Environment of every function."),
        key("max-concurrency", Form::Text, "At most so many runs of a function at a time."),
        key("min-instances", Form::Text, "So many instances of each function kept warm."),
        key("log-retention", Form::Text, "How long logs are kept."),
        key("callers", Form::Map(&CALLERS), "Who may call functions under `auth: iam`."),
        key("targets", Form::Texts, "The targets of functions that name none."),
        key("payload", Form::Text, "What handlers receive."),
        key("architecture", Form::Text, "The processor of functions that name none."),
        key("bundle", Form::Any, "Whether functions of Node are packed into one file each."),
        key("uses", Form::Auto, "Verbs are taken from the code of functions that declare none."),
        key("image", Form::Later, "A container image instead of code."),
        key("storage", Form::Later, "Temporary storage."),
        key("dead-letter", Form::Later, "Where failed asynchronous calls go."),
        key("tracing", Form::Later, "Traces of every run."),
    ],
};

/// The keys of a function that cannot be shared.
pub(crate) const NOT_IN_DEFAULTS: [&str; 7] = ["handler", "code", "app", "triggers", "formerly", "allow", "uses"];

/// `callers` of a function.
pub static CALLERS: Section = Section {
    what: "`callers`",
    keys: &[
        key("functions", Form::Texts, "Functions of this spec."),
        key("aws", Form::Texts, "ARNs of roles or users."),
        key("gcp", Form::Texts, "Members such as `serviceAccount:…`."),
        key("azure", Form::Texts, "Object ids."),
    ],
};

/// An entry of `triggers`. The first six say what it listens to.
pub static TRIGGER: Section = Section {
    what: "a trigger",
    keys: &[
        key("http", Form::Texts, "One route or a list: `GET /shows/{id}`, `ANY /*`."),
        key("schedule", Form::Text, "`cron(0 3 * * *)` with five fields, or `rate(1 hour)`."),
        key("queue", Form::Text, "A queue of this spec."),
        key("topic", Form::Text, "A topic of this spec."),
        key("bucket", Form::Text, "A bucket of this spec."),
        key("table", Form::Text, "A table of this spec."),
        key("api", Form::Text, "With `http`: the api whose host it is on."),
        key("auth", Form::Any, "With `http`: `public`, `iam`, `jwt` or an authorizer."),
        key("cors", Form::Any, "With `http`: `true`, or origins, methods and headers."),
        key("timezone", Form::Text, "With `schedule`: `Europe/Paris`."),
        key(
            "input",
            Form::Any,
            "With `schedule`: what the handler receives. With `bucket`: `file` hands it the object as a file.",
        ),
        key(
            "batch",
            Form::Text,
            "With `queue`: at most so many messages a call. With `table`: at most so many changes, 100 where nothing is written.",
        ),
        key("events", Form::Texts, "With `bucket`: `created`, `deleted`."),
        key("prefix", Form::Text, "With `bucket`: `uploads/*`."),
        key("suffix", Form::Texts, "With `bucket`: one ending or a list."),
        key(
            "changes",
            Form::Texts,
            "With `table`: `created`, `changed`, `deleted`; the first two where nothing is written.",
        ),
        key("old", Form::Text, "With `table`: whether a change comes with the row as it was."),
        key(
            "start",
            Form::Text,
            "With `table`: `latest`, from now on; `earliest`, from the first change that is kept.",
        ),
        key("targets", Form::Texts, "Only in these targets."),
        key("loop", Form::Text, "Why a function that writes where it listens comes to an end."),
        key("stream", Form::Later, "Records of a stream."),
        key("bus", Form::Later, "Events of a bus."),
        key("websocket", Form::Later, "Messages of a websocket."),
    ],
};

/// What a trigger can listen to, and the options each takes.
pub const EVENTS: [(&str, &[&str]); 6] = [
    ("http", &["api", "auth", "cors"]),
    ("schedule", &["timezone", "input"]),
    ("queue", &["batch"]),
    ("topic", &[]),
    ("bucket", &["events", "prefix", "suffix", "input"]),
    ("table", &["batch", "changes", "old", "start"]),
];

/// An entry of `allow`.
pub static ALLOW: Section = Section {
    what: "an `allow` entry",
    keys: &[
        key("actions", Form::Texts, "Actions, permissions or roles, in the provider's words."),
        key("resources", Form::Texts, "What they are allowed on; `\"*\"` is shown in every review."),
        key("conditions", Form::Any, "Conditions, in the target's syntax."),
        key("why", Form::Text, "The reason a reviewer reads."),
    ],
};

/// An entry of `outputs`.
pub static OUTPUT: Section = Section {
    what: "an output",
    keys: &[
        key("value", Form::Text, "The value, often `${resources.web.url}`."),
        key("description", Form::Text, "What it is."),
        key("targets", Form::Texts, "Only in these targets."),
    ],
};

/// An entry of `keep`.
pub static KEEP: Section = Section {
    what: "a `keep` entry",
    keys: &[key("id", Form::Text, "The logical id in the template."), key("name", Form::Text, "The physical name.")],
};

/// What other tools call a key of ours, by section.
pub(crate) fn foreign(section: &Section, written: &str) -> Option<&'static str> {
    let word = match (section.what, written) {
        ("the spec", "service" | "name") => "write `app`",
        ("the spec", "provider" | "stages" | "environments") => {
            "write `targets`; what all functions share goes into `defaults`"
        }
        ("the spec", "custom" | "vars") => "write `variables`",
        ("the spec", "params" | "parameters") => "write `inputs`",
        ("the spec", "version") => "write `portolan: 1`",
        ("a function" | "`defaults`", "memorySize" | "memory-size") => "write `memory`",
        ("a function" | "`defaults`", "env" | "variables") => "write `environment`",
        ("a function" | "`defaults`", "reservedConcurrency" | "reserved-concurrency") => "write `max-concurrency`",
        ("a function" | "`defaults`", "provisionedConcurrency") => "write `min-instances`",
        ("a function" | "`defaults`", "logRetentionInDays") => "write `log-retention: 30 d`",
        ("a function" | "`defaults`", "role" | "iamRoleStatements" | "permissions") => {
            "say what the function `uses`; permissions follow from that"
        }
        ("a function", "url") => "write `triggers: { http: ANY /*, auth: public }`",
        ("a function", "package") => "write `code`",
        ("a function", "onError") => "this belongs to `dead-letter`, a later part of the language",
        ("a trigger", "sqs") => "write `queue`",
        ("a trigger", "sns") => "write `topic`",
        ("a trigger", "s3") => "write `bucket`",
        ("a trigger", "httpApi" | "rest" | "route" | "path") => "write `http: GET /path`",
        ("a trigger", "cron" | "rate") => "write `schedule: cron(0 3 * * *)` or `schedule: rate(1 hour)`",
        ("a trigger", "batchSize") => "write `batch`",
        ("a target", "stage" | "name") => "a target's name is the key above it",
        ("a target", "subscription") => "write `account`",
        _ => return None,
    };
    Some(word)
}
