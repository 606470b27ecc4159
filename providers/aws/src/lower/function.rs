//! A function: its identity, its log, its code, and where calls go that nobody waits for and that fail.

use super::{Lowering, policy};
use crate::encode::fingerprint;
use crate::names::{self, ALIAS, ARTIFACTS, part};
use crate::ranges::{MEMORY, RUNTIMES, TIMEOUT, log_days};
use portolan_model::{Architecture, Event, Function, FunctionId, Language, Runtime, Trigger};
use portolan_value::{Address, Map, Origin, Resource, Shape, Value};

/// What a generated entry is called.
const HANDLER: &str = "portolan_entry.handle";

/// Attempts after the first one fails; also what Lambda does when nobody says.
const RETRIES: i64 = 2;

/// Seconds a failed call is kept: the longest there is.
const DEAD_LETTER_RETENTION: i64 = 1_209_600;

/// A function as its triggers see it.
#[derive(Clone, Copy)]
pub(super) struct Callee<'a> {
    /// Its id.
    pub id: FunctionId,
    /// The function.
    pub function: &'a Function,
}

impl<'a> Callee<'a> {
    /// Its name in the spec.
    pub fn name(self) -> &'a str {
        &self.function.name.value
    }

    /// The address of one of its parts.
    pub fn part(self, own: &str) -> Address {
        part(self.name(), own)
    }

    /// The address of something that ties it to a trigger.
    pub fn via(self, trigger: &Trigger, own: &str) -> Address {
        Address::via(self.name(), &trigger.key, own)
    }

    /// Its ARN, once it exists: whoever has it waits for the function.
    pub fn arn(self) -> Value {
        match self.is_kept_ready() {
            true => Value::reference(self.part("alias"), "id"),
            false => Value::reference(self.part("function"), "Arn"),
        }
    }

    /// What identifies it in a resource of Lambda's.
    pub fn reference(self) -> Value {
        match self.is_kept_ready() {
            true => self.arn(),
            false => Value::reference(self.part("function"), "id"),
        }
    }

    /// Whether a published version of it is kept ready under an alias.
    pub fn is_kept_ready(self) -> bool {
        self.function.min_instances.is_some()
    }

    /// Whether something calls it and does not wait.
    pub fn is_async(self) -> bool {
        let waits = |trigger: &Trigger| matches!(trigger.event, Event::Http(_) | Event::Queue { .. } | Event::Table(_));
        !self.function.triggers.iter().all(waits)
    }

    /// Whether what it fails at is kept in a queue of its own: whatever nobody waits for, and changes of tables.
    pub fn keeps_failures(self) -> bool {
        self.is_async() || self.function.triggers.iter().any(|trigger| matches!(trigger.event, Event::Table(_)))
    }

    /// Where everything of it comes from.
    pub fn origin(self) -> Origin {
        Origin::new(self.function.name.span, "function")
    }

    fn resource(self, own: &str, r#type: &'static str, body: impl Into<Map>) -> Resource {
        Resource::new(self.part(own), r#type, body, self.origin())
    }
}

impl<'a> Lowering<'a> {
    /// A function with everything that belongs to it.
    pub(super) fn function(&mut self, id: FunctionId) {
        let callee = Callee { id, function: self.model().function(id) };
        self.out.add(role(callee));
        self.logs(callee);
        let code = self.code(callee);
        self.kept_ready(callee, &code);
        self.out.add(code);
        if callee.keeps_failures() {
            self.dead_letter(callee);
        }
        self.grant(callee);
        self.principals(callee);
        self.routes(callee);
        for (index, trigger) in callee.function.triggers.iter().enumerate() {
            match &trigger.event {
                Event::Http(_) => {}
                Event::Schedule(timed) => self.schedule(callee, index, trigger, timed),
                Event::Queue { queue, batch } => self.queue(callee, trigger, *queue, batch.value),
                Event::Topic { topic } => self.topic(callee, index, trigger, *topic),
                Event::Bucket(events) => self.bucket(callee, index, trigger, events),
                Event::Table(changes) => self.table(callee, trigger, changes),
            }
        }
    }

    fn logs(&mut self, callee: Callee<'a>) {
        let group = names::log_group(&self.kinds, self.model(), callee.function);
        let days = log_days(callee.function.log_retention.value);
        let body = [("LogGroupName", group), ("RetentionInDays", days.into())];
        let mut logs = callee.resource("logs", "AWS::Logs::LogGroup", body);
        logs.retain = true;
        self.out.add(logs);
    }

    fn code(&self, callee: Callee<'a>) -> Resource {
        let function = callee.function;
        let artifact = self.request.artifacts.of(callee.name());
        let key = format!("{}/{}", self.out.stack, artifact.file);
        let code = Value::from([("S3Bucket", Value::input(ARTIFACTS.into())), ("S3Key", key.into())]);
        let logging =
            Value::from([("LogGroup", Value::reference(callee.part("logs"), "id")), ("LogFormat", "JSON".into())]);
        let description = function.description.as_ref().map(|text| Value::from(text.value.clone()));
        let body = Map::with_capacity(12)
            .with("FunctionName", names::function_name(&self.kinds, self.model(), function))
            .with_some("Description", description)
            .with("Runtime", runtime(&function.runtime.value))
            .with("Handler", HANDLER)
            .with("Code", code)
            .with("Architectures", Value::list([processor(function).into()]))
            .with("MemorySize", nearest(MEMORY.nearest(function.memory.value.into())))
            .with("Timeout", nearest(TIMEOUT.nearest(function.timeout.value.into())))
            .with_some(
                "ReservedConcurrentExecutions",
                function.max_concurrency.as_ref().map(|most| Value::from(most.value)),
            )
            .with("Role", Value::reference(callee.part("role"), "Arn"))
            .with_some("Environment", self.environment(callee))
            .with("LoggingConfig", logging);
        callee.resource("function", "AWS::Lambda::Function", body)
    }

    fn environment(&self, callee: Callee<'a>) -> Option<Value> {
        let mut variables = Map::new();
        for subject in callee.function.sees() {
            self.kinds.environment(subject).into_iter().for_each(|(name, value)| variables.push(name, value));
        }
        for (name, text) in &callee.function.environment {
            variables.set(name.value.clone(), self.kinds.text(text));
        }
        (!variables.is_empty()).then(|| Value::from([("Variables", variables.into())]))
    }

    /// Kept ready: a version under an alias that everything calls. A version is a snapshot of code and settings, so it
    /// is replaced whenever either changes; its description says which it is.
    fn kept_ready(&mut self, callee: Callee<'a>, code: &Resource) {
        let Some(least) = &callee.function.min_instances else { return };
        let address = callee.part("function");
        let changes = self.model().overrides.iter().filter(|entry| entry.address.value == address.as_str());
        let changes = changes.map(|entry| Value::raw(self.kinds.raw(&entry.body))).collect();
        let snapshot = Value::list([code.body.clone().into(), Value::List(changes)]);
        let function = Value::reference(address, "id");
        let description = format!("code and settings {}", fingerprint(&snapshot));
        let version = [("FunctionName", function.clone()), ("Description", description.into())];
        let ready = Value::from([("ProvisionedConcurrentExecutions", least.value.into())]);
        let alias = [
            ("FunctionName", function),
            ("FunctionVersion", Value::reference(callee.part("version"), "Version")),
            ("Name", ALIAS.into()),
            ("ProvisionedConcurrencyConfig", ready),
        ];
        self.out.add(callee.resource("version", "AWS::Lambda::Version", version));
        self.out.add(callee.resource("alias", "AWS::Lambda::Alias", alias));
    }

    /// Where calls go that failed for the last time, the topics' messages that could not be delivered, and where in a
    /// stream the changes are that could not be handled.
    fn dead_letter(&mut self, callee: Callee<'a>) {
        let queue = Value::reference(callee.part("dead-letter"), "Arn");
        let body =
            [("MessageRetentionPeriod", Value::Number(DEAD_LETTER_RETENTION)), ("SqsManagedSseEnabled", true.into())];
        self.out.add(callee.resource("dead-letter", "AWS::SQS::Queue", body));
        let statements = vec![policy::only_over_tls("sqs:*", queue.clone())];
        let body = [
            ("Queues", Value::list([Value::reference(callee.part("dead-letter"), "id")])),
            ("PolicyDocument", policy::document(statements)),
        ];
        let policy = callee.resource("dead-letter-policy", "AWS::SQS::QueuePolicy", body);
        let path = ["PolicyDocument", "Statement"];
        self.out.add(policy.with_slot("statements", &path, Shape::List));
        if callee.is_async() {
            self.out.add(retries(callee, queue));
        }
    }
}

fn role(callee: Callee<'_>) -> Resource {
    let trust = policy::trust("lambda.amazonaws.com", None);
    callee.resource("role", "AWS::IAM::Role", [("AssumeRolePolicyDocument", trust)])
}

/// Lambda looks whether the function may send to the destination when this is made, so the grant comes first.
fn retries(callee: Callee<'_>, destination: Value) -> Resource {
    let qualifier = if callee.is_kept_ready() { ALIAS } else { "$LATEST" };
    let on_failure = Value::from([("OnFailure", Value::from([("Destination", destination)]))]);
    let body = [
        ("FunctionName", Value::reference(callee.part("function"), "id")),
        ("Qualifier", qualifier.into()),
        ("MaximumRetryAttempts", RETRIES.into()),
        ("DestinationConfig", on_failure),
    ];
    let mut retries = callee.resource("retries", "AWS::Lambda::EventInvokeConfig", body);
    retries.after.push(callee.part("grant"));
    if callee.is_kept_ready() {
        retries.after.push(callee.part("alias"));
    }
    retries
}

fn nearest(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The word of the spec for a runtime; a binary's has no version, since Lambda does not care.
pub(crate) fn runtime_word(runtime: &Runtime) -> String {
    let runtime = runtime.host();
    let version = &runtime.version;
    match runtime.language {
        Language::Python | Language::Custom => format!("python{version}"),
        Language::Node => format!("nodejs{version}"),
        Language::Java => format!("java{version}"),
        Language::Dotnet => format!("dotnet{version}"),
        Language::Ruby => format!("ruby{version}"),
        Language::Go => "go".to_owned(),
        Language::Rust => "rust".to_owned(),
    }
}

/// Lambda's word for the processor; where the spec says nothing, the cheaper one.
fn processor(function: &Function) -> &'static str {
    match function.architecture.as_ref().map_or(Architecture::Arm64, |asked| asked.value) {
        Architecture::Arm64 => "arm64",
        Architecture::X86 => "x86_64",
    }
}

fn runtime(runtime: &Runtime) -> Value {
    let word = runtime_word(runtime);
    let known = RUNTIMES.iter().find(|(spec, _)| *spec == word);
    known.map_or_else(|| word.into(), |(_, lambda)| (*lambda).into())
}
