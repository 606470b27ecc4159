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
use std::time::{Duration, Instant};
use std::{env, fs, thread};

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
    let runs = if size >= 10_000 { 5 } else { 75 };
    let template = build(spec).template;
    let output = json(&template);
    let bytes = template.stacks.iter().map(|stack| stack.text.len()).sum();
    let mut measured = Measured { floor: f64::INFINITY, build: f64::INFINITY, bytes };
    for _ in 0..runs {
        measured.floor = measured.floor.min(seconds(|| floor(spec, &output)));
        measured.build = measured.build.min(seconds(|| build(spec)));
    }
    measured
}

/// From the spec's text to the template's, as the command line does it.
pub fn build(spec: &str) -> Compiled {
    build_by_phase(spec, |_| ())
}

/// A build that calls `ended` with the name of each phase when it has ended.
pub fn build_by_phase(spec: &str, mut ended: impl FnMut(&'static str)) -> Compiled {
    let source = source(spec);
    let (spec, wrong) = parse(&source);
    ended("parse");
    assert!(wrong.is_empty(), "the generated app is right");
    let settings = Settings::default();
    let models = models(&spec, standard(), &Asked::default(), settings).product.expect("the generated app is right");
    drop(spec);
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

/// How long something takes. Taking apart what it made is not in it: the command leaves that to the end of its process.
fn seconds<T>(run: impl FnOnce() -> T) -> f64 {
    let begun = Instant::now();
    let made = black_box(run());
    let seconds = begun.elapsed().as_secs_f64();
    drop(made);
    seconds
}

/// What a build takes in a process of its own, which is how people run one: in the next build of a process, memory that
/// an earlier one has touched costs less, and how much is left of it differs from size to size.
#[derive(Clone, Copy)]
pub struct Alone {
    /// Seconds of processor time, the system's for handing out memory among them. Reading the library is not in it.
    pub seconds: f64,
    /// The most memory held, in kilobytes.
    pub peak: f64,
}

impl Alone {
    /// Measures a build in this process, which has done nothing else; none where the system does not tell.
    pub fn here(spec: &str) -> Option<Self> {
        black_box(standard());
        let begun = processor_seconds()?;
        let _built = black_box(build(spec));
        Some(Self { seconds: processor_seconds()? - begun, peak: peak_kilobytes()? })
    }

    /// The least of so many processes.
    pub fn least(format: Format, size: usize, runs: usize) -> Option<Self> {
        let one = || {
            Self::read(
                &Command::new(env::current_exe().ok()?)
                    .args(["alone", format.key(), &size.to_string()])
                    .output()
                    .ok()?
                    .stdout,
            )
        };
        let all: Option<Vec<Self>> = (0..runs).map(|_| one()).collect();
        all?.into_iter()
            .reduce(|one, other| Self { seconds: one.seconds.min(other.seconds), peak: one.peak.min(other.peak) })
    }

    fn read(output: &[u8]) -> Option<Self> {
        let (seconds, peak) = str::from_utf8(output).ok()?.trim().split_once(' ')?;
        Some(Self { seconds: seconds.parse().ok()?, peak: peak.parse().ok()? })
    }
}

/// The processor time of this thread, which is all there is of the process. Linux brings it up to date when a thread
/// pauses.
fn processor_seconds() -> Option<f64> {
    thread::sleep(Duration::from_micros(1));
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(times.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// The most memory this process has held, as Linux tells it.
fn peak_kilobytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
