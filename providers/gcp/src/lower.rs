//! Putting a template together: the resources of the columns, what was decided, and the user's own.
//!
//! A [`Dialect`] says how one format spells each noun of a decision; the order of the template is the same in both.

use crate::LOWERING_VERSION;
use crate::decide::{
    self, Account, Binding, Decision, Job, Listener, Logs, Notification, Push, Rights, Service, Subscription, Topic,
};
use crate::hooks::Google;
use crate::place::{self, Place};
use portolan_diagnostics::Spanned;
use portolan_model::{Model, Native, Piece, ResourceId};
use portolan_target::{Kinds, Lowered, Output, Parameter, Permission, Request, Resources, unseen};
use portolan_value::{Address, Contribution, Map, Raw, Resource, Text, Value};
use std::collections::BTreeSet;

/// How a format spells what was decided.
pub trait Dialect: Sync {
    /// Names, lengths of time and computed values.
    fn google(&self) -> &'static Google;
    /// Parents that every template of the format has.
    fn parents(&self) -> &'static [&'static str];
    /// Whether resources of a type have labels.
    fn has_labels(&self, r#type: &str) -> bool;
    /// Puts bindings into what the format can say. `callers` are those that may call on the whole project already.
    fn prepare(&self, bindings: &mut Vec<Binding>, callers: &mut BTreeSet<Text>);
    /// Tells reviews of bindings as the format says them.
    fn retell(&self, permissions: &mut [Permission], place: &Place<'_>);
    /// Who a function runs as.
    fn account(&self, account: Account<'_>) -> Resource;
    /// A function, after what it needs.
    fn service(&self, service: Service<'_>, making: &mut Making<'_>);
    /// A topic.
    fn topic(&self, topic: Topic) -> Resource;
    /// A subscription.
    fn subscription(&self, subscription: Subscription) -> Resource;
    /// What a queue's own subscription gets so that it calls a function.
    fn push(&self, push: Push) -> Vec<Contribution>;
    /// What a bucket tells.
    fn notification(&self, notification: Notification) -> Resource;
    /// A job of the clock.
    fn job(&self, job: Job, place: &Place<'_>) -> Resource;
    /// What tells a function of changes of a table; none where the format has no tables.
    fn listener(&self, listener: Listener, place: &Place<'_>) -> Option<Resource>;
    /// A log bucket and the routes into it.
    fn logs(&self, logs: Logs, place: &Place<'_>) -> Vec<Resource>;
    /// A custom role.
    fn rights(&self, rights: Rights, place: &Place<'_>) -> Resource;
    /// A binding: a resource, or what another resource gets.
    fn bind(&self, binding: Binding, making: &mut Making<'_>);
    /// Resources of a declared resource that its column cannot say.
    fn further(&self, kinds: &Kinds<'_>, id: ResourceId, model: &Model) -> Vec<Resource>;
    /// What a resource is called in the template where the user fixed no name.
    fn local_name(&self, address: &Address) -> Text;
    /// What no property tells, as an output of the format holds it.
    fn hidden(&self, unseen: Map) -> Value;
    /// A raw resource; none when it has not the form that `supports` asks for.
    fn native(&self, native: &Native, body: Raw) -> Option<Resource>;
}

/// Lowers a request.
pub fn lower(request: &Request<'_>, dialect: &dyn Dialect) -> Lowered {
    let model = request.model;
    let kinds = dialect.google().kinds(request);
    let place = Place::new(model, dialect.google());
    let mut making = Making::new(request, dialect, place, labels(&kinds, model));
    let decision = decide::decide(*request, dialect.google(), kinds.clone(), place, |decision| making.write(decision));
    making.begin(Part::Parents);
    let parents: Vec<&str> = dialect.parents().iter().chain(&decision.parents).copied().collect();
    making.extend(kinds.parents(&parents));
    making.begin(Part::Declared);
    for (id, _) in model.resource_ids() {
        making.extend(kinds.resources(id));
        making.extend(dialect.further(&kinds, id, model));
    }
    making.finish(decision);
    making.begin(Part::Natives);
    making.extend(model.natives.iter().filter_map(|native| dialect.native(native, kinds.raw(&native.body))));
    users(&kinds, &mut making);
    let mut lowered = making.put_together();
    if lowered.mentions(&place::project()) {
        read_project(&kinds, &mut lowered);
    }
    lowered
}

/// A template in the making.
pub struct Making<'l> {
    dialect: &'l dyn Dialect,
    /// Where it is deployed to.
    pub place: Place<'l>,
    labels: Map,
    /// Who may call on the whole project.
    callers: BTreeSet<Text>,
    parts: [Resources; Part::Natives as usize + 1],
    /// The part under way.
    part: Part,
    /// Everything but its resources.
    pub lowered: Lowered,
}

/// The parts of a template, in its order.
#[derive(Clone, Copy)]
enum Part {
    Parents,
    Declared,
    Accounts,
    Topics,
    Services,
    Subscriptions,
    Notifications,
    Jobs,
    Listeners,
    Logs,
    Rights,
    Bindings,
    Natives,
}

impl<'l> Making<'l> {
    fn new(request: &Request<'_>, dialect: &'l dyn Dialect, place: Place<'l>, labels: Map) -> Self {
        let lowered = Lowered { stack: place.model.stack(), ..Lowered::default() };
        let (part, callers) = (Part::Parents, BTreeSet::new());
        let mut making = Self { dialect, place, labels, callers, parts: Default::default(), part, lowered };
        let functions = place.model.functions.len();
        let declared = place.model.resources.len();
        for (part, many) in [
            (Part::Declared, declared),
            (Part::Accounts, functions),
            (Part::Services, 2 * functions),
            (Part::Bindings, request.grants.len() + 8),
        ] {
            making.parts[part as usize].reserve(many);
        }
        making
    }

    fn begin(&mut self, part: Part) {
        self.part = part;
    }

    /// Adds a resource to the part under way, with its labels.
    pub fn add(&mut self, mut resource: Resource) {
        if !self.labels.is_empty() && is_labelled(&resource, self.dialect) {
            resource.body.push("labels", self.labels.clone());
        }
        self.parts[self.part as usize].push(resource);
    }

    fn extend(&mut self, resources: impl IntoIterator<Item = Resource>) {
        resources.into_iter().for_each(|resource| self.add(resource));
    }

    /// Writes down what was decided since, while it is at hand.
    fn write(&mut self, decision: &mut Decision<'_>) {
        let (dialect, place) = (self.dialect, self.place);
        self.begin(Part::Accounts);
        self.extend(decision.accounts.drain(..).map(|account| dialect.account(account)));
        self.begin(Part::Topics);
        self.extend(decision.topics.drain(..).map(|topic| dialect.topic(topic)));
        self.begin(Part::Services);
        decision.services.drain(..).for_each(|service| dialect.service(service, self));
        self.begin(Part::Subscriptions);
        self.extend(decision.subscriptions.drain(..).map(|subscription| dialect.subscription(subscription)));
        self.begin(Part::Notifications);
        self.extend(decision.notifications.drain(..).map(|notification| dialect.notification(notification)));
        self.begin(Part::Jobs);
        self.extend(decision.jobs.drain(..).map(|job| dialect.job(job, &place)));
        self.begin(Part::Listeners);
        self.extend(decision.listeners.drain(..).filter_map(|listener| dialect.listener(listener, &place)));
        self.begin(Part::Bindings);
        dialect.prepare(&mut decision.bindings, &mut self.callers);
        decision.bindings.drain(..).for_each(|binding| dialect.bind(binding, self));
    }

    /// Writes down what several functions decide together.
    fn finish(&mut self, decision: Decision<'_>) {
        let (dialect, place) = (self.dialect, self.place);
        self.begin(Part::Logs);
        self.extend(decision.logs.into_iter().flat_map(|logs| dialect.logs(logs, &place)));
        self.begin(Part::Rights);
        self.extend(decision.rights.into_values().map(|rights| dialect.rights(rights, &place)));
        self.lowered.contributions.extend(decision.pushes.into_iter().flat_map(|push| dialect.push(push)));
        self.lowered.permissions = decision.permissions;
        dialect.retell(&mut self.lowered.permissions, &place);
        self.lowered.diagnostics.splice(0..0, decision.diagnostics);
    }

    fn put_together(self) -> Lowered {
        let mut lowered = self.lowered;
        let many = self.parts.iter().map(|part| part.len()).sum();
        lowered.resources.reserve(many);
        self.parts.into_iter().for_each(|part| lowered.resources.append(part));
        lowered
    }
}

/// What the user says about the whole: parameters, outputs, overrides, fixed identities.
fn users(kinds: &Kinds<'_>, making: &mut Making<'_>) {
    let Making { dialect, place, lowered, .. } = making;
    let model = place.model;
    if dialect.google().has_parameters() {
        lowered.parameters = model.inputs.iter().map(parameter).collect();
    }
    lowered.outputs = model.outputs.iter().map(|output| self::output(kinds, model, output)).collect();
    let version = Value::Number(i64::from(LOWERING_VERSION));
    let about = Some("the lowering version: what Portolan may take for its own".into());
    lowered.outputs.push(Output {
        name: "portolan_lowering".into(),
        value: version,
        description: about,
        secret: false,
    });
    let resources = model.resources.iter().map(|one| (&one.formerly, &one.name));
    let named = resources.chain(model.functions.iter().map(|one| (&one.formerly, &one.name)));
    let other = |(was, now): (&Option<Spanned<Text>>, &Spanned<Text>)| {
        Some((was.as_ref()?.value.to_string(), now.value.to_string()))
    };
    lowered.formerly = named.filter_map(other).collect();
    lowered.overrides = model.overrides.iter().map(|over| (over.address.clone(), kinds.raw(&over.body))).collect();
    lowered.ids = model.keeps.iter().map(|keep| (keep.address.clone(), keep.id.clone())).collect();
    lowered.outputs.extend(hidden(kinds, *dialect, model));
}

/// What a plan must know and no property tells, by the resources' names in the template.
fn hidden(kinds: &Kinds<'_>, dialect: &dyn Dialect, model: &Model) -> Option<Output> {
    let fixed = |address: &Address| {
        let keep = model.keeps.iter().find(|keep| keep.address.value == address.as_str());
        keep.and_then(|keep| keep.id.as_ref()).map(|id| id.value.clone())
    };
    let named =
        |(address, unseen): (Address, Map)| (fixed(&address).unwrap_or_else(|| dialect.local_name(&address)), unseen);
    let mut all: Vec<(Text, Map)> = Vec::with_capacity(model.resources.len() + model.functions.len());
    all.extend(unseen(model, kinds).map(named));
    all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    (!all.is_empty()).then(|| Output {
        name: UNSEEN.into(),
        value: dialect.hidden(all.into_iter().map(|(name, unseen)| (name, Value::Map(unseen))).collect()),
        description: Some("for plans: how items lie in tables, and whom entries let in".into()),
        secret: false,
    })
}

/// The output that holds what no property tells.
pub(crate) const UNSEEN: &str = "portolan_unseen";

fn parameter(input: &portolan_model::Input) -> Parameter {
    Parameter {
        name: input.name.value.clone(),
        secret: input.secret,
        default: input.default.as_ref().map(|default| default.value.clone().into()),
        stored_at: input.ssm.as_ref().map(|path| path.value.clone()),
        description: input.description.clone(),
        span: Some(input.name.span),
    }
}

fn output(kinds: &Kinds<'_>, model: &Model, output: &portolan_model::Output) -> Output {
    let is_secret = |piece: &Piece| matches!(piece, Piece::Input(id) if model.input(*id).secret);
    Output {
        name: output.name.value.clone(),
        value: kinds.text(&output.value),
        description: output.description.clone(),
        secret: output.value.pieces.iter().any(is_secret),
    }
}

/// Tags are labels on Google.
fn labels(kinds: &Kinds<'_>, model: &Model) -> Map {
    model.tags.iter().map(|(key, text)| (label_of(&key.value), labelled(kinds.text(text)))).collect()
}

/// Everything that has labels bears them; those that the user wrote himself stay.
fn is_labelled(resource: &Resource, dialect: &dyn Dialect) -> bool {
    let is_native = resource.address.part() == "native";
    !is_native && dialect.has_labels(&resource.r#type) && resource.body.get("labels").is_none()
}

fn labelled(value: Value) -> Value {
    match value {
        Value::Text(text) => label_of(&text).into(),
        value => value,
    }
}

/// A text as a label: capital letters become small ones.
pub fn label_of(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Whether a text can be a label or its value (Resource Manager documentation, Requirements for labels).
pub fn is_label(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    text.len() <= 63 && text.chars().all(allowed)
}

/// Reads the project, whose number was asked for.
fn read_project(kinds: &Kinds<'_>, lowered: &mut Lowered) {
    let missing = |parent: &Resource| !lowered.resources.iter().any(|resource| resource.address == parent.address);
    let missing: Vec<Resource> = kinds.parents(&["project"]).into_iter().filter(missing).collect();
    lowered.resources.put_first(missing);
}
