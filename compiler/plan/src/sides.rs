//! What a plan is made of: two templates and what is known about them beside their text.

use crate::{Basis, Cause, Inputs, Known, Permissions, Place};
use portolan_secrecy::Secrets;
use portolan_target::{Contents, Stakes};
use portolan_value::Format;
use std::collections::{BTreeMap, HashMap};

/// Which deployment a plan is about.
#[derive(Clone, Debug)]
pub struct About {
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The region.
    pub region: String,
    /// The account, project or resource group that the spec names.
    pub place: Option<String>,
    /// What the deployment is called in the cloud.
    pub stack: String,
    /// What it is compared with.
    pub basis: Basis,
    /// Digests of what it was made of.
    pub inputs: Inputs,
    /// The line of the spec that the app stands in.
    pub spec: Place,
}

/// Two templates of a deployment.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// Their format.
    pub format: Format,
    /// What the back end knows of its types.
    pub stakes: &'static Stakes,
    /// What there is; nothing of a deployment that does not exist.
    pub before: &'a Contents,
    /// What there will be.
    pub after: &'a Contents,
    /// Where the resources of the newer template come from, by their names in it.
    pub origins: &'a HashMap<String, Origin>,
    /// Where those of the older one come from, as far as its spec is at hand.
    pub origins_before: &'a HashMap<String, Origin>,
    /// Names of the spec that were others: the old one, the new one.
    pub formerly: &'a [(String, String)],
    /// Names of the spec that are now somebody else's: granted on, never made.
    pub external: &'a [String],
    /// Those that were, as far as the older spec is at hand.
    pub external_before: &'a [String],
    /// Names that resources outside of the templates have in the cloud.
    pub names: &'a [String],
    /// Who caused what is not caused by a package.
    pub cause: Cause,
    /// What may not be shown, beside what names and looks tell.
    pub secrets: &'a Secrets,
    /// What is permitted in effect that was not, and the other way round.
    pub permissions: &'a Permissions,
    /// What the cloud says of each resource of the older template, by its name in it: null where it is gone. None where
    /// nobody looked.
    pub live: Option<&'a BTreeMap<String, Option<serde_json::Value>>>,
    /// Prices that are known.
    pub prices: &'a [Known],
}

/// Where a resource of a template comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The line of the spec.
    pub place: Option<Place>,
    /// The kind it was made for.
    pub kind: Option<String>,
}
