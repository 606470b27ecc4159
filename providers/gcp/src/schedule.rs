//! Schedules in Cloud Scheduler's words.

use portolan_model::{Cron, CronField, CronRange, RateUnit, Schedule};

/// Five fields of cron; a rate that they cannot say is said in English (Cloud Scheduler documentation, Cron job format,
/// Alternative job format).
pub fn words(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Cron(cron) => fields(cron),
        Schedule::Rate { every, unit } => rate(*every, *unit),
    }
}

/// Whether a rate has no regular form: intervals in English count minutes and hours only.
fn rate(every: u32, unit: RateUnit) -> String {
    match unit {
        RateUnit::Minutes if 60_u32.is_multiple_of(every) => format!("{} * * * *", step(every, 60)),
        RateUnit::Minutes => format!("every {every} minutes"),
        RateUnit::Hours if 24_u32.is_multiple_of(every) => format!("0 {} * * *", step(every, 24)),
        RateUnit::Hours => format!("every {every} hours"),
        RateUnit::Days if every == 1 => "0 0 * * *".to_owned(),
        RateUnit::Days => format!("every {} hours", u64::from(every) * 24),
    }
}

/// `*`, `*/5`, or `0` for once in the whole round.
fn step(every: u32, round: u32) -> String {
    match every {
        1 => "*".to_owned(),
        every if every == round => "0".to_owned(),
        every => format!("*/{every}"),
    }
}

fn fields(cron: &Cron) -> String {
    let fields = [
        field(&cron.minute, 0, 59),
        field(&cron.hour, 0, 23),
        field(&cron.day, 1, 31),
        field(&cron.month, 1, 12),
        field(&cron.weekday, 0, 6),
    ];
    fields.join(" ")
}

fn field(field: &CronField, low: u32, high: u32) -> String {
    match field.is_every() {
        true => "*".to_owned(),
        false => field.0.iter().map(|range| self::range(*range, low, high)).collect::<Vec<_>>().join(","),
    }
}

fn range(range: CronRange, low: u32, high: u32) -> String {
    let CronRange { first, last, step } = range;
    let steps = if step > 1 { format!("/{step}") } else { String::new() };
    match (first, last) {
        (first, last) if first == last => first.to_string(),
        (first, last) if (first, last) == (low, high) => format!("*{steps}"),
        (first, last) => format!("{first}-{last}{steps}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(every: u32, unit: RateUnit, expected: &str) {
        assert_eq!(words(&Schedule::Rate { every, unit }), expected);
    }

    #[test]
    fn rates_are_cron_where_they_divide() {
        check(1, RateUnit::Minutes, "* * * * *");
        check(5, RateUnit::Minutes, "*/5 * * * *");
        check(60, RateUnit::Minutes, "0 * * * *");
        check(7, RateUnit::Minutes, "every 7 minutes");
        check(1, RateUnit::Hours, "0 * * * *");
        check(6, RateUnit::Hours, "0 */6 * * *");
        check(24, RateUnit::Hours, "0 0 * * *");
        check(5, RateUnit::Hours, "every 5 hours");
        check(1, RateUnit::Days, "0 0 * * *");
        check(2, RateUnit::Days, "every 48 hours");
    }

    #[test]
    fn fields_keep_their_form() {
        let field = |ranges: &[(u32, u32, u32)]| {
            CronField(
                ranges
                    .iter()
                    .map(|(first, last, step)| CronRange { first: *first, last: *last, step: *step })
                    .collect(),
            )
        };
        let cron = Cron {
            minute: field(&[(0, 59, 15)]),
            hour: field(&[(6, 6, 1), (9, 17, 2)]),
            day: field(&[]),
            month: field(&[(1, 12, 1)]),
            weekday: field(&[(1, 5, 1)]),
        };
        assert_eq!(words(&Schedule::Cron(cron)), "*/15 6,9-17/2 * * 1-5");
    }
}
