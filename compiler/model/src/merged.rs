//! A target over the targets it is like.

use indexmap::IndexMap;
use portolan_diagnostics::Diagnostic;
use portolan_syntax::{Named, Node, RegionsSpec, TargetSpec, Text};
use portolan_value::{Format, Provider};

/// Entries by name, each at its first place with its last value.
pub(crate) type Entries<'a, T> = IndexMap<&'a str, &'a Named<T>>;

/// The keys of a target and of everything it is like: the last word counts, maps are merged by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merged<'a> {
    /// `like` could not be followed to its end, so what is missing here may be found there.
    pub incomplete: bool,
    pub provider: Option<&'a Text>,
    pub format: Option<&'a Text>,
    pub region: Option<&'a Text>,
    pub regions: Option<&'a RegionsSpec>,
    pub account: Option<&'a Text>,
    pub project: Option<&'a Text>,
    pub resource_group: Option<&'a Text>,
    pub artifacts_bucket: Option<&'a Text>,
    pub entra_app_id: Option<&'a Text>,
    pub variables: Entries<'a, Text>,
    pub environment: Entries<'a, Text>,
    pub set: Entries<'a, Node>,
}

impl<'a> Merged<'a> {
    /// Lays a target's own keys over what is known so far.
    pub fn overlay(&mut self, level: &'a TargetSpec, findings: &mut Vec<Diagnostic>) {
        if let (Some(provider), Some(known)) = (&level.provider, self.provider)
            && provider.parts != known.parts
        {
            self.forget_provider();
        }
        self.overlay_region(level, findings);
        let set = |slot: &mut Option<&'a Text>, own: &'a Option<Text>| *slot = own.as_ref().or(*slot);
        set(&mut self.provider, &level.provider);
        set(&mut self.format, &level.format);
        set(&mut self.account, &level.account);
        set(&mut self.project, &level.project);
        set(&mut self.resource_group, &level.resource_group);
        set(&mut self.artifacts_bucket, &level.artifacts_bucket);
        set(&mut self.entra_app_id, &level.entra_app_id);
        merge(&mut self.variables, &level.variables);
        merge(&mut self.environment, &level.environment);
        merge(&mut self.set, &level.set);
    }

    /// What belongs to one cloud means nothing on another.
    fn forget_provider(&mut self) {
        *self = Self {
            incomplete: self.incomplete,
            variables: std::mem::take(&mut self.variables),
            environment: std::mem::take(&mut self.environment),
            set: std::mem::take(&mut self.set),
            ..Self::default()
        };
    }

    fn overlay_region(&mut self, level: &'a TargetSpec, findings: &mut Vec<Diagnostic>) {
        if let (Some(region), Some(regions)) = (&level.region, &level.regions) {
            let (RegionsSpec::All(span) | RegionsSpec::List(_, span)) = regions;
            findings.push(
                Diagnostic::error("model/region-twice", "a target has `region` or `regions`, not both")
                    .at(*span, "several regions here")
                    .also(region.span, "one region here")
                    .help("keep `regions`; it may list a single one"),
            );
        }
        if level.region.is_some() || level.regions.is_some() {
            self.region = level.region.as_ref();
            self.regions = level.regions.as_ref();
        }
    }

    /// Reports the keys that this format's provider does not know.
    pub fn foreign_keys(&self, format: Format, findings: &mut Vec<Diagnostic>) {
        let provider = format.provider();
        let keys = [
            ("account", self.account, provider != Provider::Gcp, "aws and azure; gcp has `project`"),
            ("project", self.project, provider == Provider::Gcp, "gcp"),
            ("resource-group", self.resource_group, provider == Provider::Azure, "azure"),
            (
                "artifacts-bucket",
                self.artifacts_bucket,
                format == Format::GcpDm,
                "gcp with `format: deployment-manager`",
            ),
            ("entra-app-id", self.entra_app_id, provider == Provider::Azure, "azure"),
        ];
        for (key, written, fits, home) in keys {
            if let (Some(written), false) = (written, fits) {
                let message = format!("`{key}` means nothing on {}: it is for {home}", format.key());
                findings.push(
                    Diagnostic::error("model/target-key", message).at(written.span, "not for this target's provider"),
                );
            }
        }
    }
}

/// Lays entries over those that are known.
pub(crate) fn merge<'a, T>(all: &mut Entries<'a, T>, own: &'a [Named<T>]) {
    all.extend(own.iter().map(|entry| (entry.0.value.as_str(), entry)));
}
