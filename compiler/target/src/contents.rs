//! A written template read back: what it holds, resource by resource.

use crate::{Unseen, Written};
use portolan_value::Address;

/// What a template holds, ours or an old one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The lowering version that it carries; none of a template that is not ours.
    pub lowering: Option<u64>,
    /// Its resources, in the order of the template.
    pub holdings: Vec<Holding>,
    /// What it tells whoever deploys it.
    pub outputs: Vec<(String, Written)>,
    /// What it asks of whoever deploys it, each with all that is said of it.
    pub parameters: Vec<(String, Written)>,
}

/// A resource of a written template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its name in the template.
    pub id: String,
    /// Its address; none where the name is not one that we give.
    pub address: Option<Address>,
    /// The provider's type.
    pub r#type: String,
    /// Its properties, in the provider's names: always a map.
    pub body: Written,
    /// What the template says of it beside its properties: conditions, policies on deletion. Always a map.
    pub around: Written,
    /// What becomes of what it holds when the template no longer has it.
    pub removed: Fate,
    /// What becomes of what it holds when it is replaced.
    pub replaced: Fate,
    /// Whether the new one is made before the old one goes when it is replaced; none where the template does not say.
    pub create_first: Option<bool>,
    /// What the template says of it that is none of its properties.
    pub unseen: Unseen,
}

/// What becomes of a resource's data when the resource goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It goes with the resource.
    #[default]
    Lost,
    /// It stays in the cloud, on whose word.
    Kept(&'static str),
    /// The cloud, or its engine, does not let the resource go, on whose word.
    Refused(&'static str),
}

impl Holding {
    /// What it is called in plans: its address, else its name in the template.
    #[must_use]
    pub fn called(&self) -> &str {
        self.address.as_ref().map_or(&self.id, Address::as_str)
    }

    /// The names of the resources that it refers to or waits for, each once, in order.
    #[must_use]
    pub fn refers_to(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        walk(&self.body, &mut all);
        walk(&self.around, &mut all);
        all
    }
}

fn walk<'w>(value: &'w Written, all: &mut Vec<&'w str>) {
    match value {
        Written::Text(pieces) => {
            for piece in pieces {
                if let crate::Piece::Reference { id, .. } = piece
                    && !all.contains(&id.as_str())
                {
                    all.push(id);
                }
            }
        }
        Written::List(items) => items.iter().for_each(|item| walk(item, all)),
        Written::Map(entries) => entries.iter().for_each(|(_, value)| walk(value, all)),
        Written::Null | Written::Truth(_) | Written::Number(_) => {}
    }
}
