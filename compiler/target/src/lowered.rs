//! What lowering produces.

use crate::Resources;
use portolan_access::Reason;
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_value::{Address, Contribution, Raw, Reference, Resource, Text, Value};
use std::sync::Arc;

/// Resources of typed values, before contributions are folded in.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The deployment's name: `<app>-<target>[-<region>]`.
    pub stack: String,
    /// The resources in the order of the template.
    pub resources: Resources,
    /// What they add to each other.
    pub contributions: Vec<Contribution>,
    /// Deploy parameters.
    pub parameters: Vec<Parameter>,
    /// Outputs.
    pub outputs: Vec<Output>,
    /// Every permission that is granted, for reviews.
    pub permissions: Vec<Permission>,
    /// The user's bodies to merge into resources, by address.
    pub overrides: Vec<(Spanned<Text>, Raw)>,
    /// The user's logical ids, by address.
    pub ids: Vec<(Spanned<Text>, Option<Spanned<Text>>)>,
    /// Names of the spec that were others: the old one, the new one. Where an engine moves what has another name, its
    /// template says so.
    pub formerly: Vec<(String, String)>,
    /// What lowering has to say: notes, and errors that only lowering can see.
    pub diagnostics: Vec<Diagnostic>,
}

impl Lowered {
    /// Adds a resource and gives its address.
    pub fn add(&mut self, resource: Resource) -> Address {
        let address = resource.address.clone();
        self.resources.push(resource);
        address
    }

    /// Whether anything in it mentions an address.
    #[must_use]
    pub fn mentions(&self, address: &Address) -> bool {
        let mut found = false;
        let mut visit = |reference: &Reference| found |= reference.address == *address;
        if self.resources.mention(address) {
            return true;
        }
        self.contributions.iter().for_each(|contribution| contribution.value.references(&mut visit));
        self.outputs.iter().for_each(|output| output.value.references(&mut visit));
        self.overrides.iter().for_each(|(_, body)| body.references(&mut visit));
        found
    }
}

/// A deploy parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: an input's, or one of ours.
    pub name: Text,
    /// Whether its value is never shown.
    pub secret: bool,
    /// The value when none is given.
    pub default: Option<Value>,
    /// The parameter store path the cloud reads it from.
    pub stored_at: Option<Text>,
    /// What it is for.
    pub description: Option<Text>,
    /// The line that declares it.
    pub span: Option<Span>,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: Text,
    /// Its value.
    pub value: Value,
    /// What it is.
    pub description: Option<Text>,
    /// Whether its value is never shown.
    pub secret: bool,
}

/// One permission of one function, or of an identity that works for it: a row of `access.json`. What permissions that come
/// of one grant have in common they share.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The function.
    pub function: Text,
    /// Who holds it when it is not the function's own identity: `schedule`, `push`, `storage agent`.
    pub holder: Option<Text>,
    /// Who that is to the provider: what a policy calls the one that may.
    pub principal: Arc<Value>,
    /// The neutral verb, or the trigger's word.
    pub verb: Text,
    /// The name of what it is on; empty for the platform's own needs.
    pub subject: Text,
    /// The provider's permission.
    pub permission: Text,
    /// What it is granted on.
    pub scope: Arc<Value>,
    /// What limits it further, in the provider's words.
    pub condition: Option<Arc<Value>>,
    /// The role that carries it, where permissions come in roles.
    pub role: Option<Text>,
    /// What the role carries beyond what was asked for; empty when it is exact.
    pub beyond: Vec<Text>,
    /// The objects that the code is about, where the cloud cannot limit the permission to them.
    pub wider: Vec<Text>,
    /// Whether the user wrote it by hand.
    pub by_hand: bool,
    /// Why: never empty.
    pub reasons: Arc<[Reason]>,
}
