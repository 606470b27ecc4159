//! How fast a plan is: from the texts of two templates to the page that people read, permissions in effect included.

use crate::app;
use crate::measure::build_by_phase;
use portolan_catalog::standard;
use portolan_cli::pipeline::backend;
use portolan_plan::views::{TextOptions, text};
use portolan_plan::{
    About, Basis, BasisKind, Cause, Inputs, Judgement, Permissions, Place, Plan, Sides, diff, gathered, prices,
};
use portolan_policy::{Comparison, widened};
use portolan_secrecy::Secrets;
use portolan_value::Format;
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

const RESOURCES: [usize; 3] = [500, 1_000, 10_000];

const RUNS: usize = 3;

/// Milliseconds of a plan in which every tenth function has another environment, on every format.
pub fn table() {
    println!("| format | resources | changes | plan ms | against the row before |\n|---|---|---|---|---|");
    for format in Format::ALL {
        let mut before: Option<(usize, f64)> = None;
        for resources in RESOURCES {
            let (count, changes, milliseconds) = planned(format, resources);
            let growth = before.map_or_else(String::new, |(_, known)| format!("{:.1} ×", milliseconds / known));
            println!("| {} | {count} | {changes} | {milliseconds:.0} | {growth} |", format.key());
            before = Some((count, milliseconds));
        }
    }
}

/// The resources of a template, how many change, and the fastest of several plans.
fn planned(format: Format, resources: usize) -> (usize, usize, f64) {
    let each = written(&app::spec(format, 20), format).1 - written(&app::spec(format, 10), format).1;
    let functions = resources * 10 / each;
    let spec = app::spec(format, functions);
    let mut at = 0;
    let changed: String = spec
        .split_inclusive('\n')
        .map(|line| {
            let is_function = line.starts_with("    handler:");
            at += usize::from(is_function);
            if is_function && at % 10 == 0 {
                format!("    environment: {{ LEVEL: WARN }}\n{line}")
            } else {
                line.to_owned()
            }
        })
        .collect();
    let ((old, count), (new, _)) = (written(&spec, format), written(&changed, format));
    let mut fastest = f64::INFINITY;
    let mut changes = 0;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let plan = plan(format, &old, &new);
        let page = text(&plan, &Judgement::default(), &TextOptions::default());
        fastest = fastest.min(begun.elapsed().as_secs_f64());
        changes = plan.deployments.iter().map(|deployment| deployment.changes.len()).sum();
        assert!(page.contains("change in place"), "something changes");
    }
    (count, changes, fastest * 1e3)
}

/// A spec's template, and how many resources it holds.
fn written(spec: &str, format: Format) -> (String, usize) {
    let compiled = build_by_phase(spec, &mut |_| ());
    let text = compiled.template.stacks.into_iter().map(|stack| stack.text).next().unwrap_or_default();
    let count = backend(format).contents(&text, standard().parts()).holdings.len();
    (text, count)
}

fn plan(format: Format, old: &str, new: &str) -> Plan {
    let backend = backend(format);
    let parts = standard().parts();
    let (before, after) = (backend.contents(old, parts), backend.contents(new, parts));
    let (was, is) = (backend.permissions(old), backend.permissions(new));
    let wider = widened(&Comparison { before: &was, after: &is, universe: &[] });
    let narrower = widened(&Comparison { before: &is, after: &was, universe: &[] });
    assert!(wider.is_empty() && narrower.is_empty(), "an environment permits nothing");
    let mut secrets = Secrets::default();
    gathered([&before, &after], &mut secrets);
    let none = HashMap::new();
    let sides = Sides {
        format,
        stakes: backend.stakes(),
        before: &before,
        after: &after,
        origins: &none,
        origins_before: &none,
        formerly: &[],
        external: &[],
        external_before: &[],
        names: &[],
        cause: Cause::Spec,
        secrets: &secrets,
        permissions: &Permissions::default(),
        live: None,
        prices: prices(format),
    };
    let deployments = vec![diff(about(), &sides)];
    let plan = Plan { format: String::new(), version: String::new(), id: String::new(), deployments };
    plan.identified()
}

fn about() -> About {
    let text = |text: &str| text.to_owned();
    About {
        app: text("bench"),
        target: text("dev"),
        region: text("here"),
        place: None,
        stack: text("bench-dev"),
        basis: Basis {
            kind: BasisKind::Template,
            name: None,
            lowering: Some(1),
            foreign: false,
            template: None,
            revision: None,
            observed_at: None,
            drift_checked: false,
        },
        inputs: Inputs {
            tool: String::new(),
            lowering: 1,
            artifacts: BTreeMap::new(),
            templates: BTreeMap::new(),
            behaviour: Vec::new(),
        },
        spec: Place::default(),
    }
}
