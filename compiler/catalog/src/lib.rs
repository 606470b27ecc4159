//! The standard library of resource kinds, read from data
