//! Numbers with their units, from text.

/// The unit words of durations and the seconds they stand for.
const DURATIONS: [(&[&str], u64); 4] = [
    (&["", "s", "sec", "secs", "second", "seconds"], 1),
    (&["min", "mins", "minute", "minutes"], 60),
    (&["h", "hour", "hours"], 3_600),
    (&["d", "day", "days"], 86_400),
];

/// The unit words of sizes, in lower case, and the megabytes they stand for.
const SIZES: [(&[&str], u64); 2] = [(&["", "mb", "mib"], 1), (&["gb", "gib"], 1_024)];

/// Seconds of `30 s`, `5 min`, `6 hours`, `14 d`; a bare number is seconds.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    quantity(text, &DURATIONS)
}

/// Days of `30 d` or a bare number of days; other durations only when they are whole days.
pub(crate) fn days(text: &str) -> Option<u64> {
    if let Ok(days) = text.parse() {
        return Some(days);
    }
    seconds(text).filter(|seconds| seconds % 86_400 == 0).map(|seconds| seconds / 86_400)
}

/// Megabytes of `256 MB`, `2 GB`; a bare number is megabytes.
pub(crate) fn megabytes(text: &str) -> Option<u64> {
    quantity(&text.to_ascii_lowercase(), &SIZES)
}

fn quantity(text: &str, units: &[(&[&str], u64)]) -> Option<u64> {
    let (number, unit) = split(text);
    let factor = units.iter().find(|(words, _)| words.contains(&unit)).map(|(_, factor)| factor)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// A number and what follows it.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |text, expected| assert_eq!(seconds(text), expected, "{text}");
        check("30", Some(30));
        check("30 s", Some(30));
        check("30s", Some(30));
        check("5 min", Some(300));
        check("6 hours", Some(21_600));
        check("1 h", Some(3_600));
        check("14 d", Some(1_209_600));
        check("1.5 h", None);
        check("-1", None);
        check("5 m", None);
        check("", None);
        check("s", None);
        check("18446744073709551615 d", None);
        check("99999999999999999999", None);
    }

    #[test]
    fn sizes() {
        let check = |text, expected| assert_eq!(megabytes(text), expected, "{text}");
        check("256", Some(256));
        check("256 MB", Some(256));
        check("2 GB", Some(2_048));
        check("2gb", Some(2_048));
        check("2 TB", None);
        check("18446744073709551615 GB", None);
    }

    #[test]
    fn whole_days() {
        let check = |text, expected| assert_eq!(days(text), expected, "{text}");
        check("30", Some(30));
        check("30 d", Some(30));
        check("48 h", Some(2));
        check("36 h", None);
        check("x", None);
    }
}
