//! What the target says about the place of deployment: a Google target names its project and its region, so that neither
//! is left open in a template. What only the deployment knows — the project's number — is read from the project.

use crate::hooks::Google;
use portolan_model::Model;
use portolan_value::{Address, Context, Text, Value};

/// The place of a deployment.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The app.
    pub model: &'a Model,
    google: &'static Google,
}

impl<'a> Place<'a> {
    /// The place of a model.
    pub fn new(model: &'a Model, google: &'static Google) -> Self {
        Self { model, google }
    }

    /// What it is in one respect.
    pub fn context(&self, context: Context) -> Value {
        self.google.known(self.model, context)
    }

    /// The project's id.
    pub fn project(&self) -> Value {
        self.context(Context::Project)
    }

    /// The region's name.
    pub fn region(&self) -> Value {
        self.context(Context::Region)
    }
}

impl Google {
    /// What the place of a deployment is in one respect, as far as Google knows it.
    pub fn known(&self, model: &Model, context: Context) -> Value {
        match (context, known(model, context)) {
            (_, Some(text)) => Text::new(text).into(),
            (Context::ProjectNumber, None) => Value::reference(project(), self.number()),
            (context, None) => context.into(),
        }
    }
}

/// What reads the project.
pub fn project() -> Address {
    Address::new("app", "project")
}

/// What a target names itself.
fn known(model: &Model, context: Context) -> Option<&str> {
    match context {
        Context::Project | Context::Account => Some(model.target.project.as_ref().map_or("", |project| &project.value)),
        Context::Region => Some(&model.target.region.value),
        Context::ProjectNumber
        | Context::Partition
        | Context::UrlSuffix
        | Context::Subscription
        | Context::ResourceGroup
        | Context::Tenant => None,
    }
}
