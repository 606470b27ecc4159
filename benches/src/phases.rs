//! What each phase of a build takes, and the proof of its template.

use crate::measure::build_by_phase;
use portolan_access::Calls;
use portolan_cli::pipeline::prove;
use std::collections::BTreeMap;
use std::time::Instant;

const RUNS: usize = 25;

/// Milliseconds of each phase in order, the fastest of several runs; last what the proof takes, which no build is measured
/// with, and what dropping everything does.
pub fn phases(spec: &str) -> Vec<(&'static str, f64)> {
    let mut order = Vec::new();
    let mut fastest: BTreeMap<&'static str, f64> = BTreeMap::new();
    for _ in 0..RUNS {
        order.clear();
        let mut begun = Instant::now();
        let mut ended = |phase: &'static str| {
            let seconds = begun.elapsed().as_secs_f64();
            let known = fastest.entry(phase).or_insert(f64::INFINITY);
            *known = known.min(seconds);
            order.push(phase);
            begun = Instant::now();
        };
        let compiled = build_by_phase(spec, &mut ended);
        let proved = prove(&compiled, &Calls::default());
        assert!(proved.product.is_some(), "the generated app proves");
        ended("prove");
        drop((compiled, proved));
        ended("drop");
    }
    order.iter().map(|phase| (*phase, fastest[phase] * 1e3)).collect()
}
