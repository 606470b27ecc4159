//! Where to look for what is about somebody and something, so that nobody compares all with all.
//!
//! A pattern without wildcards is found by the whole of it, one with wildcards by its stem: what it begins with, up to
//! the last `/` or `:` before its first wildcard. Whatever it covers begins with the same. What is found is to be looked
//! at: the keys are hashes, and a stem is not all of a pattern.

use crate::{Pattern, Piece, Set};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Places in a list, by who and on what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    named: FxHashMap<u64, Places>,
    /// Of principals that are no single texts.
    open: Places,
}

/// Places in a list, by what they are on.
#[derive(Clone, Debug, Default)]
struct Places {
    wholes: FxHashMap<u64, Vec<usize>>,
    stems: FxHashMap<u64, Vec<usize>>,
}

impl Index {
    /// Adds a place for everything that these principals and resources stand for.
    pub(crate) fn add(&mut self, at: usize, principals: &Set, resources: &Set) {
        if !principals.is_literal() {
            return self.open.add(at, resources);
        }
        for principal in &principals.only {
            self.named.entry(whole(principal)).or_default().add(at, resources);
        }
    }

    /// Adds a place for just this principal, whatever it stands for, and this resource.
    pub(crate) fn add_one(&mut self, at: usize, principal: &Pattern, resource: &Pattern) {
        self.named.entry(whole(principal)).or_default().add_one(at, resource);
    }

    /// The places of what may cover a principal and a resource, in no order; one may come twice.
    pub(crate) fn about(&self, principal: &Pattern, resource: &Pattern) -> Vec<usize> {
        let mut found = Vec::new();
        for places in self.named.get(&whole(principal)).into_iter().chain([&self.open]) {
            places.covering(resource, &mut found);
        }
        found
    }
}

impl Places {
    fn add(&mut self, at: usize, resources: &Set) {
        resources.only.iter().for_each(|resource| self.add_one(at, resource));
    }

    fn add_one(&mut self, at: usize, resource: &Pattern) {
        let list = match resource.is_literal() {
            true => self.wholes.entry(whole(resource)).or_default(),
            false => self.stems.entry(stem(resource)).or_default(),
        };
        if list.last() != Some(&at) {
            list.push(at);
        }
    }

    fn covering(&self, resource: &Pattern, found: &mut Vec<usize>) {
        if !self.wholes.is_empty() && resource.is_literal() {
            found.extend(self.wholes.get(&whole(resource)).into_iter().flatten());
        }
        if !self.stems.is_empty() {
            stems(resource, |stem| found.extend(self.stems.get(&stem).into_iter().flatten()));
        }
    }
}

/// Places in a list, by what they are on, for those of which some part may be meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touching {
    /// By each of their stems.
    beneath: FxHashMap<u64, Vec<usize>>,
    places: Places,
}

impl Touching {
    /// Adds a place for everything that these resources stand for.
    pub(crate) fn add(&mut self, at: usize, resources: &Set) {
        self.places.add(at, resources);
        for resource in &resources.only {
            stems(resource, |stem| {
                let list = self.beneath.entry(stem).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            });
        }
    }

    /// The places of what may have something in common with a resource, in order.
    pub(crate) fn touching(&self, resource: &Pattern) -> Vec<usize> {
        let mut found = Vec::new();
        self.places.covering(resource, &mut found);
        if !resource.is_literal() {
            found.extend(self.beneath.get(&stem(resource)).into_iter().flatten());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The hash of all of a pattern.
fn whole(pattern: &Pattern) -> u64 {
    let mut hasher = FxHasher::default();
    for piece in pattern.pieces() {
        match piece {
            Piece::Text(text) => hasher.write(text.as_bytes()),
            Piece::Atom(name) => atom(name, &mut hasher),
            Piece::One => hasher.write_u8(b'?'),
            Piece::Any => hasher.write_u8(b'*'),
        }
    }
    hasher.finish()
}

fn atom(name: &str, hasher: &mut FxHasher) {
    hasher.write_u8(b'$');
    hasher.write(name.as_bytes());
}

/// The hash of the longest stem.
fn stem(pattern: &Pattern) -> u64 {
    let mut longest = 0;
    stems(pattern, |stem| longest = stem);
    longest
}

/// The hashes of a pattern's stems, the shortest first: nothing, and all up to each `/` and `:` and each atom before its
/// first wildcard.
fn stems(pattern: &Pattern, mut visit: impl FnMut(u64)) {
    let mut hasher = FxHasher::default();
    visit(hasher.finish());
    for piece in pattern.pieces() {
        match piece {
            Piece::Text(text) => {
                let mut rest = text.as_str();
                while let Some(at) = rest.find(['/', ':']) {
                    hasher.write(&rest.as_bytes()[..=at]);
                    visit(hasher.finish());
                    rest = &rest[at + 1..];
                }
                hasher.write(rest.as_bytes());
            }
            Piece::Atom(name) => {
                atom(name, &mut hasher);
                visit(hasher.finish());
            }
            Piece::One | Piece::Any => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::patterns;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_covers_is_found(own in patterns(), asked in patterns(), who in patterns()) {
            let mut index = Index::default();
            index.add(7, &Set::one(who.clone()), &Set::one(own.clone()));
            if own.covers(&asked) {
                prop_assert!(index.about(&who, &asked).contains(&7), "{own} {asked}");
            }
        }

        #[test]
        fn what_has_something_in_common_is_found(own in patterns(), asked in patterns()) {
            let mut touching = Touching::default();
            touching.add(7, &Set::one(own.clone()));
            if own.overlaps(&asked) {
                prop_assert!(touching.touching(&asked).contains(&7), "{own} {asked}");
            }
        }
    }

    #[test]
    fn neighbours_are_not_found() {
        let mut index = Index::default();
        let me = Set::one(Pattern::literal("me"));
        for at in 0..100 {
            let own = Pattern::literal("projects/p/services/").then(&at.to_string());
            index.add(at, &me, &Set::of(vec![own.clone(), own.then("/").then_any()]));
            index.add(at, &Set::all(), &Set::one(Pattern::literal("x:").then(&at.to_string())));
        }
        let found = |resource: &str| index.about(&Pattern::literal("me"), &Pattern::glob(resource));
        assert_eq!(found("projects/p/services/7"), [7]);
        assert_eq!(found("projects/p/services/7/y"), [7]);
        assert_eq!(found("projects/p/services/7/*"), [7]);
        assert_eq!(found("x:9"), [9]);
        assert_eq!(found("projects/p/*"), []);
    }
}
