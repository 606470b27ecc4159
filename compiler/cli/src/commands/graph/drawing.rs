//! What is drawn: nodes and arrows, with the words on them. How they look is the business of the writers.

use portolan_access::{Grants, Right};
use portolan_model::{
    Auth, BucketEvent, Event, Function, FunctionId, Host, Model, Pattern, Resource, ResourceId, Setting, Subject,
    Trigger,
};
use std::collections::{BTreeMap, HashMap};

/// A picture of an app: functions, what starts them, and what they may do.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The app and where it goes.
    pub title: String,
    /// The nodes; an arrow's ends are indices.
    pub nodes: Vec<Node>,
    /// The arrows, at most one from a node to another.
    pub arrows: Vec<Arrow>,
}

/// A box.
#[derive(Debug)]
pub(super) struct Node {
    /// What it is.
    pub shape: Shape,
    /// Its name, in the user's words.
    pub name: String,
    /// What else is to be known: its kind; that it is public.
    pub details: Vec<String>,
    /// Whether everybody may reach it.
    pub public: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Where something comes in from outside: requests, the clock.
    Entry,
    /// A function.
    Function,
    /// A resource.
    Resource,
    /// A resource that is not created here.
    External,
}

/// An arrow.
#[derive(Debug)]
pub(super) struct Arrow {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Its words, line by line.
    pub label: Vec<String>,
    /// Whether it starts a function; otherwise it is what a function may do.
    pub starts: bool,
}

/// How a node says that everybody may reach it.
const PUBLIC: &str = "PUBLIC";

/// What a function may do with what starts it begins with this.
const MAY: &str = "may ";

/// How long a line of several verbs may get.
const LINE: usize = 26;

impl Drawing {
    /// The picture of a model and what its functions are granted.
    pub fn of(model: &Model, grants: &Grants) -> Self {
        let target = &model.target;
        let title =
            format!("{} → {} {} ({})", model.app.value, target.format.key(), target.region.value, target.name.value);
        let mut artist = Artist { nodes: Vec::new(), places: HashMap::new(), arrows: BTreeMap::new() };
        let resources = model.resource_ids().map(|(id, _)| Subject::Resource(id));
        let functions = model.function_ids().map(|(id, _)| Subject::Function(id));
        artist.places.extend(resources.chain(functions).zip(0..));
        artist.nodes.extend(model.resource_ids().map(|(id, resource)| resource_node(model, id, resource)));
        artist.nodes.extend(model.functions.iter().map(function_node));
        model.resource_ids().for_each(|(id, resource)| artist.options(id, resource));
        for (id, function) in model.function_ids() {
            function.triggers.iter().for_each(|trigger| artist.trigger(id, trigger));
            artist.callers(id, function);
        }
        artist.grants(grants);
        artist.finish(title)
    }
}

fn resource_node(model: &Model, id: ResourceId, resource: &Resource) -> Node {
    let on_it = model.triggers().filter_map(|(_, trigger)| match &trigger.event {
        Event::Http(http) if http.host == Host::Api(id) => Some(&http.auth.value),
        _ => None,
    });
    let public = on_it.into_iter().any(|auth| matches!(auth, Auth::Public));
    let external = resource.external.is_some();
    let kind = if external { format!("external {}", resource.kind.name) } else { resource.kind.name.clone() };
    let shape = match (external, resource.kind.name.as_str()) {
        (true, _) => Shape::External,
        (false, "api") => Shape::Entry,
        (false, _) => Shape::Resource,
    };
    let details = std::iter::once(kind).chain(public.then(|| PUBLIC.to_owned())).collect();
    Node { shape, name: resource.name.value.to_string(), details, public }
}

fn function_node(function: &Function) -> Node {
    let details = vec![function.runtime.value.to_string()];
    Node { shape: Shape::Function, name: function.name.value.to_string(), details, public: false }
}

struct Artist {
    nodes: Vec<Node>,
    /// The nodes of resources and functions.
    places: HashMap<Subject, usize>,
    /// By both ends: what starts a function, and what it may do.
    arrows: BTreeMap<(usize, usize), Arrow>,
}

impl Artist {
    fn resource(&self, id: ResourceId) -> usize {
        self.places.get(&Subject::Resource(id)).copied().unwrap_or_default()
    }

    fn function(&self, id: FunctionId) -> usize {
        self.places.get(&Subject::Function(id)).copied().unwrap_or_default()
    }

    /// What an option ties to another resource, such as a dead letter queue.
    fn options(&mut self, id: ResourceId, resource: &Resource) {
        let from = self.resource(id);
        for (name, setting) in &resource.options {
            for other in named(&setting.value) {
                let to = self.resource(other);
                self.arrow(from, to, name.to_string(), false);
            }
        }
    }

    fn trigger(&mut self, id: FunctionId, trigger: &Trigger) {
        let to = self.function(id);
        let (from, words) = match &trigger.event {
            Event::Http(http) => {
                let from = match http.host {
                    Host::Own => self.entry("http", who(&http.auth.value)),
                    Host::Api(api) => self.resource(api),
                };
                let how = match (http.host, who(&http.auth.value)) {
                    (Host::Api(_), Some(how)) if how != PUBLIC => format!(" ({how})"),
                    _ => String::new(),
                };
                (from, http.routes.iter().map(|route| format!("{}{how}", route.value)).collect())
            }
            Event::Schedule(timed) => {
                let zone = timed.timezone.as_ref().map(|zone| zone.value.to_string());
                (self.entry(&timed.schedule.value.to_string(), zone), Vec::new())
            }
            Event::Queue { queue, .. } => (self.resource(*queue), vec!["messages".to_owned()]),
            Event::Topic { topic } => (self.resource(*topic), vec!["messages".to_owned()]),
            Event::Bucket(events) => {
                let endings = events.suffixes.iter().map(|suffix| format!("*{}", suffix.value));
                let prefix = events.prefix.iter().map(|prefix| format!("{}*", prefix.value));
                let only: Vec<String> = prefix.chain(endings).collect();
                let changes: Vec<&str> = events.events.iter().map(|event| change(event.value)).collect();
                (
                    self.resource(events.bucket),
                    vec![format!("{} {}", changes.join(", "), only.join(" ")).trim().to_owned()],
                )
            }
            Event::Table(changes) => {
                let words: Vec<&str> = changes.changes.iter().map(|change| change.value.word()).collect();
                (self.resource(changes.table), vec![words.join(", ")])
            }
        };
        self.start(from, to, words);
    }

    /// A box for the outside world, one for every trigger.
    fn entry(&mut self, name: &str, detail: Option<String>) -> usize {
        let public = detail.as_deref() == Some(PUBLIC);
        self.nodes.push(Node {
            shape: Shape::Entry,
            name: name.to_owned(),
            details: detail.into_iter().collect(),
            public,
        });
        self.nodes.len() - 1
    }

    fn callers(&mut self, id: FunctionId, function: &Function) {
        let to = self.function(id);
        for caller in &function.callers.functions {
            let from = self.function(caller.value);
            self.arrow(from, to, "calls".to_owned(), false);
        }
    }

    fn grants(&mut self, grants: &Grants) {
        for grant in grants.iter() {
            if let Right::Verb { verb, subject, only } = &grant.right
                && let Some(to) = self.places.get(subject).copied()
            {
                let only: Vec<String> = only.iter().map(pattern).collect();
                let words = format!("{} {}", verb.name(), only.join(" "));
                let from = self.function(grant.function);
                self.arrow(from, to, words.trim().to_owned(), false);
            }
        }
    }

    fn start(&mut self, from: usize, to: usize, words: Vec<String>) {
        self.arrows.entry((from, to)).or_insert(Arrow { from, to, label: Vec::new(), starts: true });
        words.into_iter().for_each(|words| self.arrow(from, to, words, true));
    }

    /// Adds words to the arrow between two nodes. What a function may do with what starts it stands on the same arrow;
    /// what a node does with itself stands in its box.
    fn arrow(&mut self, from: usize, to: usize, words: String, starts: bool) {
        if from == to {
            self.nodes[from].details.push(format!("{words} itself"));
            return;
        }
        let there =
            if self.arrows.get(&(to, from)).is_some_and(|arrow| arrow.starts) { (to, from) } else { (from, to) };
        let arrow = self.arrows.entry(there).or_insert(Arrow { from, to, label: Vec::new(), starts });
        let first = arrow.starts && !starts && !arrow.label.last().is_some_and(|line| line.starts_with(MAY));
        match arrow.label.last_mut() {
            _ if first => arrow.label.push(format!("{MAY}{words}")),
            Some(line) if !starts && line.len() + words.len() < LINE => line.push_str(&format!(", {words}")),
            _ => arrow.label.push(words),
        }
    }

    fn finish(self, title: String) -> Drawing {
        Drawing { title, nodes: self.nodes, arrows: self.arrows.into_values().collect() }
    }
}

/// The resources a setting names, however deep.
fn named(setting: &Setting) -> Vec<ResourceId> {
    match setting {
        Setting::Resource(id) => vec![*id],
        Setting::List(items) => items.iter().flat_map(|item| named(&item.value)).collect(),
        Setting::Map(entries) => entries.iter().flat_map(|(_, item)| named(&item.value)).collect(),
        Setting::Bool(_)
        | Setting::Number(_)
        | Setting::Duration(_)
        | Setting::Size(_)
        | Setting::Text(_)
        | Setting::Auth(_)
        | Setting::Cors(_) => Vec::new(),
    }
}

fn who(auth: &Auth) -> Option<String> {
    Some(match auth {
        Auth::Public => PUBLIC.to_owned(),
        Auth::Iam => "iam".to_owned(),
        Auth::Jwt { .. } => "jwt".to_owned(),
    })
}

fn change(event: BucketEvent) -> &'static str {
    match event {
        BucketEvent::Created => "created",
        BucketEvent::Deleted => "deleted",
    }
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Prefix(prefix) => format!("{prefix}*"),
        Pattern::Key(key) => key.clone(),
    }
}
