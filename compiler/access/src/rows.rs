//! What verbs take on a cloud, row by row, and which calls each row is for.

use crate::Part;
use portolan_catalog::{AccessRow, Catalog, Column, Kind, Serves, Verb};
use portolan_model::{Model, Pattern, Resource, Setting, Subject};

/// What verbs stand for on the cloud that is compiled for.
#[derive(Clone, Copy)]
pub(crate) struct Ceiling<'a> {
    pub model: &'a Model,
    pub catalog: &'a Catalog,
}

impl<'a> Ceiling<'a> {
    /// The kind of something; none of a raw resource.
    pub fn kind(&self, subject: Subject) -> Option<&'a Kind> {
        match subject {
            Subject::Resource(id) => Some(&self.model.resource(id).kind),
            Subject::Function(_) => self.catalog.kind("function").map(AsRef::as_ref),
            Subject::Native(_) => None,
        }
    }

    /// The rows of a verb that count for something, where a function has these verbs on it.
    pub fn rows(&self, subject: Subject, verb: &Verb, has: &dyn Fn(&str) -> bool) -> Vec<&'a AccessRow> {
        let counts = |row: &&AccessRow| {
            row.with().is_none_or(has) && row.when.as_deref().is_none_or(|option| self.is_set(subject, option))
        };
        self.all_rows(subject, verb).iter().filter(counts).collect()
    }

    fn all_rows(&self, subject: Subject, verb: &Verb) -> &'a [AccessRow] {
        match self.kind(subject).map(|kind| kind.column(self.model.target.format)) {
            Some(Column::Built(built)) => built.access(verb),
            Some(Column::Unsupported(_)) | None => &[],
        }
    }

    fn is_set(&self, subject: Subject, option: &str) -> bool {
        let (option, wanted) = option.strip_prefix('!').map_or((option, true), |option| (option, false));
        let set = self.resource(subject).and_then(|resource| resource.option(option));
        set.is_some_and(|setting| !matches!(setting.value, Setting::Bool(false))) == wanted
    }

    fn resource(&self, subject: Subject) -> Option<&'a Resource> {
        match subject {
            Subject::Resource(id) => Some(self.model.resource(id)),
            Subject::Function(_) | Subject::Native(_) => None,
        }
    }

    /// Whether a row is for a call that needs a permission on a part of something.
    pub fn serves(&self, row: &AccessRow, subject: Subject, permission: &str, part: &Part) -> bool {
        let meant = match (&row.serves, part) {
            (Serves::All, _) | (Serves::Whole, Part::Whole) | (Serves::Inside, Part::Inside(_)) => true,
            (Serves::Parts(option), Part::Inside(key)) => self.has_part(subject, option, key),
            (Serves::Whole, Part::Inside(_)) | (Serves::Inside | Serves::Parts(_), Part::Whole) => false,
        };
        meant && row.permissions.iter().any(|known| known == permission)
    }

    fn has_part(&self, subject: Subject, option: &str, key: &Pattern) -> bool {
        let setting = self.resource(subject).and_then(|resource| resource.option(option));
        let Some(Setting::Map(entries)) = setting.map(|setting| &setting.value) else { return false };
        entries.iter().any(|(name, _)| match key {
            Pattern::Key(key) => name.value == key.as_str(),
            Pattern::Prefix(prefix) => name.value.starts_with(prefix.as_str()),
        })
    }

    /// The verbs that a function has to have so that a call is covered: the first that does, with the one that it counts
    /// only together with.
    pub fn covering(&self, subject: Subject, permission: &str, part: &Part) -> Option<Vec<Verb>> {
        let kind = self.kind(subject)?;
        kind.verbs.iter().find_map(|rule| {
            let rows = self.all_rows(subject, &rule.verb).iter();
            let row = rows.filter(|row| row.when.as_deref().is_none_or(|option| self.is_set(subject, option)));
            let row = row.into_iter().find(|row| self.serves(row, subject, permission, part))?;
            let with = row.with().and_then(|other| kind.verb(other));
            Some(std::iter::once(rule.verb.clone()).chain(with).collect())
        })
    }
}
