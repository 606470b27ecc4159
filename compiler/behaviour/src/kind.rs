//! One type of a provider: from a path to what is known there.

use crate::lines::{self, Entry, Head, Holds, Inside, Line};
use crate::rows::Row;
use crate::{ListKind, Order, Property, Said, Source, Step, Verdict};

/// What is known of a type.
pub struct Type {
    name: &'static str,
    head: Head,
    shapes: Vec<Vec<Line>>,
    rows: Vec<&'static Row>,
    sources: &'static [Source],
}

impl Type {
    pub(crate) fn read(entry: &Entry, sources: &'static [Source], rows: Vec<&'static Row>) -> Self {
        let (head, shapes) = lines::read(entry);
        Self { name: entry.name, head, shapes, rows, sources }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The order in which it is replaced; `None`: nobody says, which mostly means that the new one comes first.
    #[must_use]
    pub fn replacement_order(&self) -> Option<Order> {
        let written = self.rows.iter().rev().find_map(|row| row.order);
        written.or(self.head.order)
    }

    /// Whether the type knows any update at all; every change of one that does not replaces it.
    #[must_use]
    pub fn updatable(&self) -> bool {
        !self.head.fixed
    }

    /// The paths of the properties that name a resource, as far as the provider's schema says.
    #[must_use]
    pub fn identifiers(&self) -> &[&'static str] {
        &self.head.identifiers
    }

    /// The properties that the type itself has, in the table's order.
    pub fn properties(&self) -> impl Iterator<Item = &'static str> {
        self.shapes.first().into_iter().flatten().map(|line| line.name)
    }

    /// What is known of a property. One that no source mentions is unknown, never in place.
    #[must_use]
    pub fn property(&self, path: &[Step<'_>]) -> Property {
        let mut walk = Walk::of(self);
        walk.rows(&[]);
        for depth in 0..path.len() {
            walk.step(path[depth]);
            walk.rows(&path[..=depth]);
        }
        walk.found()
    }
}

/// Where a walk stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Something that a source knows, and what is below it.
    Known(Holds),
    /// Inside of something that holds whatever one writes.
    Anything,
    /// Nobody knows.
    Nowhere,
}

/// A walk along a path, with what holds for everything below the place where it stands.
struct Walk<'a> {
    kind: &'a Type,
    place: Place,
    line: Option<&'a Line>,
    said: Vec<Option<Verdict>>,
    verdict: Option<Verdict>,
    /// What a row above says of all that the sources know and do not judge.
    usual: Option<Verdict>,
    /// A row decided here: what the sources say of the whole does not hold for its parts.
    decided: bool,
    citation: Option<&'static str>,
    flags: Flags,
    written: Row,
}

/// What holds for all that is below.
#[derive(Clone, Copy, Default)]
struct Flags {
    read_only: bool,
    write_only: bool,
    sensitive: bool,
}

impl<'a> Walk<'a> {
    fn of(kind: &'a Type) -> Self {
        Self {
            kind,
            place: Place::Known(Holds { containers: "", inside: Inside::Shape(0) }),
            line: None,
            said: vec![None; kind.sources.len()],
            verdict: None,
            usual: None,
            decided: false,
            citation: None,
            flags: Flags::default(),
            written: Row::default(),
        }
    }

    fn step(&mut self, step: Step<'_>) {
        self.line = None;
        self.written = Row::default();
        // a row that judges the whole judges its parts
        self.citation = self.citation.filter(|_| self.decided || self.usual.is_some());
        match self.place {
            Place::Known(holds) => self.go(holds, step),
            Place::Anything => {}
            Place::Nowhere => self.verdict = self.verdict.filter(|verdict| *verdict > Verdict::Unknown),
        }
    }

    fn go(&mut self, holds: Holds, step: Step<'_>) {
        match (holds.containers.as_bytes().first(), step) {
            (Some(b'['), Step::Element) | (Some(b'{'), _) => {
                self.place = Place::Known(Holds { containers: &holds.containers[1..], ..holds });
            }
            // a list of one is written as the one, and one as a list of it
            (Some(_), _) => self.go(Holds { containers: &holds.containers[1..], ..holds }, step),
            (None, Step::Element) if holds.inside != Inside::Nothing => self.place = Place::Known(holds),
            (None, step) => match (holds.inside, step) {
                (Inside::Anything, _) => self.place = Place::Anything,
                (Inside::Shape(number), Step::Name(name)) => self.enter(self.line_of(number, name)),
                _ => self.leave(),
            },
        }
    }

    fn line_of(&self, number: usize, name: &str) -> Option<&'a Line> {
        let shape = self.kind.shapes.get(number)?;
        let named = |wanted: &str| shape.binary_search_by(|line| line.name.cmp(wanted)).ok().map(|at| &shape[at]);
        named(name).or_else(|| named("*"))
    }

    fn enter(&mut self, line: Option<&'a Line>) {
        let Some(line) = line else { return self.leave() };
        self.line = Some(line);
        self.place = Place::Known(line.holds);
        let inherits = !std::mem::take(&mut self.decided);
        let letters = line.verdicts.unwrap_or(self.kind.head.verdicts).bytes();
        for (said, letter) in self.said.iter_mut().zip(letters) {
            // of what is below it, a source says at least what it says of the whole, unless that is in place
            *said = lines::verdict(letter).max(said.filter(|verdict| inherits && *verdict > Verdict::InPlace));
        }
        let own = self.said.iter().flatten().max().copied();
        let above = self.verdict.filter(|verdict| *verdict > Verdict::InPlace);
        self.citation = self.citation.filter(|_| own < above || (own.is_none() && self.usual.is_some()));
        self.verdict = own.or(self.usual).max(above);
        self.flags.read_only |= line.flags.contains('R');
        self.flags.write_only |= line.flags.contains('W');
        self.flags.sensitive |= line.flags.contains('S');
    }

    fn leave(&mut self) {
        self.place = Place::Nowhere;
        for said in &mut self.said {
            *said = said.filter(|verdict| *verdict > Verdict::InPlace);
        }
        self.verdict = self.verdict.filter(|verdict| *verdict > Verdict::Unknown);
    }

    /// Lets the rows speak that are about the place where the walk stands.
    fn rows(&mut self, path: &[Step<'_>]) {
        for row in self.kind.rows.iter().filter(|row| row.is_at(path)) {
            self.citation = Some(row.citation);
            self.verdict = row.verdict.or(self.verdict);
            self.decided |= row.verdict.is_some();
            self.usual = if row.below { row.verdict } else { self.usual };
            self.flags.read_only |= row.read_only;
            self.flags.write_only |= row.write_only;
            self.flags.sensitive |= row.sensitive;
            self.place = match self.place {
                _ if row.anything => Place::Anything,
                Place::Nowhere => Place::Known(Holds::default()),
                known => known,
            };
            let written = std::mem::take(&mut self.written);
            self.written = Row {
                list: row.list.or(written.list),
                default: row.default.or(written.default),
                assigned: row.assigned || written.assigned,
                rewritten: row.rewritten || written.rewritten,
                ..written
            };
        }
    }

    fn found(self) -> Property {
        let flags = self.line.map_or("", |line| line.flags);
        let said = self.kind.sources.iter().zip(&self.said);
        let default = self.written.default.or(self.line.and_then(|line| line.default));
        Property {
            on_change: self.verdict.unwrap_or(Verdict::Unknown),
            said: said.filter_map(|(source, said)| Some(Said { source, verdict: (*said)? })).collect(),
            citation: self.citation,
            read_only: self.flags.read_only,
            write_only: self.flags.write_only,
            sensitive: self.flags.sensitive,
            list: self.written.list.or_else(|| self.line.and_then(list)),
            default: default.map(lines::value),
            assigned_by_service: self.written.assigned || flags.contains('A'),
            rewritten_by_service: self.written.rewritten || flags.contains('T'),
        }
    }
}

fn list(line: &Line) -> Option<ListKind> {
    if !line.holds.containers.starts_with('[') {
        return None;
    }
    Some(match line.key {
        Some(key) => ListKind::KeyedBy(key),
        None if line.flags.contains('U') => ListKind::Set,
        None => ListKind::Ordered,
    })
}

#[cfg(test)]
mod tests {
    use crate::{ListKind, Order, Property, Table, Verdict, steps};

    const TEXT: &str = "\
source schema schemas 1 2026-01-01 MIT
source docs documents 2 2026-01-02 MIT
:A::Fixed =ri fixed id=Name
Name
:A::Thing =ii o=d id=Name,Owner
Free >?
Listed >[1 U
Map >{1 =ir
Name =rr
Old =-r
Secret WS
Tags >[2 K:Key
Whole >3 =rc
#1
Depth d:{\"a\":1}
Loop >1
#2
Key
Value
#3
Below =xi
Silent =--
";

    const ROWS: &str = "\
cite a document of every type
* Meta in-place anything

cite a document of the thing
A::Thing Free conditional
A::Thing Listed by=Depth
A::Thing Whole in-place
A::Thing Hidden/Part replace
A::New . in-place below anything
A::New Name impossible
";

    fn property(type_name: &str, path: &str) -> Property {
        let table = Box::leak(Box::new(Table::read(TEXT, ROWS, false)));
        table.find(type_name).unwrap().property(&steps(path))
    }

    fn check(path: &str, expected: Verdict) {
        assert_eq!(property("A::Thing", path).on_change, expected, "{path}");
    }

    #[test]
    fn the_greater_verdict_wins_and_both_are_told() {
        let map = property("A::Thing", "Map");
        assert_eq!(map.on_change, Verdict::Replace);
        let said: Vec<_> = map.said.iter().map(|said| (said.source.word, said.verdict)).collect();
        assert_eq!(said, [("schema", Verdict::InPlace), ("docs", Verdict::Replace)]);
        assert!(map.disagree());
        let name = property("A::Thing", "Name");
        assert!(!name.disagree() && name.on_change == Verdict::Replace && name.citation.is_none());
    }

    #[test]
    fn one_source_suffices_and_none_is_unknown() {
        check("Old", Verdict::Replace);
        assert_eq!(property("A::Thing", "Old").said.len(), 1);
        check("Nobody", Verdict::Unknown);
        check("Name/Below", Verdict::Replace);
        check("Secret/Below", Verdict::Unknown);
        assert!(property("A::Thing", "Nobody").said.is_empty());
    }

    #[test]
    fn what_is_below_is_never_less() {
        check("Map/any-key", Verdict::Replace);
        check("Map/any-key/Depth", Verdict::Replace);
        check("Map/any-key/Unheard", Verdict::Replace);
        check("Map/a/Loop/Loop/Loop/Depth", Verdict::Replace);
        check("Listed/*/Depth", Verdict::InPlace);
        check("Listed/*/Unheard", Verdict::Unknown);
    }

    #[test]
    fn a_row_wins_and_is_cited() {
        let whole = property("A::Thing", "Whole");
        assert_eq!((whole.on_change, whole.citation), (Verdict::InPlace, Some("a document of the thing")));
        assert_eq!(whole.said.len(), 2, "the sources are still told");
        let below = property("A::Thing", "Whole/Below");
        assert_eq!(
            (below.on_change, below.citation),
            (Verdict::Impossible, None),
            "its parts have verdicts of their own"
        );
        check("Whole/Silent", Verdict::Unknown);
        let free = property("A::Thing", "Free/a/b/c");
        assert_eq!((free.on_change, free.citation), (Verdict::Conditional, Some("a document of the thing")));
        check("Hidden/Part", Verdict::Replace);
        check("Hidden", Verdict::Unknown);
    }

    #[test]
    fn rows_are_for_every_type_or_make_one() {
        check("Meta/anything/at/all", Verdict::InPlace);
        assert_eq!(property("A::New", "Some/Part").on_change, Verdict::InPlace);
        assert_eq!(property("A::New", "Name").on_change, Verdict::Impossible);
        assert_eq!(property("A::New", "Meta").citation, Some("a document of every type"));
    }

    #[test]
    fn lists_say_what_order_means() {
        assert_eq!(property("A::Thing", "Listed").list, Some(ListKind::KeyedBy("Depth")));
        assert_eq!(property("A::Thing", "Tags").list, Some(ListKind::KeyedBy("Key")));
        assert_eq!(property("A::Thing", "Tags/*/Key").list, None);
        assert_eq!(property("A::Thing", "Map").list, None);
        check("Listed/Depth", Verdict::InPlace);
    }

    #[test]
    fn the_rest_of_a_line_is_read() {
        let secret = property("A::Thing", "Secret");
        assert!(secret.write_only && secret.sensitive && !secret.read_only);
        let depth = property("A::Thing", "Listed/*/Depth");
        assert_eq!(depth.default, Some(serde_json::json!({ "a": 1 })));
        let table: &'static Table = Box::leak(Box::new(Table::read(TEXT, ROWS, false)));
        let thing = table.find("A::Thing").unwrap();
        assert_eq!((thing.replacement_order(), thing.updatable()), (Some(Order::DeleteFirst), true));
        assert_eq!(thing.identifiers(), ["Name", "Owner"]);
        let fixed = table.find("A::Fixed").unwrap();
        assert!(!fixed.updatable() && fixed.replacement_order().is_none());
        assert_eq!(property("A::Fixed", "Name").on_change, Verdict::Replace);
        assert!(table.find("A::Nothing").is_none());
    }
}
