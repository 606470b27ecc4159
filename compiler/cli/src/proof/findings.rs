//! What a proof finds.

use super::Sorting;
use portolan_access::Need as Call;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Function, Override};
use portolan_policy::Extra;
use portolan_target::Permission;
use std::collections::BTreeMap;

/// A call for which the build has no permission, though a declaration covers it.
pub(super) fn unserved(function: &Function, call: &Call) -> Diagnostic {
    let name = &function.name.value;
    bug(format!("`{name}` needs `{}`, which is declared, and the build has no such permission", call.permission))
        .at(call.site.span, call.site.text.clone())
        .also(function.name.span, "this function runs it")
}

fn bug(what: String) -> Diagnostic {
    Diagnostic::error("target/bug", format!("{what}: this is a bug in the compiler"))
        .help("please report it with the spec that shows it; nothing was written")
}

/// Permissions that somebody lacks on something.
struct Lacking<'a> {
    who: String,
    on: String,
    blame: Blame,
    permissions: Vec<String>,
    row: Option<&'a Permission>,
}

/// Whose fault it is.
#[derive(PartialEq, Eq)]
enum Blame {
    /// Something that people wrote denies it.
    Denied(String),
    /// An override took it away.
    Taken(String),
    /// Ours, and how.
    Ours(String),
}

impl Sorting<'_> {
    /// What is missing, what is there and not needed, and what overrides add.
    pub(super) fn findings(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.missing();
        found.extend(self.proof.extra.iter().map(|extra| self.extra(extra)));
        found.extend(self.widened());
        found
    }

    /// What the template does not allow: one finding for who, on what, and who is to blame.
    fn missing(&self) -> Vec<Diagnostic> {
        let mut lacking: Vec<Lacking<'_>> = Vec::new();
        for (at, denied) in &self.proof.missing {
            let need = &self.needs[*at];
            let row = need.row.map(|at| &self.rows()[at]);
            let who = row.map_or_else(|| format!("`{}`", need.principal), holder);
            let on = match row {
                Some(row) if !row.subject.is_empty() => row.subject.to_string(),
                _ => need.resource.to_string(),
            };
            let blame = self.blame(row, denied);
            let same = |one: &&mut Lacking<'_>| one.who == who && one.on == on && one.blame == blame;
            let permission = format!("`{}`", need.permission);
            match lacking.iter_mut().find(same) {
                Some(one) if one.permissions.contains(&permission) => {}
                Some(one) => one.permissions.push(permission),
                None => lacking.push(Lacking { who, on, blame, permissions: vec![permission], row }),
            }
        }
        lacking.into_iter().map(|one| self.not_allowed(one)).collect()
    }

    fn blame(&self, row: Option<&Permission>, denied: &[usize]) -> Blame {
        let origins = || denied.iter().map(|at| self.statement(*at).origin.to_string());
        let by_hand = origins().find_map(|origin| self.hands.wrote(&origin).map(str::to_owned));
        match (by_hand, origins().next(), self.guilty(row)) {
            (Some(by), ..) => Blame::Denied(by),
            (None, Some(origin), _) => Blame::Ours(format!(", because `{origin}` of it denies it")),
            (None, None, Some(one)) => Blame::Taken(format!("the override of `{}`", one.address.value)),
            (None, None, None) => Blame::Ours(String::new()),
        }
    }

    fn not_allowed(&self, lacking: Lacking<'_>) -> Diagnostic {
        let Lacking { who, on, blame, permissions, row } = lacking;
        let what = format!("the template does not let {who} do {} on `{on}`", permissions.join(", "));
        let taken = |by: &str, how: &str| {
            let finding = Diagnostic::error("access/taken-away", format!("{what}: {by} {how}"));
            self.at_hand(finding, by, "this changes who may do it")
                .help("what a function needs cannot be taken away from it: remove that part, or what needs it")
        };
        let finding = match blame {
            Blame::Denied(by) => taken(&by, "denies it"),
            Blame::Taken(by) => taken(&by, "takes it away"),
            Blame::Ours(how) => bug(format!("{what}{how}")),
        };
        match row.and_then(|row| row.reasons.first()) {
            Some(reason) => finding.also(reason.span, format!("needed: {}", reason.text)),
            None => finding,
        }
    }

    /// The override that may have taken a permission away: of what belongs to the function, to what it uses, or to all.
    fn guilty(&self, row: Option<&Permission>) -> Option<&Override> {
        let overrides = &self.model().overrides;
        let Some(row) = row else { return overrides.first() };
        let owners = [row.function.as_str(), row.subject.as_str(), "app"];
        let of = |owner: &&str| {
            overrides.iter().find(|one| one.address.value.split('.').next().is_some_and(|name| name == *owner))
        };
        owners.iter().find_map(of)
    }

    /// A finding at the override or the raw resource that is to blame.
    fn at_hand(&self, finding: Diagnostic, by: &str, label: &str) -> Diagnostic {
        let named = |name: &str| by.contains(&format!("`{name}`"));
        let overridden = self.model().overrides.iter().find(|one| named(&one.address.value));
        let native = self.model().natives.iter().find(|native| named(&native.name.value));
        match (overridden, native) {
            (Some(one), _) => finding.at(one.address.span, label),
            (None, Some(native)) => finding.at(native.name.span, label),
            (None, None) => finding,
        }
    }

    fn extra(&self, extra: &Extra) -> Diagnostic {
        let Extra { principal, permission, resource, .. } = extra;
        let origin = &self.statement(extra.statement).origin;
        let more = if extra.in_part { "in more circumstances than anything needs it" } else { "and nothing needs it" };
        bug(format!("`{origin}` of the template lets `{principal}` do `{permission}` on `{resource}`, {more}"))
    }

    /// What overrides permit that nothing declares: one note for each.
    fn widened(&self) -> Vec<Diagnostic> {
        let owners = self.owners();
        let mut by_override: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for outside in &self.proof.outside {
            let by = self.hands.wrote(&self.statement(outside.statement).origin);
            let Some(by) = by.filter(|by| by.starts_with("the override")) else { continue };
            let who = match owners.get(&outside.principal) {
                Some(function) if !function.is_empty() => (*function).to_owned(),
                _ => outside.principal.to_string(),
            };
            let what = format!("`{who}` may do `{}` on `{}`", outside.permission, outside.resource);
            by_override.entry(by).or_default().push(what);
        }
        let note = |(by, what): (&str, Vec<String>)| {
            let more = if what.len() > 1 { format!(" (and {} more)", what.len() - 1) } else { String::new() };
            let message = format!("{by} permits what nothing declares: {}{more}", what[0]);
            let note = Diagnostic::warning("access/widened-by-hand", message);
            self.at_hand(note, by, "this permits it")
                .help("it is outside the proof, and shown as made by hand in every review")
        };
        by_override.into_iter().map(note).collect()
    }
}

/// Who holds a permission.
fn holder(row: &Permission) -> String {
    let function = match row.function.as_str() {
        "" => "the deployment".to_owned(),
        name => format!("`{name}`"),
    };
    match &row.holder {
        Some(holder) => format!("{function} [{holder}]"),
        None => function,
    }
}
