//! Ruby source as a program.
