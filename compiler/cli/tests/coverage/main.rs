//! `docs/coverage.md`: what is native, emulated or unsupported, asked of the compiler itself.
//!
//! Every row is a small spec, compiled for each format beside a spec without the thing in question. An error means that
//! the format lacks it; a new guard of the generated entry that it is emulated; a new note that it is there and
//! different. The compiler is the only source, so the page cannot be wrong about it.

#[path = "../golden/mod.rs"]
mod golden;
mod page;
mod probe;
mod rows;

#[test]
fn the_page_says_what_the_compiler_does() {
    golden::compare("docs/coverage.md", &page::write(&rows::all()));
}
