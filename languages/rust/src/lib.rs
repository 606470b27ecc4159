//! Rust source as a program.
