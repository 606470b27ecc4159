//! What Google knows and the library does not: names, lengths of time, and what columns compute.

use crate::{decide, names, ranges};
use portolan_model::{Cors, FunctionId, Input, Pattern, Resource as Declared, Setting, Subject};
use portolan_target::{Hooks, Kinds, Request};
use portolan_value::{Address, Context, Format, Map, Value};

/// The hooks of one of Google's formats.
#[derive(Clone, Copy, Debug)]
pub struct Google {
    format: Format,
}

/// Terraform.
pub static TERRAFORM: Google = Google { format: Format::Gcp };

/// Deployment Manager.
pub static DEPLOYMENT_MANAGER: Google = Google { format: Format::GcpDm };

impl Google {
    /// The kinds of a request.
    pub fn kinds<'a>(&'a self, request: &Request<'a>) -> Kinds<'a> {
        Kinds::new(*request, self.format, self)
    }

    fn is_terraform(self) -> bool {
        self.format == Format::Gcp
    }

    /// The attribute of the project that is its number.
    pub fn number(self) -> &'static str {
        if self.is_terraform() { "number" } else { "projectNumber" }
    }

    /// Whether deploy parameters exist; else their defaults stand in the template.
    pub fn has_parameters(self) -> bool {
        self.is_terraform()
    }

    /// The type of a function.
    pub fn function_type(self) -> &'static str {
        match self.is_terraform() {
            true => "google_cloudfunctions2_function",
            false => "gcp-types/cloudfunctions-v2beta:projects.locations.functions",
        }
    }

    /// The name of a function; the Cloud Run service behind it has the same.
    pub fn function_name(&self, request: &Request<'_>, function: FunctionId) -> Value {
        let address = Address::new(&request.model.function(function).name.value, "function");
        let name = self.kinds(request).physical_name(&address, self.function_type());
        name.unwrap_or_else(|| "".into())
    }

    fn cors(self, cors: &Cors) -> Value {
        let texts = |texts: &[String]| Value::list(texts.iter().map(|text| text.clone().into()));
        let (headers, age) = match self.is_terraform() {
            true => ("response_header", "max_age_seconds"),
            false => ("responseHeader", "maxAgeSeconds"),
        };
        let rule = Map::new()
            .with("origin", texts(&cors.origins))
            .with("method", texts(&cors.methods))
            .with(headers, texts(&cors.headers))
            .with_some(age, cors.max_age);
        Value::list([rule.into()])
    }

    /// The full name of a queue's subscription.
    fn subscription(&self, request: &Request<'_>, resource: &Declared) -> Value {
        let project = self.known(request.model, Context::Project);
        let within = |name: Value| Value::join(["projects/".into(), project, "/subscriptions/".into(), name]);
        match &resource.external {
            Some(given) => beside(&given.value).map_or_else(|| within(given.value.clone().into()), Value::from),
            None => {
                let address = Address::new(&resource.name.value, "subscription");
                let name = self.kinds(request).physical_name(&address, "google_pubsub_subscription");
                within(name.unwrap_or_else(|| "".into()))
            }
        }
    }

    /// The full name of the topic that takes a queue's failed messages: the app's own, or that of another queue.
    fn dead_letter_topic(&self, request: &Request<'_>, resource: &Declared) -> Option<Value> {
        let attribute = if self.is_terraform() { "id" } else { "name" };
        let own = |name: &str, part| Some(Value::reference(Address::new(name, part), attribute));
        match dead_letter_queue(resource) {
            None => own(&resource.name.value, "dead-letter"),
            Some(id) => match request.model.resource(id) {
                queue if queue.external.is_none() => own(&queue.name.value, "topic"),
                _ => self.kinds(request).export(Subject::Resource(id), "id"),
            },
        }
    }
}

/// Full names of topics and subscriptions differ in one word.
fn beside(topic: &str) -> Option<String> {
    let (project, name) = topic.split_once("/topics/")?;
    Some(format!("{project}/subscriptions/{name}"))
}

/// The queue that a queue's failed messages go to, when it is not one of its own.
pub fn dead_letter_queue(resource: &Declared) -> Option<portolan_model::ResourceId> {
    match field(resource, "dead-letter", "to")? {
        Setting::Resource(id) => Some(*id),
        _ => None,
    }
}

/// A field of an option that is a record.
fn field<'a>(resource: &'a Declared, option: &str, field: &str) -> Option<&'a Setting> {
    match &resource.option(option)?.value {
        Setting::Map(entries) => Some(&entries.iter().find(|(key, _)| key.value == field)?.1.value),
        _ => None,
    }
}

/// Failed deliveries after which a queue gives a message up, as the spec says.
pub fn asked_attempts(resource: &Declared) -> Option<i64> {
    match field(resource, "dead-letter", "after") {
        Some(Setting::Number(after)) => Some(*after),
        _ => None,
    }
}

/// Seconds of an option.
pub fn seconds(resource: &Declared, option: &str) -> Option<u64> {
    match resource.option(option)?.value {
        Setting::Duration(seconds) => Some(seconds),
        _ => None,
    }
}

/// Seconds in the form of a protocol buffer's duration.
pub fn duration(seconds: i64) -> Value {
    format!("{seconds}s").into()
}

impl Hooks for Google {
    fn physical_name(&self, request: &Request<'_>, address: &Address, r#type: &str) -> Option<Value> {
        Some(names::physical_name(request, address, r#type))
    }

    fn context(&self, request: &Request<'_>, context: Context) -> Value {
        self.known(request.model, context)
    }

    fn input(&self, input: &Input) -> Value {
        let default = input.default.as_ref().filter(|_| !self.has_parameters());
        default.map_or_else(|| Value::input(input.name.value.clone()), |default| default.value.clone().into())
    }

    fn duration(&self, seconds: u64) -> Value {
        duration(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// Patterns become conditions, which need the name of the resource as well: `decide` writes them.
    fn patterns(&self, only: &[Pattern]) -> Value {
        let text = |pattern: &Pattern| match pattern {
            Pattern::Prefix(prefix) => format!("{prefix}*").into(),
            Pattern::Key(key) => key.clone().into(),
        };
        Value::list(only.iter().map(text))
    }

    fn compute(&self, request: &Request<'_>, resource: &Declared, what: &str) -> Option<Value> {
        match what {
            "visibility" => Some(ranges::VISIBILITY.nearest(seconds(resource, "visibility").unwrap_or(60)).into()),
            "retention" => seconds(resource, "retention").map(|asked| duration(ranges::RETENTION.nearest(asked))),
            "attempts" => Some(
                asked_attempts(resource).map_or(ranges::ATTEMPTS.low, |after| ranges::ATTEMPTS.nearest(after)).into(),
            ),
            "subscription" => Some(self.subscription(request, resource)),
            "ttl" => match &resource.option("ttl")?.value {
                Setting::Text(field) => Some(crate::terraform::quoted_field(field).into()),
                _ => None,
            },
            "expire-days" => seconds(resource, "expire").map(|asked| ranges::EXPIRE.nearest(days(asked)).into()),
            "dead-letter-topic" => self.dead_letter_topic(request, resource),
            "openapi" => Some(decide::openapi(self, request, resource)),
            "cors" => match &resource.option("cors")?.value {
                Setting::Cors(cors) => Some(self.cors(cors)),
                _ => None,
            },
            _ => None,
        }
    }

    fn function_export(&self, request: &Request<'_>, function: FunctionId, export: &str) -> Option<Value> {
        let name = self.function_name(request, function);
        let place = |context| self.known(request.model, context);
        match export {
            "name" => Some(name),
            "id" | "arn" => Some(Value::join([
                "projects/".into(),
                place(Context::Project),
                "/locations/".into(),
                place(Context::Region),
                "/functions/".into(),
                name,
            ])),
            // Cloud Run documentation, HTTPS endpoints: a service made through the functions API has this address too.
            "url" => Some(Value::join([
                "https://".into(),
                place(Context::Region),
                "-".into(),
                place(Context::Project),
                ".cloudfunctions.net/".into(),
                name,
            ])),
            _ => None,
        }
    }
}

/// Whole days, at least as long as was asked for.
pub fn days(seconds: u64) -> u64 {
    seconds.div_ceil(86_400)
}
