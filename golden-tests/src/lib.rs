//! Golden tests: real files compared byte for byte
