//! Resolves a spec against the catalogue: names become ids, defaults are filled, edges drawn
