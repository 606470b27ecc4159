//! From the targets of a spec to the deployments a run asks for: one request a target and region.
//!
//! `like` is followed, patterns are matched, and what a provider needs or does not know is said here. What the app is
//! made of plays no part.

use crate::merged::{Entries, Merged, merge};
use crate::refused::Refused;
use crate::values::distinct;
use crate::words::{Variable, VariableValue, Words};
use crate::{Target, regions};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{MAX_NAME, Named, Node, RegionsSpec, Spec, TargetSpec, Text, is_name};
use portolan_value::{Format, Provider};

/// What a command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which targets.
    pub targets: Wanted,
    /// `--var NAME=VALUE`, in order.
    pub variables: Vec<(String, String)>,
}

/// Which targets a run is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The first that is not a pattern.
    #[default]
    First,
    /// Every one that is not a pattern.
    All,
    /// This one; a pattern answers for the names it matches.
    Name(String),
}

/// One deployment that a run asks for.
#[derive(Clone, Debug)]
pub struct TargetRequest<'a> {
    /// Where it goes.
    pub target: Target,
    /// Whether something is wrong with the target itself: then the app is checked against it, and gets no model.
    pub broken: bool,
    pub(crate) variables: Vec<Variable<'a>>,
    pub(crate) environment: Entries<'a, Text>,
    pub(crate) set: Entries<'a, Node>,
}

/// The deployments a run asks for, in the order of the spec, and everything wrong with the targets. A broken target is
/// among them, and a stand-in where there is none, so that the rest of the spec is checked in the same run.
#[must_use]
pub fn targets<'a>(spec: &'a Spec, asked: &'a Asked) -> (Vec<TargetRequest<'a>>, Vec<Diagnostic>) {
    if spec.broken {
        // Half a spec would only be told that the other half is missing.
        return (Vec::new(), Vec::new());
    }
    let mut reader = Reader { spec, asked, refused: Refused::of(spec), findings: Vec::new() };
    reader.check_patterns();
    reader.check_given();
    let chosen = reader.chosen();
    let mut requests: Vec<TargetRequest<'a>> =
        chosen.into_iter().flat_map(|(target, name)| reader.requests(target, name)).collect();
    if requests.is_empty() {
        requests.push(reader.stand_in());
    }
    (requests, reader.findings)
}

/// Whether a name of a target, or a pattern with one final `*`, means this target.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.len() > prefix.len() && name.starts_with(prefix),
        None => pattern == name,
    }
}

/// A name that no target has.
pub(crate) fn unknown_target(name: &Spanned<String>, spec: &Spec) -> Diagnostic {
    let names: Vec<&str> = spec.targets.iter().map(|target| target.name.value.as_str()).collect();
    unknown(&name.value, &names).at(name.span, "no target has this name")
}

fn unknown(name: &str, names: &[&str]) -> Diagnostic {
    let close = suggest(name, names.iter().copied()).map(|close| format!("did you mean `{close}`?"));
    let known = format!("the targets of this spec are `{}`", names.join("`, `"));
    Diagnostic::error("resolve/unknown-target", format!("unknown target `{name}`")).help(close.unwrap_or(known))
}

struct Reader<'a> {
    spec: &'a Spec,
    asked: &'a Asked,
    refused: Refused,
    findings: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn check_patterns(&mut self) {
        for target in &self.spec.targets {
            let name = &target.name.value;
            if name.trim_end_matches('*').contains('*') || name.ends_with("**") {
                let message = format!("the pattern `{name}` has more than its one final `*`");
                let diagnostic = Diagnostic::error("model/target-pattern", message).at(target.name.span, "");
                self.findings.push(diagnostic.help("a pattern is a prefix and a `*`: `pr-*` answers for `pr-42`"));
            }
        }
    }

    /// Every `--var` must be declared somewhere.
    fn check_given(&mut self) {
        let of_targets = self.spec.targets.iter().flat_map(|target| &target.variables);
        let declared: Vec<&str> =
            self.spec.variables.iter().chain(of_targets).map(|(name, _)| name.value.as_str()).collect();
        for (name, _) in self.asked.variables.iter().filter(|(name, _)| !declared.contains(&name.as_str())) {
            let close = suggest(name, declared.iter().copied()).map(|close| format!("did you mean `{close}`?"));
            let message = format!("`--var {name}` sets a variable that the spec does not declare");
            let diagnostic = Diagnostic::error("resolve/unknown-variable", message);
            self.findings.push(diagnostic.help(close.unwrap_or("declare it under `variables`".to_owned())));
        }
    }

    /// The targets asked for, each with the name it is asked for by.
    fn chosen(&mut self) -> Vec<(&'a TargetSpec, String)> {
        let named = |target: &'a TargetSpec| (target, target.name.value.clone());
        let mut plain = self.spec.targets.iter().filter(|target| !target.name.value.contains('*'));
        let chosen: Vec<(&TargetSpec, String)> = match &self.asked.targets {
            Wanted::Name(name) => return self.by_name(name).into_iter().collect(),
            Wanted::First => plain.next().map(named).into_iter().collect(),
            Wanted::All => plain.map(named).collect(),
        };
        if chosen.is_empty() {
            self.no_target();
        }
        chosen
    }

    /// The target of this name, else the most specific pattern that matches it.
    fn by_name(&mut self, name: &str) -> Option<(&'a TargetSpec, String)> {
        let mut known = self.spec.targets.iter().filter(|target| matches(&target.name.value, name)).collect::<Vec<_>>();
        known.sort_by_key(|target| (target.name.value != name, std::cmp::Reverse(target.name.value.len())));
        match known.first() {
            Some(target) if is_name(name) && name.len() <= MAX_NAME => Some((target, name.to_owned())),
            Some(target) => {
                let message = format!("`{name}` cannot name a target: lower-case letters, digits and single hyphens");
                self.findings
                    .push(Diagnostic::error("resolve/unknown-target", message).at(target.name.span, "matched here"));
                None
            }
            None => {
                let names: Vec<&str> = self.spec.targets.iter().map(|target| target.name.value.as_str()).collect();
                self.findings.push(unknown(name, &names));
                None
            }
        }
    }

    fn no_target(&mut self) {
        match self.spec.targets.first() {
            Some(pattern) => self.findings.push(
                Diagnostic::error("model/only-patterns", "every target of this spec is a pattern")
                    .at(pattern.name.span, "answers only when it is asked for by name")
                    .help(format!("ask for one: `--target {}`", pattern.name.value.replace('*', "1"))),
            ),
            None if self.spec.refused.is_empty() => self.findings.push(
                Diagnostic::error("model/no-target", "the spec names no target, so there is nowhere to deploy to")
                    .at(self.spec.span.head(), "")
                    .help("add `targets: { dev: { provider: aws, region: eu-west-1 } }`"),
            ),
            // Targets that could not be read were reported by whoever read them.
            None => {}
        }
    }

    /// A target that is none, so that the rest of the spec is checked.
    fn stand_in(&self) -> TargetRequest<'a> {
        let target = Target {
            name: Spanned::default(),
            format: Format::Aws,
            region: Spanned::default(),
            regional: false,
            account: None,
            project: None,
            resource_group: None,
            artifacts_bucket: None,
            entra_app_id: None,
        };
        let variables = self.variables(&Merged::default());
        TargetRequest { target, broken: true, variables, environment: Entries::default(), set: Entries::default() }
    }

    fn requests(&mut self, target: &'a TargetSpec, name: String) -> Vec<TargetRequest<'a>> {
        let before = self.findings.len();
        let merged = self.merged(target);
        let variables = self.variables(&merged);
        let name = Spanned::new(name, target.name.span);
        let app = self.spec.app.as_ref().and_then(Text::as_literal).unwrap_or_default();
        let words = Words::before_target(app, &name.value, &variables);
        let mut values = Values { words, refused: &self.refused, findings: &mut self.findings };
        let provider = values.provider(&merged, &name);
        let format = values.format(&merged, provider);
        let places = values.regions(&merged, &name, provider);
        let whole = values.target(&merged, name, format);
        drop(values);
        let broken = self.findings[before..].iter().any(Diagnostic::is_error);
        let request = |region| TargetRequest {
            target: Target { region, regional: merged.regions.is_some(), ..whole.clone() },
            broken,
            variables: variables.clone(),
            environment: merged.environment.clone(),
            set: merged.set.clone(),
        };
        places.into_iter().map(request).collect()
    }

    /// A target over everything it is like.
    fn merged(&mut self, target: &'a TargetSpec) -> Merged<'a> {
        let mut chain = vec![target];
        let mut level = target;
        while let Some(like) = &level.like {
            let name = Spanned::new(like.written(), like.span);
            let Some(next) = self.spec.targets.iter().find(|other| other.name.value == name.value) else {
                self.findings.push(unknown_target(&name, self.spec));
                break;
            };
            if let Some(first) = chain.iter().position(|known| known.name.value == next.name.value) {
                self.findings.push(like_circle(&chain[first..]));
                break;
            }
            chain.push(next);
            level = next;
        }
        let mut merged = Merged::default();
        chain.into_iter().rev().for_each(|level| merged.overlay(level, &mut self.findings));
        merged
    }

    /// The spec's variables with the target's values and the command line's, then the target's own.
    fn variables(&self, merged: &Merged<'a>) -> Vec<Variable<'a>> {
        let given = |name: &str| self.asked.variables.iter().rev().find(|(known, _)| known == name);
        let mut declared = Entries::default();
        merge(&mut declared, &self.spec.variables);
        declared.extend(&merged.variables);
        let variable = |(name, text): &'a Named<Text>| {
            let value = match given(&name.value) {
                Some((_, value)) => VariableValue::Given(value),
                None => VariableValue::Written(text),
            };
            Variable { name, value }
        };
        declared.into_values().map(variable).collect()
    }
}

/// The targets of a circle, told from the first of them in the file, so that it is one finding wherever it was met.
fn like_circle(circle: &[&TargetSpec]) -> Diagnostic {
    let mut circle = circle.to_vec();
    let first = (0..circle.len()).min_by_key(|at| circle[*at].name.span).unwrap_or_default();
    circle.rotate_left(first);
    let around = circle.iter().chain(circle.first());
    let names: Vec<&str> = around.map(|target| target.name.value.as_str()).collect();
    let last = circle.last().and_then(|last| last.like.as_ref()).map_or(Span::default(), |like| like.span);
    Diagnostic::error("model/like-circle", format!("`like` goes in a circle: {}", names.join(" → ")))
        .at(last, "leads back to a target that is like this one")
        .help("let one of them spell out its keys instead of being `like` another")
}

/// Reads the values of one target.
struct Values<'a, 'b> {
    words: Words<'a>,
    refused: &'b Refused,
    findings: &'b mut Vec<Diagnostic>,
}

impl Values<'_, '_> {
    /// The template format. Where the provider is unknown it is CloudFormation, so that the rest can be checked.
    fn format(&mut self, merged: &Merged<'_>, provider: Option<Provider>) -> Format {
        match provider {
            Some(Provider::Aws) => self.only_format(merged, Format::Aws),
            Some(Provider::Azure) => self.only_format(merged, Format::Azure),
            Some(Provider::Gcp) => self.google_format(merged),
            None => Format::Aws,
        }
    }

    fn provider(&mut self, merged: &Merged<'_>, name: &Spanned<String>) -> Option<Provider> {
        let Some(written) = merged.provider else {
            if self.refused.within(name.span) {
                return None;
            }
            let message = format!("target `{}` names no provider", name.value);
            let diagnostic = Diagnostic::error("model/provider-missing", message).at(name.span, "");
            self.findings.push(diagnostic.help("add `provider: aws`, `provider: gcp` or `provider: azure`"));
            return None;
        };
        let provider = self.words.literal(written, self.findings)?;
        let known = Provider::from_key(&provider.value);
        if known.is_none() {
            self.findings.push(unknown_provider(&provider));
        }
        known
    }

    fn only_format(&mut self, merged: &Merged<'_>, format: Format) -> Format {
        if let Some(written) = merged.format {
            let message = format!("`format` is for gcp; {} has one format", format.key());
            self.findings.push(
                Diagnostic::error("model/format-not-here", message)
                    .at(written.span, "nothing to choose here")
                    .help("leave it out"),
            );
        }
        format
    }

    fn google_format(&mut self, merged: &Merged<'_>) -> Format {
        let Some(format) = merged.format.and_then(|written| self.words.literal(written, self.findings)) else {
            return Format::Gcp;
        };
        match format.value.as_str() {
            "infrastructure-manager" => return Format::Gcp,
            "deployment-manager" => return Format::GcpDm,
            _ => {}
        }
        let message = format!("unknown format `{}`", format.value);
        let close = suggest(&format.value, ["infrastructure-manager", "deployment-manager"]);
        let help = close.map(|close| format!("did you mean `{close}`?"));
        let diagnostic = Diagnostic::error("resolve/unknown-format", message).at(format.span, "");
        self.findings.push(diagnostic.help(
            help.unwrap_or("gcp knows `infrastructure-manager` (the default) and `deployment-manager`".to_owned()),
        ));
        Format::Gcp
    }

    /// The regions, or a stand-in where none could be read.
    fn regions(
        &mut self,
        merged: &Merged<'_>,
        name: &Spanned<String>,
        provider: Option<Provider>,
    ) -> Vec<Spanned<String>> {
        let found = match (merged.regions, merged.region) {
            (Some(RegionsSpec::All(span)), _) => {
                let all = provider.map(regions::open).unwrap_or_default();
                all.iter().map(|region| Spanned::new((*region).to_owned(), *span)).collect()
            }
            (Some(RegionsSpec::List(list, span)), _) => self.listed(list, *span, provider),
            (None, Some(region)) => self.region(region, provider).into_iter().collect(),
            (None, None) if self.refused.within(name.span) => Vec::new(),
            (None, None) => {
                self.findings.push(no_region(name.span, &name.value, provider));
                Vec::new()
            }
        };
        if found.is_empty() { vec![Spanned::new(String::new(), name.span)] } else { found }
    }

    fn listed(&mut self, list: &[Text], span: Span, provider: Option<Provider>) -> Vec<Spanned<String>> {
        let read = list.iter().filter_map(|text| self.region(text, provider)).collect();
        let found = distinct(read, self.findings);
        if list.is_empty() {
            self.findings.push(
                Diagnostic::error("model/regions-empty", "`regions` is an empty list, so nothing would be deployed")
                    .at(span, "no region")
                    .help("list at least one region, or write `regions: all`"),
            );
        }
        found
    }

    fn region(&mut self, text: &Text, provider: Option<Provider>) -> Option<Spanned<String>> {
        let region = self.words.literal(text, self.findings)?;
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let known = || provider.into_iter().flat_map(regions::known);
        if region.value.is_empty() || region.value.len() > 40 || !region.value.chars().all(is_plain) {
            let message = format!("`{}` is not a region's name: lower-case letters, digits and hyphens", region.value);
            let plain = region.value.to_ascii_lowercase().replace([' ', '_'], "");
            let close = suggest(&plain, known()).map(|close| format!("did you mean `{close}`?"));
            self.findings.push(Diagnostic::error("model/region", message).at(region.span, "").help_if(close));
            return None;
        }
        if let Some(provider) = provider
            && !known().any(|known| known == region.value)
        {
            let message = format!("`{}` is not a region of {} that this version knows", region.value, provider.key());
            let close = suggest(&region.value, known()).map(|close| format!("did you mean `{close}`?"));
            let diagnostic = Diagnostic::warning("resolve/unknown-region", message).at(region.span, "");
            self.findings.push(diagnostic.help_if(close));
        }
        Some(region)
    }

    /// The target without its region.
    fn target(&mut self, merged: &Merged<'_>, name: Spanned<String>, format: Format) -> Target {
        merged.foreign_keys(format, self.findings);
        let project = self.optional(merged.project);
        if format.provider() == Provider::Gcp && merged.project.is_none() && !self.refused.within(name.span) {
            let message = format!("target `{}` names no project, and gcp deploys into one", name.value);
            let diagnostic = Diagnostic::error("model/project-required", message).at(name.span, "");
            self.findings.push(diagnostic.help("add `project: PROJECT-ID`"));
        }
        let account = self.optional(merged.account);
        if let Some(account) = &account {
            self.check_account(account, format);
        }
        Target {
            name,
            format,
            region: Spanned::default(),
            regional: false,
            account,
            project,
            resource_group: self.optional(merged.resource_group),
            artifacts_bucket: self.optional(merged.artifacts_bucket),
            entra_app_id: self.optional(merged.entra_app_id),
        }
    }

    fn optional(&mut self, text: Option<&Text>) -> Option<Spanned<String>> {
        text.and_then(|text| self.words.literal(text, self.findings))
    }

    fn check_account(&mut self, account: &Spanned<String>, format: Format) {
        let is_number = account.value.len() == 12 && account.value.chars().all(|digit| digit.is_ascii_digit());
        let is_guid = account.value.len() == 36
            && account.value.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
        let (fits, wanted) = match format.provider() {
            Provider::Aws => (is_number, "an account of aws is a number of 12 digits"),
            Provider::Azure => (is_guid, "an account of azure is the id of a subscription, a guid"),
            Provider::Gcp => return,
        };
        if !fits {
            let message = format!("`{}` is not an account: {wanted}", account.value);
            self.findings.push(Diagnostic::error("model/account", message).at(account.span, ""));
        }
    }
}

fn unknown_provider(provider: &Spanned<String>) -> Diagnostic {
    let alias = match provider.value.to_ascii_lowercase().as_str() {
        "amazon" => Some("aws"),
        "google" | "gcloud" => Some("gcp"),
        "microsoft" | "azurerm" | "arm" => Some("azure"),
        other => suggest(other, Provider::ALL.map(Provider::key)),
    };
    let help = alias.map(|close| format!("did you mean `{close}`?"));
    Diagnostic::error("resolve/unknown-provider", format!("unknown provider `{}`", provider.value))
        .at(provider.span, "no provider has this name")
        .help(help.unwrap_or("the providers are `aws`, `gcp` and `azure`".to_owned()))
}

fn no_region(span: Span, name: &str, provider: Option<Provider>) -> Diagnostic {
    let example = match provider {
        Some(Provider::Aws) | None => "eu-west-1",
        Some(Provider::Gcp) => "europe-west1",
        Some(Provider::Azure) => "westeurope",
    };
    Diagnostic::error("model/region-missing", format!("target `{name}` names no region"))
        .at(span, "")
        .help(format!("add `region: {example}`, or `regions:` with a list or `all`"))
}
