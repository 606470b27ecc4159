//! The join of what the spec declares with what the code does: declarations are the ceiling, code decides inside it.
//!
//! | code | spec | result |
//! |---|---|---|
//! | a call inside a declared verb | declared | exactly that permission |
//! | a call outside every declaration | – | an error with the line to add |
//! | no call, and all was understood | declared | nothing, and a warning |
//! | not all was understood | declared | the whole verb, marked as assumed |

use crate::{Basis, Calls, Grant, Grants, Named, Need, Reason, Right, Seen};
use portolan_catalog::{Column, Verb};
use portolan_diagnostics::Diagnostic;
use portolan_model::{Function, Model, Piece, Resource, Subject, variable};

/// Places that one note shows.
const GAPS: usize = 3;

/// Narrows what is declared to what the code does.
#[must_use]
pub fn join(model: &Model, declared: Grants, calls: &Calls) -> (Grants, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut grants = Vec::with_capacity(declared.grants.len());
    for (id, function) in model.function_ids() {
        let own: Vec<Grant> = declared.of(id).cloned().collect();
        match calls.of(id) {
            None => grants.extend(own),
            Some(seen) => {
                let joining = Joining { model, function, seen };
                joining.foreign(&mut found);
                joining.assumed(&own, &mut found);
                joining.undeclared(&own, &mut found);
                grants.extend(own.into_iter().filter_map(|grant| joining.narrowed(grant, &mut found)));
            }
        }
    }
    (Grants { grants }, found)
}

/// One function's declarations against its code.
struct Joining<'a> {
    model: &'a Model,
    function: &'a Function,
    seen: &'a Seen,
}

impl Joining<'_> {
    /// A grant as narrow as the code allows; none where the code does without.
    fn narrowed(&self, mut grant: Grant, found: &mut Vec<Diagnostic>) -> Option<Grant> {
        let Right::Verb { verb, subject: Subject::Resource(resource), .. } = &grant.right else { return Some(grant) };
        let resource = self.model.resource(*resource);
        if !self.seen.complete() {
            grant.basis = Basis::Assumed;
            return Some(grant);
        }
        let permissions = self.permissions(resource, verb);
        let used: Vec<&Need> = self
            .seen
            .needs
            .iter()
            .filter(|need| permissions.contains(&need.permission) && self.may_be(need, resource))
            .collect();
        if used.is_empty() {
            found.push(self.unused(&grant, verb, resource));
            return None;
        }
        let mut exact: Vec<String> = used.iter().map(|need| need.permission.clone()).collect();
        exact.sort();
        exact.dedup();
        for need in used {
            let reason = Reason { span: need.site.span, text: need.site.text.clone().into() };
            if !grant.reasons.iter().any(|known| *known == reason) {
                grant.reasons.more.push(reason);
            }
        }
        grant.basis = Basis::Code(exact);
        Some(grant)
    }

    /// Says that declarations are granted in full, and why.
    fn assumed(&self, declared: &[Grant], found: &mut Vec<Diagnostic>) {
        let on_resource = |grant: &Grant| matches!(&grant.right, Right::Verb { subject: Subject::Resource(_), .. });
        let said = self.is_foreign();
        if self.seen.complete() || said || !declared.iter().any(on_resource) {
            return;
        }
        let function = &self.function.name;
        let message =
            format!("`{}`: not all of its code was understood, so it is granted all that it declares", function.value);
        let mut note = Diagnostic::note("access/assumed", message).at(function.span, "its grants are marked `assumed`");
        for gap in self.seen.gaps.iter().take(GAPS) {
            note = note.also(gap.span, gap.text.clone());
        }
        found.push(
            note.help(match self.seen.gaps.is_empty() {
                true => "no call into a cloud's SDK was found from its handler".to_owned(),
                false => {
                    "`portolan infer` lists every place; a client that is made where it is used is understood best"
                        .to_owned()
                }
            }),
        );
    }

    /// The permissions of a verb on a resource.
    fn permissions(&self, resource: &Resource, verb: &Verb) -> Vec<String> {
        match resource.kind.column(self.model.target.format) {
            Column::Built(built) => {
                let rows = built.access(verb).iter();
                rows.flat_map(|row| row.permissions.iter().map(ToString::to_string)).collect()
            }
            Column::Unsupported(_) => Vec::new(),
        }
    }

    /// Whether a call may be on a resource: it is named so, or nobody knows.
    fn may_be(&self, need: &Need, resource: &Resource) -> bool {
        self.named(need).is_none_or(|named| named.name.value == resource.name.value)
    }

    /// The resource that a call is on, where its name tells.
    fn named(&self, need: &Need) -> Option<&Resource> {
        match &need.on {
            Named::Variable(name) => self.by_variable(name),
            Named::Literal(text) => self.model.resources.iter().find(|resource| is_called(resource, text)),
            Named::Unknown => None,
        }
    }

    /// The resource behind an environment variable: one that is injected, or one that the spec sets.
    fn by_variable(&self, name: &str) -> Option<&Resource> {
        let set = self.function.environment.iter().find(|(variable, _)| variable.value == name);
        if let Some((_, text)) = set {
            return text.pieces.iter().find_map(|piece| match piece {
                Piece::Attribute(Subject::Resource(id), _) => Some(self.model.resource(*id)),
                _ => None,
            });
        }
        let injected = |resource: &&Resource| {
            let own = variable(&resource.name.value, &resource.kind.name);
            name == own || name.strip_prefix(&own).is_some_and(|rest| rest.starts_with('_'))
        };
        self.model.resources.iter().filter(injected).max_by_key(|resource| resource.name.value.len())
    }

    /// Calls that no declaration covers.
    fn undeclared(&self, declared: &[Grant], found: &mut Vec<Diagnostic>) {
        let mut told: Vec<(String, Option<String>)> = Vec::new();
        for need in self.seen.needs.iter().filter(|need| !self.covered(need, declared)) {
            let resource = self.named(need);
            let key = (need.permission.clone(), resource.map(|resource| resource.name.value.to_string()));
            if !told.contains(&key) {
                found.push(self.outside(need, resource));
                told.push(key);
            }
        }
    }

    fn covered(&self, need: &Need, declared: &[Grant]) -> bool {
        let by_hand = self.function.allow.iter().flat_map(|allow| &allow.actions);
        if by_hand.filter_map(|action| action.literal()).any(|action| action.eq_ignore_ascii_case(&need.permission)) {
            return true;
        }
        declared.iter().any(|grant| match &grant.right {
            Right::Verb { verb, subject: Subject::Resource(id), .. } => {
                let resource = self.model.resource(*id);
                self.may_be(need, resource) && self.permissions(resource, verb).contains(&need.permission)
            }
            Right::Verb { subject: Subject::Function(_), verb, .. } => self.invokes(verb, need),
            _ => false,
        })
    }

    /// Whether a verb on a function covers a call.
    fn invokes(&self, verb: &Verb, need: &Need) -> bool {
        verb.name() == "invoke" && need.permission.to_ascii_lowercase().contains("invoke")
    }

    fn outside(&self, need: &Need, resource: Option<&Resource>) -> Diagnostic {
        let function = &self.function.name.value;
        let (on, help) = match resource {
            Some(resource) => (format!(" on `{}`", resource.name.value), self.verb_to_add(need, resource)),
            None => (String::new(), self.block_to_add(need)),
        };
        Diagnostic::error(
            "access/undeclared-call",
            format!("`{function}` needs `{}`{on}, which nothing declares", need.permission),
        )
        .at(need.site.span, need.site.text.clone())
        .also(self.function.name.span, "this function runs it")
        .help(help)
    }

    /// The `uses` that covers a call.
    fn verb_to_add(&self, need: &Need, resource: &Resource) -> String {
        let verbs = resource.kind.verbs.iter().map(|rule| &rule.verb);
        let fitting = verbs.filter(|verb| self.permissions(resource, verb).contains(&need.permission));
        match fitting.min_by_key(|verb| self.permissions(resource, verb).len()) {
            Some(verb) => format!("add `uses: {{ {}: {} }}` to the function", resource.name.value, verb.name()),
            None => self.block_to_add(need),
        }
    }

    /// The `allow` that covers a call for which there is no verb.
    fn block_to_add(&self, need: &Need) -> String {
        let on = match &need.on {
            Named::Literal(text) => format!("\"{text}\""),
            _ => "…".to_owned(),
        };
        format!(
            "declare what it is on under `uses`, or grant it by hand: `allow: [{{ actions: [{}], on: [{on}], why: … }}]`",
            need.permission
        )
    }

    fn unused(&self, grant: &Grant, verb: &Verb, resource: &Resource) -> Diagnostic {
        let (function, name) = (&self.function.name.value, &resource.name.value);
        let message = format!("`{function}` declares `{}` on `{name}` and never does it", verb.name());
        Diagnostic::warning("access/unused-use", message)
            .at(grant.reasons.first.span, "nothing is granted for this")
            .help("all calls of the code were understood, and none needs it: remove it")
    }

    /// Whether the code calls other clouds only.
    fn is_foreign(&self) -> bool {
        self.seen.needs.is_empty() && !self.seen.elsewhere.is_empty()
    }

    /// Code that is written for another cloud than the one it is compiled for.
    fn foreign(&self, found: &mut Vec<Diagnostic>) {
        let Some(site) = self.seen.elsewhere.first().filter(|_| self.is_foreign()) else { return };
        let function = &self.function.name.value;
        let message = format!("`{function}` calls another cloud's SDK, and no SDK of the cloud it is compiled for");
        found.push(
            Diagnostic::warning("access/other-cloud", message)
                .at(site.span, site.text.clone())
                .also(self.function.name.span, "compiled for this target")
                .help("all that it declares is granted; choose the SDK by the cloud, or leave this function out of the target: `targets: […]`"),
        );
    }
}

/// Whether a text names a resource that exists outside: its name, or the last part of its id.
fn is_called(resource: &Resource, text: &str) -> bool {
    resource.external.as_ref().is_some_and(|external| {
        let given = external.value.as_str();
        given == text || given.rsplit([':', '/']).next() == Some(text) || text.rsplit([':', '/']).next() == Some(given)
    })
}
