//! Artifacts: generated entries, deterministic zips, content hashes
