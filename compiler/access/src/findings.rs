//! What the join of declarations and code has to say.

use crate::join::Joining;
use crate::{Basis, Grant, Meant, Need, Part, Right};
use portolan_catalog::Verb;
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Pattern, Piece, Subject};

/// Places that one note shows.
const GAPS: usize = 3;

impl Joining<'_> {
    /// Says which declarations are granted in full because the code was not understood, and why.
    pub(crate) fn assumed(&self, grants: &[Grant], found: &mut Vec<Diagnostic>) {
        let verbs = grants.iter().filter(|grant| matches!(grant.right, Right::Verb { .. }));
        let (assumed, known): (Vec<&Grant>, Vec<&Grant>) = verbs.partition(|grant| grant.basis == Basis::Assumed);
        if assumed.is_empty() || self.is_foreign() {
            return;
        }
        let function = &self.function.name;
        let what = match known.is_empty() {
            true => "all that it declares".to_owned(),
            false => {
                format!("all of {}", assumed.iter().map(|grant| self.declared_as(grant)).collect::<Vec<_>>().join(", "))
            }
        };
        let message = format!("`{}`: not all of its code was understood, so it is granted {what}", function.value);
        let mut note = Diagnostic::note("access/assumed", message).at(function.span, "its grants are marked `assumed`");
        for gap in self.seen.gaps.iter().take(GAPS) {
            note = note.also(gap.site.span, gap.site.text.clone());
        }
        found.push(note.help(match self.seen.gaps.is_empty() {
            true => "no call into a cloud's SDK was found from its handler",
            false if self.function.runtime.value.is_custom() => "keep `uses` to what it does: nothing narrows it",
            false => "`portolan infer` lists every place; a client that is made where it is used is understood best",
        }));
    }

    /// `orders: read`.
    fn declared_as(&self, grant: &Grant) -> String {
        match &grant.right {
            Right::Verb { verb, subject, .. } => format!("`{}: {}`", self.model.name_of(*subject), verb.name()),
            Right::Trigger(_) => String::new(),
        }
    }

    pub(crate) fn unused(&self, grant: &Grant, verb: &Verb, subject: Subject) -> Diagnostic {
        let (function, name) = (&self.function.name.value, self.model.name_of(subject));
        let message = format!("`{function}` declares `{}` on `{name}` and never does it", verb.name());
        Diagnostic::warning("access/unused-use", message)
            .at(grant.reasons.first.span, "nothing is granted for this")
            .help("all calls of the code were understood, and none needs it: remove it")
    }

    /// Calls that only a role covers of which it is not known what it carries.
    pub(crate) fn perhaps_covered(&self, role: &str, span: Span, needs: &[&Need]) -> Option<Diagnostic> {
        let function = &self.function.name.value;
        let mut permissions: Vec<&str> = needs.iter().map(|need| need.permission.as_str()).collect();
        permissions.sort_unstable();
        permissions.dedup();
        let [first, more @ ..] = permissions.as_slice() else { return None };
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let message = format!(
            "`{function}` needs `{first}`{more}, which only `{role}` may cover: what that role carries is not known here"
        );
        let mut finding = Diagnostic::warning("access/unknown-role", message).at(span, "this is taken to cover it");
        for need in needs.iter().take(GAPS) {
            finding = finding.also(need.site.span, need.site.text.clone());
        }
        Some(finding.help("allow the permissions themselves in place of the role: those are held against the code"))
    }

    /// Whether the code calls other clouds only.
    fn is_foreign(&self) -> bool {
        self.seen.needs.is_empty() && !self.seen.elsewhere.is_empty()
    }

    /// Code that is written for another cloud than the one it is compiled for. Code that asks where it runs and calls this
    /// cloud too is written for both.
    pub(crate) fn foreign(&self, found: &mut Vec<Diagnostic>) {
        let Some(site) = self.seen.elsewhere.first() else { return };
        let function = &self.function.name.value;
        let (message, help) = match (self.is_foreign(), self.seen.chooses) {
            (true, _) => (
                format!("`{function}` calls another cloud's SDK, and no SDK of the cloud it is compiled for"),
                "all that it declares is granted; choose the SDK by the cloud, or leave this function out of the target: `targets: […]`",
            ),
            (false, false) => (
                format!("`{function}` calls another cloud's SDK beside that of the cloud it is compiled for"),
                "nothing is granted over there; choose the SDK by where the code runs, which `AWS_LAMBDA_FUNCTION_NAME`, `K_SERVICE` and `WEBSITE_SITE_NAME` tell",
            ),
            (false, true) => return,
        };
        found.push(
            Diagnostic::warning("access/other-cloud", message)
                .at(site.span, site.text.clone())
                .also(self.function.name.span, "compiled for this target")
                .help(help),
        );
    }
}

/// A call that nothing covers.
pub(crate) struct Uncovered<'j, 'a> {
    pub joining: &'j Joining<'a>,
    pub need: &'a Need,
}

impl Uncovered<'_, '_> {
    /// Whether the permission is declared, for other parts.
    pub fn is_outside(&self) -> bool {
        self.declared().is_some()
    }

    /// The declaration that has the permission on what the call is about, for other parts.
    fn declared(&self) -> Option<(&Verb, &[Pattern])> {
        let Meant::Subject(meant) = self.joining.meant(self.need) else { return None };
        self.joining.declared.iter().find_map(|grant| match &grant.right {
            Right::Verb { verb, subject, only } if *subject == meant => {
                let rows = self.joining.ceiling.rows(meant, verb, &|_| false);
                let has = rows.iter().any(|row| row.permissions.iter().any(|known| *known == *self.need.permission));
                has.then_some((verb, only.as_slice()))
            }
            _ => None,
        })
    }

    /// The finding, with what to add.
    pub fn finding(&self) -> Diagnostic {
        let joining = self.joining;
        let function = &joining.function.name.value;
        let (on, help) = match joining.meant(self.need) {
            Meant::Subject(subject) if !matches!(subject, Subject::Native(_)) => self.on(subject),
            _ => (String::new(), self.block_to_add()),
        };
        Diagnostic::error(
            "access/undeclared-call",
            format!("`{function}` needs `{}`{on}, which nothing declares", self.need.permission),
        )
        .at(self.need.site.span, self.need.site.text.clone())
        .also(joining.function.name.span, "this function runs it")
        .help(help)
    }

    /// What the call is on, and the declaration that covers it.
    fn on(&self, subject: Subject) -> (String, String) {
        let name = self.joining.model.name_of(subject);
        match (self.declared(), &self.need.part) {
            (Some((verb, [_, ..])), Part::Inside(key)) => {
                let key = written(key);
                let help = format!(
                    "add it to what `{}` is limited to: `uses: {{ {name}: {{ {0}: [\"{key}\", …] }} }}`",
                    verb.name()
                );
                (format!(" on `{key}` of `{name}`"), help)
            }
            (Some(_), Part::Inside(Pattern::Key(part))) => (
                format!(" on `{part}` of `{name}`"),
                format!("`{name}` has no such index: declare it, as in `indexes: {{ {part}: {{ … }} }}`"),
            ),
            _ => (format!(" on `{name}`"), self.verb_to_add(subject).unwrap_or_else(|| self.block_to_add())),
        }
    }

    /// The `uses` that covers the call.
    fn verb_to_add(&self, subject: Subject) -> Option<String> {
        let joining = self.joining;
        let mut verbs = joining.ceiling.covering(subject, &self.need.permission, &self.need.part)?;
        // A queue has one way to be received from: its trigger, or `receive`.
        let listens = joining.function.triggers.iter().any(|trigger| trigger.event.subject() == Some(subject));
        if listens && verbs.iter().any(|verb| verb.name() == "receive") {
            return None;
        }
        let has = joining.declared.iter().filter_map(|grant| match &grant.right {
            Right::Verb { verb, subject: on, .. } if *on == subject => Some(verb.clone()),
            _ => None,
        });
        let first: Vec<Verb> = has.filter(|verb| !verbs.contains(verb)).collect();
        let together = verbs.len() > 1;
        if together {
            verbs.splice(0..0, first);
        }
        let words: Vec<&str> = verbs.iter().map(Verb::name).collect();
        let words = if words.len() > 1 { format!("[{}]", words.join(", ")) } else { words.concat() };
        Some(format!("add `uses: {{ {}: {words} }}` to the function", joining.model.name_of(subject)))
    }

    /// The `allow` that covers the call, to paste.
    fn block_to_add(&self) -> String {
        let format = self.joining.model.target.format.key();
        let scope = self.native().unwrap_or_else(|| self.need.by_hand.resource.clone());
        format!(
            "declare what it is on and add it to `uses`, or grant it by hand: \
             `allow: {{ {format}: [{{ actions: [\"{}\"], resources: [\"{scope}\"], why: \"say what it is for\" }}] }}`",
            self.need.by_hand.action
        )
    }

    /// The raw resource that the call is on, where the variable that names it is set to its ARN.
    fn native(&self) -> Option<String> {
        let crate::Named::Variable(name) = &self.need.on else { return None };
        let (_, text) =
            self.joining.function.environment.iter().find(|(variable, _)| variable.value == name.as_str())?;
        match text.pieces.as_slice() {
            [Piece::Attribute(Subject::Native(id), attribute)]
                if attribute.value.to_ascii_lowercase().ends_with("arn") =>
            {
                Some(format!("${{native.{}.{}}}", self.joining.model.native(*id).name.value, attribute.value))
            }
            _ => None,
        }
    }
}

/// A pattern as a spec has it.
fn written(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Prefix(prefix) => format!("{prefix}*"),
        Pattern::Key(key) => key.clone(),
    }
}
