//! Columns: what a kind becomes on one format.

use crate::{Tree, Verb};
use portolan_value::{Format, Slot, Text};
use std::sync::Arc;

/// A kind on a format.
#[derive(Clone, Debug)]
pub enum Column {
    /// It does not exist there, and why.
    Unsupported(String),
    /// It is built of these.
    Built(Box<Built>),
}

/// What a kind is built of.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The file, for origins: `bucket/aws.yaml`.
    pub file: String,
    /// Options that the format lacks, and why: writing one is an error there.
    pub unsupported_options: Vec<(String, String)>,
    /// Verbs that the format lacks, and why.
    pub unsupported_verbs: Vec<(String, String)>,
    /// Differences worth a note whenever the kind is used there.
    pub notes: Vec<String>,
    /// Parents that must exist, by their name in `stdlib/parents/<format>/`.
    pub parents: Vec<Text>,
    /// The resources, in order.
    pub resources: Vec<ResourceTree>,
    /// Its exports.
    pub exports: Vec<(Text, Export)>,
    /// What functions that see it get: variable suffix (empty for the main one) and value.
    pub environment: Vec<Environment>,
    /// What each verb takes.
    pub access: Vec<(Verb, Vec<AccessRow>)>,
    /// The exports of a resource that is not created here.
    pub external: Option<External>,
}

impl Built {
    /// The export of this name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<&Export> {
        self.exports.iter().find(|(export, _)| export == name).map(|(_, export)| export)
    }

    /// The access rows of a verb.
    #[must_use]
    pub fn access(&self, verb: &Verb) -> &[AccessRow] {
        self.access.iter().find(|(known, _)| known == verb).map_or(&[], |(_, rows)| rows)
    }
}

/// A resource to be made once its holes are filled.
#[derive(Clone, Debug)]
pub struct ResourceTree {
    /// The last part of its address.
    pub part: Text,
    /// The provider's type.
    pub r#type: Text,
    /// The version of the provider's interface.
    pub api_version: Option<Text>,
    /// What it extends.
    pub scope: Option<Tree>,
    /// The option that must be set for it to exist; with a leading `!` it must not be set.
    pub when: Option<String>,
    /// Whether its data outlives the deployment.
    pub retain: bool,
    /// Parts of the same resource, or addresses of parents, that must exist before.
    pub after: Vec<Text>,
    /// Where others may add.
    pub slots: Arc<[Slot]>,
    /// The body.
    pub body: Vec<(Text, Tree)>,
}

/// An exported attribute.
#[derive(Clone, Debug)]
pub enum Export {
    /// Its value is known before deployment: no dependency edge.
    Known(Tree),
    /// It is known once the resource is deployed: a dependency edge.
    Deployed(Tree),
}

impl Export {
    /// Its value.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        match self {
            Self::Known(tree) | Self::Deployed(tree) => tree,
        }
    }
}

/// An injected variable.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What follows `<NAME>_<KIND>`: empty, or `_ENDPOINT`.
    pub suffix: Text,
    /// Its value.
    pub value: Tree,
}

/// What one verb takes on one thing.
#[derive(Clone, Debug)]
pub struct AccessRow {
    /// The provider's permissions.
    pub permissions: Vec<Text>,
    /// Why the verb needs them.
    pub why: String,
    /// What they are granted on.
    pub on: Tree,
    /// The option that must be set for the row to count; with a leading `!` it must not be set.
    pub when: Option<String>,
    /// What calls it is for, where not for all that need its permissions.
    pub serves: Serves,
    /// A permission of the same verb that it is granted along with, since no call asks for it by itself.
    pub follows: Option<Text>,
    /// Whether a trigger on the resource brings it along.
    pub polled: bool,
    /// Whether code does it without an SDK, so that no call may be seen.
    pub unseen: bool,
    /// Everything else the provider's lowering asks for, by key: `role`, `condition`, `bind`…
    pub more: Vec<(Text, Tree)>,
}

/// What calls a row of access is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Serves {
    /// All that need its permissions.
    #[default]
    All,
    /// Those about the whole.
    Whole,
    /// Those about something inside it.
    Inside,
    /// Those about the entries of this option, which `on` lists in order.
    Parts(Text),
}

impl AccessRow {
    /// Whether it can be limited to some objects.
    #[must_use]
    pub fn takes_objects(&self) -> bool {
        self.get("objects").is_some()
    }

    /// Whether a call needs a permission of it in the course of doing something with another one.
    #[must_use]
    pub fn follows(&self, permission: &str) -> bool {
        self.follows.as_ref().is_some_and(|followed| followed == permission)
    }

    /// The other verb that a function must have for the row to count.
    #[must_use]
    pub fn with(&self) -> Option<&str> {
        match self.get("with")? {
            Tree::Literal(value) => value.as_text(),
            _ => None,
        }
    }

    /// A further key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.more.iter().find(|(name, _)| name == key).map(|(_, tree)| tree)
    }
}

/// What a resource that is not created here exports, from the name it is given.
#[derive(Clone, Debug, Default)]
pub struct External {
    /// When the given text is a bare name.
    pub by_name: Vec<(Text, Tree)>,
    /// When the given text is a full identifier of the provider.
    pub by_id: Vec<(Text, Tree)>,
    /// What the given text begins with when it is a full identifier.
    pub id_prefix: Text,
}

/// Resources that several others need: they start with the first child, and their bodies never depend on the children.
#[derive(Clone, Debug)]
pub struct Parent {
    /// The format.
    pub format: Format,
    /// The name: the file's, without its ending.
    pub name: String,
    /// The file, for origins.
    pub file: String,
    /// Among whom it is shared.
    pub share: Share,
    /// Parents of its own.
    pub parents: Vec<Text>,
    /// The resources, in order. Their owner is `app`, or the function they are for.
    pub resources: Vec<ResourceTree>,
}

/// Among whom a parent is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// The whole deployment has one.
    Deployment,
    /// Every function has its own.
    Function,
}
