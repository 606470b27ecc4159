//! The resources of a template in the making, and what each of them mentions.

use crate::edges::number;
use portolan_value::{Address, Resource};
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::ops::{Deref, Range};

/// Resources in the order of the template. What a resource mentions is noted when it is added, while it is at hand: to look
/// through all of them again once they are made would take longer than everything else that settling does.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    all: Vec<Resource>,
    keys: Vec<Key>,
    /// Of each resource its part of `mentioned`; none when it was changed since.
    noted: Vec<Option<Range<u32>>>,
    mentioned: Vec<Key>,
}

/// An address as a number: its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub u64);

impl Key {
    /// The number of an address.
    pub fn of(address: &Address) -> Self {
        Self(FxBuildHasher.hash_one(address))
    }
}

impl Resources {
    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.all.reserve(more);
        self.keys.reserve(more);
        self.noted.reserve(more);
        self.mentioned.reserve(2 * more);
    }

    /// Adds a resource after the others.
    pub fn push(&mut self, resource: Resource) {
        let note = self.note(&resource);
        self.noted.push(Some(note));
        self.keys.push(Key::of(&resource.address));
        self.all.push(resource);
    }

    /// Adds the resources of another list after these.
    pub fn append(&mut self, mut other: Self) {
        let before = number(self.mentioned.len());
        let shifted = |noted: Range<u32>| before + noted.start..before + noted.end;
        self.noted.extend(other.noted.into_iter().map(|noted| noted.map(shifted)));
        self.mentioned.append(&mut other.mentioned);
        self.keys.append(&mut other.keys);
        self.all.append(&mut other.all);
    }

    /// Puts resources before all others.
    pub fn put_first(&mut self, resources: Vec<Resource>) {
        let notes: Vec<_> = resources.iter().map(|resource| Some(self.note(resource))).collect();
        self.noted.splice(0..0, notes);
        self.keys.splice(0..0, resources.iter().map(|resource| Key::of(&resource.address)));
        self.all.splice(0..0, resources);
    }

    /// Changes resources, but for their addresses; `change` says whether it did.
    pub fn change(&mut self, mut change: impl FnMut(&mut Resource) -> bool) {
        for (resource, noted) in self.all.iter_mut().zip(&mut self.noted) {
            if change(resource) {
                *noted = None;
            }
        }
    }

    /// The resource at a place, to change all but its address.
    pub fn at_mut(&mut self, at: usize) -> &mut Resource {
        self.noted[at] = None;
        &mut self.all[at]
    }

    /// The resource that was added last, to change all but its address.
    pub fn last_mut(&mut self) -> Option<&mut Resource> {
        *self.noted.last_mut()? = None;
        self.all.last_mut()
    }

    /// Whether any of them mentions an address.
    #[must_use]
    pub fn mention(&self, address: &Address) -> bool {
        let key = Key::of(address);
        let mut found = false;
        (0..self.len()).for_each(|at| self.mentioned(at, |mentioned| found |= mentioned == key));
        found
    }

    /// Calls `visit` for every address that the resource at a place mentions: in its scope, in its body, and what it comes
    /// after, in this order.
    pub(crate) fn mentioned(&self, at: usize, mut visit: impl FnMut(Key)) {
        match &self.noted[at] {
            Some(noted) => self.mentioned[noted.start as usize..noted.end as usize].iter().copied().for_each(visit),
            None => mentions(&self.all[at], |address| visit(Key::of(address))),
        }
    }

    /// Their addresses as numbers.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The resources, and nothing else about them.
    pub(crate) fn into_inner(self) -> Vec<Resource> {
        self.all
    }

    fn note(&mut self, resource: &Resource) -> Range<u32> {
        let begins = number(self.mentioned.len());
        mentions(resource, |address| self.mentioned.push(Key::of(address)));
        begins..number(self.mentioned.len())
    }
}

/// Calls `visit` for every address that a resource mentions.
pub(crate) fn mentions<'a>(resource: &'a Resource, mut visit: impl FnMut(&'a Address)) {
    let Resource { scope, body, after, .. } = resource;
    for value in scope.iter().chain(body.iter().map(|(_, value)| value)) {
        value.references(&mut |reference| visit(&reference.address));
    }
    after.iter().for_each(visit);
}

impl Deref for Resources {
    type Target = [Resource];

    fn deref(&self) -> &[Resource] {
        &self.all
    }
}

impl Extend<Resource> for Resources {
    fn extend<I: IntoIterator<Item = Resource>>(&mut self, resources: I) {
        resources.into_iter().for_each(|resource| self.push(resource));
    }
}

impl From<Vec<Resource>> for Resources {
    fn from(resources: Vec<Resource>) -> Self {
        let mut all = Self::default();
        all.reserve(resources.len());
        all.extend(resources);
        all
    }
}

impl<'a> IntoIterator for &'a Resources {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_value::{Map, Origin, Value};

    fn named(name: &str) -> Address {
        Address::new(name, "topic")
    }

    fn one(name: &str, mentions: &[&str]) -> Resource {
        let body: Map = mentions.iter().map(|to| ("to", Value::reference(named(to), "id"))).collect();
        Resource::new(named(name), "Topic", body, Origin::default())
    }

    /// What each of them mentions: its number among those of `names`.
    fn check(resources: &Resources, names: &[&str], expected: &[&[usize]]) {
        let keys: Vec<Key> = names.iter().map(|name| Key::of(&named(name))).collect();
        assert_eq!(resources.keys(), keys);
        let noted = |at: usize| {
            let mut found = Vec::new();
            resources.mentioned(at, |key| found.extend(keys.iter().position(|known| *known == key)));
            found
        };
        assert_eq!((0..resources.len()).map(noted).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_mentioned_is_noted() {
        let mut all = Resources::from(vec![one("a", &["b", "a"]), one("b", &[])]);
        all.append(Resources::from(vec![one("c", &["a", "c"])]));
        all.put_first(vec![one("d", &["c"])]);
        check(&all, &["d", "a", "b", "c"], &[&[3], &[2, 1], &[], &[1, 3]]);
        assert!(all.mention(&named("b")) && !all.mention(&named("d")));
    }

    #[test]
    fn what_was_changed_is_looked_through_again() {
        let mut all = Resources::from(vec![one("a", &["b"]), one("b", &[]), one("c", &["a"])]);
        all.at_mut(0).body = Map::new();
        all.change(|resource| {
            let is_b = resource.address == named("b");
            if is_b {
                resource.after.push(named("c"));
            }
            is_b
        });
        all.last_mut().expect("the last").scope = Some(Value::reference(named("b"), "id"));
        check(&all, &["a", "b", "c"], &[&[], &[2], &[1, 0]]);
    }
}
