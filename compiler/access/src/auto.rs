//! `uses: auto`: verbs from the code.
//!
//! Every call on something of the spec becomes the verb that covers it. Where the code was not understood in full, or it is
//! not known what a call is on, nothing can be taken from it: that is an error with what was found so far, to declare.

use crate::rows::Ceiling;
use crate::{Calls, Meant, Need, Seen, Site, meant};
use portolan_catalog::Catalog;
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Function, Model, Subject, Use, fill};

/// Places that one finding shows.
const PLACES: usize = 3;

/// Gives every function that leaves its verbs to its code those that its code takes.
pub fn auto(model: &mut Model, catalog: &Catalog, calls: &Calls) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    for (id, function) in model.function_ids() {
        let Some(span) = function.auto else { continue };
        let taking = Taking { ceiling: Ceiling { model, catalog }, function, span };
        all.push((id, taking.uses(calls.of(id), &mut found)));
    }
    if !all.is_empty() {
        found.extend(fill(model, catalog, all));
    }
    found
}

struct Taking<'a> {
    ceiling: Ceiling<'a>,
    function: &'a Function,
    span: Span,
}

impl Taking<'_> {
    fn uses(&self, seen: Option<&Seen>, found: &mut Vec<Diagnostic>) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut open: Vec<Site> = Vec::new();
        let Some(seen) = seen else {
            found.push(self.incomplete(&uses, &open));
            return uses;
        };
        open.extend(seen.gaps.iter().map(|gap| gap.site.clone()));
        for need in &seen.needs {
            match meant(self.ceiling.model, self.function, &need.on) {
                Meant::Subject(subject) => self.take(subject, need, &mut uses),
                Meant::Unknown if self.may_be_ours(need) => {
                    open.push(Site { span: need.site.span, text: "which resource this is on is not known".to_owned() });
                }
                Meant::Unknown | Meant::Other => {}
            }
        }
        match (open.is_empty(), seen.needs.is_empty() && seen.elsewhere.is_empty()) {
            (false, _) => found.push(self.incomplete(&uses, &open)),
            (true, true) if self.function.uses.is_empty() => found.push(self.nothing()),
            (true, _) => {}
        }
        uses
    }

    /// The verbs that cover a call; a trigger may cover it as it is.
    fn take(&self, subject: Subject, need: &Need, uses: &mut Vec<Use>) {
        let listens = self.function.triggers.iter().any(|trigger| trigger.event.subject() == Some(subject));
        let verbs = self.ceiling.covering(subject, &need.permission, &need.part).unwrap_or_default();
        for verb in verbs {
            let known = uses.iter().any(|known| known.subject == subject && known.verb == verb);
            let received = listens && verb.name() == "receive";
            if known || received {
                continue;
            }
            let call = Some(need.site.text.clone().into());
            uses.push(Use { subject, verb, only: Vec::new(), span: need.site.span, call });
        }
    }

    /// Whether some resource of the spec has a verb with the permission.
    fn may_be_ours(&self, need: &Need) -> bool {
        let mut resources = self.ceiling.model.resource_ids();
        resources.any(|(id, _)| self.ceiling.covering(Subject::Resource(id), &need.permission, &need.part).is_some())
    }

    fn incomplete(&self, uses: &[Use], open: &[Site]) -> Diagnostic {
        let name = &self.function.name.value;
        let message = format!("`{name}` takes what it may do from its code, and not all of it was understood");
        let mut finding =
            Diagnostic::error("access/auto-incomplete", message).at(self.span, "this would be too little");
        for site in open.iter().take(PLACES) {
            finding = finding.also(site.span, site.text.clone());
        }
        let declared = match uses.is_empty() {
            true => "write the verbs instead, as in `uses: { orders: read }`".to_owned(),
            false => format!("write the verbs instead; what was found so far is `uses: {{ {} }}`", self.written(uses)),
        };
        finding.help(declared)
    }

    /// `orders: [read, write], jobs: send`.
    fn written(&self, uses: &[Use]) -> String {
        let mut subjects: Vec<Subject> = Vec::new();
        for entry in uses {
            if !subjects.contains(&entry.subject) {
                subjects.push(entry.subject);
            }
        }
        let one = |subject: &Subject| {
            let verbs: Vec<&str> =
                uses.iter().filter(|entry| entry.subject == *subject).map(|entry| entry.verb.name()).collect();
            let verbs = if verbs.len() > 1 { format!("[{}]", verbs.join(", ")) } else { verbs.concat() };
            format!("{}: {verbs}", self.ceiling.model.name_of(*subject))
        };
        subjects.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn nothing(&self) -> Diagnostic {
        let name = &self.function.name.value;
        let message =
            format!("`{name}` takes what it may do from its code, which calls no cloud: it is granted nothing");
        Diagnostic::note("access/auto-nothing", message)
            .at(self.span, "nothing is granted for this")
            .help("if it does call one, in a way that was not recognised, write the verbs instead")
    }
}
