//! From a model's triggers to those that an entry reads.

use portolan_model::{
    Auth, BucketEvent, BucketEvents, Cors, Cron, CronField, Event, Function, FunctionId, Host, Http, Model, RateUnit,
    Resource, ResourceId, Route, Schedule, Segment, Setting, Start, Subject, TableChange, TableChanges, Timed, Trigger,
    variable,
};
use portolan_package as package;
use portolan_target::Guards;

/// What starts a function, calls by other functions last.
pub(super) fn triggers(model: &Model, id: FunctionId, guards: Guards) -> Vec<package::Trigger> {
    let function = model.function(id);
    let reading = Reading { model, function, guards };
    let written = function.triggers.iter().map(|trigger| reading.trigger(trigger));
    written.chain(is_invoked(model, id).then(|| reading.invoked())).collect()
}

/// Whether functions or principals call it as a function, not as a host.
fn is_invoked(model: &Model, id: FunctionId) -> bool {
    let function = model.function(id);
    let invokes = |caller: &Function| caller.uses.iter().any(|entry| entry.subject == Subject::Function(id));
    let called = !function.callers.functions.is_empty() || !function.callers.principals.is_empty();
    model.functions.iter().any(invokes) || (called && function.http().next().is_none())
}

struct Reading<'a> {
    model: &'a Model,
    function: &'a Function,
    guards: Guards,
}

impl Reading<'_> {
    fn trigger(&self, trigger: &Trigger) -> package::Trigger {
        let (subject, event) = match &trigger.event {
            Event::Http(http) => (self.host(http), package::Event::Http(self.http(http))),
            Event::Schedule(timed) => (self.own(), self.schedule(timed)),
            Event::Queue { queue, batch } => (self.name(*queue), self.queue(*queue, batch.value)),
            Event::Topic { topic } => (self.name(*topic), self.topic(*topic)),
            Event::Bucket(events) => (self.name(events.bucket), self.bucket(events)),
            Event::Table(changes) => (self.name(changes.table), self.table(changes)),
        };
        package::Trigger { key: trigger.key.to_string(), source: self.source(subject), event }
    }

    fn invoked(&self) -> package::Trigger {
        let event = package::Event::Invoke { invoke: self.own().to_owned() };
        package::Trigger { key: "invoke".to_owned(), source: self.source(self.own()), event }
    }

    fn source(&self, subject: &str) -> String {
        format!("{}/{subject}", self.model.stack())
    }

    fn own(&self) -> &str {
        &self.function.name.value
    }

    fn name(&self, id: ResourceId) -> &str {
        &self.model.resource(id).name.value
    }

    fn host(&self, http: &Http) -> &str {
        match http.host {
            Host::Own => self.own(),
            Host::Api(api) => self.name(api),
        }
    }

    fn http(&self, http: &Http) -> package::Http {
        let (host, own) = match http.host {
            Host::Own => (package::Host::Own, true),
            Host::Api(_) => (package::Host::Api, false),
        };
        package::Http {
            host,
            routes: http.routes.iter().map(|route| self::route(&route.value)).collect(),
            auth: auth(&http.auth.value, own && self.guards.jwt),
            cors: http.cors.as_ref().filter(|_| self.guards.cors).map(|cors| self::cors(&cors.value)),
        }
    }

    fn schedule(&self, timed: &Timed) -> package::Event {
        let input = timed.input.as_ref().and_then(|input| serde_json::from_str(&input.value).ok());
        package::Event::Schedule {
            schedule: timed.written.to_string(),
            input: input.unwrap_or_default(),
            due: self.guards.due.then(|| due(&timed.schedule.value)),
        }
    }

    fn queue(&self, queue: ResourceId, batch: u32) -> package::Event {
        package::Event::Queue {
            queue: self.name(queue).to_owned(),
            variable: variable(self.name(queue), "queue"),
            batch,
            fifo: is_fifo(self.model.resource(queue)),
        }
    }

    fn topic(&self, topic: ResourceId) -> package::Event {
        package::Event::Topic { topic: self.name(topic).to_owned(), variable: variable(self.name(topic), "topic") }
    }

    fn bucket(&self, events: &BucketEvents) -> package::Event {
        package::Event::Bucket {
            bucket: self.name(events.bucket).to_owned(),
            variable: variable(self.name(events.bucket), "bucket"),
            events: events.events.iter().map(|event| change(event.value)).collect(),
            prefix: events.prefix.as_ref().map(|prefix| prefix.value.to_string()).unwrap_or_default(),
            suffixes: events.suffixes.iter().map(|suffix| suffix.value.to_string()).collect(),
            input: if events.as_file.is_some() { package::Input::File } else { package::Input::Event },
        }
    }

    fn table(&self, changes: &TableChanges) -> package::Event {
        let (hash, range) = key(self.model.resource(changes.table));
        package::Event::Table {
            table: self.name(changes.table).to_owned(),
            variable: variable(self.name(changes.table), "table"),
            hash,
            range,
            changes: changes.changes.iter().map(|change| row_change(change.value)).collect(),
            old: changes.old.is_some(),
            earliest: changes.start.value == Start::Earliest,
            batch: changes.batch.value,
        }
    }
}

/// A table's partition key, and its sort key where it has one.
fn key(table: &Resource) -> (package::Attribute, Option<package::Attribute>) {
    let Some(Setting::Map(key)) = table.option("key").map(|key| &key.value) else {
        return (package::Attribute { name: String::new(), is_number: false }, None);
    };
    let mut attributes = key.iter().map(|(name, kind)| package::Attribute {
        name: name.value.to_string(),
        is_number: matches!(&kind.value, Setting::Text(word) if word == "number"),
    });
    let hash = attributes.next().expect("a key has one or two attributes");
    (hash, attributes.next())
}

fn is_fifo(queue: &Resource) -> bool {
    queue.option("fifo").is_some_and(|setting| matches!(setting.value, Setting::Bool(true)))
}

fn route(route: &Route) -> package::Route {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(text) => package::Segment::Literal(text.to_string()),
        Segment::Parameter(name) => package::Segment::Parameter(name.to_string()),
        Segment::Rest => package::Segment::Rest(true),
    };
    package::Route {
        http: route.to_string(),
        method: route.method.to_string(),
        segments: route.segments.iter().map(segment).collect(),
    }
}

/// Who may call. Where the entry verifies tokens, variables hold what they must say.
fn auth(auth: &Auth, by_entry: bool) -> package::Auth {
    let by = |by_entry| if by_entry { "entry" } else { "platform" };
    let plain = |kind| package::Auth { kind, by: "platform", issuer: None, audiences: Vec::new() };
    match auth {
        Auth::Public => plain("public"),
        Auth::Iam => plain("iam"),
        Auth::Jwt { audience, .. } => package::Auth {
            kind: "jwt",
            by: by(by_entry),
            issuer: by_entry.then(|| portolan_target::ISSUER.to_owned()),
            audiences: (0..audience.len()).filter(|_| by_entry).map(portolan_target::audience).collect(),
        },
    }
}

fn cors(cors: &Cors) -> package::Cors {
    package::Cors {
        origins: cors.origins.clone(),
        methods: cors.methods.clone(),
        headers: cors.headers.clone(),
        credentials: cors.credentials,
        max_age: cors.max_age,
    }
}

fn change(event: BucketEvent) -> package::Change {
    match event {
        BucketEvent::Created => package::Change::Created,
        BucketEvent::Deleted => package::Change::Deleted,
    }
}

fn row_change(change: TableChange) -> package::RowChange {
    match change {
        TableChange::Created => package::RowChange::Created,
        TableChange::Changed => package::RowChange::Changed,
        TableChange::Deleted => package::RowChange::Deleted,
    }
}

/// The values that each field of a schedule may have. A rate starts anew every hour and day: no other is supported where
/// ticks do not tell.
fn due(schedule: &Schedule) -> package::Due {
    match schedule {
        Schedule::Cron(Cron { minute, hour, day, month, weekday }) => package::Due {
            minutes: values(minute, 0, 59),
            hours: values(hour, 0, 23),
            days: values(day, 1, 31),
            months: values(month, 1, 12),
            weekdays: values(weekday, 0, 6),
        },
        Schedule::Rate { every, unit } => {
            let minutes = u64::from(*every) * u64::from(in_minutes(*unit));
            let every_so_many = |step: u64, last: u64| {
                let step = usize::try_from(step.max(1)).unwrap_or(usize::MAX);
                (0..last).step_by(step).filter_map(|value| u32::try_from(value).ok()).collect()
            };
            let (minutes, hours) = match minutes {
                ..60 => (every_so_many(minutes, 60), every_so_many(1, 24)),
                _ => (vec![0], every_so_many(minutes / 60, 24)),
            };
            package::Due { minutes, hours, days: all(1, 31), months: all(1, 12), weekdays: all(0, 6) }
        }
    }
}

fn in_minutes(unit: RateUnit) -> u32 {
    match unit {
        RateUnit::Minutes => 1,
        RateUnit::Hours => 60,
        RateUnit::Days => 1_440,
    }
}

fn all(first: u32, last: u32) -> Vec<u32> {
    (first..=last).collect()
}

fn values(field: &CronField, first: u32, last: u32) -> Vec<u32> {
    let holds = |value: &u32| {
        let in_range = |range: &portolan_model::CronRange| {
            (range.first..=range.last).contains(value) && (value - range.first).is_multiple_of(range.step.max(1))
        };
        field.is_every() || field.0.iter().any(in_range)
    };
    (first..=last).filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_model::CronRange;

    #[test]
    fn a_field_becomes_its_values() {
        let field = |ranges: &[(u32, u32, u32)]| {
            CronField(ranges.iter().map(|&(first, last, step)| CronRange { first, last, step }).collect())
        };
        assert_eq!(values(&field(&[(0, 59, 15)]), 0, 59), [0, 15, 30, 45]);
        assert_eq!(values(&field(&[(5, 5, 1), (1, 3, 2)]), 0, 6), [1, 3, 5]);
        assert_eq!(values(&field(&[]), 1, 3), [1, 2, 3]);
    }

    #[test]
    fn a_rate_starts_anew_every_hour_and_day() {
        let rate = |every, unit| due(&Schedule::Rate { every, unit });
        assert_eq!(rate(20, RateUnit::Minutes).minutes, [0, 20, 40]);
        assert_eq!(rate(120, RateUnit::Minutes).hours.len(), 12);
        let hours = rate(6, RateUnit::Hours);
        assert_eq!((hours.minutes, hours.hours), (vec![0], vec![0, 6, 12, 18]));
        let daily = rate(1, RateUnit::Days);
        assert_eq!((daily.minutes, daily.hours), (vec![0], vec![0]));
    }
}
