//! Putting a template together: the resources of the columns, what was decided, and the user's own.
//!
//! A [`Dialect`] says how one format spells each noun of a decision; the order of the template is the same in both.

use crate::LOWERING_VERSION;
use crate::decide::{
    self, Account, Binding, Decision, Job, Listener, Logs, Notification, Push, Rights, Service, Subscription, Topic,
};
use crate::hooks::Google;
use crate::place::Place;
use portolan_diagnostics::Spanned;
use portolan_model::{Model, Native, Piece, ResourceId};
use portolan_target::{Kinds, Lowered, Output, Parameter, Request, Unseen, unseen};
use portolan_value::{Address, Contribution, Map, Raw, Resource, Text, Value};
use std::collections::BTreeMap;

/// How a format spells what was decided.
pub trait Dialect: Sync {
    /// Names, lengths of time and computed values.
    fn google(&self) -> &'static Google;
    /// Parents that every template of the format has.
    fn parents(&self) -> &'static [&'static str];
    /// The attribute of `app.project` that is its number.
    fn number(&self) -> &'static str;
    /// Whether resources of a type have labels.
    fn has_labels(&self, r#type: &str) -> bool;
    /// Whether deploy parameters exist; else their defaults stand in the template.
    fn has_parameters(&self) -> bool;
    /// Puts a decision into what the format can say.
    fn prepare(&self, decision: &mut Decision<'_>, place: &Place<'_>);
    /// Who a function runs as.
    fn account(&self, account: Account<'_>) -> Resource;
    /// A function, after what it needs.
    fn service(&self, service: Service<'_>, model: &Model, lowered: &mut Lowered);
    /// A topic.
    fn topic(&self, topic: Topic) -> Resource;
    /// A subscription.
    fn subscription(&self, subscription: Subscription) -> Resource;
    /// What a queue's own subscription gets so that it calls a function.
    fn push(&self, push: Push) -> Vec<Contribution>;
    /// What a bucket tells.
    fn notification(&self, notification: Notification) -> Resource;
    /// A job of the clock.
    fn job(&self, job: Job, model: &Model) -> Resource;
    /// What tells a function of changes of a table; none where the format has no tables.
    fn listener(&self, listener: Listener) -> Option<Resource>;
    /// A log bucket and the routes into it.
    fn logs(&self, logs: Logs, model: &Model) -> Vec<Resource>;
    /// A custom role.
    fn rights(&self, rights: Rights, model: &Model) -> Resource;
    /// A binding: a resource, or what another resource gets.
    fn bind(&self, binding: Binding, model: &Model, lowered: &mut Lowered);
    /// Resources of a declared resource that its column cannot say.
    fn further(&self, kinds: &Kinds<'_>, id: ResourceId, model: &Model) -> Vec<Resource>;
    /// What a resource is called in the template where the user fixed no name.
    fn local_name(&self, address: &Address) -> String;
    /// What no property tells, as an output of the format holds it.
    fn hidden(&self, unseen: &BTreeMap<String, Unseen>) -> Value;
    /// A raw resource; none when it has not the form that `supports` asks for.
    fn native(&self, native: &Native, body: Raw) -> Option<Resource>;
}

/// Lowers a request.
pub fn lower(request: &Request<'_>, dialect: &dyn Dialect) -> Lowered {
    let model = request.model;
    let kinds = dialect.google().kinds(request);
    let place = Place::new(model, dialect.number(), (!dialect.has_parameters()).then_some(model));
    let mut decision = decide::decide(*request, dialect.google(), &place);
    dialect.prepare(&mut decision, &place);
    let lowered = Lowered {
        stack: model.stack(),
        permissions: std::mem::take(&mut decision.permissions),
        diagnostics: std::mem::take(&mut decision.diagnostics),
        ..Lowered::default()
    };
    let mut making =
        Making { dialect, place: &place, labels: labels(&kinds, model), lowered, done: [0, 0], numbered: false };
    let parents: Vec<&str> = dialect.parents().iter().chain(&decision.parents).copied().collect();
    making.add(kinds.parents(&parents));
    // A table of a resource, and of a function its account, archive and service; and the bindings.
    let many = model.resources.len() + 3 * model.functions.len() + decision.bindings.len();
    making.lowered.resources.reserve(many + many / 8);
    for (id, _) in model.resource_ids() {
        making.add(kinds.resources(id));
        making.add(dialect.further(&kinds, id, model));
    }
    decided(decision, dialect, model, &mut making);
    making.add(model.natives.iter().filter_map(|native| dialect.native(native, kinds.raw(&native.body))));
    users(&kinds, dialect, model, &mut making);
    if making.numbered {
        read_project(&kinds, &place, &mut making.lowered);
    }
    making.lowered
}

/// A template in the making: what is added gets its labels and its place while it is at hand.
struct Making<'l> {
    dialect: &'l dyn Dialect,
    place: &'l Place<'l>,
    labels: Map,
    lowered: Lowered,
    /// How many resources and contributions have theirs.
    done: [usize; 2],
    /// Whether the project's number was asked for.
    numbered: bool,
}

impl Making<'_> {
    fn add(&mut self, resources: impl IntoIterator<Item = Resource>) {
        for resource in resources {
            self.lowered.resources.push(resource);
            self.finish();
        }
    }

    /// Labels what was added, and puts project and region where they are asked for.
    fn finish(&mut self) {
        let [resources, contributions] = self.done;
        for resource in &mut self.lowered.resources[resources..] {
            if !self.labels.is_empty() && is_labelled(resource, self.dialect) {
                resource.body.push("labels", self.labels.clone());
            }
            self.numbered |= self.place.fill_map(&mut resource.body);
        }
        for contribution in &mut self.lowered.contributions[contributions..] {
            self.numbered |= self.place.fill(&mut contribution.value);
        }
        self.done = [self.lowered.resources.len(), self.lowered.contributions.len()];
    }
}

fn decided(decision: Decision<'_>, dialect: &dyn Dialect, model: &Model, making: &mut Making<'_>) {
    making.add(decision.accounts.into_iter().map(|account| dialect.account(account)));
    making.add(decision.topics.into_iter().map(|topic| dialect.topic(topic)));
    for service in decision.services {
        dialect.service(service, model, &mut making.lowered);
        making.finish();
    }
    making.add(decision.subscriptions.into_iter().map(|subscription| dialect.subscription(subscription)));
    for push in decision.pushes {
        making.lowered.contributions.extend(dialect.push(push));
        making.finish();
    }
    making.add(decision.notifications.into_iter().map(|notification| dialect.notification(notification)));
    making.add(decision.jobs.into_iter().map(|job| dialect.job(job, model)));
    making.add(decision.listeners.into_iter().filter_map(|listener| dialect.listener(listener)));
    making.add(decision.logs.into_iter().flat_map(|logs| dialect.logs(logs, model)));
    making.add(decision.rights.into_values().map(|rights| dialect.rights(rights, model)));
    for binding in decision.bindings {
        dialect.bind(binding, model, &mut making.lowered);
        making.finish();
    }
}

/// What the user says about the whole: parameters, outputs, overrides, fixed identities.
fn users(kinds: &Kinds<'_>, dialect: &dyn Dialect, model: &Model, making: &mut Making<'_>) {
    let lowered = &mut making.lowered;
    if dialect.has_parameters() {
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
    lowered.outputs.extend(hidden(kinds, dialect, model));
    for output in &mut lowered.outputs {
        making.numbered |= making.place.fill(&mut output.value);
    }
    for (_, body) in &mut lowered.overrides {
        making.numbered |= making.place.fill_raw(body);
    }
}

/// What a plan must know and no property tells, by the resources' names in the template.
fn hidden(kinds: &Kinds<'_>, dialect: &dyn Dialect, model: &Model) -> Option<Output> {
    let fixed = |address: &Address| {
        let keep = model.keeps.iter().find(|keep| keep.address.value == address.as_str());
        keep.and_then(|keep| keep.id.as_ref()).map(|id| id.value.to_string())
    };
    let named = |(address, unseen): (Address, Unseen)| {
        (fixed(&address).unwrap_or_else(|| dialect.local_name(&address)), unseen)
    };
    let all: BTreeMap<String, Unseen> = unseen(model, kinds).map(named).collect();
    (!all.is_empty()).then(|| Output {
        name: UNSEEN.into(),
        value: dialect.hidden(&all),
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
fn read_project(kinds: &Kinds<'_>, place: &Place<'_>, lowered: &mut Lowered) {
    if lowered.resources.iter().any(|resource| resource.address == place.number.address) {
        return;
    }
    let parents = kinds.parents(&["project"]);
    let missing = |parent: &Resource| !lowered.resources.iter().any(|resource| resource.address == parent.address);
    let missing: Vec<Resource> = parents.into_iter().filter(missing).collect();
    lowered.resources.splice(0..0, missing);
}
