//! Prices that do not depend on how something is used, as the clouds' pages say.

use crate::{Known, Price};
use portolan_value::Format;
use std::sync::OnceLock;

/// The table: format, type, what is paid for, dollars for a month (0: nothing beside use), page, day on which it was read.
const TABLE: &str = include_str!("../data/prices.tsv");

/// The prices that are known of a format's types.
#[must_use]
pub fn prices(format: Format) -> &'static [Known] {
    static READ: [OnceLock<Vec<Known>>; 4] = [const { OnceLock::new() }; 4];
    READ[format as usize].get_or_init(|| TABLE.lines().filter_map(|line| row(line, format.key())).collect())
}

fn row(line: &str, format: &str) -> Option<Known> {
    let mut cells = line.split('\t');
    cells.next().filter(|own| *own == format)?;
    let r#type = cells.next()?.to_owned();
    let mut cell = || cells.next().map(str::to_owned);
    let (what, monthly_usd, source, date) = (cell()?, cell()?, cell()?, cell()?);
    Some(Known { r#type, price: Price { address: String::new(), what, monthly_usd, source, date } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        let read: usize = Format::ALL.into_iter().map(|format| prices(format).len()).sum();
        assert_eq!(rows, read);
        for known in Format::ALL.into_iter().flat_map(prices) {
            assert!(known.price.monthly_usd.parse::<f64>().is_ok(), "{known:?}");
            assert!(known.price.source.starts_with("https://"), "{known:?}");
            assert_eq!(known.price.date.len(), 10, "{known:?}");
        }
    }
}
