//! Settling: contributions folded into slots, overrides merged, edges checked.

use crate::edges::Edges;
use crate::places::Places;
use crate::resources::{Key, mentions};
use crate::{Lowered, Output, Parameter, Permission, Resources};
use portolan_diagnostics::{Checked, Diagnostic, Spanned, suggest};
use portolan_value::{Address, Contribution, Map, Raw, Resource, Shape, Slot, Text, Value};
use std::collections::HashMap;

/// Resources whose bodies are final.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// The deployment's name.
    pub stack: String,
    /// The stacks; one for now.
    pub stacks: Vec<Stack>,
    /// Every permission that is granted.
    pub permissions: Vec<Permission>,
}

impl Settled {
    /// The resource at an address.
    #[must_use]
    pub fn resource(&self, address: &str) -> Option<&Resource> {
        self.stacks.iter().flat_map(|stack| &stack.resources).find(|resource| resource.address.as_str() == address)
    }
}

/// One stack.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// What tells it from its siblings; nothing when it is the only one.
    pub name: Option<String>,
    /// Its resources, in order.
    pub resources: Vec<Resource>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// The logical ids that the user fixed.
    pub ids: HashMap<Address, Text>,
    /// The addresses that resources had under the names before: the old one, the new one.
    pub moves: Vec<(Address, Address)>,
    /// Of these resources in this order: settled ones are neither moved nor renamed.
    places: Places,
    /// Between these resources.
    edges: Edges,
}

impl Stack {
    /// These resources and nothing else.
    #[must_use]
    pub fn of(resources: Vec<Resource>) -> Self {
        let resources = Resources::from(resources);
        let places = Places::of(&resources);
        let edges = edges(&resources, &places, &mut Vec::new());
        Self { places, edges, resources: resources.into_inner(), ..Self::default() }
    }

    /// Where the resource of an address stands, which one of them has or mentions.
    #[must_use]
    pub fn at(&self, address: &Address) -> Option<usize> {
        self.places.at(Key::of(address))
    }

    /// Where what a resource mentions stands: in its scope, in its body, and what it comes after, in this order.
    pub fn mentioned(&self, at: usize) -> impl Iterator<Item = usize> {
        self.edges.of(at).iter().map(|at| *at as usize)
    }
}

/// Folds every contribution into its slot, in key order; merges overrides; and refuses two values for one key, an
/// override or a fixed identity without a resource, a reference to nothing, and a circle of references.
#[must_use]
pub fn settle(lowered: Lowered) -> Checked<Settled> {
    let mut diagnostics = lowered.diagnostics;
    let mut resources = lowered.resources;
    let places = Places::of(&resources);
    if places.len() < resources.len() {
        diagnostics.push(bug("two resources have one address"));
    }
    fold(lowered.contributions, &mut resources, &places, &mut diagnostics);
    for (address, body) in lowered.overrides {
        match find(&address, &resources, &places, &mut diagnostics) {
            Some(at) => merge(&mut resources.at_mut(at).body, body),
            None => continue,
        }
    }
    let mut ids = HashMap::new();
    for (address, id) in lowered.ids {
        if let (Some(at), Some(id)) = (find(&address, &resources, &places, &mut diagnostics), id) {
            ids.insert(resources[at].address.clone(), id.value);
        }
    }
    let edges = edges(&resources, &places, &mut diagnostics);
    diagnostics.extend(circle(&edges, &resources));
    let moves = moves(&resources, &places, &lowered.formerly);
    let (parameters, outputs) = (lowered.parameters, lowered.outputs);
    let resources = resources.into_inner();
    let stack = Stack { name: None, resources, parameters, outputs, ids, moves, places, edges };
    let settled = Settled { stack: lowered.stack, stacks: vec![stack], permissions: lowered.permissions };
    Checked::new(settled, diagnostics)
}

/// Where resources come from that had another name. One that is still there is another one.
fn moves(resources: &[Resource], places: &Places, formerly: &[(String, String)]) -> Vec<(Address, Address)> {
    if formerly.is_empty() {
        return Vec::new();
    }
    let one = |resource: &Resource| Some((resource.address.formerly(formerly)?, resource.address.clone()));
    resources.iter().filter_map(one).filter(|(old, _)| places.get(old, resources).is_none()).collect()
}

fn bug(what: &str) -> Diagnostic {
    Diagnostic::error("target/bug", format!("{what}: this is a bug in the compiler"))
        .help("please report it with the spec that shows it")
}

fn fold(
    contributions: Vec<Contribution>,
    resources: &mut Resources,
    places: &Places,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Sorted is by place, which is a number: texts are compared within one resource only.
    let mut placed: Vec<(usize, Contribution)> = Vec::with_capacity(contributions.len());
    for contribution in contributions {
        match places.get(&contribution.address, resources) {
            Some(at) => placed.push((at, contribution)),
            None => diagnostics.push(bug(&format!("`{}` receives and does not exist", contribution.address))),
        }
    }
    placed.sort_by(|(at, a), (place, b)| at.cmp(place).then_with(|| (&a.slot, &a.key).cmp(&(&b.slot, &b.key))));
    let mut placed = placed.into_iter().peekable();
    while let Some((at, contribution)) = placed.next() {
        let same = |(place, next): &(usize, Contribution)| *place == at && same_key(next, &contribution);
        while let Some((_, again)) = placed.next_if(same) {
            if again.value != contribution.value {
                let Contribution { address, slot, key, .. } = &contribution;
                diagnostics.push(bug(&format!("`{slot}` of `{address}` gets two values for `{key}`")));
            }
        }
        add(contribution, resources.at_mut(at), diagnostics);
    }
}

fn same_key(a: &Contribution, b: &Contribution) -> bool {
    a.slot == b.slot && a.key == b.key
}

fn add(contribution: Contribution, resource: &mut Resource, diagnostics: &mut Vec<Diagnostic>) {
    let Resource { slots, body, after, .. } = resource;
    let Some(slot) = slots.iter().find(|slot| slot.name == contribution.slot) else {
        let what = format!("`{}` has no slot `{}`", contribution.address, contribution.slot);
        return diagnostics.push(bug(&what));
    };
    if !fill(body, slot, contribution.key, contribution.value) {
        diagnostics.push(bug(&format!("slot `{}` of `{}` is taken by another shape", slot.name, resource.address)));
    }
    for address in contribution.after {
        if !after.contains(&address) {
            after.push(address);
        }
    }
}

/// Puts a value into its slot; false when the body has something of another shape on the way.
fn fill(body: &mut Map, slot: &Slot, key: String, value: Value) -> bool {
    let Some((last, way)) = slot.path.split_last() else { return false };
    let mut place = body;
    for step in way {
        match entry(place, step, || Value::Map(Map::new())) {
            Value::Map(map) => place = map,
            _ => return false,
        }
    }
    match (slot.shape, entry(place, last, || empty(slot.shape))) {
        (Shape::List, Value::List(items)) => items.push(value),
        (Shape::Map, Value::Map(map)) => map.set(key, value),
        _ => return false,
    }
    true
}

fn empty(shape: Shape) -> Value {
    match shape {
        Shape::List => Value::list([]),
        Shape::Map => Value::Map(Map::new()),
    }
}

fn entry<'a>(map: &'a mut Map, key: &Text, otherwise: impl FnOnce() -> Value) -> &'a mut Value {
    if map.get(key).is_none() {
        map.push(key.clone(), otherwise());
    }
    map.get_mut(key).expect("the key was just set")
}

fn find(
    address: &Spanned<Text>,
    resources: &[Resource],
    places: &Places,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let found = places.get(&Address::written(&address.value), resources);
    if found.is_none() {
        let mut known: Vec<&str> = resources.iter().map(|resource| resource.address.as_str()).collect();
        known.sort_unstable();
        let owner = address.value.split('.').next().unwrap_or_default();
        let near: Vec<&str> = known.iter().copied().filter(|known| known.split('.').next() == Some(owner)).collect();
        let guess = suggest(&address.value, known).map(|name| format!("did you mean `{name}`?"));
        let listed = (!near.is_empty()).then(|| format!("`{owner}` has {}", near.join(", ")));
        let message = format!("no lowered resource has the address `{}`", address.value);
        let diagnostic =
            Diagnostic::error("target/unknown-address", message).at(address.span, "nothing is made under it");
        diagnostics.push(diagnostic.help_if(guess).help_if(listed));
    }
    found
}

/// Merges target syntax into a body: maps key by key, everything else replaces; a null removes.
fn merge(body: &mut Map, patch: Raw) {
    let Raw::Map(entries) = patch else { return };
    for (key, raw) in entries {
        match (raw, body.get_mut(&key)) {
            (Raw::Null, _) => {
                body.remove(&key);
            }
            (raw @ Raw::Map(_), Some(Value::Map(inner))) => merge(inner, raw),
            (raw, _) => body.set(key, Value::raw(raw)),
        }
    }
}

/// What leads to what; a reference to nothing is a bug.
fn edges(resources: &Resources, places: &Places, diagnostics: &mut Vec<Diagnostic>) -> Edges {
    let mut edges = Edges::with_capacity(resources.len());
    for (at, resource) in resources.iter().enumerate() {
        let mut missing = false;
        resources.mentioned(at, |key| match places.at(key) {
            Some(to) => edges.edge(to),
            None => missing = true,
        });
        edges.end_node();
        if missing {
            diagnostics.extend(dangling(resource, places));
        }
    }
    edges
}

fn dangling(resource: &Resource, places: &Places) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    mentions(resource, |address| {
        if places.at(Key::of(address)).is_none() {
            found.push(bug(&format!("`{}` refers to `{address}`, which does not exist", resource.address)));
        }
    });
    found
}

fn circle(edges: &Edges, resources: &[Resource]) -> Option<Diagnostic> {
    let circle = edges.cycle()?;
    let names: Vec<&str> = circle.iter().map(|at| resources[*at].address.as_str()).collect();
    let message = format!("these resources wait for each other: {}", names.join(" → "));
    let mut diagnostic = Diagnostic::error("target/cycle", message);
    if let Some(span) = circle.iter().find_map(|at| resources[*at].origin.span) {
        diagnostic = diagnostic.at(span, "one of them is made for this line");
    }
    Some(diagnostic.help("a `native` or an override that refers back closes such a circle; a known name does not"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_value::Origin;

    fn queue() -> Resource {
        let body = [("Kept", Value::from([("a", 1_i64.into()), ("b", 2_i64.into())]))];
        let queue = Resource::new(Address::new("jobs", "queue"), "Queue", body, Origin::default());
        queue.with_slot("rules", &["Policy", "Rules"], Shape::List).with_slot("tags", &["Tags"], Shape::Map)
    }

    fn contribution(slot: &'static str, key: &str, value: i64) -> Contribution {
        Contribution {
            address: Address::new("jobs", "queue"),
            slot: slot.into(),
            key: key.to_owned(),
            value: value.into(),
            after: Vec::new(),
            origin: Origin::default(),
        }
    }

    fn check(lowered: Lowered) -> Result<Map, Vec<&'static str>> {
        let checked = settle(Lowered { resources: vec![queue()].into(), ..lowered });
        match checked.product {
            Some(settled) => Ok(settled.stacks[0].resources[0].body.clone()),
            None => Err(checked.diagnostics.iter().map(|found| found.id).collect()),
        }
    }

    fn contributed(contributions: Vec<Contribution>) -> Result<Map, Vec<&'static str>> {
        check(Lowered { contributions, ..Lowered::default() })
    }

    #[test]
    fn slots_are_filled_in_the_order_of_their_keys() {
        let body = contributed(vec![
            contribution("rules", "b", 2),
            contribution("tags", "team", 7),
            contribution("rules", "a", 1),
            contribution("rules", "a", 1),
        ]);
        let expected = queue()
            .body
            .with("Policy", Map::from([("Rules", Value::list([1_i64.into(), 2_i64.into()]))]))
            .with("Tags", Map::from([("team", Value::Number(7))]));
        assert_eq!(body, Ok(expected));
    }

    #[test]
    fn contradictions_are_bugs() {
        assert_eq!(
            contributed(vec![contribution("rules", "a", 1), contribution("rules", "a", 2)]),
            Err(vec!["target/bug"])
        );
        assert_eq!(contributed(vec![contribution("nothing", "a", 1)]), Err(vec!["target/bug"]));
        let other = Resource::new(Address::new("jobs", "queue"), "Queue", Map::new(), Origin::default());
        let twice = settle(Lowered { resources: vec![queue(), other].into(), ..Lowered::default() });
        assert!(twice.product.is_none());
    }

    #[test]
    fn overrides_merge_and_remove() {
        let patch = Raw::Map(vec![
            ("Kept".into(), Raw::Map(vec![("a".into(), Raw::Null), ("c".into(), Raw::Text("x".into()))])),
            ("New".into(), Raw::Bool(true)),
        ]);
        let address = Spanned { value: "jobs.queue".into(), ..Spanned::default() };
        let body = check(Lowered { overrides: vec![(address, patch)], ..Lowered::default() }).expect("a body");
        let kept = Map::from([("b", Value::Number(2)), ("c", Value::raw(Raw::Text("x".into())))]);
        assert_eq!(body, Map::from([("Kept", Value::Map(kept)), ("New", Value::raw(Raw::Bool(true)))]));
    }

    #[test]
    fn an_unknown_address_is_refused() {
        let address = Spanned { value: "jobs.quue".into(), ..Spanned::default() };
        let found = check(Lowered { overrides: vec![(address, Raw::Null)], ..Lowered::default() });
        assert_eq!(found, Err(vec!["target/unknown-address"]));
    }
}
