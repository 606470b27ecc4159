//! Routes, runtimes, handlers and schedules as the spec writes them.

use crate::{Cron, CronField, CronRange, Handler, Language, Method, RateUnit, Route, Runtime, Schedule, Segment};
use std::fmt::{Display, Formatter, Result};

impl Display for Route {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        self.method.fmt(out)?;
        out.write_str(if self.segments.is_empty() { " /" } else { " " })?;
        self.segments.iter().try_for_each(|segment| {
            out.write_str("/")?;
            segment.fmt(out)
        })
    }
}

impl Display for Segment {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(text) => out.write_str(text),
            Self::Parameter(name) => ["{", name, "}"].into_iter().try_for_each(|piece| out.write_str(piece)),
            Self::Rest => out.write_str("*"),
        }
    }
}

impl Display for Method {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        out.write_str(match self {
            Self::Any => "ANY",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        })
    }
}

impl Display for Runtime {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let language = match self.language {
            Language::Python => "python",
            Language::Node => "nodejs",
            Language::Java => "java",
            Language::Dotnet => "dotnet",
            Language::Ruby => "ruby",
            Language::Go => "go",
            Language::Rust => "rust",
            Language::Custom => "custom",
        };
        write!(out, "{language}{}", self.version)
    }
}

impl Display for Handler {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match &self.symbol {
            Some(symbol) => write!(out, "{}.{symbol}", self.file),
            None => write!(out, "./{}", self.file),
        }
    }
}

impl Display for Schedule {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Cron(cron) => write!(out, "cron({cron})"),
            Self::Rate { every, unit } => {
                let unit = match unit {
                    RateUnit::Minutes => "minute",
                    RateUnit::Hours => "hour",
                    RateUnit::Days => "day",
                };
                write!(out, "rate({every} {unit}{})", if *every == 1 { "" } else { "s" })
            }
        }
    }
}

impl Display for Cron {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let fields = [
            (&self.minute, 0, 59),
            (&self.hour, 0, 23),
            (&self.day, 1, 31),
            (&self.month, 1, 12),
            (&self.weekday, 0, 6),
        ];
        for (index, (field, first, last)) in fields.into_iter().enumerate() {
            out.write_str(if index > 0 { " " } else { "" })?;
            field.write(first, last, out)?;
        }
        Ok(())
    }
}

impl CronField {
    /// Writes the field, whose values go from `first` to `last`.
    fn write(&self, first: u32, last: u32, out: &mut Formatter<'_>) -> Result {
        if self.is_every() {
            return out.write_str("*");
        }
        for (index, range) in self.0.iter().enumerate() {
            out.write_str(if index > 0 { "," } else { "" })?;
            match *range {
                CronRange { first: only, last, .. } if only == last => write!(out, "{only}")?,
                CronRange { first: from, last: to, .. } if from == first && to == last => out.write_str("*")?,
                CronRange { first: from, last: to, .. } => write!(out, "{from}-{to}")?,
            }
            if range.step > 1 {
                write!(out, "/{}", range.step)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(ranges: &[(u32, u32, u32)]) -> CronField {
        CronField(
            ranges.iter().map(|(first, last, step)| CronRange { first: *first, last: *last, step: *step }).collect(),
        )
    }

    #[test]
    fn schedules() {
        let cron = Cron {
            minute: field(&[(0, 59, 15)]),
            hour: field(&[(8, 18, 2)]),
            day: field(&[]),
            month: field(&[(1, 1, 1), (6, 6, 1)]),
            weekday: field(&[(1, 5, 1)]),
        };
        assert_eq!(Schedule::Cron(cron).to_string(), "cron(*/15 8-18/2 * 1,6 1-5)");
        assert_eq!(Schedule::Rate { every: 1, unit: RateUnit::Hours }.to_string(), "rate(1 hour)");
        assert_eq!(Schedule::Rate { every: 5, unit: RateUnit::Minutes }.to_string(), "rate(5 minutes)");
    }
}
