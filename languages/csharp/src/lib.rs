//! C# source as a program.
