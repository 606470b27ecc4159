//! What becomes of one resource: its properties with their verdicts, and the action that follows.

use crate::compare::{Comparison, Difference, Same, Way, canonical, path};
use crate::pairs::{Pair, renames};
use crate::shown::Showing;
use crate::unseen::{Hidden, hidden};
use crate::verdict::{Judged, judged, retyped};
use crate::{Action, Cause, Property, Said, Shown, Sides, Verdict};
use portolan_behaviour::{Order, Table, Type, table};
use portolan_target::{Fate, Holding, Replaces, Written};

/// A resource and what is known of what becomes of it, before anybody asks what follows.
pub(crate) struct Changing<'a> {
    /// It as it was.
    pub before: Option<&'a Holding>,
    /// It as it will be.
    pub after: Option<&'a Holding>,
    /// Whether it has another name.
    pub renamed: bool,
    /// Whether it is, or was, somebody else's: it leaves the deployment and stays, or is taken into it.
    pub external: bool,
    /// What changes in it.
    pub properties: Vec<Property>,
    /// What only looks as if it did.
    pub same: Vec<Same>,
    /// The worst that its properties say.
    pub verdict: Verdict,
    /// In which order it is replaced, should it be.
    pub create_first: bool,
}

/// Compares both sides of resources.
pub(crate) struct Comparer<'a> {
    sides: &'a Sides<'a>,
    table: &'static Table,
    showing: &'a Showing<'a>,
    /// The names in the templates of what the spec says has another name.
    renames: Vec<(String, String)>,
}

impl<'a> Comparer<'a> {
    /// One for a format.
    pub fn new(sides: &'a Sides<'a>, showing: &'a Showing<'a>) -> Self {
        let renames = renames(sides.before, sides.after, sides.formerly);
        Self { sides, table: table(sides.format), showing, renames }
    }

    /// What is known of a type.
    pub fn find(&self, r#type: &str) -> Option<&'static Type> {
        self.table.find(r#type)
    }

    /// Where the facts come from.
    pub fn sources(&self) -> Vec<String> {
        self.table.sources().iter().map(|source| format!("{} {}", source.name, source.version)).collect()
    }

    /// What becomes of a pair.
    pub fn changing(&self, pair: &Pair<'a>) -> Changing<'a> {
        match *pair {
            Pair::Both(before, after) => self.compared(before, after, false),
            Pair::Renamed(before, after) => self.compared(before, after, true),
            Pair::Came(after) => self.alone(None, Some(after)),
            Pair::Went(before) => self.alone(Some(before), None),
        }
    }

    fn alone(&self, before: Option<&'a Holding>, after: Option<&'a Holding>) -> Changing<'a> {
        let owner = |holding: &Holding| holding.address.as_ref().map(|address| address.owner().to_owned());
        let is_one = |holding: Option<&Holding>, names: &[String]| {
            holding.and_then(owner).is_some_and(|owner| names.contains(&owner))
        };
        let external = match (before, after) {
            (Some(gone), None) => is_one(Some(gone), self.sides.external),
            (None, Some(new)) => is_one(Some(new), self.sides.external_before) && self.is_named(new),
            _ => false,
        };
        Changing {
            before,
            after,
            renamed: false,
            external,
            properties: Vec::new(),
            same: Vec::new(),
            verdict: Verdict::InPlace,
            create_first: false,
        }
    }

    /// Whether the template names a resource, so that it can be the one that was there.
    fn is_named(&self, holding: &Holding) -> bool {
        let own = self.sides.stakes.name_of(&holding.r#type).unwrap_or("name");
        self.sides.stakes.held(&holding.r#type).is_some() && holding.body.get(own).is_some()
    }

    fn compared(&self, before: &'a Holding, after: &'a Holding, renamed: bool) -> Changing<'a> {
        let known = self.find(&after.r#type);
        let mut changing = Changing {
            renamed,
            create_first: after.create_first.unwrap_or_else(|| {
                let own = known.and_then(Type::replacement_order).map(|order| order == Order::CreateFirst);
                own.unwrap_or(self.sides.stakes.replaces == Replaces::CreateFirst)
            }),
            ..self.alone(Some(before), Some(after))
        };
        let same_unseen = before.unseen == after.unseen;
        if before.body == after.body && before.around == after.around && before.r#type == after.r#type && same_unseen {
            return changing;
        }
        if !before.r#type.eq_ignore_ascii_case(&after.r#type) {
            changing.properties.push(self.retyped(before, after));
        } else {
            self.bodies(before, after, known, &mut changing);
        }
        self.surroundings(before, after, &mut changing);
        let hidden = hidden(before, after, self.sides);
        changing.properties.extend(hidden.iter().map(|hidden| self.hidden(hidden)));
        changing.verdict = changing.properties.iter().map(|one| one.verdict).max().unwrap_or(Verdict::InPlace);
        changing
    }

    fn bodies(&self, before: &Holding, after: &Holding, known: Option<&'static Type>, changing: &mut Changing<'_>) {
        let mut comparison = Comparison::new(known, self.sides.stakes);
        let was = self.as_renamed(before, after);
        comparison.values(&mut Vec::new(), Some(&was), Some(&after.body));
        for difference in &comparison.differences {
            let judged = judged(known, difference);
            changing.properties.push(self.property(after, difference, judged));
        }
        changing.same.append(&mut comparison.same);
    }

    /// A body in which what has another name now is called by that.
    fn as_renamed(&self, before: &Holding, after: &Holding) -> Written {
        let mut body = before.body.clone();
        if before.id != after.id {
            body = body.renamed(&before.id, &after.id);
        }
        for (old, new) in &self.renames {
            body = body.renamed(old, new);
        }
        body
    }

    fn surroundings(&self, before: &Holding, after: &Holding, changing: &mut Changing<'_>) {
        let mut comparison = Comparison::new(None, self.sides.stakes);
        let mut was = before.around.clone();
        for (old, new) in &self.renames {
            was = was.renamed(old, new);
        }
        comparison.values(&mut Vec::new(), Some(&was), Some(&after.around));
        for difference in &comparison.differences {
            let judged = Judged { verdict: Verdict::InPlace, said: Vec::new(), property: None };
            changing.properties.push(self.property(after, difference, judged));
        }
        changing.same.append(&mut comparison.same);
    }

    fn hidden(&self, hidden: &Hidden<'_>) -> Property {
        let shown = |text: Option<&str>| text.map(|text| self.showing.beside(&hidden.path, &Written::text(text)));
        Property {
            path: hidden.path.clone(),
            before: shown(hidden.before),
            after: shown(hidden.after),
            verdict: Verdict::InPlace,
            said: Vec::new(),
            cause: self.sides.cause,
        }
    }

    fn property(&self, holding: &Holding, difference: &Difference, judged: Judged) -> Property {
        let shown = |value: &Option<Written>| {
            value.as_ref().map(|value| self.showing.value(holding, &difference.path, judged.property.as_ref(), value))
        };
        let is_package = self.showing.is_package(holding, &difference.path);
        Property {
            path: path(&difference.path),
            before: shown(&difference.before),
            after: shown(&difference.after),
            verdict: self.verdict(judged.verdict),
            said: judged.said,
            cause: if is_package { Cause::Artifact } else { self.sides.cause },
        }
    }

    /// What the sources say, as the engine takes it: one that replaces nothing refuses.
    fn verdict(&self, said: Verdict) -> Verdict {
        match (said, self.sides.stakes.replaces) {
            (Verdict::Replace, Replaces::Never) => Verdict::Impossible,
            _ => said,
        }
    }

    fn retyped(&self, before: &Holding, after: &Holding) -> Property {
        let (verdict, said) = retyped();
        Property {
            path: "Type".to_owned(),
            before: Some(Shown::Value(before.r#type.clone())),
            after: Some(Shown::Value(after.r#type.clone())),
            verdict,
            said,
            cause: self.sides.cause,
        }
    }

    /// What changes in a resource because others that it refers to are replaced: their names or attributes are new.
    pub fn follows(&self, holding: &Holding, replaced: &str, attributes: &dyn Fn(&str) -> bool) -> Vec<Property> {
        let known = self.find(&holding.r#type);
        let mut all = Vec::new();
        references(&holding.body, replaced, attributes, &mut Vec::new(), &mut |way, value| {
            let difference = Difference { path: way.to_vec(), before: Some(value.clone()), after: Some(value.clone()) };
            let judged = judged(known, &difference);
            let before = self.showing.value(holding, way, judged.property.as_ref(), value);
            let after = match before {
                Shown::Secret => Shown::Secret,
                _ => Shown::Unknown(format!("`{replaced}` is replaced")),
            };
            all.push(Property {
                path: path(way),
                before: Some(before),
                after: Some(after),
                verdict: self.verdict(judged.verdict),
                said: judged.said,
                cause: self.sides.cause,
            });
        });
        all
    }
}

/// The values in which a resource is referred to.
fn references(
    value: &Written,
    id: &str,
    attributes: &dyn Fn(&str) -> bool,
    way: &mut Vec<Way>,
    visit: &mut dyn FnMut(&[Way], &Written),
) {
    match value {
        Written::Text(pieces) => {
            let refers = |piece: &portolan_target::Piece| match piece {
                portolan_target::Piece::Reference { id: to, attribute } => to == id && attributes(attribute),
                _ => false,
            };
            if pieces.iter().any(refers) {
                visit(way, value);
            }
        }
        Written::List(items) => {
            for (at, item) in items.iter().enumerate() {
                way.push(Way::Item(at.to_string()));
                references(item, id, attributes, way, visit);
                way.pop();
            }
        }
        Written::Map(entries) => {
            for (key, inner) in entries {
                way.push(Way::Name(key.clone()));
                references(inner, id, attributes, way, visit);
                way.pop();
            }
        }
        Written::Null | Written::Truth(_) | Written::Number(_) => {}
    }
}

impl From<Fate> for crate::Fate {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Lost => Self::Lost,
            Fate::Kept(_) => Self::Kept,
            Fate::Refused(_) => Self::Refused,
        }
    }
}

impl Changing<'_> {
    /// The resource; as it will be, where it is in both.
    pub fn holding(&self) -> &Holding {
        // One of the two is always there: a pair is made of resources.
        self.after.or(self.before).unwrap_or_else(|| unreachable!("a change of nothing; this is a bug in the compiler"))
    }

    /// What is done with it.
    pub fn action(&self) -> Action {
        match (self.before, self.after) {
            (None, _) if self.external => Action::Import,
            (None, _) => Action::Create,
            (Some(before), None) if self.external && matches!(before.removed, Fate::Kept(_)) => Action::Forget,
            (Some(_), None) => Action::Delete,
            (Some(_), Some(_)) if self.verdict == Verdict::Replace && self.create_first => Action::ReplaceCreateFirst,
            (Some(_), Some(_)) if self.verdict == Verdict::Replace => Action::ReplaceDeleteFirst,
            (Some(_), Some(_)) if self.renamed => Action::Rename,
            (Some(_), Some(_)) if self.properties.is_empty() => Action::NoOp,
            (Some(_), Some(_)) => Action::Update,
        }
    }

    /// Whether it is replaced.
    pub fn is_replaced(&self) -> bool {
        matches!(self.action(), Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst)
    }

    /// Adds what changes because of others.
    pub fn follow(&mut self, properties: Vec<Property>) {
        for property in properties {
            if self.properties.iter().all(|known| known.path != property.path) {
                self.verdict = self.verdict.max(property.verdict);
                self.properties.push(property);
            }
        }
    }

    /// Whether an attribute of it is another one once it is replaced: what the template sets and does not change stays.
    pub fn is_new(&self, attribute: &str, name: Option<&str>) -> bool {
        let (Some(before), Some(after)) = (self.before, self.after) else { return true };
        let first = attribute.split(['.', '[']).next().unwrap_or_default();
        let set = if attribute.is_empty() { name } else { Some(first) };
        let same = |property: &str| match (before.body.get(property), after.body.get(property)) {
            (Some(old), Some(new)) => canonical(old) == canonical(new),
            _ => false,
        };
        !set.is_some_and(same)
    }

    /// What becomes of what it holds.
    pub fn fate(&self) -> Fate {
        match (self.before, self.after) {
            (Some(before), None) => before.removed,
            // An engine replaces by what the newer template says.
            (Some(_), Some(after)) => after.replaced,
            _ => Fate::Lost,
        }
    }
}

/// What the sources of a property say, in words: `schema says replaced, docs says in place`.
pub(crate) fn sources(said: &[Said]) -> String {
    let one = |said: &Said| match &said.citation {
        Some(citation) => citation.clone(),
        None => said.source.clone(),
    };
    let mut names: Vec<String> = said.iter().map(one).collect();
    names.dedup();
    names.join(", ")
}
