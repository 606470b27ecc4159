//! How fast a build is: for apps of 1 to 10,000 functions on every format, against the floor — parsing the same YAML to
//! events plus serialising the same output — in one run. `cargo run --release -p portolan-benches`, and with
//! `-- phases gcp 1000` where the time goes. `-- inference` measures how fast the code of functions is followed.
//!
//! Measured is the library, from the spec's text to the template's text, before the limit check (a thousand functions
//! are over every provider's limit) and without packaging.

mod app; // start reading here
mod inference;
mod measure;
mod phases;
mod yaml;

use measure::{Measured, measure, peak_kilobytes};
use mimalloc::MiMalloc;
use portolan_value::Format;
use std::env;

/// The command line's allocator, under the floor too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["peak", format, size] => peak(format, size),
        ["row", format, size] => one(format, size),
        ["phases", format, size] => table_of_phases(format, size),
        ["inference"] => inference::table(),
        _ => table(),
    }
}

/// A run of its own for each peak: memory that a bigger app freed would hide a smaller one's.
fn peak(format: &str, size: &str) {
    if let (Some(format), Ok(size)) = (Format::from_key(format), size.parse()) {
        measure::build(&app::spec(format, size));
        println!("{}", measure::own_peak_kilobytes());
    }
}

/// One row of the table.
fn one(format: &str, size: &str) {
    if let (Some(format), Ok(size)) = (Format::from_key(format), size.parse()) {
        row(format, size, &measure(&app::spec(format, size), size), None);
    }
}

/// Where a build's time goes.
fn table_of_phases(format: &str, size: &str) {
    if let (Some(format), Ok(size)) = (Format::from_key(format), size.parse()) {
        println!("| phase | ms |\n|---|---|");
        for (phase, milliseconds) in phases::phases(&app::spec(format, size)) {
            println!("| {phase} | {milliseconds:.2} |");
        }
    }
}

fn table() {
    println!(
        "build against parsing the same YAML to events plus serialising the same output; fastest of several runs\n"
    );
    println!("| format | functions | output KB | floor ms | build ms | ratio | against 1/10 of it | peak MB |");
    println!("|---|---|---|---|---|---|---|---|");
    for format in Format::ALL {
        let mut before: Option<f64> = None;
        for size in SIZES {
            let measured = measure(&app::spec(format, size), size);
            row(format, size, &measured, before);
            before = Some(measured.build);
        }
    }
}

fn row(format: Format, size: usize, measured: &Measured, before: Option<f64>) {
    let growth = before.filter(|_| size == 10_000).map(|before| format!("{:.1} ×", measured.build / before));
    let peak = peak_kilobytes(format, size).map(|peak| format!("{:.0}", peak / 1024.0));
    println!(
        "| {} | {size} | {} | {:.2} | {:.2} | {:.2} | {} | {} |",
        format.key(),
        measured.bytes / 1024,
        measured.floor * 1e3,
        measured.build * 1e3,
        measured.build / measured.floor,
        growth.unwrap_or_default(),
        peak.unwrap_or_default(),
    );
}
