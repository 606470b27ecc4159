//! When: `cron(…)` with five POSIX fields, `rate(…)`, and time zones.

use crate::units::split;
use crate::{Cron, CronField, CronRange, RateUnit, Schedule};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// A schedule, or what is wrong with it.
pub(crate) fn schedule(written: &Spanned<portolan_value::Text>) -> Result<Spanned<Schedule>, Box<Diagnostic>> {
    let text = written.value.trim();
    let inside = |word: &str| text.strip_prefix(word)?.trim_start().strip_prefix('(')?.strip_suffix(')');
    let schedule = match (inside("cron"), inside("rate")) {
        (Some(fields), _) => Schedule::Cron(cron(fields, written.span)?),
        (None, Some(rate_text)) => rate(rate_text, written.span)?,
        (None, None) => return Err(no_schedule(text, written.span)),
    };
    Ok(Spanned::new(schedule, written.span))
}

fn no_schedule(text: &str, span: Span) -> Box<Diagnostic> {
    let fields = text.split_whitespace().count();
    let macros = [("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *")];
    let macros =
        macros.into_iter().chain([("@weekly", "0 0 * * 0"), ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *")]);
    let known = macros.into_iter().find(|(word, _)| *word == text).map(|(_, cron)| format!("write `cron({cron})`"));
    let help = match known {
        Some(help) => help,
        None if fields == 5 => format!("write `cron({text})`"),
        None if fields == 2 => format!("write `rate({text})`"),
        None => "write `cron(0 3 * * *)` for every day at three, or `rate(1 hour)`".to_owned(),
    };
    Box::new(
        Diagnostic::error("model/schedule", format!("`{text}` is not a schedule: it is `cron(…)` or `rate(…)`"))
            .at(span, "")
            .help(help),
    )
}

/// `5 minutes`: a number and a unit.
fn rate(text: &str, span: Span) -> Result<Schedule, Box<Diagnostic>> {
    let (number, unit) = split(text);
    let unit = match unit {
        "minute" | "minutes" | "min" => Some(RateUnit::Minutes),
        "hour" | "hours" | "h" => Some(RateUnit::Hours),
        "day" | "days" | "d" => Some(RateUnit::Days),
        _ => None,
    };
    let every = number.parse::<u32>().ok().filter(|every| *every > 0);
    match (every, unit) {
        (Some(every), Some(unit)) => Ok(Schedule::Rate { every, unit }),
        _ => Err(Box::new(Diagnostic::error("model/rate", format!("`rate({text})` is not a rate"))
            .at(span, "a whole number from 1 on and a unit")
            .help("write `rate(1 minute)`, `rate(5 minutes)`, `rate(6 hours)` or `rate(1 day)`; nothing runs more often than every minute"))),
    }
}

/// Five fields.
fn cron(text: &str, span: Span) -> Result<Cron, Box<Diagnostic>> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return Err(Box::new(wrong_count(&fields, span)));
    };
    if fields.contains(&"?") {
        let plain = fields.iter().map(|field| if *field == "?" { "*" } else { field }).collect::<Vec<_>>().join(" ");
        return Err(Box::new(
            Diagnostic::error("model/cron-question", "a cron of five fields has no `?`")
                .at(span, "`?` belongs to crons of six fields")
                .help(format!("write `cron({plain})`")),
        ));
    }
    let field = |name: &'static str, text: &str, first: u32, last: u32, names: &[&str]| {
        Domain { name, first, last, names }.field(text).map_err(|problem| {
            let message = format!("`{text}` is not a value for the {name} of a cron: {problem}");
            let help =
                format!("the {name} is {first}–{last}, `*`, a list `a,b`, a range `a-b`, or steps `*/n` and `a-b/n`");
            Box::new(Diagnostic::error("model/cron-value", message).at(span, "").help(help))
        })
    };
    let cron = Cron {
        minute: field("minute", minute, 0, 59, &[])?,
        hour: field("hour", hour, 0, 23, &[])?,
        day: field("day of the month", day, 1, 31, &[])?,
        month: field("month", month, 1, 12, &MONTHS)?,
        weekday: sundays(field("day of the week", weekday, 0, 7, &WEEKDAYS)?),
    };
    if never(&cron) {
        return Err(Box::new(
            Diagnostic::error("model/cron-never", format!("`cron({text})` never happens: no such day in those months"))
                .at(span, "")
                .help("the last day of any month is not a cron; day 28 exists in every month"),
        ));
    }
    Ok(cron)
}

/// What a field may hold.
struct Domain<'a> {
    name: &'static str,
    first: u32,
    last: u32,
    names: &'a [&'a str],
}

impl Domain<'_> {
    fn field(&self, text: &str) -> Result<CronField, String> {
        if text == "*" {
            return Ok(CronField::default());
        }
        text.split(',').map(|range| self.range(range)).collect::<Result<Vec<_>, _>>().map(CronField)
    }

    fn range(&self, text: &str) -> Result<CronRange, String> {
        let (values, step) = match text.split_once('/') {
            Some((values, step)) => (values, Some(self.step(step)?)),
            None => (text, None),
        };
        let (first, last) = match values.split_once('-') {
            _ if values == "*" => (self.first, self.last_of_every()),
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            None if step.is_some() => return Err(format!("steps need a range, such as `{values}-{}/n`", self.last)),
            None => (self.value(values)?, self.value(values)?),
        };
        if first > last {
            return Err(format!("the range `{values}` runs backwards"));
        }
        Ok(CronRange { first, last, step: step.unwrap_or(1) })
    }

    /// 7 is Sunday again, so `*/2` of weekdays ends at Saturday.
    fn last_of_every(&self) -> u32 {
        if self.last == 7 { 6 } else { self.last }
    }

    fn step(&self, text: &str) -> Result<u32, String> {
        let step = text.parse::<u32>().ok().filter(|step| *step > 0);
        step.ok_or_else(|| format!("`{text}` is not a step"))
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        if let Some(at) = self.names.iter().position(|name| *name == lower) {
            return Ok(u32::try_from(at).unwrap_or_default() + u32::from(self.first == 1));
        }
        match text.parse::<u32>() {
            Ok(value)
                if (self.first..=self.last).contains(&value) && text.bytes().all(|digit| digit.is_ascii_digit()) =>
            {
                Ok(value)
            }
            Ok(value) => Err(format!("{value} is outside {}–{}", self.first, self.last)),
            Err(_) => Err(match text {
                "L" | "W" | "LW" => format!("`{text}` belongs to other crons"),
                _ if text.contains(['#', 'L', 'W']) && self.names.len() < 12 => {
                    format!("`{text}` belongs to other crons")
                }
                _ => format!("`{text}` is no {}", self.name),
            }),
        }
    }
}

/// Writes 7 as 0: `5-7` becomes `5-6` and `0`.
fn sundays(field: CronField) -> CronField {
    let split = |range: CronRange| {
        let reaches = range.last == 7 && (7 - range.first).is_multiple_of(range.step);
        let sunday = reaches.then_some(CronRange { first: 0, last: 0, step: 1 });
        let before = (range.first < 7).then_some(CronRange { last: range.last.min(6), ..range });
        before.into_iter().chain(sunday)
    };
    CronField(field.0.into_iter().flat_map(split).collect())
}

/// Whether the days of the month exist in none of the months. With a day of the week as well, either is enough.
fn never(cron: &Cron) -> bool {
    let longest = |month: u32| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let values = |field: &CronField, first: u32, last: u32| -> Vec<u32> {
        (first..=last).filter(|value| field.is_every() || field.0.iter().any(|range| holds(range, *value))).collect()
    };
    let longest = values(&cron.month, 1, 12).into_iter().map(longest).max().unwrap_or(0);
    let earliest = values(&cron.day, 1, 31).into_iter().min().unwrap_or(32);
    cron.weekday.is_every() && earliest > longest
}

fn holds(range: &CronRange, value: u32) -> bool {
    (range.first..=range.last).contains(&value) && (value - range.first).is_multiple_of(range.step)
}

/// A cron with another number of fields; the help shows the five where there are five that say the same.
fn wrong_count(fields: &[&str], span: Span) -> Diagnostic {
    let message = format!("a cron has five fields, and this has {}", fields.len());
    let diagnostic =
        Diagnostic::error("model/cron-fields", message).at(span, "minute, hour, day, month, day of the week");
    match five(fields) {
        Some(five) => diagnostic.help(format!("in five fields: `cron({five})`")),
        None => diagnostic.help("write minute, hour, day of the month, month and day of the week: `cron(0 3 * * *)`"),
    }
}

/// The five fields of a six-field cron. AWS writes `?` and a year last; others write seconds first.
fn five(fields: &[&str]) -> Option<String> {
    let [first, .., last] = fields else { return None };
    let plain = |field: &str| if field == "?" { "*".to_owned() } else { field.to_owned() };
    let fields: Vec<String> = match fields.len() {
        6 if fields.contains(&"?") && *last == "*" => {
            let weekday = posix_weekdays(fields[4])?;
            fields[..4].iter().map(|field| plain(field)).chain([plain(&weekday)]).collect()
        }
        6 if !fields.contains(&"?") && *first == "0" => fields[1..].iter().map(|field| plain(field)).collect(),
        _ => return None,
    };
    let text = fields.join(" ");
    cron(&text, Span::default()).is_ok().then_some(text)
}

/// AWS counts Sunday as 1; POSIX counts it as 0. A step is a number of days and stays.
fn posix_weekdays(field: &str) -> Option<String> {
    let part = |part: &str| -> Option<String> {
        let (days, step) = part.split_once('/').map_or((part, None), |(days, step)| (days, Some(step)));
        let days: Option<Vec<String>> = days.split('-').map(posix_weekday).collect();
        Some(days?.join("-") + &step.map(|step| format!("/{step}")).unwrap_or_default())
    };
    let parts: Option<Vec<String>> = field.split(',').map(part).collect();
    Some(parts?.join(","))
}

fn posix_weekday(day: &str) -> Option<String> {
    match day.parse::<u32>() {
        Ok(number) => number.checked_sub(1).filter(|number| *number < 7).map(|number| number.to_string()),
        Err(_) => Some(day.to_owned()),
    }
}

/// The areas of the IANA time zone database.
const AREAS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// A time zone's IANA name, or what is wrong with it.
pub(crate) fn timezone(zone: Spanned<portolan_value::Text>) -> Result<Spanned<portolan_value::Text>, Box<Diagnostic>> {
    let (area, city) = zone.value.split_once('/').unwrap_or((&zone.value, ""));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/_+-".contains(letter);
    let is_city = city.starts_with(|letter: char| letter.is_ascii_uppercase()) && city.chars().all(is_plain);
    if zone.value == "UTC" || (AREAS.contains(&area) && is_city) || (area == "Etc" && is_city) {
        return Ok(zone);
    }
    let area = AREAS.iter().find(|known| known.eq_ignore_ascii_case(area)).copied().or(suggest(area, AREAS));
    let help = match (zone.value.to_ascii_uppercase().as_str(), area) {
        ("GMT" | "Z" | "ZULU" | "UTC", _) => "write `UTC`".to_owned(),
        (_, Some(area)) if !city.is_empty() => format!("did you mean `{area}/{}`?", titled(city)),
        _ => "write the IANA name, `Europe/Berlin` or `America/New_York`, or `UTC`".to_owned(),
    };
    Err(Box::new(
        Diagnostic::error("model/timezone", format!("`{}` is not the name of a time zone", zone.value))
            .at(zone.span, "an area and a city")
            .help(help),
    ))
}

/// `new york` as `New_York`.
fn titled(city: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    city.split(['_', ' ']).map(word).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match schedule(&Spanned::new(text.to_owned().into(), Span::default())) {
            Ok(found) => match found.value {
                Schedule::Rate { every, unit } => format!("{every} {unit:?}"),
                Schedule::Cron(cron) => {
                    [cron.minute, cron.hour, cron.day, cron.month, cron.weekday].map(|field| shown(&field)).join(" ")
                }
            },
            Err(wrong) => format!("{}: {}", wrong.id, wrong.help.join(" ")),
        };
        assert_eq!(got, expected, "{text}");
    }

    fn shown(field: &CronField) -> String {
        let range = |range: &CronRange| format!("{}-{}/{}", range.first, range.last, range.step);
        if field.is_every() { "*".to_owned() } else { field.0.iter().map(range).collect::<Vec<_>>().join(",") }
    }

    #[test]
    fn crons() {
        check("cron(0 3 * * *)", "0-0/1 3-3/1 * * *");
        check("cron(*/15 8-18 1,15 jan-mar MON-FRI)", "0-59/15 8-18/1 1-1/1,15-15/1 1-3/1 1-5/1");
        check("cron(0 0 * * 7)", "0-0/1 0-0/1 * * 0-0/1");
        check("cron(0 0 * * 5-7)", "0-0/1 0-0/1 * * 5-6/1,0-0/1");
        check("cron(0 0 * * */2)", "0-0/1 0-0/1 * * 0-6/2");
        check("cron(0 0 29 2 *)", "0-0/1 0-0/1 29-29/1 2-2/1 *");
        check("cron(0 0 31 2 1)", "0-0/1 0-0/1 31-31/1 2-2/1 1-1/1");
    }

    #[test]
    fn crons_of_other_tools_are_translated() {
        check("cron(0 12 * * ? *)", "model/cron-fields: in five fields: `cron(0 12 * * *)`");
        check("cron(0 12 ? * 2-6 *)", "model/cron-fields: in five fields: `cron(0 12 * * 1-5)`");
        check("cron(0 12 ? * MON-FRI *)", "model/cron-fields: in five fields: `cron(0 12 * * MON-FRI)`");
        check("cron(0 */5 * * * *)", "model/cron-fields: in five fields: `cron(*/5 * * * *)`");
        let none =
            "model/cron-fields: write minute, hour, day of the month, month and day of the week: `cron(0 3 * * *)`";
        check("cron(0 12 L * ? *)", none);
        check("cron(0 12 * * ? 2030)", none);
        check("cron()", none);
        check("cron(0 3 * * ?)", "model/cron-question: write `cron(0 3 * * *)`");
    }

    #[test]
    fn wrong_values() {
        for text in [
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "5-2 * * * *",
            "5/10 * * * *",
            "*/0 * * * *",
            "+5 * * * *",
            "a * * * *",
            "* * L * *",
            ", * * * *",
            "1- * * * *",
        ] {
            let got = schedule(&Spanned::new(format!("cron({text})").into(), Span::default()));
            assert_eq!(got.err().map(|wrong| wrong.id), Some("model/cron-value"), "{text}");
        }
        check(
            "cron(0 0 31 4,6 *)",
            "model/cron-never: the last day of any month is not a cron; day 28 exists in every month",
        );
    }

    #[test]
    fn rates() {
        check("rate(1 hour)", "1 Hours");
        check("rate(5 minutes)", "5 Minutes");
        check("rate(5 min)", "5 Minutes");
        let help = "model/rate: write `rate(1 minute)`, `rate(5 minutes)`, `rate(6 hours)` or `rate(1 day)`; nothing runs more often than every minute";
        check("rate(0 hours)", help);
        check("rate(30 seconds)", help);
        check("rate(99999999999 days)", help);
    }

    #[test]
    fn other_schedules() {
        check("0 3 * * *", "model/schedule: write `cron(0 3 * * *)`");
        check("@daily", "model/schedule: write `cron(0 0 * * *)`");
        check("5 minutes", "model/schedule: write `rate(5 minutes)`");
        check("every day at noon", "model/schedule: write `cron(0 3 * * *)` for every day at three, or `rate(1 hour)`");
    }

    #[test]
    fn zones() {
        let check = |text: &str, expected: Option<&str>| {
            let got = timezone(Spanned::new(text.to_owned().into(), Span::default())).err();
            assert_eq!(got.map(|wrong| wrong.help.join(" ")).as_deref(), expected, "{text}");
        };
        check("Europe/Berlin", None);
        check("America/Argentina/Buenos_Aires", None);
        check("UTC", None);
        check("Etc/UTC", None);
        check("europe/berlin", Some("did you mean `Europe/Berlin`?"));
        check("America/new york", Some("did you mean `America/New_York`?"));
        check("utc", Some("write `UTC`"));
        check("CET", Some("write the IANA name, `Europe/Berlin` or `America/New_York`, or `UTC`"));
    }
}
