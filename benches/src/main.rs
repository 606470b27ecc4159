//! How fast a build is: for apps of 1 to 10,000 functions on every format, against the floor — parsing the same YAML to
//! events plus serialising the same output — in one run. `cargo run --release -p portolan-benches`, and with
//! `-- phases gcp 1000` where the time goes. `-- inference` measures how fast the code of functions is followed, `-- plan` how fast
//! two templates are compared.
//!
//! Growth is measured on processes of their own that build once, in processor time: see [`measure::Alone`].
//!
//! Measured is the library, from the spec's text to the template's text, before the limit check (a thousand functions
//! are over every provider's limit) and without packaging.

mod app; // start reading here
mod inference;
mod measure;
mod phases;
mod plan;
mod yaml;

use measure::{Alone, Measured, measure};
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
        ["alone", format, size] => alone(format, size),
        ["row", format, size] => one(format, size),
        ["phases", format, size] => table_of_phases(format, size),
        ["inference"] => inference::table(),
        ["plan"] => plan::table(),
        _ => table(),
    }
}

/// One build, and what it took.
fn alone(format: &str, size: &str) {
    if let (Some(format), Ok(size)) = (Format::from_key(format), size.parse())
        && let Some(alone) = Alone::here(&app::spec(format, size))
    {
        println!("{} {}", alone.seconds, alone.peak);
    }
}

/// One row of the table.
fn one(format: &str, size: &str) {
    if let (Some(format), Ok(size)) = (Format::from_key(format), size.parse()) {
        row(format, size, None);
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
        "build against parsing the same YAML to events plus serialising the same output, fastest of several runs in one \
         process; processor time and peak of a build in a process of its own\n"
    );
    println!(
        "| format | functions | output KB | floor ms | build ms | ratio | alone ms | against 1/10 of it | peak MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for format in Format::ALL {
        let mut before = None;
        for size in SIZES {
            before = row(format, size, before);
        }
    }
}

/// Prints a row and gives what a build alone takes.
fn row(format: Format, size: usize, before: Option<Alone>) -> Option<Alone> {
    let Measured { floor, build, bytes } = measure(&app::spec(format, size), size);
    let alone = Alone::least(format, size, if size >= 10_000 { 5 } else { 15 });
    let growth = alone.zip(before).filter(|_| size == 10_000).map(|(alone, before)| alone.seconds / before.seconds);
    println!(
        "| {} | {size} | {} | {:.2} | {:.2} | {:.2} | {} | {} | {} |",
        format.key(),
        bytes / 1024,
        floor * 1e3,
        build * 1e3,
        build / floor,
        alone.map(|alone| format!("{:.2}", alone.seconds * 1e3)).unwrap_or_default(),
        growth.map(|growth| format!("{growth:.1} ×")).unwrap_or_default(),
        alone.map(|alone| format!("{:.0}", alone.peak / 1024.0)).unwrap_or_default(),
    );
    alone
}
