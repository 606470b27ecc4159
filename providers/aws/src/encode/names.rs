//! What things are called inside a template.

use crate::names::ARTIFACTS;
use portolan_target::Stack;
use portolan_value::{Address, Context, Text};
use std::borrow::Cow;
use std::collections::HashMap;

/// The logical ids of a stack: made from addresses, unless the user fixed them.
pub(crate) struct Names<'a> {
    fixed: &'a HashMap<Address, Text>,
}

impl<'a> Names<'a> {
    /// The names of a stack.
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { fixed: &stack.ids }
    }

    /// The logical id of an address.
    pub(crate) fn id(&self, address: &Address) -> Cow<'a, str> {
        let fixed = if self.fixed.is_empty() { None } else { self.fixed.get(address) };
        fixed.map_or_else(|| Cow::Owned(address.logical_id()), |id| Cow::Borrowed(id.as_str()))
    }
}

/// The logical id of a parameter: `mail-key` is `MailKeyInput`, as if it were a part, so that no resource has it.
pub(crate) fn parameter_id(name: &str) -> String {
    match name == ARTIFACTS {
        true => name.to_owned(),
        false => Address::new(name, "input").logical_id(),
    }
}

/// The pseudo parameter that knows a context; other clouds' contexts have none, and `limits` refuses them.
pub(crate) fn pseudo(context: Context) -> Option<&'static str> {
    match context {
        Context::Account => Some("AWS::AccountId"),
        Context::Region => Some("AWS::Region"),
        Context::Partition => Some("AWS::Partition"),
        Context::UrlSuffix => Some("AWS::URLSuffix"),
        Context::Project
        | Context::ProjectNumber
        | Context::Subscription
        | Context::ResourceGroup
        | Context::Tenant => None,
    }
}
