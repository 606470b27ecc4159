//! The aws back end
