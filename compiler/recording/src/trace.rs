//! A trace: what a function asked for in one run, without what it sent or got.

use portolan_policy::{Context, Pattern};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file that this room writes and reads.
pub const VERSION: u32 = 1;

/// What a function asked for in one run. Names and permissions only: no data, no credentials, no environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The version of the file.
    #[serde(rename = "portolan-trace")]
    pub version: u32,
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The region.
    pub region: String,
    /// The function.
    pub function: String,
    /// Its calls, each once, in the order in which they came first.
    pub calls: Vec<Call>,
    /// The requests that were not understood, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrecognized: Vec<Unrecognized>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The service, in the operation table's word.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What it needs.
    pub asks: Vec<Ask>,
    /// Why it is not known what it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The status that it was answered with.
    pub status: u16,
    /// How often it was made and answered so.
    pub times: u64,
}

/// A permission that a call needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The provider's permission.
    pub permission: String,
    /// On what.
    pub resource: String,
    /// Whether the resource is not known in full, and each `*` in it stands for anything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// What the request carries that policies ask for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub circumstances: BTreeMap<String, String>,
}

/// A request that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unrecognized {
    /// Its method.
    pub method: String,
    /// Its path, without its query.
    pub path: String,
    /// The service that it was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_for: Option<String>,
    /// Why.
    pub why: String,
}

impl Trace {
    /// A trace without calls.
    #[must_use]
    pub fn new(app: &str, target: &str, region: &str, function: &str) -> Self {
        Self {
            version: VERSION,
            app: app.to_owned(),
            target: target.to_owned(),
            region: region.to_owned(),
            function: function.to_owned(),
            calls: Vec::new(),
            unrecognized: Vec::new(),
        }
    }

    /// Reads a trace.
    ///
    /// # Errors
    /// What is wrong with the text, in a few words.
    pub fn read(text: &str) -> Result<Self, String> {
        let trace: Self = serde_json::from_str(text).map_err(|error| format!("it is no trace: {error}"))?;
        match trace.version {
            VERSION => Ok(trace),
            other => Err(format!("it has version {other}, and this Portolan reads version {VERSION}")),
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Adds a call; one that was made before counts once more.
    pub fn add(&mut self, call: Call) {
        let same = |known: &&mut Call| {
            known.service == call.service
                && known.operation == call.operation
                && known.status == call.status
                && known.asks == call.asks
        };
        match self.calls.iter_mut().find(same) {
            Some(known) => known.times += call.times,
            None => self.calls.push(call),
        }
    }

    /// Adds a request that was not understood.
    pub fn add_unrecognized(&mut self, request: Unrecognized) {
        if !self.unrecognized.contains(&request) {
            self.unrecognized.push(request);
        }
    }
}

impl Ask {
    /// A permission on something, in circumstances of one value each.
    #[must_use]
    pub fn new(permission: &str, resource: &Pattern, circumstances: &[(&str, &str)]) -> Self {
        Self {
            permission: permission.to_owned(),
            resource: resource.to_string(),
            open: !resource.is_literal(),
            circumstances: circumstances.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect(),
        }
    }

    /// The resource.
    #[must_use]
    pub fn resource(&self) -> Pattern {
        if self.open { Pattern::glob(&self.resource) } else { Pattern::literal(&self.resource) }
    }

    /// The circumstances.
    #[must_use]
    pub fn context(&self) -> Context {
        let add = |context: Context, (key, text): (&String, &String)| context.with(key, vec![Pattern::literal(text)]);
        self.circumstances.iter().fold(Context::default(), add)
    }
}
