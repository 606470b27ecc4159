//! Values: what is meant, in no target's spelling.

use crate::join::Joined;
use crate::{Address, Embed, Text};
use std::sync::Arc;
use thin_vec::ThinVec;

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// This very text, whatever characters it holds.
    Text(Text),
    /// A whole number.
    Number(i64),
    /// True or false.
    Bool(bool),
    /// Values in order.
    List(ThinVec<Value>),
    /// Properties in order.
    Map(Map),
    /// An attribute that another resource has once it is deployed: a dependency edge. It lies in a place of its own, as
    /// what is hashed does, so that all other values, of which there are more, are smaller.
    Ref(Arc<Reference>),
    /// The parts' texts, one after the other.
    Join(ThinVec<Value>),
    /// Something the place of deployment knows.
    Context(Context),
    /// A deploy parameter.
    Input(Box<Text>),
    /// A short hash or a guid of texts, the same on every deployment to the same place.
    Unique(Box<Unique>),
    /// A language inside the value, with its own quoting.
    Embed(Box<Embed>),
    /// Target syntax from `native` and `overrides`, verbatim.
    Raw(Box<Raw>),
}

impl Value {
    /// The text, when the value is a literal one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The target syntax, when the value is that.
    #[must_use]
    pub fn as_raw(&self) -> Option<&Raw> {
        match self {
            Self::Raw(raw) => Some(raw),
            _ => None,
        }
    }

    /// A property, when the value is a map that has it.
    #[must_use]
    pub fn property(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// Values in order.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Value>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A deploy parameter.
    #[must_use]
    pub fn input(name: Text) -> Self {
        Self::Input(Box::new(name))
    }

    /// Target syntax.
    #[must_use]
    pub fn raw(raw: Raw) -> Self {
        Self::Raw(Box::new(raw))
    }

    /// A join without needless structure: nested joins are flattened, neighbouring texts merged, a single part stands
    /// alone.
    #[must_use]
    pub fn join(parts: impl IntoIterator<Item = Value>) -> Self {
        let parts = parts.into_iter();
        let mut joined = Joined::expecting(parts.size_hint().0);
        parts.for_each(|part| joined.add(part));
        joined.finish()
    }

    /// The same of parts that may be absent: a join with an absent part is absent.
    #[must_use]
    pub fn join_all(parts: impl ExactSizeIterator<Item = Option<Value>>) -> Option<Self> {
        let mut joined = Joined::expecting(parts.len());
        for part in parts {
            joined.add(part?);
        }
        Some(joined.finish())
    }

    /// Values with commas between, as one text.
    #[must_use]
    pub fn listed(values: impl IntoIterator<Item = Value>) -> Self {
        let after = |(index, value)| (index > 0).then(|| Value::from(",")).into_iter().chain([value]);
        Self::join(values.into_iter().enumerate().flat_map(after))
    }

    /// A reference to an attribute of a resource.
    #[must_use]
    pub fn reference(address: Address, attribute: impl Into<Text>) -> Self {
        Self::Ref(Arc::new(Reference { address, attribute: attribute.into() }))
    }

    /// A hash of texts.
    #[must_use]
    pub fn unique(form: Form, parts: Vec<Value>) -> Self {
        Self::Unique(Box::new(Unique { form, parts }))
    }

    /// A language inside the value. What is known, and cannot be refused, is written at once.
    #[must_use]
    pub fn embed(language: crate::Language, value: Value) -> Self {
        let embed = Embed { language, value };
        embed.text().unwrap_or_else(|| Self::Embed(Box::new(embed)))
    }

    /// Calls `visit` for this value and every value inside it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Value)) {
        visit(self);
        match self {
            Self::List(items) | Self::Join(items) => items.iter().for_each(|item| item.walk(visit)),
            Self::Map(map) => map.iter().for_each(|(_, value)| value.walk(visit)),
            Self::Unique(unique) => unique.parts.iter().for_each(|part| part.walk(visit)),
            Self::Embed(embed) => embed.value.walk(visit),
            Self::Raw(raw) => raw.walk(visit),
            Self::Text(_) | Self::Number(_) | Self::Bool(_) | Self::Ref(_) | Self::Context(_) | Self::Input(_) => {}
        }
    }

    /// Calls `visit` for every reference inside the value.
    pub fn references<'a>(&'a self, visit: &mut impl FnMut(&'a Reference)) {
        self.walk(&mut referring(visit));
    }
}

/// What visits references of what visits values.
fn referring<'a>(visit: &mut impl FnMut(&'a Reference)) -> impl FnMut(&'a Value) {
    |value| {
        if let Value::Ref(reference) = value {
            visit(reference);
        }
    }
}

/// An attribute of a resource, in the provider's spelling (`Arn`, `id`, `properties.principalId`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The resource.
    pub address: Address,
    /// The attribute; `id` is what the provider identifies the resource by.
    pub attribute: Text,
}

/// What only the place of deployment knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// The account's number.
    Account,
    /// The region's name.
    Region,
    /// The partition of the cloud.
    Partition,
    /// The domain suffix of the partition.
    UrlSuffix,
    /// The project's id.
    Project,
    /// The project's number.
    ProjectNumber,
    /// The subscription's id.
    Subscription,
    /// The full id of the resource group.
    ResourceGroup,
    /// The tenant's id.
    Tenant,
}

/// A hash that is computed where its parts are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Its form.
    pub form: Form,
    /// What is hashed.
    pub parts: Vec<Value>,
}

/// The form of a [`Unique`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A short lower-case hash fit for names.
    Short,
    /// A guid.
    Guid,
}

/// Target syntax, verbatim, but for the values that `!ref` and `!join` put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as it was written.
    Number(Text),
    /// Target syntax.
    Text(Text),
    /// Items in order.
    List(Vec<Raw>),
    /// Properties in order; keys are target syntax too.
    Map(Vec<(Text, Raw)>),
    /// A value of ours inside target syntax.
    Value(Box<Value>),
}

impl Raw {
    /// Calls `visit` for every reference inside it.
    pub fn references<'a>(&'a self, visit: &mut impl FnMut(&'a Reference)) {
        self.walk(&mut referring(visit));
    }

    fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Value)) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Self::Map(entries) => entries.iter().for_each(|(_, value)| value.walk(visit)),
            Self::Value(value) => value.walk(visit),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }
}

/// Properties in the order they were set. Bodies are small, so a key is found by looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map(ThinVec<(Text, Value)>);

impl Map {
    /// No properties.
    #[must_use]
    pub const fn new() -> Self {
        Self(ThinVec::new())
    }

    /// No properties yet, and room for so many.
    #[must_use]
    pub fn with_capacity(properties: usize) -> Self {
        Self(ThinVec::with_capacity(properties))
    }

    /// Sets a property: in its old place when it was set before, else last.
    pub fn set(&mut self, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(slot) => *slot = value,
            None => self.0.push((key, value)),
        }
    }

    /// Adds a property whose key is known to be new.
    pub fn push(&mut self, key: impl Into<Text>, value: impl Into<Value>) {
        self.0.push((key.into(), value.into()));
    }

    /// Adds a property whose key is known to be new, where there is a value.
    pub fn push_some(&mut self, key: impl Into<Text>, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.push(key, value);
        }
    }

    /// The same properties and one more.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// The same properties and one more, where there is a value.
    #[must_use]
    pub fn with_some(self, key: impl Into<Text>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The value of a property.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a property, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Takes a property out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// The properties in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (Text, Value)> {
        self.0.iter()
    }

    /// The values in order, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many properties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Into<Text>, const N: usize> From<[(K, Value); N]> for Map {
    fn from(entries: [(K, Value); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (Text, Value);
    type IntoIter = std::slice::Iter<'a, (Text, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Map {
    type Item = (Text, Value);
    type IntoIter = thin_vec::IntoIter<(Text, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Context> for Value {
    fn from(context: Context) -> Self {
        Self::Context(context)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items.into())
    }
}

impl<const N: usize> From<[(&'static str, Value); N]> for Value {
    fn from(entries: [(&'static str, Value); N]) -> Self {
        Self::Map(Map::from(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_are_flat_and_merged() {
        let inner = Value::join(["a".into(), Context::Region.into()]);
        assert_eq!(
            Value::join(["x".into(), inner, "b".into(), "c".into(), "".into()]),
            Value::Join(["xa".into(), Context::Region.into(), "bc".into()].into())
        );
        assert_eq!(Value::join(["a".into(), "b".into()]), "ab".into());
        assert_eq!(Value::join([]), "".into());
    }

    /// A build of a thousand functions holds a hundred thousand of them, and waits for memory more than for anything else.
    #[test]
    fn values_are_small() {
        assert!(size_of::<Value>() <= 2 * size_of::<usize>());
    }

    #[test]
    fn a_map_keeps_the_first_place() {
        let map = Map::new().with("a", 1_i64).with("b", 2_i64).with("a", 3_i64);
        assert_eq!(map, Map::from([("a", Value::Number(3)), ("b", Value::Number(2))]));
    }
}
