//! Five POSIX fields as AWS's six (EventBridge Scheduler user guide, "Cron-based schedules").

use portolan_model::{Cron, CronField, CronRange, RateUnit, Schedule};

/// The expression of a schedule; none where AWS has no expression for it: a restricted day of month together with a
/// restricted day of week means either of them to POSIX, and AWS wants a question mark for one of the two.
pub(crate) fn expression(schedule: &Schedule) -> Option<String> {
    match schedule {
        Schedule::Rate { every, unit } => Some(rate(*every, *unit)),
        Schedule::Cron(cron) => six_fields(cron),
    }
}

fn rate(every: u32, unit: RateUnit) -> String {
    let unit = match unit {
        RateUnit::Minutes => "minute",
        RateUnit::Hours => "hour",
        RateUnit::Days => "day",
    };
    format!("rate({every} {unit}{})", if every == 1 { "" } else { "s" })
}

fn six_fields(cron: &Cron) -> Option<String> {
    let (day, weekday) = match (cron.day.is_every(), cron.weekday.is_every()) {
        (true, true) => ("*".to_owned(), "?".to_owned()),
        (false, true) => (field(&cron.day, 0), "?".to_owned()),
        // AWS counts the days of the week from 1, POSIX from 0; both begin on Sunday.
        (true, false) => ("?".to_owned(), field(&cron.weekday, 1)),
        (false, false) => return None,
    };
    let (minute, hour, month) = (field(&cron.minute, 0), field(&cron.hour, 0), field(&cron.month, 0));
    Some(format!("cron({minute} {hour} {day} {month} {weekday} *)"))
}

fn field(field: &CronField, shift: u32) -> String {
    if field.is_every() {
        return "*".to_owned();
    }
    field.0.iter().map(|range| values(range, shift)).collect::<Vec<_>>().join(",")
}

/// AWS reads a step from a value on, not within a range, so the values of a stepped range are written out.
fn values(range: &CronRange, shift: u32) -> String {
    let (first, last) = (range.first + shift, range.last + shift);
    match range.step {
        _ if first >= last => first.to_string(),
        0 | 1 => format!("{first}-{last}"),
        step => (first..=last).step_by(step as usize).map(|value| value.to_string()).collect::<Vec<_>>().join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ranges: &[(u32, u32, u32)]) -> CronField {
        CronField(ranges.iter().map(|&(first, last, step)| CronRange { first, last, step }).collect())
    }

    fn check(fields: [&[(u32, u32, u32)]; 5], expected: Option<&str>) {
        let [minute, hour, day, month, weekday] = fields.map(of);
        let schedule = Schedule::Cron(Cron { minute, hour, day, month, weekday });
        assert_eq!(expression(&schedule).as_deref(), expected);
    }

    #[test]
    fn five_fields_become_six() {
        check([&[(0, 0, 1)], &[(3, 3, 1)], &[], &[], &[]], Some("cron(0 3 * * ? *)"));
        check([&[(0, 59, 15)], &[], &[], &[], &[(1, 5, 1)]], Some("cron(0,15,30,45 * ? * 2-6 *)"));
        check(
            [&[(0, 0, 1)], &[(0, 0, 1)], &[(1, 1, 1), (15, 15, 1)], &[(1, 6, 1)], &[]],
            Some("cron(0 0 1,15 1-6 ? *)"),
        );
        check([&[(0, 0, 1)], &[(0, 0, 1)], &[], &[], &[(0, 0, 1)]], Some("cron(0 0 ? * 1 *)"));
        check([&[(0, 0, 1)], &[(0, 0, 1)], &[(1, 1, 1)], &[], &[(1, 1, 1)]], None);
    }

    #[test]
    fn rates_are_counted() {
        assert_eq!(rate(1, RateUnit::Hours), "rate(1 hour)");
        assert_eq!(rate(5, RateUnit::Minutes), "rate(5 minutes)");
    }
}
