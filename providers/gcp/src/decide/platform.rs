//! What Google's own services need: Pub/Sub for dead letters, Cloud Storage and Eventarc for events, Cloud Build for the
//! images.

use super::permissions::Told;
use super::{Binding, Condition, Decider, Identity, Member, Named, OwnRole, Rights, Role, Scope, asked, predefined};
use crate::parents::{BUILDER, CALLER};
use crate::place::Place;
use crate::{hooks, names, ranges, roles};
use portolan_access::Reason;
use portolan_model::{FunctionId, Resource, Subject, Trigger};
use portolan_value::{Address, Addresses, Context, Language, Origin, Text, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing that the builder may do.
struct Build<'t> {
    what: &'static str,
    permissions: &'t [&'static str],
    scope: Scope,
    built_in: &'static str,
    condition: Option<Condition>,
}

/// A custom role that is made.
pub(super) struct Custom {
    pub address: Address,
    /// What it is for.
    pub what: String,
    pub permissions: Vec<Text>,
    pub origin: Origin,
}

/// One thing that a service of Google's may do here.
struct Need<'t> {
    function: &'t str,
    holder: &'static str,
    verb: &'static str,
    subject: &'t str,
    permission: &'static str,
    role: &'static str,
}

impl<'a> Decider<'a> {
    /// What every deployment with functions needs: who builds them, and where their images go. `roles/run.builder` shows
    /// what a build takes; each part of it is bound where it is needed only.
    pub(super) fn platform(&mut self) {
        if self.model().functions.is_empty() {
            return;
        }
        for parent in ["project", "functions", "builder"] {
            self.needs(parent);
        }
        let images = [
            "artifactregistry.repositories.deleteArtifacts",
            "artifactregistry.repositories.downloadArtifacts",
            "artifactregistry.repositories.uploadArtifacts",
        ];
        let (log, sources) = (["logging.logEntries.create"], ["storage.objects.get"]);
        let writer = "roles/artifactregistry.writer";
        self.build(Build {
            what: "images",
            permissions: &images,
            scope: Scope::Images,
            built_in: writer,
            condition: None,
        });
        let writer = "roles/logging.logWriter";
        self.build(Build { what: "log", permissions: &log, scope: Scope::Project, built_in: writer, condition: None });
        let condition = Some(Condition { title: "sources of functions".into(), expression: in_sources(&self.place) });
        let viewer = "roles/storage.objectViewer";
        self.build(Build {
            what: "sources",
            permissions: &sources,
            scope: Scope::Project,
            built_in: viewer,
            condition,
        });
    }

    fn build(&mut self, build: Build<'_>) {
        let span = self.model().app.span;
        let origin = asked(span, "functions are built by an account of their own");
        let permissions: Vec<Text> = build.permissions.iter().map(|permission| Text::fixed(permission)).collect();
        let via = format!("build-{}", build.what);
        let (role, beyond) = match self.request.settings.built_in_roles {
            true => (predefined(build.built_in), roles::beyond(build.built_in, &permissions)),
            false => {
                let custom = || Custom {
                    address: Address::via("app", &via, "rights"),
                    what: format!("build functions: {}", build.what),
                    permissions: permissions.clone(),
                    origin: origin.clone(),
                };
                (self.rights(format!("-{via}").into(), custom), Vec::new())
            }
        };
        let member = Member::Account(Identity::new(BUILDER.clone()));
        let told = Told {
            function: "",
            holder: Some("build"),
            principal: self.principal(&member),
            verb: "build",
            subject: "",
            scope: &build.scope,
            condition: build.condition.as_ref().map(|condition| condition.expression.clone()),
            role: &role,
            beyond,
            by_hand: false,
            reasons: [Reason { span, text: "functions are built from their code".into() }].into(),
            wider: Vec::new(),
        };
        self.tell(&permissions, &told);
        self.decision.bindings.push(Binding {
            address: Address::via("app", &via, "grant"),
            scope: build.scope,
            role,
            member,
            condition: build.condition,
            after: Addresses::new(),
            origin,
        });
    }

    /// The custom role of a name, which stands after the deployment's: `custom` says the rest when it is first needed.
    pub(super) fn rights(&mut self, own: Text, custom: impl FnOnce() -> Custom) -> Role {
        if let Some(known) = self.decision.rights.get(&own) {
            return Role::Own(known.role.clone());
        }
        let Custom { address, what, permissions, origin } = custom();
        let model = self.model();
        let id = names::role_id(model, &own, address.as_str()).into();
        let title = ranges::title(format!("{} {}: {what}", model.app.value, model.target.name.value).into());
        let role = OwnRole::new(address.clone(), id);
        self.decision.rights.insert(own, Rights { address, role: role.clone(), title, permissions, origin });
        Role::Own(role)
    }

    /// Pub/Sub may move the dead letters of every queue of this deployment.
    pub(super) fn queues(&mut self) {
        let pushes = self.decision.pushes.iter();
        let consumers: BTreeMap<String, String> = pushes
            .map(|push| (push.subscription.owner().to_owned(), push.function.function.owner().to_owned()))
            .collect();
        for resource in &self.model().resources {
            if resource.kind.name == "queue" && resource.external.is_none() {
                let consumer = consumers.get(resource.name.value.as_str()).map(String::as_str).unwrap_or_default();
                self.queue(resource, consumer);
            }
        }
    }

    fn queue(&mut self, resource: &'a Resource, consumer: &str) {
        let name = &resource.name.value;
        let reason = Reason { span: resource.name.span, text: Text::concat(&["dead letters of ", name]) };
        let letters = match hooks::dead_letter_queue(resource) {
            None => Named::Own(Address::new(name, "dead-letter")),
            Some(id) => match self.model().resource(id) {
                queue if queue.external.is_none() => Named::Own(Address::new(&queue.name.value, "topic")),
                _ => Named::Given(self.kinds.export(Subject::Resource(id), "id").unwrap_or_else(|| "".into())),
            },
        };
        self.forwards(name, consumer, letters, reason.clone());
        self.collects(name, consumer, "queue", &Address::new(name, "subscription"), reason);
    }

    /// Pub/Sub may publish to the topic that takes dead letters, of a function or of a queue.
    pub(super) fn forwards(&mut self, owner: &str, function: &str, topic: Named, reason: Reason) {
        let need = Need {
            function,
            holder: "Pub/Sub",
            verb: "dead letter",
            subject: owner,
            permission: "pubsub.topics.publish",
            role: "roles/pubsub.publisher",
        };
        self.serve(
            &need,
            Address::via(owner, "forward", "grant"),
            Scope::Topic(topic),
            Member::Messages,
            [reason].into(),
        );
    }

    /// Pub/Sub may take messages off the subscription that gave up on them (Pub/Sub documentation, Dead-letter topics).
    pub(super) fn collects(&mut self, owner: &str, function: &str, via: &str, subscription: &Address, reason: Reason) {
        let need = Need {
            function,
            holder: "Pub/Sub",
            verb: "dead letter",
            subject: owner,
            permission: "pubsub.subscriptions.consume",
            role: "roles/pubsub.subscriber",
        };
        let address = Address::via(owner, &format!("collect-{via}"), "grant");
        let scope = Scope::Subscription(Named::Own(subscription.clone()));
        self.serve(&need, address, scope, Member::Messages, [reason].into());
    }

    /// Cloud Storage may tell a topic what happens in a bucket.
    pub(super) fn storage_publishes(
        &mut self,
        id: FunctionId,
        index: usize,
        trigger: &Trigger,
        topic: &Address,
    ) -> Address {
        self.needs("storage-agent");
        let need = Need {
            function: self.name(id),
            holder: "Cloud Storage",
            verb: "bucket",
            subject: trigger.event.subject().map(|subject| self.model().name_of(subject)).unwrap_or_default(),
            permission: "pubsub.topics.publish",
            role: "roles/pubsub.publisher",
        };
        let address = Address::via(self.name(id), &format!("{}-events", trigger.key), "grant");
        let reasons = self.reasons_of_trigger(id, index);
        self.serve(&need, address.clone(), Scope::Topic(Named::Own(topic.clone())), Member::Storage, reasons);
        address
    }

    /// The account that calls on behalf of triggers may receive events, which Eventarc asks for once for the project
    /// (Eventarc documentation, Roles and permissions for Cloud Run targets).
    pub(super) fn receives_events(&mut self, id: FunctionId, index: usize, trigger: &Trigger) -> Address {
        const RECEIVER: &str = "roles/eventarc.eventReceiver";
        let permissions = [Text::fixed("eventarc.events.receiveEvent")];
        let origin = asked(trigger.span, "who calls for a table's changes receives them");
        let (role, beyond) = match self.request.settings.built_in_roles {
            true => (predefined(RECEIVER), roles::beyond(RECEIVER, &permissions)),
            false => {
                let custom = || Custom {
                    address: Address::via("app", "changes", "rights"),
                    what: "changes of tables".to_owned(),
                    permissions: permissions.to_vec(),
                    origin: origin.clone(),
                };
                (self.rights("-changes".into(), custom), Vec::new())
            }
        };
        let member = Member::Account(Identity::new(CALLER.clone()));
        let told = Told {
            function: self.name(id),
            holder: Some("push"),
            principal: self.principal(&member),
            verb: "table",
            subject: trigger.event.subject().map(|subject| self.model().name_of(subject)).unwrap_or_default(),
            scope: &Scope::Project,
            condition: None,
            role: &role,
            beyond,
            by_hand: false,
            reasons: self.reasons_of_trigger(id, index).into(),
            wider: Vec::new(),
        };
        self.tell(&permissions, &told);
        let address = Address::via("app", "changes", "grant");
        if !std::mem::replace(&mut self.changes, true) {
            let (scope, condition, after) = (Scope::Project, None, Addresses::new());
            self.decision.bindings.push(Binding {
                address: address.clone(),
                scope,
                role,
                member,
                condition,
                after,
                origin,
            });
        }
        address
    }

    fn serve(&mut self, need: &Need<'_>, address: Address, scope: Scope, member: Member, reasons: Arc<[Reason]>) {
        self.needs("project");
        let role = predefined(need.role);
        let permissions = [Text::fixed(need.permission)];
        let rule = "what a service of Google's needs to work for the app";
        let origin = Origin { span: reasons.first().map(|reason| reason.span), rule: rule.into() };
        let told = Told {
            function: need.function,
            holder: Some(need.holder),
            principal: self.principal(&member),
            verb: need.verb,
            subject: need.subject,
            scope: &scope,
            condition: None,
            role: &role,
            beyond: roles::beyond(need.role, &permissions),
            by_hand: false,
            reasons: reasons.into(),
            wider: Vec::new(),
        };
        self.tell(&permissions, &told);
        self.decision.bindings.push(Binding {
            address,
            scope,
            role,
            member,
            condition: None,
            after: Addresses::new(),
            origin,
        });
    }
}

/// Where Cloud Run functions keeps the code they build (Cloud Run functions documentation, Build process overview).
fn in_sources(place: &Place<'_>) -> Value {
    let bucket = Value::join([
        "projects/_/buckets/gcf-v2-sources-".into(),
        place.context(Context::ProjectNumber),
        "-".into(),
        place.region(),
        "/objects/".into(),
    ]);
    Value::join(["resource.name.startsWith(".into(), Value::embed(Language::Cel, bucket), ")".into()])
}
