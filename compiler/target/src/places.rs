//! Where the resource of each address stands.

use crate::Resources;
use crate::resources::Key;
use hashbrown::HashTable;
use portolan_value::{Address, Resource};

/// Where each of a list of resources stands, by its address. Only numbers are kept and compared, so that what is asked for
/// every reference stays small and no resource is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    table: HashTable<u32>,
    keys: Vec<Key>,
}

impl Places {
    /// The places of these resources.
    pub fn of(resources: &Resources) -> Self {
        let keys = resources.keys().to_vec();
        let mut table = HashTable::with_capacity(keys.len());
        for (at, key) in (0..).zip(&keys) {
            table.entry(key.0, |known| keys[*known as usize] == *key, |known| keys[*known as usize].0).or_insert(at);
        }
        Self { table, keys }
    }

    /// How many addresses there are; fewer than resources when two have the same address, or the same hash.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Where the resource of an address stands. An address that no resource has is taken for one of the same hash: ask only
    /// for what the compiler made.
    pub fn at(&self, key: Key) -> Option<usize> {
        self.table.find(key.0, |known| self.keys[*known as usize] == key).map(|at| *at as usize)
    }

    /// Where the resource of an address stands that anybody may have written.
    pub fn get(&self, address: &Address, resources: &[Resource]) -> Option<usize> {
        self.at(Key::of(address)).filter(|at| resources[*at].address == *address)
    }
}
