//! Prices as the clouds' pages say them: by the month, where use does not matter, and by what is used.

use portolan_target::Holding;
use portolan_value::Format;
use std::sync::OnceLock;

/// The table; its first lines say what stands in which column.
const TABLE: &str = include_str!("../data/prices.tsv");

/// A price that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The provider's type.
    pub r#type: String,
    /// Of which resources of the type it is the price; all conditions hold.
    pub when: Vec<Condition>,
    /// What is paid for.
    pub what: String,
    /// What is counted: `1M requests`. None where it is paid by the month, used or not.
    pub per: Option<String>,
    /// In US dollars, a decimal number; `0` by the month means that nothing is paid beside use.
    pub usd: String,
    /// The page that says so.
    pub source: String,
    /// When it was read.
    pub date: String,
}

/// What a property of a resource has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It says this.
    Is(String, String),
    /// It is there.
    There(String),
    /// It is not there.
    Absent(String),
}

impl Known {
    /// Whether it is a price of this resource. What only the cloud knows of it fits no condition.
    pub(crate) fn is_of(&self, holding: &Holding) -> bool {
        self.r#type.eq_ignore_ascii_case(&holding.r#type) && self.when.iter().all(|condition| condition.holds(holding))
    }
}

impl Condition {
    fn holds(&self, holding: &Holding) -> bool {
        let at = |path: &String| holding.body.at(&path.split('.').collect::<Vec<_>>());
        match self {
            Self::Is(path, value) => at(path).and_then(portolan_target::Written::scalar).as_ref() == Some(value),
            Self::There(path) => at(path).is_some(),
            Self::Absent(path) => at(path).is_none(),
        }
    }

    fn read(text: &str) -> Self {
        match (text.split_once('='), text.strip_prefix('!')) {
            (Some((path, value)), _) => Self::Is(path.to_owned(), value.to_owned()),
            (None, Some(path)) => Self::Absent(path.to_owned()),
            (None, None) => Self::There(text.to_owned()),
        }
    }
}

/// The prices that are known of a format's types.
#[must_use]
pub fn prices(format: Format) -> &'static [Known] {
    static READ: [OnceLock<Vec<Known>>; 4] = [const { OnceLock::new() }; 4];
    READ[format as usize].get_or_init(|| TABLE.lines().filter_map(|line| row(line, format.key())).collect())
}

fn row(line: &str, format: &str) -> Option<Known> {
    let mut cells = line.split('\t');
    cells.next().filter(|own| *own == format)?;
    let mut cell = || cells.next().map(str::to_owned);
    let (r#type, when, what, per) = (cell()?, cell()?, cell()?, cell()?);
    let when = when.split(',').filter(|said| *said != "-").map(Condition::read).collect();
    let per = Some(per).filter(|per| per != "month");
    Some(Known { r#type, when, what, per, usd: cell()?, source: cell()?, date: cell()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_target::Written;

    fn all() -> impl Iterator<Item = &'static Known> {
        Format::ALL.into_iter().flat_map(prices)
    }

    #[test]
    fn every_row_is_read() {
        let rows = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(rows, all().count());
        for known in all() {
            let (whole, cents) = known.usd.split_once('.').unwrap_or((&known.usd, "0"));
            assert!([whole, cents].iter().all(|digits| digits.parse::<u64>().is_ok()), "{known:?}");
            assert!(known.source.starts_with("https://"), "{known:?}");
            let day: Vec<&str> = known.date.split('-').collect();
            assert_eq!(day.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 2, 2], "{known:?}");
            assert!(known.per.is_none() || known.usd != "0", "a price of nothing: {known:?}");
        }
    }

    #[test]
    fn a_price_by_use_stands_beside_one_by_the_month() {
        for unit in all().filter(|known| known.per.is_some()) {
            let beside = all().any(|known| known.per.is_none() && known.r#type == unit.r#type);
            assert!(beside, "what {} costs when it is not used is not said", unit.r#type);
        }
    }

    #[test]
    fn no_resource_has_two_prices_by_the_month() {
        for format in Format::ALL {
            let fixed: Vec<&Known> = prices(format).iter().filter(|known| known.per.is_none()).collect();
            for (at, one) in fixed.iter().enumerate() {
                let twice = fixed[at + 1..].iter().find(|other| other.r#type == one.r#type && other.when == one.when);
                assert!(twice.is_none(), "{twice:?}");
            }
        }
    }

    #[test]
    fn conditions_are_asked_of_the_properties() {
        let map = |entries: &[(&str, Written)]| {
            Written::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
        };
        let body = map(&[("Tier", Written::text("a")), ("sku", map(&[("capacity", Written::Number("1".to_owned()))]))]);
        let holding = Holding { body, ..crate::testing::holding("one", "A::B") };
        let holds = |text: &str| Condition::read(text).holds(&holding);
        assert!(holds("Tier=a") && holds("sku.capacity=1") && holds("Tier") && holds("!Other"));
        assert!(!holds("Tier=b") && !holds("Other=a") && !holds("Other") && !holds("!Tier") && !holds("sku.name=1"));
    }
}
