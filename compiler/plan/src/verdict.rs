//! How a resource takes what changes in it, and who says so.

use crate::compare::{Difference, holder, steps};
use crate::{Said, Verdict};
use portolan_behaviour::{Property, Step, Type, Verdict as Behaviour};
use portolan_target::Written;

/// What is known of a difference.
pub(crate) struct Judged {
    /// How the resource takes it.
    pub verdict: Verdict,
    /// Who says so.
    pub said: Vec<Said>,
    /// What is known of the property; none of a type that nobody knows.
    pub property: Option<Property>,
}

/// How a resource of a type takes a difference in its body. What comes or goes as a whole is judged by the worst of its
/// parts; what stands in a text's JSON is judged as the text.
pub(crate) fn judged(r#type: Option<&Type>, difference: &Difference) -> Judged {
    let Some(known) = r#type else {
        let said =
            vec![Said { source: "no source".to_owned(), version: None, verdict: Verdict::Unknown, citation: None }];
        return Judged { verdict: Verdict::Unknown, said, property: None };
    };
    let way = steps(&difference.path);
    let property = known.property(&way);
    let mut worst = property.clone();
    let whole = match (&difference.before, &difference.after) {
        (None, Some(value)) | (Some(value), None) => Some(value),
        _ => None,
    }
    .filter(|_| holder(&difference.path).is_none());
    if let Some(value) = whole {
        parts(known, &mut way.clone(), value, &mut worst);
    }
    if !known.updatable() {
        worst.on_change = worst.on_change.max(Behaviour::Replace);
    }
    let said = said(known, &worst);
    Judged { verdict: worst.on_change.into(), said, property: Some(property) }
}

/// The worst of what lies in a value.
fn parts<'w>(known: &Type, way: &mut Vec<Step<'w>>, value: &'w Written, worst: &mut Property) {
    let step = |way: &mut Vec<Step<'w>>, step, value, worst: &mut Property| {
        way.push(step);
        let own = known.property(way);
        // A part that nobody knows says nothing about a whole that somebody knows.
        if own.on_change > worst.on_change && own.on_change != Behaviour::Unknown {
            *worst = own;
        }
        parts(known, way, value, worst);
        way.pop();
    };
    match value {
        Written::Map(entries) => entries.iter().for_each(|(key, value)| step(way, Step::Name(key), value, worst)),
        Written::List(items) => items.iter().for_each(|item| step(way, Step::Element, item, worst)),
        _ => {}
    }
}

fn said(known: &Type, property: &Property) -> Vec<Said> {
    let mut all: Vec<Said> = property
        .said
        .iter()
        .map(|said| Said {
            source: said.source.word.to_owned(),
            version: Some(said.source.version.to_owned()),
            verdict: said.verdict.into(),
            citation: None,
        })
        .collect();
    if let Some(citation) = property.citation {
        let verdict = property.on_change.into();
        all.push(Said { source: "overlay".to_owned(), version: None, verdict, citation: Some(citation.to_owned()) });
    }
    if !known.updatable() {
        let citation = Some("the type knows no update".to_owned());
        all.push(Said { source: "schema".to_owned(), version: None, verdict: Verdict::Replace, citation });
    }
    all
}

/// How a change of the type itself is taken where resources keep their names.
pub(crate) fn retyped() -> (Verdict, Vec<Said>) {
    let citation = Some("the type of a resource of a template cannot be changed".to_owned());
    (
        Verdict::Impossible,
        vec![Said { source: "rule".to_owned(), version: None, verdict: Verdict::Impossible, citation }],
    )
}

impl From<Behaviour> for Verdict {
    fn from(verdict: Behaviour) -> Self {
        match verdict {
            Behaviour::InPlace => Self::InPlace,
            Behaviour::Unknown => Self::Unknown,
            Behaviour::Conditional => Self::Conditional,
            Behaviour::Replace => Self::Replace,
            Behaviour::Impossible => Self::Impossible,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Way;
    use portolan_behaviour::table;
    use portolan_value::Format;

    #[test]
    fn what_a_text_holds_is_taken_as_the_text() {
        let name = |name: &str| Way::Name(name.to_owned());
        let path = vec![name("Environment"), name("Variables"), name("KEYS"), Way::Inside, name("key"), name("day")];
        let difference = Difference { path, before: None, after: Some(Written::text("string".to_owned())) };
        let judged = judged(table(Format::Aws).find("AWS::Lambda::Function"), &difference);
        assert_eq!(judged.verdict, Verdict::InPlace);
        assert!(!judged.said.is_empty());
    }
}
