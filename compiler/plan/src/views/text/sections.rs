//! What a plan says before its changes: permissions, exposure, data; and after them: outputs, drift, cost, the unknown.

use super::super::{grants, plain, values, words};
use super::page::{Below, Row, Tone};
use super::{TextOptions, changes};
use crate::{Action, Alarm, Deployment, Effect, Grant, OutputChange};

/// How many letters of what a permission is on are shown.
const ON: usize = 40;

/// Who may do what that was not allowed, then what is taken away; and how many there are that need no approval and are not
/// told: those of an app that is new.
pub(super) fn permissions(deployment: &Deployment, options: &TextOptions) -> (Vec<Row>, usize) {
    let told = |grant: &&Grant| options.full || grant.requires.is_some() || grants::is_loud(grant);
    let (told, untold): (Vec<&Grant>, Vec<&Grant>) = deployment.permissions.wider.iter().partition(told);
    let wider = grants::joined(told).into_iter().map(|grants| (true, grants));
    let narrower = grants::joined(&deployment.permissions.narrower).into_iter().map(|grants| (false, grants));
    let rows = wider.chain(narrower).map(|(wider, grants)| permission(wider, &grants, deployment, options));
    (rows.collect(), untold.len())
}

fn permission(wider: bool, grants: &[&Grant], deployment: &Deployment, options: &TextOptions) -> Row {
    let grant = grants[0];
    let sign = grants::sign(grant, wider);
    let tone = match sign {
        '-' => Tone::Good,
        '!' => Tone::Bad,
        _ => Tone::Careful,
    };
    let on = if options.full { plain::line(&grant.on) } else { tail(&plain::line(&grant.on), ON) };
    let permissions: Vec<&str> = grants.iter().map(|grant| grant.permission.as_str()).collect();
    let cells = vec![
        grants::may(grant),
        format!("{} on {on}", grants::folded(&permissions)),
        grants::because(grant, deployment),
        grants::way(grant, wider),
    ];
    let below = grants::marks(grant)
        .into_iter()
        .map(|(loud, said)| Below::Said(if loud { Tone::Bad } else { Tone::Plain }, said));
    Row { sign, tone, cells, below: below.collect() }
}

/// A text's end, from one of its parts on: of what a permission is on, that tells it apart.
fn tail(text: &str, most: usize) -> String {
    if plain::letters(text) <= most {
        return text.to_owned();
    }
    let parts = text.match_indices([':', '/']).map(|(at, _)| text[at..].trim_start_matches([':', '/']));
    let fits = |part: &&str| plain::letters(part) < most && plain::letters(part) * 2 > most;
    if let Some(part) = parts.clone().find(fits) {
        return format!("…{part}");
    }
    let all: Vec<char> = text.chars().collect();
    std::iter::once(&'…').chain(&all[all.len() + 1 - most..]).collect()
}

/// What opens to everybody, beside permissions.
pub(super) fn exposure(deployment: &Deployment) -> Vec<Row> {
    let open = deployment.alarms.iter().filter(|alarm| alarm.effect == Effect::PublicExposure);
    open.map(|alarm| alarmed('!', alarm, deployment)).collect()
}

fn alarmed(sign: char, alarm: &Alarm, deployment: &Deployment) -> Row {
    let place = alarm.place.as_ref().map(|at| words::place(at, deployment)).unwrap_or_default();
    let cells = vec![alarm.address.clone(), alarm.says.clone(), alarm.change.clone(), place];
    Row { sign, tone: Tone::Bad, cells, below: Vec::new() }
}

/// Whose data goes, and what loses a guard.
pub(super) fn data(deployment: &Deployment) -> Vec<Row> {
    let guards: Vec<&Alarm> = deployment.alarms.iter().filter(|alarm| alarm.effect != Effect::PublicExposure).collect();
    let lost = deployment.changes.iter().filter(|change| words::is_lost_itself(change, deployment));
    let rows = lost.map(|change| {
        let place = words::source(change, deployment).unwrap_or_default();
        let below = if change.action == Action::Delete { changes::notes(change) } else { Vec::new() };
        let sign = words::sign(change);
        Row {
            sign,
            tone: Tone::Bad,
            cells: vec![change.address.clone(), change.r#type.clone(), words::lost(change).to_owned(), place],
            below,
        }
    });
    rows.chain(guards.iter().map(|alarm| alarmed('!', alarm, deployment))).collect()
}

/// What the deployment tells whoever made it.
pub(super) fn outputs(deployment: &Deployment, options: &TextOptions) -> Vec<Row> {
    let row = |output: &OutputChange| {
        let (sign, tone) = match (&output.before, &output.after) {
            (None, _) => ('+', Tone::Good),
            (_, None) => ('-', Tone::Careful),
            _ => ('~', Tone::Careful),
        };
        let most = if options.full { usize::MAX } else { changes::VALUE };
        let change = match (&output.before, &output.after) {
            (None, Some(after)) => values::one(after, most),
            (Some(before), None) => values::one(before, most),
            (before, after) => values::change(before.as_ref(), after.as_ref(), most),
        };
        Row { sign, tone, cells: vec![output.name.clone(), change], below: Vec::new() }
    };
    deployment.outputs.iter().map(row).collect()
}

/// What was changed by hand; what this plan does not touch is counted, not told.
pub(super) fn drift(deployment: &Deployment, options: &TextOptions) -> (Vec<Row>, usize) {
    let told = |drift: &&crate::Drift| options.full || drift.touched || drift.gone;
    let rows = deployment.drift.iter().filter(told).map(|drift| {
        let state = if drift.gone { "is gone" } else { "was changed by hand" };
        let touched = if drift.touched { "this plan changes it, too" } else { "" };
        let cells = vec![drift.address.clone(), drift.r#type.clone(), state.to_owned(), touched.to_owned()];
        let (sign, tone) = if drift.gone { ('-', Tone::Bad) } else { ('~', Tone::Careful) };
        Row { sign, tone, cells, below: changes::properties(&drift.properties, options) }
    });
    let rows: Vec<Row> = rows.collect();
    let left = deployment.drift.len() - rows.len();
    (rows, left)
}

/// What it costs more or less, as far as that is known.
pub(super) fn cost(deployment: &Deployment) -> Vec<Row> {
    let price = |price: &crate::Price| {
        let (sign, usd) = match price.monthly_usd.strip_prefix('-') {
            Some(less) => ('-', less),
            None => ('+', price.monthly_usd.as_str()),
        };
        let source = format!("{}, read {}", price.source, price.date);
        let cells = vec![price.address.clone(), price.what.clone(), format!("{usd} USD a month"), source];
        Row { sign, tone: Tone::Plain, cells, below: Vec::new() }
    };
    deployment.cost.known.iter().map(price).collect()
}

/// What is paid by use.
pub(super) fn unit_prices(deployment: &Deployment) -> Vec<Row> {
    let price = |unit: &crate::UnitPrice| {
        let usd = format!("{} USD per {}", unit.usd, unit.per);
        let source = format!("{}, read {}", unit.source, unit.date);
        Row {
            sign: ' ',
            tone: Tone::Quiet,
            cells: vec![unit.r#type.clone(), unit.what.clone(), usd, source],
            below: Vec::new(),
        }
    };
    deployment.cost.units.iter().map(price).collect()
}

/// What nobody can tell, and why.
pub(super) fn unknowns(deployment: &Deployment) -> Vec<Row> {
    let row = |one: &crate::Unknown| Row {
        sign: '?',
        tone: Tone::Careful,
        cells: vec![one.address.clone(), one.path.clone(), one.why.clone()],
        below: Vec::new(),
    };
    deployment.unknowns.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_tells_things_apart() {
        assert_eq!(tail("arn:partition:s3:::podcast-uploads/*", 20), "…podcast-uploads/*");
        assert_eq!(tail("arn:partition:s3:::podcast-uploads/*", 12), "…t-uploads/*");
        assert_eq!(tail("short", 12), "short");
    }
}
