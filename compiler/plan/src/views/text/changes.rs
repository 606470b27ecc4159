//! The changed resources: what is done with each, by which property, from which line of the spec, and who says so.

use super::super::{bodies, plain, values, words};
use super::TextOptions;
use super::page::{Below, Row, Tone, aligned};
use crate::{Action, Change, Deployment, Effect, Property, Shown, Verdict};

/// How many letters of a value are shown.
pub(super) const VALUE: usize = 32;

/// How many properties of a change are shown.
const SHOWN: usize = 6;

/// A line for each resource that changes. What is removed with its data was told before.
pub(super) fn changes(deployment: &Deployment, options: &TextOptions) -> Vec<Row> {
    let told = |change: &&Change| options.full || !(change.action == Action::Delete && words::is_lost(change));
    deployment.changes.iter().filter(told).map(|change| row(change, deployment, options)).collect()
}

fn row(change: &Change, deployment: &Deployment, options: &TextOptions) -> Row {
    let place = words::source(change, deployment).unwrap_or_default();
    let (one, said, mut below) = match alone(change, options) {
        Some(property) => {
            let one = format!("{} {}", property.path, values::of(property, VALUE));
            (one, words::judged(property, false), Vec::new())
        }
        None => (change.r#type.clone(), done(change), told(change, options)),
    };
    // Where a property stands in the line, what becomes of the resource stands below.
    if alone(change, options).is_some() && change.verdict > Verdict::Unknown {
        below.push(Below::Said(Tone::Plain, format!("└ {}", done(change))));
    }
    below.extend(notes(change));
    below.extend(options.full.then(|| more(change)).into_iter().flatten());
    Row { sign: words::sign(change), tone: tone(change), cells: vec![change.address.clone(), one, place, said], below }
}

fn done(change: &Change) -> String {
    match &change.was {
        Some(was) if change.action == Action::Rename => format!("was {was}, stays what it is"),
        Some(was) => format!("{} (was {was})", words::done(change)),
        None => words::done(change).to_owned(),
    }
}

/// The property that a line has room for.
fn alone<'c>(change: &'c Change, options: &TextOptions) -> Option<&'c Property> {
    match (change.properties.as_slice(), change.action) {
        ([property], Action::Update | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst) if !options.full => {
            Some(property)
        }
        _ => None,
    }
}

fn tone(change: &Change) -> Tone {
    match (words::sign(change), words::is_lost(change)) {
        (_, true) | ('!', _) => Tone::Bad,
        ('+' | '>', _) => Tone::Good,
        ('±' | '-' | '?' | '<', _) => Tone::Careful,
        _ => Tone::Plain,
    }
}

/// The properties of a change: all of a new or a removed resource only where all is asked for.
fn told(change: &Change, options: &TextOptions) -> Vec<Below> {
    let whole = matches!(change.action, Action::Create | Action::Delete);
    if whole && !options.full { Vec::new() } else { properties(&change.properties, options) }
}

/// Properties, those with a verdict that matters first.
pub(super) fn properties(all: &[Property], options: &TextOptions) -> Vec<Below> {
    let mut sorted: Vec<&Property> = all.iter().collect();
    sorted.sort_by_key(|property| std::cmp::Reverse(property.verdict));
    let most = if options.full { usize::MAX } else { SHOWN };
    let (shown, left) = sorted.split_at(sorted.len().min(most));
    let value = if options.full { usize::MAX } else { VALUE };
    let line = |property: &&Property| {
        let changed = match (body(property), options.full) {
            (Some(_), true) => "as follows".to_owned(),
            _ => values::of(property, value),
        };
        [plain::line(&property.path), changed, words::judged(property, options.full)]
    };
    let lines = aligned(&shown.iter().map(line).collect::<Vec<_>>(), options.width);
    let has_one_cause = all.windows(2).all(|two| two[0].cause == two[1].cause);
    let mut below = Vec::new();
    for (property, lines) in shown.iter().zip(lines) {
        let tone = if property.verdict > Verdict::Unknown { Tone::Careful } else { Tone::Plain };
        below.extend(lines.into_iter().map(|line| Below::Said(tone, line)));
        below.extend(options.full.then(|| full(property, has_one_cause)).into_iter().flatten());
    }
    if !left.is_empty() {
        below.push(Below::Said(
            Tone::Quiet,
            format!("… and {} more {} (--full)", left.len(), property_word(left.len())),
        ));
    }
    below
}

fn property_word(count: usize) -> &'static str {
    if count == 1 { "property" } else { "properties" }
}

/// What a property's change is made of, where it has several lines.
fn body(property: &Property) -> Option<(&str, &str)> {
    let text = |shown: &'_ Option<Shown>| matches!(shown, None | Some(Shown::Body(_) | Shown::Value(_)));
    let inner = |shown: &'_ Option<Shown>| matches!(shown, Some(Shown::Body(_)));
    let any = inner(&property.before) || inner(&property.after);
    (any && text(&property.before) && text(&property.after))
        .then(|| (content(&property.before), content(&property.after)))
}

fn content(shown: &Option<Shown>) -> &str {
    match shown {
        Some(Shown::Body(text) | Shown::Value(text)) => text,
        _ => "",
    }
}

/// Everything of a property: its body as a diff, the documents that its verdict rests on, and its cause where that is not
/// the one of all, which is told of the whole.
fn full(property: &Property, has_one_cause: bool) -> Vec<Below> {
    let mut below = Vec::new();
    let cited = property.said.iter().filter_map(|said| said.citation.as_ref().map(|document| (said, document)));
    below.extend(cited.map(|(said, document)| {
        Below::Said(Tone::Quiet, format!("  {} says {}: {document}", said.source, words::verdict(said.verdict)))
    }));
    let cause = words::cause(property.cause).filter(|_| !has_one_cause);
    below.extend(cause.map(|cause| Below::Said(Tone::Quiet, format!("  {cause}"))));
    let Some((before, after)) = body(property) else { return below };
    match bodies::diff(before, after) {
        Some(lines) => lines.iter().for_each(|line| below.extend(compared(line))),
        None => below.push(Below::Said(Tone::Plain, format!("  {}", values::of(property, VALUE)))),
    }
    below
}

/// A line of a diff; ticks below it point at what differs, so that it can be read without colour.
fn compared(line: &bodies::Line) -> Vec<Below> {
    let (tone, loud) = match line.sign {
        '+' => (Tone::Good, Tone::New),
        '-' => (Tone::Bad, Tone::Gone),
        '@' => (Tone::Quiet, Tone::Quiet),
        _ => (Tone::Plain, Tone::Plain),
    };
    let sign = if line.sign == '@' { "  ".to_owned() } else { format!("  {} ", line.sign) };
    let pieces = line.pieces.iter().map(|(differs, text)| (if *differs { loud } else { tone }, text.clone()));
    let mut below = vec![Below::Exact(std::iter::once((tone, sign)).chain(pieces).collect())];
    below.extend(line.ticks().map(|ticks| Below::Exact(vec![(Tone::Quiet, format!("    {ticks}"))])));
    below
}

/// What follows from a change: effects that its sign does not say, then sentences.
pub(super) fn notes(change: &Change) -> Vec<Below> {
    let said = |effect: &&Effect| match effect {
        Effect::Replacement => !words::is_replaced(change.action),
        Effect::Unknown => !matches!(change.verdict, Verdict::Unknown | Verdict::Impossible),
        Effect::DataLoss => change.action != Action::Delete,
        _ => true,
    };
    let effects: Vec<String> = change.effects.iter().filter(said).map(|effect| words::effect(*effect)).collect();
    let loud = if words::is_lost(change) { Tone::Bad } else { Tone::Careful };
    let effects = (!effects.is_empty()).then(|| Below::Said(loud, format!("└ {}", effects.join(", "))));
    let notes = change.notes.iter().map(|note| Below::Said(Tone::Plain, format!("└ {note}")));
    let cause = words::cause(change.cause).map(|cause| Below::Said(Tone::Plain, format!("└ {cause}")));
    effects.into_iter().chain(notes).chain(cause).collect()
}

/// What only a reader of everything wants to know.
fn more(change: &Change) -> Vec<Below> {
    let id = format!("  in the template: {} ({})", change.id, change.r#type);
    let wave = format!("  in wave {}", change.wave);
    let rollback = format!("  when the deployment fails half-way: {}", change.rollback);
    let rollback = (!change.rollback.is_empty()).then_some(rollback);
    let requires = change.requires.iter().map(|one| format!("  needs --approve {one}"));
    let all = [id, wave].into_iter().chain(rollback).chain(requires);
    all.map(|said| Below::Said(Tone::Quiet, said)).collect()
}
