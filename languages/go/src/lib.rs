//! Go source as a program.
