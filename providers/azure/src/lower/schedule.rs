//! Schedules: five POSIX fields or a rate as the six fields of NCRONTAB, in UTC.

use portolan_model::{Cron, CronField, CronRange, RateUnit, Schedule, Timed};
use portolan_value::Value;

/// What the package's timer reads from its app's settings.
pub(super) fn settings(stem: &str, timed: &Timed) -> Vec<(String, Value)> {
    let fields = ncrontab(&timed.schedule.value).unwrap_or_default();
    let input = timed.input.as_ref().map(|input| (format!("{stem}_INPUT"), input.value.clone().into()));
    [(format!("{stem}_SCHEDULE"), fields.into())].into_iter().chain(input).collect()
}

/// The six fields, seconds first, or why there are none.
pub(crate) fn ncrontab(schedule: &Schedule) -> Result<String, String> {
    match schedule {
        Schedule::Cron(cron) => cron_fields(cron),
        Schedule::Rate { every, unit } => rate_fields(u64::from(*every), *unit),
    }
}

/// POSIX takes a day that fits either restricted day field, NCRONTAB one that fits both.
fn cron_fields(cron: &Cron) -> Result<String, String> {
    if !cron.day.is_every() && !cron.weekday.is_every() {
        return Err(
            "a timer wants a day to fit both the day of the month and the weekday, cron means either".to_owned()
        );
    }
    let fields = [&cron.minute, &cron.hour, &cron.day, &cron.month, &cron.weekday].map(field);
    Ok(format!("0 {}", fields.join(" ")))
}

fn field(field: &CronField) -> String {
    match field.is_every() {
        true => "*".to_owned(),
        false => field.0.iter().map(range).collect::<Vec<_>>().join(","),
    }
}

fn range(range: &CronRange) -> String {
    match range {
        CronRange { first, last, .. } if first == last => first.to_string(),
        CronRange { first, last, step: 1 } => format!("{first}-{last}"),
        CronRange { first, last, step } => format!("{first}-{last}/{step}"),
    }
}

/// A timer starts anew every hour, day and month, so that only what divides one of them is a rate.
fn rate_fields(every: u64, unit: RateUnit) -> Result<String, String> {
    let minutes = match unit {
        RateUnit::Minutes => every,
        RateUnit::Hours => every * 60,
        RateUnit::Days => every * 1440,
    };
    match minutes {
        1 => Ok("0 * * * * *".to_owned()),
        2..60 if 60 % minutes == 0 => Ok(format!("0 */{minutes} * * * *")),
        60 => Ok("0 0 * * * *".to_owned()),
        61..1440 if minutes % 60 == 0 && 1440 % minutes == 0 => Ok(format!("0 0 */{} * * *", minutes / 60)),
        1440 => Ok("0 0 0 * * *".to_owned()),
        _ => Err("a timer knows only rates that divide an hour or a day evenly".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(every: u32, unit: RateUnit) -> Option<String> {
        ncrontab(&Schedule::Rate { every, unit }).ok()
    }

    #[test]
    fn rates_divide_evenly_or_not_at_all() {
        assert_eq!(rate(5, RateUnit::Minutes).as_deref(), Some("0 */5 * * * *"));
        assert_eq!(rate(120, RateUnit::Minutes).as_deref(), Some("0 0 */2 * * *"));
        assert_eq!(rate(24, RateUnit::Hours).as_deref(), Some("0 0 0 * * *"));
        assert_eq!(rate(1, RateUnit::Days).as_deref(), Some("0 0 0 * * *"));
        assert_eq!([rate(7, RateUnit::Minutes), rate(5, RateUnit::Hours), rate(2, RateUnit::Days)], [None, None, None]);
        assert_eq!(rate(90, RateUnit::Minutes), None);
    }

    fn only(first: u32, last: u32, step: u32) -> CronField {
        CronField(vec![CronRange { first, last, step }])
    }

    #[test]
    fn fields_keep_their_order_behind_the_second() {
        let every = CronField::default;
        let mut cron =
            Cron { minute: only(0, 59, 15), hour: only(3, 3, 1), day: every(), month: every(), weekday: only(1, 5, 1) };
        assert_eq!(ncrontab(&Schedule::Cron(cron.clone())).as_deref(), Ok("0 0-59/15 3 * * 1-5"));
        cron.day = only(1, 1, 1);
        assert!(ncrontab(&Schedule::Cron(cron)).is_err());
    }
}
