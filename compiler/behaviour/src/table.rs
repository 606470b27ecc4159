//! The tables: one a format, unpacked when somebody asks for it, and once.

use crate::lines::{self, Entry};
use crate::rows::{self, Row};
use crate::{Source, Type};
use flate2::read::DeflateDecoder;
use portolan_value::Format;
use rustc_hash::FxHashMap;
use std::io::Read;
use std::sync::OnceLock;

/// What is known of one format's types.
pub struct Table {
    sources: &'static [Source],
    types: FxHashMap<&'static str, (Entry, OnceLock<Type>)>,
    rows: FxHashMap<&'static str, Vec<Row>>,
    lower_case: bool,
}

/// The table of a format.
#[must_use]
pub fn table(format: Format) -> &'static Table {
    static TABLES: [OnceLock<Table>; 4] = [const { OnceLock::new() }; 4];
    TABLES[format as usize].get_or_init(|| match format {
        Format::Aws => Table::unpack(include_bytes!("../data/aws.deflate"), include_str!("../data/aws.rows"), false),
        Format::Gcp => Table::unpack(include_bytes!("../data/gcp.deflate"), include_str!("../data/gcp.rows"), false),
        Format::GcpDm => {
            Table::unpack(include_bytes!("../data/gcp-dm.deflate"), include_str!("../data/gcp-dm.rows"), false)
        }
        // ARM does not tell `Microsoft.Web/sites` from `microsoft.web/Sites`
        Format::Azure => {
            Table::unpack(include_bytes!("../data/azure.deflate"), include_str!("../data/azure.rows"), true)
        }
    })
}

impl Table {
    fn unpack(packed: &'static [u8], rows: &'static str, lower_case: bool) -> Self {
        let mut text = String::new();
        DeflateDecoder::new(packed).read_to_string(&mut text).expect("what is built in can be unpacked");
        Self::read(text.leak(), rows, lower_case)
    }

    /// Reads a table out of its text and the rows that people wrote.
    pub(crate) fn read(text: &'static str, rows: &'static str, lower_case: bool) -> Self {
        let (sources, entries) = lines::entries(text);
        let mut types: FxHashMap<_, _> =
            entries.into_iter().map(|entry| (entry.name, (entry, OnceLock::new()))).collect();
        let mut by_type: FxHashMap<&'static str, Vec<Row>> = FxHashMap::default();
        for mut row in rows::rows(rows) {
            if lower_case {
                row.type_name = row.type_name.to_ascii_lowercase().leak();
            }
            by_type.entry(row.type_name).or_default().push(row);
        }
        for name in by_type.keys().filter(|name| **name != rows::EVERY_TYPE) {
            types.entry(name).or_insert_with(|| (Entry { name, lines: "" }, OnceLock::new()));
        }
        Self { sources: sources.leak(), types, rows: by_type, lower_case }
    }

    /// What is known of a type; `None`: nobody knows the type.
    #[must_use]
    pub fn find(&'static self, name: &str) -> Option<&'static Type> {
        let lower = self.lower_case.then(|| name.to_ascii_lowercase());
        let (entry, parsed) = self.types.get(lower.as_deref().unwrap_or(name))?;
        Some(parsed.get_or_init(|| Type::read(entry, self.sources, self.rows_of(entry.name))))
    }

    fn rows_of(&'static self, name: &str) -> Vec<&'static Row> {
        let every = self.rows.get(rows::EVERY_TYPE).into_iter().flatten();
        every.chain(self.rows.get(name).into_iter().flatten()).collect()
    }

    /// Where the facts are from.
    #[must_use]
    pub fn sources(&self) -> &'static [Source] {
        self.sources
    }

    /// The names of all types, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.types.keys().copied().collect();
        names.sort_unstable();
        names
    }
}
