//! Which resource of one template is which of the other.
//!
//! By its name in the template first. What is left over may have been renamed: where the spec says so it is one resource,
//! and where it only looks so that is proposed and nothing is taken for granted.

use crate::Sides;
use crate::compare::canonical;
use portolan_target::{Contents, Holding, Written};
use std::collections::HashMap;

/// What becomes of a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pair<'a> {
    /// It is in both.
    Both(&'a Holding, &'a Holding),
    /// It is in both under two names, as the spec says.
    Renamed(&'a Holding, &'a Holding),
    /// It is new.
    Came(&'a Holding),
    /// It is gone.
    Went(&'a Holding),
}

/// Two resources that look like one under two names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likeness<'a> {
    /// What goes.
    pub gone: &'a Holding,
    /// What comes.
    pub new: &'a Holding,
}

/// The resources of both templates, each once, and those that look alike.
pub(crate) fn pairs<'a>(sides: &Sides<'a>) -> (Vec<Pair<'a>>, Vec<Likeness<'a>>) {
    let old: HashMap<&str, &Holding> = sides.before.holdings.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut pairs = Vec::new();
    let mut taken: HashMap<&str, ()> = HashMap::new();
    let mut came: Vec<&Holding> = Vec::new();
    for new in &sides.after.holdings {
        match old
            .get(new.id.as_str())
            .filter(|old| sides.stakes.keeps_type || old.r#type.eq_ignore_ascii_case(&new.r#type))
        {
            Some(old) => {
                taken.insert(&old.id, ());
                pairs.push(Pair::Both(old, new));
            }
            None => came.push(new),
        }
    }
    let mut went: Vec<&Holding> =
        sides.before.holdings.iter().filter(|old| !taken.contains_key(old.id.as_str())).collect();
    came.retain(|new| match went.iter().position(|gone| is_renamed(gone, new, sides)) {
        Some(at) => {
            pairs.push(Pair::Renamed(went.remove(at), new));
            false
        }
        None => true,
    });
    let alike = alike(&went, &came, sides);
    pairs.extend(went.into_iter().map(Pair::Went));
    pairs.extend(came.into_iter().map(Pair::Came));
    (pairs, alike)
}

/// The names in templates of what the spec says has another name: the old one, the new one.
#[must_use]
pub fn renames(before: &Contents, after: &Contents, formerly: &[(String, String)]) -> Vec<(String, String)> {
    if formerly.is_empty() {
        return Vec::new();
    }
    let old: HashMap<&str, &Holding> = before.holdings.iter().map(|one| (one.called(), one)).collect();
    let pair = |new: &Holding| {
        let was = new.address.as_ref()?.formerly(formerly)?;
        let old = old.get(was.as_str())?;
        old.r#type.eq_ignore_ascii_case(&new.r#type).then(|| (old.id.clone(), new.id.clone()))
    };
    after.holdings.iter().filter_map(pair).collect()
}

/// Whether the spec says that one is the other under another name.
fn is_renamed(gone: &Holding, new: &Holding, sides: &Sides<'_>) -> bool {
    let (Some(old), Some(now)) = (&gone.address, &new.address) else { return false };
    gone.r#type.eq_ignore_ascii_case(&new.r#type) && now.formerly(sides.formerly).as_ref() == Some(old)
}

/// More resources than this of one type are not put beside each other.
const MANY: usize = 200;

/// What goes and what comes, of one type, with the same name in the cloud or nine tenths of the same content.
fn alike<'a>(went: &[&'a Holding], came: &[&'a Holding], sides: &Sides<'_>) -> Vec<Likeness<'a>> {
    let mut alike = Vec::new();
    let mut left: HashMap<String, Vec<&'a Holding>> = HashMap::new();
    for new in came {
        left.entry(new.r#type.to_lowercase()).or_default().push(new);
    }
    for gone in went
        .iter()
        .filter(|gone| sides.stakes.held(&gone.r#type).is_some() || sides.stakes.served(&gone.r#type).is_some())
    {
        let Some(candidates) = left.get_mut(&gone.r#type.to_lowercase()).filter(|all| all.len() <= MANY) else {
            continue;
        };
        let best = candidates.iter().enumerate().map(|(at, new)| (at, likeness(gone, new, sides)));
        let best = best.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        if let Some((at, ratio)) = best
            && ratio >= ALIKE
        {
            alike.push(Likeness { gone, new: candidates.remove(at) });
        }
    }
    alike
}

/// From here on two resources are proposed as one.
const ALIKE: f64 = 0.9;

fn likeness(gone: &Holding, new: &Holding, sides: &Sides<'_>) -> f64 {
    let named = |holding: &Holding| {
        let name = sides.stakes.name_of(&holding.r#type)?;
        holding.body.get(name).map(canonical)
    };
    if named(gone).is_some() && named(gone) == named(new) {
        return 1.0;
    }
    let mut old = Vec::new();
    let mut now = Vec::new();
    let own = sides.stakes.name_of(&gone.r#type).unwrap_or("name");
    leaves(&gone.body, own, &mut String::new(), &mut old);
    leaves(&new.body.renamed(&new.id, &gone.id), own, &mut String::new(), &mut now);
    if old.is_empty() && now.is_empty() {
        return 1.0;
    }
    let common = old.iter().filter(|leaf| now.binary_search(leaf).is_ok()).count();
    let most = old.len().max(now.len());
    // Templates hold fewer leaves than a float counts exactly.
    f64::from(u32::try_from(common).unwrap_or(u32::MAX)) / f64::from(u32::try_from(most).unwrap_or(u32::MAX))
}

/// Every scalar with the way to it, without the resource's own name, in order.
fn leaves(value: &Written, own: &str, way: &mut String, all: &mut Vec<String>) {
    collect(value, own, way, all);
    all.sort();
}

fn collect(value: &Written, own: &str, way: &mut String, all: &mut Vec<String>) {
    let length = way.len();
    match value {
        Written::Map(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| length > 0 || key != own) {
                way.push('.');
                way.push_str(key);
                collect(value, own, way, all);
                way.truncate(length);
            }
        }
        Written::List(items) => {
            way.push_str("[]");
            items.iter().for_each(|item| collect(item, own, way, all));
            way.truncate(length);
        }
        scalar => all.push(format!("{way}={}", scalar.scalar().unwrap_or_default())),
    }
}
