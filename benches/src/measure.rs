//! One build, the floor under it, and the memory it takes.

use granit_parser::{Event, Parser};
use portolan_catalog::standard;
use portolan_cli::pipeline::{backend, models};
use portolan_diagnostics::{Source, Sources};
use portolan_model::Asked;
use portolan_syntax::parse;
use portolan_target::{Artifacts, Request, Settings, Template, settle};
use portolan_value::Format;
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

/// Measures an app: medians of as many runs as its size allows.
pub fn measure(spec: &str, size: usize) -> Measured {
    let runs = if size >= 10_000 { 5 } else { 15 };
    let template = build(spec);
    let output = json(&template);
    let bytes = template.stacks.iter().map(|stack| stack.text.len()).sum();
    let mut floors = Vec::new();
    let mut builds = Vec::new();
    for _ in 0..runs {
        floors.push(seconds(|| floor(spec, &output)));
        builds.push(seconds(|| black_box(build(spec)).stacks.len()));
    }
    Measured { floor: median(floors), build: median(builds), bytes }
}

/// From the spec's text to the template's, as the command line does it.
pub fn build(spec: &str) -> Template {
    let source = source(spec);
    let (spec, wrong) = parse(&source);
    assert!(wrong.is_empty(), "the generated app is right");
    let settings = Settings::default();
    let models = models(&spec, standard(), &Asked::default(), settings).product.expect("the generated app is right");
    let artifacts = Artifacts::default();
    let model = models.into_iter().next().expect("one target");
    let grants = portolan_access::infer(&model);
    let backend = backend(model.target.format);
    let request = Request { model: &model, grants: &grants, catalog: standard(), artifacts: &artifacts, settings };
    let settled = settle(backend.lower(&request)).product.expect("the generated app settles");
    backend.encode(&settled)
}

fn source(text: &str) -> Source {
    Sources::default().add("bench.yaml", text)
}

fn floor(spec: &str, output: &[serde_json::Value]) -> usize {
    let events = Parser::new_from_str(spec).filter(Result::is_ok).count();
    let written: usize = output.iter().map(|output| serde_json::to_string_pretty(output).expect("JSON").len()).sum();
    black_box(events) + black_box(written)
}

/// The output as JSON: Deployment Manager's is YAML of the same shape.
fn json(template: &Template) -> Vec<serde_json::Value> {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| yaml(text));
    template.stacks.iter().map(|stack| read(&stack.text)).collect()
}

/// A big YAML document as JSON: our own reader has a cap on values.
fn yaml(text: &str) -> serde_json::Value {
    let mut open: Vec<(serde_json::Value, Option<String>)> = Vec::new();
    let mut whole = serde_json::Value::Null;
    for event in Parser::new_from_str(text) {
        let done = match event.expect("our own YAML").0 {
            Event::MappingStart(..) => {
                open.push((serde_json::json!({}), None));
                None
            }
            Event::SequenceStart(..) => {
                open.push((serde_json::json!([]), None));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|(value, _)| value),
            Event::Scalar(text, ..) => Some(text.into_owned().into()),
            _ => None,
        };
        if let Some(value) = done {
            whole = put(&mut open, value);
        }
    }
    whole
}

/// Puts a value into the collection that is open; without one, it is the whole.
fn put(open: &mut [(serde_json::Value, Option<String>)], value: serde_json::Value) -> serde_json::Value {
    match open.last_mut() {
        None => return value,
        Some((serde_json::Value::Array(items), _)) => items.push(value),
        Some((serde_json::Value::Object(entries), key)) => match key.take() {
            None => *key = value.as_str().map(str::to_owned),
            Some(key) => {
                entries.insert(key, value);
            }
        },
        Some(_) => {}
    }
    serde_json::Value::Null
}

fn seconds(run: impl FnOnce() -> usize) -> f64 {
    let begun = Instant::now();
    black_box(run());
    begun.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
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
