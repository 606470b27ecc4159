//! Java source as a program.
