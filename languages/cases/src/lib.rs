//! Small programs with the operations they perform written beside the calls.
