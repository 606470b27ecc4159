//! JavaScript source as a program.
