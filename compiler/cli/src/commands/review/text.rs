//! The review for a terminal: tight, readable without colour, long conditions below their line.

use super::document::{
    ByHand, Change, Changes, Deployment, Document, Form, Function, Permission, Reach, Reason, Source, Way, Who, Wider,
};
use super::lines::{self, Line, chain, is_others, is_platform, lines, place};
use crate::talk::counted;
use std::fmt::Write;

/// The widest a page gets before its lines are broken.
const WIDTH: usize = 118;

/// The width of the words that begin the paragraphs after the functions.
const LABEL: usize = 13;

/// All of a review, or what changed where that was asked for.
pub(super) fn text(document: &Document) -> String {
    let pages: Vec<String> = document.deployments.iter().map(page).collect();
    pages.join("\n")
}

fn page(deployment: &Deployment) -> String {
    let mut page = format!("{}\n", heading(deployment));
    match &deployment.changes {
        Some(changes) => self::changes(changes, &mut page),
        None => everything(deployment, &mut page),
    }
    clean(&page)
}

/// `podcast → aws eu-west-1 · 5 functions, 31 permissions, …`
pub(super) fn heading(deployment: &Deployment) -> String {
    let Deployment { app, target, format, region, counts, .. } = deployment;
    let name = if target == format { String::new() } else { format!(" ({target})") };
    format!(
        "{app} → {format} {region}{name} · {}, {}, {} on `*`, {} assumed, {} hand-granted",
        counted(counts.functions, "function"),
        counted(counts.permissions, "permission"),
        counts.on_everything,
        counts.assumed,
        counts.by_hand,
    )
}

/// Texts of users do not command a terminal, and no line ends in blanks.
fn clean(page: &str) -> String {
    let letters = page.chars().map(|letter| if letter.is_control() && letter != '\n' { '�' } else { letter });
    let text: String = letters.collect();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A line of talk: a policy's words do not command a terminal either.
pub(super) fn line(text: &str) -> String {
    clean(&text.replace('\n', " ")).trim_end().to_owned()
}

fn everything(deployment: &Deployment, page: &mut String) {
    let own = |row: &&Permission| !is_platform(row) && !is_others(row);
    let all: Vec<(&Function, Vec<Line<'_>>)> = deployment
        .functions
        .iter()
        .map(|function| (function, lines(function.permissions.iter().filter(own))))
        .collect();
    let widths = Widths::of(all.iter().flat_map(|(_, lines)| lines));
    for (function, lines) in &all {
        let _ = writeln!(page, "\n{:<44}  {}", function.name, ways(function));
        lines.iter().for_each(|line| row(line, &widths, page));
        for unused in &function.unused {
            let (on, verb) = (&unused.resource, &unused.verb);
            let cells = format!("  {on:<width$}  {verb:<verbs$}", width = widths.on, verbs = widths.verb);
            let _ = writeln!(page, "{cells}  not granted: declared, never called  spec :{}", unused.place.line);
        }
        others(function.permissions.iter(), page);
    }
    if !deployment.shared.is_empty() {
        page.push_str("\nthe deployment\n");
        let (theirs, own): (Vec<&Permission>, Vec<&Permission>) =
            deployment.shared.iter().partition(|row| is_others(row));
        lines(own.into_iter()).iter().for_each(|line| row(line, &widths, page));
        others(theirs.into_iter(), page);
    }
    common(deployment, page);
    page.push('\n');
    for (label, said) in paragraphs(deployment) {
        paragraph(label, &said, page);
    }
}

/// How the outside reaches a function.
pub(super) fn ways(function: &Function) -> String {
    if function.ways.is_empty() {
        return "not reachable from outside".to_owned();
    }
    let way = |way: &Way| {
        let host = way.api.as_ref().map(|api| format!("{api} ")).unwrap_or_default();
        format!("{}  {host}{}", who(way.who), way.routes.join(", "))
    };
    function.ways.iter().map(way).collect::<Vec<_>>().join(", ")
}

/// Who may come in, in a word.
pub(super) fn who(who: Who) -> &'static str {
    match who {
        Who::Public => "PUBLIC",
        Who::Token => "with a token",
        Who::Callers => "callers only",
    }
}

/// The widths of a table's columns: as wide as most of it, so that one long name does not move all others.
struct Widths {
    on: usize,
    verb: usize,
    permission: usize,
}

impl Widths {
    fn of<'l>(lines: impl Iterator<Item = &'l Line<'l>>) -> Self {
        let mut widths = Self { on: 0, verb: 0, permission: 0 };
        let fits = |text: &str, most: usize| Some(letters(text)).filter(|width| *width <= most).unwrap_or_default();
        for line in lines {
            widths.on = widths.on.max(fits(&line.on(), 30));
            widths.verb = widths.verb.max(fits(&line.head().verb, 14));
            widths.permission = widths.permission.max(fits(&granted(line), 36));
        }
        widths
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// What is granted, with the word for how.
fn granted(line: &Line<'_>) -> String {
    let word = match (line.head().by_hand, line.head().assumed) {
        (true, _) => "BY HAND ",
        (false, true) => "assumed ",
        (false, false) => "",
    };
    format!("{word}{}", line.permissions())
}

/// How far what belongs to a line stands in, below it.
const BELOW: usize = 6;

fn row(line: &Line<'_>, widths: &Widths, page: &mut String) {
    let Widths { on, verb, permission } = widths;
    let (what, granted) = (line.on(), granted(line));
    let left = format!("  {what:<on$}  {:<verb$}  {granted:<permission$}", line.head().verb);
    let why = because(line);
    if letters(&left) + 2 + letters(&why) > WIDTH {
        let _ = writeln!(page, "{}\n{:BELOW$}{why}", left.trim_end(), "");
    } else {
        let _ = writeln!(page, "{left}  {why}");
    }
    below(line.head(), page);
}

/// What belongs to a permission and is too long for its line.
fn below(row: &Permission, page: &mut String) {
    if let Some(condition) = &row.condition {
        wrapped(&format!("only if {condition}"), BELOW, page);
    }
    if let Some(gives) = &row.escalation {
        wrapped(&format!("ESCALATES: {gives}"), BELOW, page);
    }
}

/// What others may do for a function: start it, keep what it could not handle.
fn others<'d>(rows: impl Iterator<Item = &'d Permission>, page: &mut String) {
    for line in lines(rows.filter(|row| is_others(row))) {
        let head = line.head();
        let holder = head.holder.as_deref().unwrap_or_default();
        let reason = head.because.first();
        let why = reason.map(|reason| format!("{}  spec :{}", reason.text, reason.place.line)).unwrap_or_default();
        let said = format!("← {holder} may {} on {}", line.permissions(), line.on());
        if letters(&said) + letters(&why) + 6 <= WIDTH {
            let _ = writeln!(page, "  {said}  ({why})");
        } else {
            wrapped(&said, 2, page);
            wrapped(&format!("({why})"), BELOW, page);
        }
        below(head, page);
    }
}

/// `src/cloud.py:21  handle → Aws.upload  spec :32`: the calls, then the lines of the spec.
fn because(line: &Line<'_>) -> String {
    let mut calls = line.calls();
    let mut parts = Vec::new();
    if let Some(call) = calls.next() {
        let more = match calls.count() {
            0 => String::new(),
            more => format!(" (+{more})"),
        };
        parts.push(format!("{}  {}{more}", place(&call.place), chain(&call.chain)));
    } else if let Some(reason) = line.words().next().filter(|reason| reason.source != Source::Declared) {
        parts.push(reason.text.clone());
    }
    let mut said: Vec<String> = line.words().map(|reason| format!("spec :{}", reason.place.line)).collect();
    said.dedup();
    parts.extend(said);
    parts.join("  ")
}

/// What the platform needs for every function, once.
fn common(deployment: &Deployment, page: &mut String) {
    let all = lines::common(&deployment.functions);
    if all.is_empty() {
        return;
    }
    page.push_str("\nto run at all\n");
    for one in all {
        let who = match one.functions.len() == deployment.functions.len() {
            true => "every function".to_owned(),
            false => one.functions.join(", "),
        };
        wrapped(&format!("{who}: {} on {} ({})", one.permissions, one.on, one.why), 2, page);
    }
}

/// What is said of the deployment as a whole: a label and its lines.
pub(super) fn paragraphs(deployment: &Deployment) -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("exposure", exposure(deployment)),
        ("escalation", escalation(deployment)),
        ("trust", trust(deployment)),
        ("by hand", deployment.by_hand.iter().map(by_hand).collect()),
        ("assumed", assumed(deployment)),
        ("wider", wider(deployment)),
        ("proof", vec![deployment.proof.summary.clone()]),
    ]
    .into_iter()
    .map(|(label, said)| (label, or_nothing(label, said)))
    .collect()
}

fn or_nothing(label: &str, said: Vec<String>) -> Vec<String> {
    if said.is_empty() { vec![nothing(label).to_owned()] } else { said }
}

/// What is said where there is nothing to say.
pub(super) fn nothing(label: &str) -> &'static str {
    match label {
        "escalation" => "no permission lets its holder become more than it was given",
        "trust" => "nobody of another account, project or tenant is let in",
        "by hand" => "nothing was granted by hand",
        "assumed" => "nothing: all of the code was understood",
        _ => "nothing is wider than asked",
    }
}

fn paragraph(label: &str, said: &[String], page: &mut String) {
    for (at, line) in said.iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        let mut first = format!("{label:<LABEL$}");
        for (at, part) in broken(line, WIDTH - LABEL).iter().enumerate() {
            if at > 0 {
                first = " ".repeat(LABEL + 2);
            }
            let _ = writeln!(page, "{first}{part}");
        }
    }
}

/// The ways from outside; what follows from them about secrets; and what else stands open.
pub(super) fn exposure(deployment: &Deployment) -> Vec<String> {
    let exposure = &deployment.exposure;
    let mut said: Vec<String> = exposure.reach.iter().map(reached).collect();
    for open in exposure.open.iter().filter(|open| !open.declared) {
        let condition = open.condition.as_ref().map(|condition| format!(" if {condition}")).unwrap_or_default();
        said.push(format!("EVERYBODY may {} on {}{condition} ({})", open.permission, open.on, open.address));
    }
    said.push(secrets(deployment));
    said
}

fn reached(reach: &Reach) -> String {
    let begin = match reach.who {
        Who::Public => "public",
        Who::Token => "token",
        Who::Callers => "callers",
    };
    let may: Vec<String> = reach.may.iter().map(|may| format!("{} ({})", may.resource, may.verbs.join(", "))).collect();
    let to = if may.is_empty() { String::new() } else { format!(" → {}", may.join(", ")) };
    format!("{begin} → {}{to}", reach.path.join(" → "))
}

fn secrets(deployment: &Deployment) -> String {
    let exposure = &deployment.exposure;
    let nothing_open = deployment.counts.public == 0 && exposure.open.is_empty();
    match (exposure.secrets.as_slice(), exposure.unknown) {
        ([], 0) if nothing_open => "Nothing is public.".to_owned(),
        ([], 0) => "Nothing public reaches a secret or a key.".to_owned(),
        ([], unknown) => {
            let were = if unknown == 1 { "was" } else { "were" };
            let some = counted(unknown, "permission");
            format!(
                "Nothing public reaches a secret or a key of the spec; but {some} of public functions {were} granted by hand: read them."
            )
        }
        (secrets, _) => format!("PUBLIC REACHES {}.", secrets.join(", ")),
    }
}

fn escalation(deployment: &Deployment) -> Vec<String> {
    let said = deployment.escalation.iter().map(|one| {
        let line = one.place.as_ref().map(|at| format!(" (spec :{})", at.line)).unwrap_or_default();
        let on = lines::scope(&one.on, "", None);
        format!("{} may {} on {on}: {}{line}", one.who, one.permission, one.gives)
    });
    said.collect()
}

fn trust(deployment: &Deployment) -> Vec<String> {
    let said = deployment.trust.iter().map(|one| {
        let condition = one.condition.as_ref().map(|condition| format!(" if {condition}")).unwrap_or_default();
        format!("{} may {} on {}{condition} ({})", one.who, one.permission, one.on, one.address)
    });
    said.collect()
}

/// One thing that was written by hand.
pub(super) fn by_hand(one: &ByHand) -> String {
    let why = one.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let what = match one.form {
        Form::Allow => format!("{} may {} on {}{why}", one.of, one.grants.join(", "), one.on.join(", ")),
        Form::Native if one.grants.is_empty() => format!("native {}: it grants nothing", one.of),
        Form::Native => format!("native {}: {}", one.of, one.grants.join("; ")),
        Form::Override if one.grants.is_empty() => format!("override {}: it grants nothing", one.of),
        Form::Override => format!("override {}: {}", one.of, one.grants.join("; ")),
    };
    format!("{what} (spec :{})", one.place.line)
}

/// Functions whose code was not understood, and where.
pub(super) fn assumed(deployment: &Deployment) -> Vec<String> {
    let touched = |function: &&Function| function.permissions.iter().any(|row| row.assumed);
    let said = deployment.functions.iter().filter(touched).map(|function| {
        let gaps: Vec<String> = function.gaps.iter().map(|gap| format!("{} {}", place(&gap.place), gap.why)).collect();
        let gaps = match gaps.is_empty() {
            true => "no call into a cloud's SDK was found from its handler".to_owned(),
            false => gaps.join("; "),
        };
        format!("{}: all that it declares, because not all of its code was understood: {gaps}", function.name)
    });
    said.collect()
}

/// What a cloud grants beyond, the same thing of several functions once.
pub(super) fn wider(deployment: &Deployment) -> Vec<String> {
    let mut all: Vec<(String, String, Vec<&str>)> = Vec::new();
    for one in &deployment.wider {
        let carries = more_than_asked(one);
        let on = if one.resource == one.function { "" } else { one.resource.as_str() };
        let holder = one.holder.as_ref().map(|holder| format!("for {holder}")).unwrap_or_default();
        let words = [one.verb.as_str(), on, &holder].into_iter().filter(|word| !word.is_empty());
        let what = words.collect::<Vec<_>>().join(" ");
        match all.iter_mut().find(|known| (&known.0, &known.1) == (&what, &carries)) {
            Some((.., functions)) => functions.push(&one.function),
            None => all.push((what, carries, vec![&one.function])),
        }
    }
    let every = |functions: &[&str]| functions.len() == deployment.functions.len();
    let of = |functions: &[&str]| if every(functions) { "every function".to_owned() } else { functions.join(", ") };
    all.iter().map(|(what, carries, functions)| format!("{}, {what}: {carries}", of(functions))).collect()
}

/// By how much a grant is wider than asked.
pub(super) fn more_than_asked(one: &Wider) -> String {
    let beyond: Vec<&str> = one.beyond.iter().map(String::as_str).collect();
    let more = counted(beyond.len(), "permission");
    let carried = format!("{} carries {more} beyond: {}", one.role, folded_each(&beyond));
    let meant = format!("all objects, where the code is about {} alone", one.meant.join(", "));
    let said = [(!one.beyond.is_empty()).then_some(carried), (!one.meant.is_empty()).then_some(meant)];
    said.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn folded_each(permissions: &[&str]) -> String {
    permissions.iter().map(|one| lines::short(one)).collect::<Vec<_>>().join(", ")
}

/// What changed.
fn changes(changes: &Changes, page: &mut String) {
    let _ = writeln!(page, "against {}", changes.against);
    if changes.wider.is_empty() && changes.narrower.is_empty() {
        page.push_str("\nnothing changed in what anybody may do\n");
        return;
    }
    let (exposed, wider): (Vec<&Change>, Vec<&Change>) = changes.wider.iter().partition(|change| change.public);
    let sections = [("OPENS TO EVERYBODY", exposed, '!'), ("WIDER", wider, '+')];
    for (title, list, sign) in sections.into_iter().chain([("TAKEN AWAY", changes.narrower.iter().collect(), '-')]) {
        if !list.is_empty() {
            let _ = writeln!(page, "\n{title}");
            lines::grouped(list).iter().for_each(|(one, permissions)| change(one, permissions, sign, page));
        }
    }
}

fn change(change: &Change, permissions: &[&str], sign: char, page: &mut String) {
    let sign = if matches!(change.class.as_str(), "wider-resource" | "lost-condition" | "lost-denial") && sign == '+' {
        '~'
    } else {
        sign
    };
    let resource = change.resource.as_deref().unwrap_or_default();
    let meaning =
        change.verb.as_ref().map(|verb| format!("  ({})", format!("{verb} {resource}").trim_end())).unwrap_or_default();
    let class = change.class.replace('-', " ");
    let _ = writeln!(
        page,
        "  {sign} {} may {} on {}{meaning}",
        change.who,
        lines::folded(permissions),
        lines::scope(&change.on, resource, None)
    );
    if let Some(condition) = &change.condition {
        wrapped(&format!("only if {condition}"), 6, page);
    }
    let marks = [(change.by_hand, "BY HAND"), (change.assumed, "assumed")];
    let marks = marks.into_iter().filter(|(marked, _)| *marked).map(|(_, mark)| mark.to_owned());
    let marks = marks.chain(change.role.iter().map(|role| format!("comes with {role}")));
    let calls = change.because.iter().map(cause);
    let made = change.place.iter().filter(|_| change.because.is_empty()).map(|at| format!("spec :{}", at.line));
    let why: Vec<String> = [if sign == '-' { String::new() } else { class }]
        .into_iter()
        .chain(marks)
        .chain(calls)
        .chain(made)
        .filter(|part| !part.is_empty())
        .collect();
    wrapped(&why.join("  ·  "), 6, page);
    if let Some(gives) = &change.escalation {
        wrapped(&format!("ESCALATES: {gives}"), 6, page);
    }
}

/// A reason with its place: `src/api.py:12 get → load`, `spec :47 uses shows: read`.
pub(super) fn cause(reason: &Reason) -> String {
    match reason.source {
        Source::Call => format!("{} {}", place(&reason.place), chain(&reason.chain)),
        _ => format!("spec :{} {}", reason.place.line, reason.text),
    }
}

fn wrapped(text: &str, indent: usize, page: &mut String) {
    for (at, part) in broken(text, WIDTH - indent).iter().enumerate() {
        let more = if at == 0 { 0 } else { 2 };
        let _ = writeln!(page, "{:width$}{part}", "", width = indent + more);
    }
}

/// A text in parts of at most so many letters, broken between words where there are any.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = parts.last_mut().expect("there is one from the start");
        match last.is_empty() || letters(last) + 1 + letters(word) <= width.saturating_sub(2) {
            true if last.is_empty() => last.push_str(word),
            true => last.push_str(&format!(" {word}")),
            false => parts.push(word.to_owned()),
        }
    }
    parts
}
