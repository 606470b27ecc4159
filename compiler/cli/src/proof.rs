//! The proof of a compiled app: its template is read back and compared with what its calls, triggers and declarations
//! need.
//!
//! It has two halves. Every call that was seen in the code has a permission of the build behind it, and the template
//! allows every permission of the build and nothing else (`portolan_policy::prove`). What people wrote into the template
//! themselves — `allow`, `native`, `overrides` — is outside, and listed.

use crate::pipeline::{Compiled, backend};
use crate::talk::counted;
use portolan_access::{Calls, Meant, Seen, Site, meant};
use portolan_diagnostics::Diagnostic;
use portolan_model::{Function, Model, Subject};
use portolan_policy::{Need, Pattern, Policies, Proof, Statement, prove};
use portolan_target::{Permission, ReadBack};
use portolan_value::{Address, Resource};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

mod findings;

/// What was proved of a compiled app.
#[derive(Debug)]
pub struct Proved {
    /// What its template permits, read back.
    pub policies: Policies,
    /// What it needs: its permissions, and what the template's own wiring takes.
    pub needs: Vec<Need>,
    /// How both compare.
    pub proof: Proof,
    /// The same, function by function, in the order of the spec; what belongs to the whole deployment comes last, under no
    /// name.
    pub functions: Vec<ProvedFunction>,
}

/// What was proved of one function.
#[derive(Debug, Default)]
pub struct ProvedFunction {
    /// Its name.
    pub name: String,
    /// How many of its calls were seen, and are allowed.
    pub calls: usize,
    /// How many triggers it has, all of which are allowed to start it.
    pub triggers: usize,
    /// Its permissions, none of which can be taken away.
    pub permissions: Vec<Proven>,
    /// What it gets only because it comes in one piece with what it needs.
    pub undivided: Vec<Undivided>,
    /// What people gave it by hand.
    pub outside: Vec<Outside>,
}

/// A permission that something needs.
#[derive(Debug)]
pub struct Proven {
    /// The row of the build: an index into its permissions.
    pub row: usize,
    /// The calls that need it; none where a trigger or a declaration does.
    pub calls: Vec<Site>,
}

/// A permission that comes in one piece with what is needed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undivided {
    /// The permission.
    pub permission: String,
    /// The piece, and why it is one.
    pub reason: String,
}

/// A permission that was given by hand.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outside {
    /// The permission.
    pub permission: String,
    /// On what.
    pub resource: String,
    /// Who wrote it where: `allow`, ``native `users` ``, ``the override of `tag.role` ``.
    pub by: String,
}

impl Proved {
    /// `12 calls and 3 triggers allowed; taking any of 11 permissions away breaks one`.
    #[must_use]
    pub fn summary(&self) -> String {
        let sum = |count: fn(&ProvedFunction) -> usize| self.functions.iter().map(count).sum::<usize>();
        let (calls, triggers) = (sum(|function| function.calls), sum(|function| function.triggers));
        let permissions = sum(|function| function.permissions.len());
        let pieces = sum(|function| function.undivided.len());
        let by_hand = sum(|function| function.outside.len());
        let mut text = format!(
            "{} and {} allowed; taking any of {} away breaks what needs it",
            counted(calls, "call"),
            counted(triggers, "trigger"),
            counted(permissions, "permission"),
        );
        if pieces > 0 {
            text.push_str(&format!("; {} not divided by the cloud", counted(pieces, "permission")));
        }
        if by_hand > 0 {
            text.push_str(&format!("; {} by hand, outside the proof", counted(by_hand, "permission")));
        }
        text
    }

    /// What was proved of a function; of the whole deployment under no name.
    #[must_use]
    pub fn of(&self, function: &str) -> Option<&ProvedFunction> {
        self.functions.iter().find(|proved| proved.name == function)
    }
}

/// Proves a compiled app: what was proved, and what could not be.
#[must_use]
pub fn proved(compiled: &Compiled, calls: &Calls) -> (Proved, Vec<Diagnostic>) {
    let backend = backend(compiled.model.target.format);
    let ReadBack { statements, needs } = backend.read_back(&compiled.settled, &compiled.template);
    let policies = Policies::new(statements);
    let hands = Hands::of(compiled);
    let proof = prove(&policies, &needs, &|origin| hands.wrote(origin).is_some());
    let sorting = Sorting { compiled, calls, policies: &policies, needs: &needs, proof: &proof, hands: &hands };
    let (functions, open) = sorting.functions();
    let mut found = sorting.findings();
    found.extend(open);
    (Proved { functions, policies, needs, proof }, found)
}

/// What people wrote into a template: the names of its resources, and who changed them.
struct Hands {
    wrote: HashMap<String, String>,
    /// The names of all other resources.
    ours: HashSet<String>,
}

impl Hands {
    fn of(compiled: &Compiled) -> Self {
        let overridden: BTreeSet<&str> =
            compiled.model.overrides.iter().map(|one| one.address.value.as_str()).collect();
        // Who has a role gets whatever an override puts into it.
        let roles: HashSet<&str> = overridden.iter().copied().filter(|address| is_role(address)).collect();
        let by_role = if roles.is_empty() { HashMap::new() } else { referring(compiled, &roles) };
        let mut hands = Self { wrote: HashMap::new(), ours: HashSet::new() };
        for (name, Resource { address, .. }) in compiled.named() {
            let by = match (address.part(), by_role.get(address)) {
                ("native", _) => Some(format!("native `{}`", address.owner())),
                _ if overridden.contains(address.as_str()) => Some(format!("the override of `{address}`")),
                (_, Some(role)) => Some(format!("the override of `{role}`")),
                _ => None,
            };
            match by {
                Some(by) => drop(hands.wrote.insert(name.to_owned(), by)),
                None => drop(hands.ours.insert(name.to_owned())),
            }
        }
        hands
    }

    /// Who wrote or changed a resource of the template, if anybody did. What is not ours is a raw resource.
    fn wrote(&self, origin: &str) -> Option<&str> {
        match self.wrote.get(origin) {
            Some(by) => Some(by),
            None => (!origin.is_empty() && !self.ours.contains(origin)).then_some("`native`"),
        }
    }
}

/// Whether an address is that of a role of the deployment's own.
fn is_role(address: &str) -> bool {
    address.ends_with(".rights") || address.ends_with(".definition")
}

/// The resources that refer to one of these, and to which.
fn referring<'c>(compiled: &'c Compiled, to: &HashSet<&str>) -> HashMap<&'c Address, String> {
    let mut referring = HashMap::new();
    for resource in compiled.settled.stacks.iter().flat_map(|stack| &stack.resources) {
        for (_, value) in resource.body.iter() {
            value.references(&mut |reference| {
                if to.contains(reference.address.as_str()) {
                    referring.insert(&resource.address, reference.address.to_string());
                }
            });
        }
    }
    referring
}

/// A proof that is told function by function.
struct Sorting<'a> {
    compiled: &'a Compiled,
    calls: &'a Calls,
    policies: &'a Policies,
    needs: &'a [Need],
    proof: &'a Proof,
    hands: &'a Hands,
}

impl<'a> Sorting<'a> {
    fn rows(&self) -> &'a [Permission] {
        &self.compiled.settled.permissions
    }

    fn model(&self) -> &'a Model {
        &self.compiled.model
    }

    fn statement(&self, at: usize) -> &'a Statement {
        &self.policies.statements()[at]
    }

    /// All functions, and a finding for each call that no permission of the build is for.
    fn functions(&self) -> (Vec<ProvedFunction>, Vec<Diagnostic>) {
        let owners = self.owners();
        let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, row) in self.rows().iter().enumerate() {
            rows.entry(&row.function).or_default().push(at);
        }
        let needs = self.needs_by_row();
        let mut found = Vec::new();
        let mut functions: Vec<ProvedFunction> = Vec::with_capacity(self.model().functions.len() + 1);
        for (id, function) in self.model().function_ids() {
            let own = rows.get(function.name.value.as_str()).map(Vec::as_slice).unwrap_or_default();
            let proving = Proving { sorting: self, function, rows: own, needs: &needs };
            let (permissions, calls) = proving.permissions(self.calls.of(id), &mut found);
            functions.push(ProvedFunction {
                name: function.name.value.to_string(),
                calls,
                triggers: function.triggers.len(),
                permissions,
                ..ProvedFunction::default()
            });
        }
        let shared = rows.get("").map(Vec::as_slice).unwrap_or_default();
        let permissions = shared.iter().filter(|at| !self.rows()[**at].by_hand);
        functions.push(ProvedFunction {
            permissions: permissions.map(|at| Proven { row: *at, calls: Vec::new() }).collect(),
            ..ProvedFunction::default()
        });
        self.list(&owners, &mut functions);
        (functions, found)
    }

    /// Whose each identity is: the function's, or the first one's that it works for.
    fn owners(&self) -> HashMap<&'a Pattern, &'a str> {
        let mut owners: HashMap<&Pattern, &str> = HashMap::new();
        for need in self.needs {
            if let Some(row) = need.row.map(|at| &self.rows()[at]) {
                owners.entry(&need.principal).or_insert(&row.function);
            }
        }
        owners
    }

    fn needs_by_row(&self) -> Vec<Vec<usize>> {
        let mut needs = vec![Vec::new(); self.rows().len()];
        for (at, need) in self.needs.iter().enumerate() {
            if let Some(row) = need.row {
                needs[row].push(at);
            }
        }
        needs
    }

    /// Adds what is undivided and what is outside to the functions that have it.
    fn list(&self, owners: &HashMap<&Pattern, &str>, functions: &mut [ProvedFunction]) {
        let places: HashMap<String, usize> =
            functions.iter().enumerate().map(|(at, function)| (function.name.clone(), at)).collect();
        let place = |principal: &Pattern| places[owners.get(principal).copied().unwrap_or_default()];
        for undivided in &self.proof.undivided {
            functions[place(&undivided.principal)].undivided.push(Undivided {
                permission: undivided.permission.to_string(),
                reason: format!("`{}` is a role of the cloud's own, and comes in one piece", undivided.role),
            });
        }
        for outside in &self.proof.outside {
            let by = self.hands.wrote(&self.statement(outside.statement).origin).unwrap_or("`allow`");
            functions[place(&outside.principal)].outside.push(Outside {
                permission: outside.permission.to_string(),
                resource: outside.resource.to_string(),
                by: by.to_owned(),
            });
        }
        for function in functions {
            function.undivided.sort();
            function.undivided.dedup();
            function.outside.sort();
            function.outside.dedup();
        }
    }
}

/// One function's permissions against its calls.
struct Proving<'s, 'a> {
    sorting: &'s Sorting<'a>,
    function: &'a Function,
    rows: &'s [usize],
    needs: &'s [Vec<usize>],
}

impl Proving<'_, '_> {
    /// The permissions that are not by hand, each with its calls; and how many calls there are.
    fn permissions(&self, seen: Option<&Seen>, found: &mut Vec<Diagnostic>) -> (Vec<Proven>, usize) {
        let mut calls: BTreeMap<usize, Vec<Site>> = BTreeMap::new();
        let mut sites = HashSet::new();
        for need in seen.map(|seen| seen.needs.as_slice()).unwrap_or_default() {
            let subject = meant(self.sorting.model(), self.function, &need.on);
            let rows: Vec<usize> =
                self.rows.iter().copied().filter(|at| self.serves(*at, &need.permission, subject)).collect();
            if rows.is_empty() {
                found.push(findings::unserved(self.function, need));
            }
            sites.insert(need.site.span);
            for row in rows {
                let of_row = calls.entry(row).or_default();
                if !of_row.contains(&need.site) {
                    of_row.push(need.site.clone());
                }
            }
        }
        let own = self.rows.iter().filter(|at| !self.sorting.rows()[**at].by_hand);
        let proven = |at: &usize| Proven { row: *at, calls: calls.get(at).cloned().unwrap_or_default() };
        (own.map(proven).collect(), sites.len())
    }

    /// Whether a permission of the build is what a call needs. What a role by hand carries is not always known.
    fn serves(&self, at: usize, permission: &str, subject: Meant) -> bool {
        let row = &self.sorting.rows()[at];
        let same = || match subject {
            Meant::Subject(subject @ (Subject::Resource(_) | Subject::Function(_))) => {
                row.subject.as_str() == self.sorting.model().name_of(subject)
            }
            Meant::Subject(Subject::Native(_)) | Meant::Other | Meant::Unknown => true,
        };
        if !row.by_hand && (row.holder.is_some() || !same()) {
            return false;
        }
        let asked = Pattern::literal(permission);
        let needs = self.needs[at].iter().map(|at| &self.sorting.needs[*at]);
        row.permission.eq_ignore_ascii_case(permission)
            || needs.into_iter().any(|need| need.permission.covers_in_any_case(&asked) || is_unknown_role(need))
    }
}

/// Whether a need is a role that was given by hand and of which it is not known what it carries.
fn is_unknown_role(need: &Need) -> bool {
    need.by_hand && need.permission.as_atom().is_some()
}
