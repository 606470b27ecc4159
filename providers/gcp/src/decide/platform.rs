//! What Google's own services need: Pub/Sub for dead letters, Cloud Storage for its events, Cloud Build for the images.

use super::events::of_queue;
use super::{Binding, Condition, Decider, Member, Named, Rights, Role, Scope, asked, predefined};
use crate::{hooks, roles};
use portolan_access::Reason;
use portolan_model::{FunctionId, Resource, Subject, Trigger};
use portolan_target::Permission;
use portolan_value::{Address, Context, Language, Origin, Text, Value};

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
    /// What every deployment with functions needs: who builds them, and where their images go.
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
        self.build("images", &images, Scope::Images, "roles/artifactregistry.writer", None);
        self.build("log", &["logging.logEntries.create"], Scope::Project, "roles/logging.logWriter", None);
        let sources = Some(Condition { title: "sources of functions".to_owned(), expression: in_sources() });
        self.build("sources", &["storage.objects.get"], Scope::Project, "roles/storage.objectViewer", sources);
    }

    /// Lets the builder do one thing. `roles/run.builder` shows what a build takes; each part of it is bound where it is
    /// needed only.
    fn build(
        &mut self,
        what: &'static str,
        permissions: &[&'static str],
        scope: Scope,
        built_in: &'static str,
        condition: Option<Condition>,
    ) {
        let span = self.model().app.span;
        let origin = asked(span, "functions are built by an account of their own");
        let permissions: Vec<Text> = permissions.iter().map(|permission| Text::Borrowed(*permission)).collect();
        let role = match self.request.settings.built_in_roles {
            true => predefined(built_in),
            false => {
                Role::Own(self.rights(&format!("build-{what}"), "build functions", permissions.clone(), origin.clone()))
            }
        };
        let beyond = match &role {
            Role::Predefined(role) => roles::beyond(role, &permissions),
            Role::Own(_) => Vec::new(),
        };
        let reason = Reason { span, text: "functions are built from their code".to_owned() };
        for permission in &permissions {
            self.decision.permissions.push(Permission {
                function: String::new(),
                holder: Some("build".to_owned()),
                verb: "build".to_owned(),
                subject: String::new(),
                permission: permission.clone(),
                scope: scope.described(),
                condition: condition.as_ref().map(|condition| condition.expression.clone()),
                role: Some(self.told(&role)),
                beyond: beyond.clone(),
                by_hand: false,
                reasons: vec![reason.clone()],
            });
        }
        self.decision.bindings.push(Binding {
            address: Address::via("app", &format!("build-{what}"), "grant"),
            scope,
            role,
            member: Member::Account(Address::new("app", "builder")),
            condition,
            after: Vec::new(),
            origin,
        });
    }

    /// Adds a custom role once and gives its address.
    pub(super) fn rights(&mut self, own: &str, verb: &str, permissions: Vec<Text>, origin: Origin) -> Address {
        let address = Address::via("app", own, "rights");
        if !self.decision.rights.iter().any(|rights| rights.address == address) {
            let model = self.model();
            let id = crate::names::role_id(model, own, address.as_str());
            let title = format!("{} {}: {verb}", model.app.value, model.target.name.value);
            self.decision.rights.push(Rights { address: address.clone(), id, title, permissions, origin });
        }
        address
    }

    /// A role's name, for a review.
    pub(super) fn told(&self, role: &Role) -> Text {
        match role {
            Role::Predefined(name) => name.clone(),
            Role::Own(address) => {
                let rights = self.decision.rights.iter().find(|rights| rights.address == *address);
                rights.map(|rights| rights.id.clone()).unwrap_or_default().into()
            }
        }
    }

    /// Pub/Sub may move the dead letters of every queue of this deployment.
    pub(super) fn queues(&mut self) {
        for resource in &self.model().resources {
            if resource.kind.name == "queue" && resource.external.is_none() {
                self.queue(resource);
            }
        }
    }

    fn queue(&mut self, resource: &'a Resource) {
        let name = &resource.name.value;
        let reason = Reason { span: resource.name.span, text: format!("dead letters of {name}") };
        let letters = match hooks::dead_letter_queue(resource) {
            None => Named::Own(Address::new(name, "dead-letter")),
            Some(id) => match self.model().resource(id) {
                queue if queue.external.is_none() => Named::Own(Address::new(&queue.name.value, "topic")),
                _ => Named::Given(self.kinds.export(Subject::Resource(id), "id").unwrap_or_else(|| "".into())),
            },
        };
        self.forwards(name, None, letters, reason.clone());
        self.collects(name, None, "queue", &Address::new(name, "subscription"), reason);
    }

    /// Pub/Sub may publish to the topic that takes dead letters, of a function or of a queue.
    pub(super) fn forwards(&mut self, owner: &str, function: Option<FunctionId>, topic: Named, reason: Reason) {
        let need = Need {
            function: function.map(|id| self.name(id)).unwrap_or_default(),
            holder: "Pub/Sub",
            verb: "dead letter",
            subject: owner,
            permission: "pubsub.topics.publish",
            role: "roles/pubsub.publisher",
        };
        let address = Address::via(owner, "forward", "grant");
        self.serve(&need, address, Scope::Topic(topic), Member::Messages, reason);
    }

    /// Pub/Sub may take messages off the subscription that gave up on them (Pub/Sub documentation, Dead-letter topics).
    pub(super) fn collects(
        &mut self,
        owner: &str,
        function: Option<FunctionId>,
        via: &str,
        subscription: &Address,
        reason: Reason,
    ) {
        let need = Need {
            function: function.map(|id| self.name(id)).unwrap_or_default(),
            holder: "Pub/Sub",
            verb: "dead letter",
            subject: owner,
            permission: "pubsub.subscriptions.consume",
            role: "roles/pubsub.subscriber",
        };
        let address = Address::via(owner, &format!("collect-{via}"), "grant");
        self.serve(&need, address, Scope::Subscription(Named::Own(subscription.clone())), Member::Messages, reason);
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
        let address = Address::via(self.name(id), &format!("{}-events", trigger.key), "grant");
        let subject = trigger.event.subject().map(|subject| self.model().name_of(subject)).unwrap_or_default();
        let need = Need {
            function: self.name(id),
            holder: "Cloud Storage",
            verb: "bucket",
            subject,
            permission: "pubsub.topics.publish",
            role: "roles/pubsub.publisher",
        };
        let reasons = self.reasons_of_trigger(id, index);
        let reason = reasons
            .into_iter()
            .next()
            .unwrap_or_else(|| Reason { span: trigger.span, text: "trigger bucket".to_owned() });
        self.serve(&need, address.clone(), Scope::Topic(Named::Own(topic.clone())), Member::Storage, reason);
        address
    }

    fn serve(&mut self, need: &Need<'_>, address: Address, scope: Scope, member: Member, reason: Reason) {
        self.needs("project");
        let permission = Text::Borrowed(need.permission);
        let origin = of_queue(reason.span);
        self.decision.permissions.push(Permission {
            function: need.function.to_owned(),
            holder: Some(need.holder.to_owned()),
            verb: need.verb.to_owned(),
            subject: need.subject.to_owned(),
            permission: permission.clone(),
            scope: scope.described(),
            condition: None,
            role: Some(need.role.into()),
            beyond: roles::beyond(need.role, &[permission]),
            by_hand: false,
            reasons: vec![reason],
        });
        let role = predefined(need.role);
        self.decision.bindings.push(Binding {
            address,
            scope,
            role,
            member,
            condition: None,
            after: Vec::new(),
            origin,
        });
    }
}

/// Where Cloud Run functions keeps the code they build (Cloud Run functions documentation, Build process overview).
fn in_sources() -> Value {
    let bucket = Value::join([
        "projects/_/buckets/gcf-v2-sources-".into(),
        Context::ProjectNumber.into(),
        "-".into(),
        Context::Region.into(),
        "/objects/".into(),
    ]);
    Value::join(["resource.name.startsWith(".into(), Value::embed(Language::Cel, bucket), ")".into()])
}
