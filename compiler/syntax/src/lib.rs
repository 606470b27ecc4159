//! YAML text to a spanned tree to the spec, names as written
