//! Where the resource of each address stands.

use hashbrown::HashTable;
use portolan_value::{Address, Resource};
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// Where each of a list of resources stands, by its address. Only numbers are kept, since the addresses lie in the
/// resources: what is looked up for every reference stays small.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(HashTable<u32>);

impl Places {
    /// The places of these resources.
    pub fn of(resources: &[Resource]) -> Self {
        let mut table = HashTable::with_capacity(resources.len());
        for (at, resource) in (0..).zip(resources) {
            let is_there = |known: &u32| resources[*known as usize].address == resource.address;
            let again = |known: &u32| hash(&resources[*known as usize].address);
            table.entry(hash(&resource.address), is_there, again).or_insert(at);
        }
        Self(table)
    }

    /// How many addresses there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Where the resource of an address stands among those that the places are of.
    pub fn get(&self, address: &Address, resources: &[Resource]) -> Option<usize> {
        let is_there = |known: &u32| resources[*known as usize].address == *address;
        self.0.find(hash(address), is_there).map(|at| *at as usize)
    }
}

fn hash(address: &Address) -> u64 {
    FxBuildHasher.hash_one(address)
}
