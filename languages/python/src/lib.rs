//! Python source as a program.
