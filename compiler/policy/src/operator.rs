//! The operators of tests: how a value of a request is compared with what a condition wants.

use crate::Pattern;
use std::net::IpAddr;

/// How values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Letter by letter.
    Equals,
    /// Without regard to case; also truth values.
    Alike,
    /// With wildcards.
    Like,
    /// As ARNs: each of the six parts with wildcards of its own.
    Arn,
    /// As numbers.
    Number(Order),
    /// As points in time.
    Date(Order),
    /// As an address in a range.
    Address,
    /// Whether there is no value at all: `true` wants none.
    Null,
}

/// How numbers and points in time are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// The same.
    Equal,
    /// Less, or earlier.
    Less,
    /// Less or the same.
    AtMost,
    /// More, or later.
    More,
    /// More or the same.
    AtLeast,
}

/// The operators of AWS policies, without prefix and suffix; whether it is the negation
/// (IAM user guide, "IAM JSON policy elements: Condition operators").
const NAMED: [(&str, Operator, bool); 28] = [
    ("StringEquals", Operator::Equals, false),
    ("StringNotEquals", Operator::Equals, true),
    ("StringEqualsIgnoreCase", Operator::Alike, false),
    ("StringNotEqualsIgnoreCase", Operator::Alike, true),
    ("StringLike", Operator::Like, false),
    ("StringNotLike", Operator::Like, true),
    ("ArnEquals", Operator::Arn, false),
    ("ArnLike", Operator::Arn, false),
    ("ArnNotEquals", Operator::Arn, true),
    ("ArnNotLike", Operator::Arn, true),
    ("Bool", Operator::Alike, false),
    ("BinaryEquals", Operator::Equals, false),
    ("NumericEquals", Operator::Number(Order::Equal), false),
    ("NumericNotEquals", Operator::Number(Order::Equal), true),
    ("NumericLessThan", Operator::Number(Order::Less), false),
    ("NumericLessThanEquals", Operator::Number(Order::AtMost), false),
    ("NumericGreaterThan", Operator::Number(Order::More), false),
    ("NumericGreaterThanEquals", Operator::Number(Order::AtLeast), false),
    ("DateEquals", Operator::Date(Order::Equal), false),
    ("DateNotEquals", Operator::Date(Order::Equal), true),
    ("DateLessThan", Operator::Date(Order::Less), false),
    ("DateLessThanEquals", Operator::Date(Order::AtMost), false),
    ("DateGreaterThan", Operator::Date(Order::More), false),
    ("DateGreaterThanEquals", Operator::Date(Order::AtLeast), false),
    ("IpAddress", Operator::Address, false),
    ("NotIpAddress", Operator::Address, true),
    ("Null", Operator::Null, false),
    ("BoolNot", Operator::Alike, true),
];

impl Operator {
    /// The operator of an AWS policy and whether it is negated; none when there is none of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<(Self, bool)> {
        let row = NAMED.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        Some((row.1, row.2))
    }

    /// Whether a value of a request is as wanted. What cannot be compared is not.
    #[must_use]
    pub fn holds(self, value: &Pattern, wanted: &Pattern) -> bool {
        match self {
            Self::Equals | Self::Like => wanted.covers(value),
            Self::Alike => wanted.lower().covers(&value.lower()),
            Self::Arn => arn_holds(value, wanted),
            Self::Number(order) => compared(number(value), number(wanted), order),
            Self::Date(order) => compared(instant(value), instant(wanted), order),
            Self::Address => within(value, wanted),
            Self::Null => false,
        }
    }

    /// Values of a request on which tests with this wanted value can differ.
    #[must_use]
    pub fn telling(self, wanted: &Pattern) -> Vec<Pattern> {
        let text = |number: f64| Pattern::literal(&number.to_string());
        match self {
            Self::Equals | Self::Alike | Self::Like | Self::Arn => vec![wanted.clone()],
            Self::Number(_) => around(number(wanted)).map(text).collect(),
            Self::Date(_) => around(instant(wanted)).map(text).collect(),
            Self::Address => edges(wanted),
            Self::Null => Vec::new(),
        }
    }
}

fn around(number: Option<f64>) -> impl Iterator<Item = f64> {
    number.into_iter().flat_map(|number| [number - 0.5, number, number + 0.5])
}

fn compared(value: Option<f64>, wanted: Option<f64>, order: Order) -> bool {
    let (Some(value), Some(wanted)) = (value, wanted) else { return false };
    match order {
        Order::Equal => value == wanted,
        Order::Less => value < wanted,
        Order::AtMost => value <= wanted,
        Order::More => value > wanted,
        Order::AtLeast => value >= wanted,
    }
}

fn number(pattern: &Pattern) -> Option<f64> {
    pattern.as_text()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A point in time as seconds: already a number, or `2026-11-24T15:30:00Z`, from whose letters a number in the same
/// order is made.
fn instant(pattern: &Pattern) -> Option<f64> {
    if let Some(number) = number(pattern) {
        return Some(number);
    }
    let text = pattern.as_text()?;
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let mut parts = date.split('-').map(|part| part.parse::<f64>().ok());
    let (year, month, day) =
        (parts.next()??, parts.next().flatten().unwrap_or(1.0), parts.next().flatten().unwrap_or(1.0));
    let time = time.trim_end_matches(['Z', 'z']);
    let mut parts = time.split(':').map(|part| part.parse::<f64>().ok().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    let (hour, minute, second) = (next(), next(), next());
    Some(((((year * 12.0 + month) * 31.0 + day) * 24.0 + hour) * 60.0 + minute) * 60.0 + second)
}

/// Each of six parts matches; texts without six parts match as a whole.
fn arn_holds(value: &Pattern, wanted: &Pattern) -> bool {
    if wanted.covers(value) && wanted.is_literal() {
        return true;
    }
    match (parts(value), parts(wanted)) {
        (Some(value), Some(wanted)) => wanted.iter().zip(&value).all(|(wanted, value)| wanted.covers(value)),
        _ => wanted.covers(value),
    }
}

/// The six parts of an ARN.
fn parts(arn: &Pattern) -> Option<Vec<Pattern>> {
    let mut parts = vec![Pattern::default()];
    for piece in arn.pieces() {
        match piece {
            crate::Piece::Text(text) => {
                let mut rest = text.as_str();
                while parts.len() < 6
                    && let Some((before, after)) = rest.split_once(':')
                {
                    parts.last_mut()?.push_text(before);
                    parts.push(Pattern::default());
                    rest = after;
                }
                parts.last_mut()?.push_text(rest);
            }
            piece => parts.last_mut()?.push(piece.clone()),
        }
    }
    (parts.len() == 6).then_some(parts)
}

/// A range of addresses: its first and its last, as numbers of one size.
fn range(pattern: &Pattern) -> Option<(u128, u128, bool)> {
    let text = pattern.as_text()?;
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let (bits, size, long) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32, false),
        IpAddr::V6(address) => (u128::from(address), 128, true),
    };
    let free = size - length.unwrap_or(size).min(size);
    let rest = if free >= 128 { u128::MAX } else { (1_u128 << free) - 1 };
    Some((bits & !rest, bits | rest, long))
}

fn within(value: &Pattern, wanted: &Pattern) -> bool {
    let (Some((first, last, long)), Some((low, high, wide))) = (range(value), range(wanted)) else {
        return value == wanted;
    };
    long == wide && low <= first && last <= high
}

/// The first and last address of a range, and those just outside.
fn edges(wanted: &Pattern) -> Vec<Pattern> {
    let Some((low, high, long)) = range(wanted) else { return vec![wanted.clone()] };
    let text = |bits: u128| match long {
        true => Some(IpAddr::V6(bits.into())),
        false => u32::try_from(bits).ok().map(|bits| IpAddr::V4(bits.into())),
    };
    let all = [low.checked_sub(1), Some(low), Some(high), high.checked_add(1)];
    let known = all.into_iter().flatten().filter_map(text);
    known.map(|address| Pattern::literal(&address.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str, wanted: &str, expected: bool) {
        let (operator, negated) = Operator::named(name).expect("an operator");
        let wanted = if matches!(operator, Operator::Like | Operator::Arn) {
            Pattern::glob(wanted)
        } else {
            Pattern::literal(wanted)
        };
        assert_eq!(operator.holds(&Pattern::literal(value), &wanted) != negated, expected, "{name} {value} {wanted}");
    }

    #[test]
    fn operators_compare() {
        check("StringEquals", "a", "A", false);
        check("StringEqualsIgnoreCase", "a", "A", true);
        check("StringNotEquals", "a", "b", true);
        check("StringLike", "home/ann/x", "home/*", true);
        check("Bool", "True", "true", true);
        check("NumericLessThan", "9", "10", true);
        check("NumericGreaterThanEquals", "9", "10", false);
        check("NumericEquals", "ten", "10", false);
        check("DateGreaterThan", "2026-11-24T15:30:00Z", "2026-11-24T09:00:00Z", true);
        check("DateLessThan", "2026-11-24", "2026-12-01T00:00:00Z", true);
        check("IpAddress", "10.1.2.3", "10.1.0.0/16", true);
        check("IpAddress", "10.2.2.3", "10.1.0.0/16", false);
        check("NotIpAddress", "10.2.2.3", "10.1.0.0/16", true);
        check("IpAddress", "2001:db8::1", "2001:db8::/32", true);
        check("IpAddress", "10.0.0.1", "::/0", false);
        check("ArnLike", "arn:aws:sns:eu-west-1:1:news", "arn:aws:sns:*:1:news", true);
        check("ArnLike", "arn:aws:sns:eu-west-1:2:x:1:news", "arn:aws:sns:*:1:news", false);
        check("StringLike", "arn:aws:sns:eu-west-1:2:x:1:news", "arn:aws:sns:*:1:news", true);
        check("ArnEquals", "arn:aws:s3:::a", "arn:aws:s3:::a", true);
    }

    #[test]
    fn edges_of_a_range_tell() {
        let edges: Vec<String> =
            Operator::Address.telling(&Pattern::literal("10.1.0.0/16")).iter().map(ToString::to_string).collect();
        assert_eq!(edges, ["10.0.255.255", "10.1.0.0", "10.1.255.255", "10.2.0.0"]);
        assert_eq!(Operator::Address.telling(&Pattern::literal("0.0.0.0/0")).len(), 2);
    }
}
