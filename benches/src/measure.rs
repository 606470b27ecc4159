//! One build, the floor under it, and the memory it takes.

use crate::yaml;
use portolan_catalog::standard;
use portolan_cli::pipeline::{Compiled, backend, models};
use portolan_diagnostics::{Source, Sources};
use portolan_model::Asked;
use portolan_syntax::parse;
use portolan_target::{Artifacts, Request, Settings, Template, settle};
use portolan_value::Format;
use serde_json::Value;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

/// Seconds of a build and of its floor, and what it wrote.
pub struct Measured {
    /// Parsing the YAML to events plus serialising the output.
    pub floor: f64,
    /// The whole build.
    pub build: f64,
    /// The size of the output.
    pub bytes: usize,
}

/// Measures an app: the fastest of as many runs as its size allows, taken in turns. What else a machine does only adds.
pub fn measure(spec: &str, size: usize) -> Measured {
    let runs = if size >= 10_000 { 5 } else { 25 };
    let template = build(spec);
    let output = json(&template);
    let bytes = template.stacks.iter().map(|stack| stack.text.len()).sum();
    let mut measured = Measured { floor: f64::INFINITY, build: f64::INFINITY, bytes };
    for _ in 0..runs {
        measured.floor = measured.floor.min(seconds(|| floor(spec, &output)));
        measured.build = measured.build.min(seconds(|| black_box(build(spec)).stacks.len()));
    }
    measured
}

/// From the spec's text to the template's, as the command line does it.
pub fn build(spec: &str) -> Template {
    build_by_phase(spec, |_| ()).template
}

/// A build that calls `ended` with the name of each phase when it has ended.
pub fn build_by_phase(spec: &str, mut ended: impl FnMut(&'static str)) -> Compiled {
    let source = source(spec);
    let (spec, wrong) = parse(&source);
    ended("parse");
    assert!(wrong.is_empty(), "the generated app is right");
    let settings = Settings::default();
    let models = models(&spec, standard(), &Asked::default(), settings).product.expect("the generated app is right");
    let artifacts = Artifacts::default();
    let model = models.into_iter().next().expect("one target");
    ended("models");
    let grants = portolan_access::infer(&model);
    ended("infer");
    let backend = backend(model.target.format);
    let request = Request { model: &model, grants: &grants, catalog: standard(), artifacts: &artifacts, settings };
    let lowered = backend.lower(&request);
    ended("lower");
    let settled = settle(lowered).product.expect("the generated app settles");
    ended("settle");
    let template = backend.encode(&settled);
    ended("encode");
    Compiled { model, grants, settled, template }
}

fn source(text: &str) -> Source {
    Sources::default().add("bench.yaml", text)
}

fn floor(spec: &str, output: &[Value]) -> usize {
    let events = granit_parser::Parser::new_from_str(spec).filter(Result::is_ok).count();
    let written: usize = output.iter().map(|output| serde_json::to_string_pretty(output).expect("JSON").len()).sum();
    black_box(events) + black_box(written)
}

/// The output as JSON: Deployment Manager's is YAML of the same shape.
fn json(template: &Template) -> Vec<Value> {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| yaml::read(text));
    template.stacks.iter().map(|stack| read(&stack.text)).collect()
}

fn seconds(run: impl FnOnce() -> usize) -> f64 {
    let begun = Instant::now();
    black_box(run());
    begun.elapsed().as_secs_f64()
}

/// The peak of a run of its own, in kilobytes; none where the system does not tell.
pub fn peak_kilobytes(format: Format, size: usize) -> Option<f64> {
    let program = env::current_exe().ok()?;
    let output = Command::new(program).args(["peak", format.key(), &size.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The most memory this process has held, as Linux tells it.
pub fn own_peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
