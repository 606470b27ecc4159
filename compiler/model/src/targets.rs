//! From the targets of a spec to the deployments a run asks for: one request a target and region.
//!
//! `like` is followed and patterns are matched here. What the app is made of plays no part.

use crate::Target;
use crate::merged::{Entries, Merged, merge};
use crate::names::{closest, listed};
use crate::refused::Refused;
use crate::resolve::in_order;
use crate::target::TargetReader;
use crate::words::{Variable, VariableValue, Words};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax::{MAX_NAME, Named, Node, Spec, TargetSpec, Text, is_name};
use portolan_value::Format;
use std::collections::HashMap;

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
    let by_name = spec.targets.iter().map(|target| (target.name.value.as_str(), target)).collect();
    let mut reader = Reader { spec, asked, by_name, refused: Refused::of(spec), findings: Vec::new() };
    reader.check_patterns();
    reader.check_given();
    let chosen = reader.chosen();
    let mut requests: Vec<TargetRequest<'a>> =
        chosen.into_iter().flat_map(|(target, name)| reader.requests(target, name)).collect();
    if requests.is_empty() {
        requests.push(reader.stand_in());
    }
    (requests, in_order(reader.findings))
}

/// Whether a name of a target, or a pattern with one final `*`, means this target.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.len() > prefix.len() && name.starts_with(prefix),
        None => pattern == name,
    }
}

/// A name that no target has.
pub(crate) fn unknown_target(name: &Spanned<portolan_value::Text>, spec: &Spec, said: usize) -> Diagnostic {
    unknown(&name.value, spec, said).at(name.span, "no target has this name")
}

fn unknown(name: &str, spec: &Spec, said: usize) -> Diagnostic {
    let names = || spec.targets.iter().map(|target| target.name.value.as_str());
    let close = closest(name, names(), said).map(|close| format!("did you mean `{close}`?"));
    let help = close.unwrap_or_else(|| format!("the targets of this spec are {}", listed(names())));
    Diagnostic::error("resolve/unknown-target", format!("unknown target `{name}`")).help(help)
}

/// `like` leads on at most so often.
const MAX_LIKE: usize = 32;

struct Reader<'a> {
    spec: &'a Spec,
    asked: &'a Asked,
    by_name: HashMap<&'a str, &'a TargetSpec>,
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
            let close = closest(name, declared.iter().copied(), self.findings.len())
                .map(|close| format!("did you mean `{close}`?"));
            let message = format!("`--var {name}` sets a variable that the spec does not declare");
            let diagnostic = Diagnostic::error("resolve/unknown-variable", message);
            self.findings.push(diagnostic.help(close.unwrap_or("declare it under `variables`".to_owned())));
        }
    }

    /// The targets asked for, each with the name it is asked for by.
    fn chosen(&mut self) -> Vec<(&'a TargetSpec, portolan_value::Text)> {
        let named = |target: &'a TargetSpec| (target, target.name.value.clone());
        let mut plain = self.spec.targets.iter().filter(|target| !target.name.value.contains('*'));
        let chosen: Vec<(&TargetSpec, portolan_value::Text)> = match &self.asked.targets {
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
    fn by_name(&mut self, name: &str) -> Option<(&'a TargetSpec, portolan_value::Text)> {
        let mut known = self.spec.targets.iter().filter(|target| matches(&target.name.value, name)).collect::<Vec<_>>();
        known.sort_by_key(|target| (target.name.value != name, std::cmp::Reverse(target.name.value.len())));
        match known.first() {
            Some(target) if is_name(name) && name.len() <= MAX_NAME => Some((target, portolan_value::Text::new(name))),
            Some(target) => {
                let message = format!("`{name}` cannot name a target: lower-case letters, digits and single hyphens");
                self.findings
                    .push(Diagnostic::error("resolve/unknown-target", message).at(target.name.span, "matched here"));
                None
            }
            None => {
                self.findings.push(unknown(name, self.spec, 0));
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

    fn requests(&mut self, target: &'a TargetSpec, name: portolan_value::Text) -> Vec<TargetRequest<'a>> {
        let before = self.findings.len();
        let merged = self.merged(target);
        let variables = self.variables(&merged);
        let name = Spanned::new(name, target.name.span);
        let app = self.spec.app.as_ref().and_then(Text::as_literal).unwrap_or_default();
        let words = Words::before_target(app, &name.value, &variables);
        let (refused, findings) = (&self.refused, &mut self.findings);
        let (whole, places) = TargetReader { merged: &merged, name: &name, words, refused, findings }.read();
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
        let mut incomplete = false;
        while let Some(like) = &level.like {
            let name = Spanned::new(portolan_value::Text::from(like.written()), like.span);
            let Some(next) = self.by_name.get(name.value.as_str()).copied() else {
                self.findings.push(unknown_target(&name, self.spec, self.findings.len()));
                incomplete = true;
                break;
            };
            if let Some(first) = chain.iter().position(|known| known.name.value == next.name.value) {
                self.findings.push(like_circle(&chain[first..]));
                incomplete = true;
                break;
            }
            if chain.len() > MAX_LIKE {
                let message = format!("`like` leads through more than {MAX_LIKE} targets");
                let diagnostic = Diagnostic::error("model/like-circle", message).at(name.span, "no further");
                self.findings.push(diagnostic.help("let this target spell out its keys"));
                incomplete = true;
                break;
            }
            chain.push(next);
            level = next;
        }
        let mut merged = Merged { incomplete, ..Merged::default() };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regions;
    use crate::testing::{check_file, resolved};
    use portolan_value::Provider;

    const F: &str = "functions: { f: { runtime: rust, handler: a.b, triggers: { http: GET /, auth: public } } }\n";

    /// The deployments a run asks for, as `name region`.
    fn asked(text: &str, targets: Wanted, expected: &[&str]) {
        let (models, ..) = resolved(&spec(text), &Asked { targets, variables: Vec::new() });
        let got: Vec<String> =
            models.iter().map(|model| format!("{} {}", model.target.name.value, model.target.region.value)).collect();
        assert_eq!(got, expected, "{text}");
    }

    fn spec(text: &str) -> String {
        format!("portolan: 1\napp: demo\n{text}{F}")
    }

    fn check(text: &str, expected: &[&str]) {
        check_file(&spec(text), expected);
    }

    #[test]
    fn a_run_asks_for_deployments() {
        let text = "targets:
  dev: { provider: aws, region: eu-west-1 }
  prod: { like: dev, regions: [eu-west-1, us-east-1] }
  \"pr-*\": { like: dev }
  \"pr-big-*\": { like: dev, region: us-west-2 }
";
        asked(text, Wanted::First, &["dev eu-west-1"]);
        asked(text, Wanted::All, &["dev eu-west-1", "prod eu-west-1", "prod us-east-1"]);
        asked(text, Wanted::Name("pr-42".to_owned()), &["pr-42 eu-west-1"]);
        asked(text, Wanted::Name("pr-big-1".to_owned()), &["pr-big-1 us-west-2"]);
        asked(text, Wanted::Name("pr-".to_owned()), &[]);
        asked(text, Wanted::Name("pr-Q".to_owned()), &[]);
        asked(text, Wanted::Name("stage".to_owned()), &[]);
        let all = regions::open(Provider::Azure).iter().map(|region| format!("dev {region}")).collect::<Vec<_>>();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        asked("targets: { dev: { provider: azure, regions: all } }\n", Wanted::All, &all);
    }

    #[test]
    fn one_region_of_regions_is_regional() {
        let text = spec("targets: { dev: { provider: aws, regions: [eu-west-1] } }\n");
        let (models, ..) = resolved(&text, &Asked::default());
        assert_eq!(models[0].stack(), "demo-dev-eu-west-1");
        assert_eq!(models[0].derived_name("f", "f.function", 64), "demo-dev-eu-west-1-f");
    }

    #[test]
    fn like_takes_over_all_keys() {
        let text = spec(
            "targets:
  dev: { provider: aws, region: eu-west-1, account: \"012345678901\", environment: { A: 1, B: 1 } }
  prod: { like: dev, region: us-east-1, environment: { B: 2 } }
  other: { like: prod, provider: azure, region: westeurope, resource-group: \"${app}-${target}\" }
",
        );
        let (models, ..) = resolved(&text, &Asked { targets: Wanted::All, variables: Vec::new() });
        let environment = |model: &crate::Model| {
            let value = |(name, value): &(Spanned<portolan_value::Text>, crate::Text)| {
                format!("{}={}", name.value, crate::testing::shown(value))
            };
            model.functions[0].environment.iter().map(value).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(models[1].target.account.as_ref().unwrap().value, "012345678901");
        assert_eq!(models[1].target.region.value, "us-east-1");
        assert_eq!(environment(&models[1]), "A=1 B=2");
        assert_eq!(models[2].target.account, None, "an account of aws means nothing on azure");
        assert_eq!(models[2].target.resource_group.as_ref().unwrap().value, "demo-other");
        assert_eq!(environment(&models[2]), "A=1 B=2");
    }

    #[test]
    fn wrong_targets() {
        check("targets: {}\n", &["1 model/no-target"]);
        check("targets: { \"a-*\": { provider: aws, region: eu-west-1 } }\n", &["3 model/only-patterns"]);
        check("targets: { dev: {} }\n", &["3 model/provider-missing", "3 model/region-missing"]);
        check("targets: { dev: { provider: asw, region: x } }\n", &["3 resolve/unknown-provider"]);
        check("targets: { dev: { provider: aws, region: Ireland } }\n", &["3 model/region"]);
        check("targets: { dev: { provider: aws, region: eu-west-12 } }\n", &["3 resolve/unknown-region"]);
        check("targets: { dev: { provider: aws, regions: [eu-west-1, eu-west-1] } }\n", &["3 model/repeated"]);
        check("targets: { dev: { like: dve, provider: aws, region: eu-west-1 } }\n", &["3 resolve/unknown-target"]);
        check("targets: { a: { like: b }, b: { like: a } }\n", &["3 model/like-circle"]);
        check("targets: { dev: { provider: gcp, region: europe-west1 } }\n", &["3 model/project-required"]);
        check(
            "targets: { dev: { provider: gcp, region: europe-west1, project: p, account: x } }\n",
            &["3 model/target-key"],
        );
        check("targets: { dev: { provider: aws, region: eu-west-1, account: 1234 } }\n", &["3 model/account"]);
        check("targets: { dev: { provider: aws, region: \"${region}\" } }\n", &["3 model/target-word"]);
    }

    #[test]
    fn a_broken_target_hides_nothing() {
        let rest = "functions: { f: { runtime: rust, handler: a.b, uses: { x: read } } }\n";
        check_file(
            &format!("portolan: 1\napp: demo\ntargets: {{ dev: {{ provider: asw }} }}\n{rest}"),
            &["3 model/region-missing", "3 resolve/unknown-provider", "4 resolve/unknown-resource"],
        );
        check_file(&format!("portolan: 1\napp: demo\n{rest}"), &["1 model/no-target", "3 resolve/unknown-resource"]);
    }
}
