//! Effective permissions: evaluated, compared and proved.
