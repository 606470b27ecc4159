//! The command line: arguments, files, output and exit codes.
//!
//! Everything that touches the world stands here and in `package`: reading a spec and its library, writing templates,
//! printing. The pipeline itself ([`pipeline`]) is a straight line through the rooms of the compiler, for one target
//! after the other; it is a library so that tests and benches walk the same line.

mod arguments; // start reading here
pub mod code;
mod commands;
mod exit;
pub mod input;
mod installing;
pub mod observed;
pub mod output;
pub mod packing;
pub mod pipeline;
pub mod proof;
mod talk;

pub use arguments::Arguments;
pub use commands::schema::document as schema;
pub use exit::Exit;

use arguments::Command;

/// Runs a command and says how it ended.
#[must_use]
pub fn run(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Build(build) => commands::build::run(build),
        Command::Check(check) => commands::check::run(check),
        Command::Plan(plan) => commands::plan::run(plan),
        Command::Show(show) => commands::plan::show(show),
        Command::Review(review) => commands::review::run(review),
        Command::Infer(infer) => commands::infer::run(infer),
        Command::Events(events) => commands::events::run(events),
        Command::Invoke(invoke) => commands::invoke::run(invoke),
        Command::Init(init) => commands::init::run(init),
        Command::Explain(explain) => commands::explain::run(explain),
        Command::Schema(schema) => commands::schema::run(schema),
        Command::Graph(graph) => commands::graph::run(graph),
        Command::Kinds(kinds) => commands::kinds::run(kinds),
        Command::Completions(completions) => commands::completions::run(completions),
    }
}
