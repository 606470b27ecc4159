//! The gcp back end
