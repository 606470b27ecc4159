//! Which operations a handler's code performs.
