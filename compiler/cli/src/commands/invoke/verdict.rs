//! The verdict on recorded runs: which grant allows a call, what to add where none does, and which grants a run did without.

use super::cure::{self, Cures};
use super::prepare::{Filled, Prepared, filled};
use crate::output;
use portolan_diagnostics::Sources;
use portolan_policy::{Decision, Need, Pattern, Policies};
use portolan_recording::{Answer, Judged, Trace, Unrecognized, judge as judge_runs};
use portolan_target::Permission;
use serde::Serialize;

/// The verdict, as tools read it.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The calls of all runs, in their order.
    pub(super) calls: Vec<CallReport>,
    /// The requests that were not understood.
    pub(super) unrecognized: Vec<Unrecognized>,
    /// What is granted and was not used. A recording shows what happened, not all that may happen.
    pub(super) unused: Vec<Unused>,
}

/// A call.
#[derive(Debug, Serialize)]
pub(super) struct CallReport {
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) status: u16,
    pub(super) times: u64,
    pub(super) verdict: Word,
    pub(super) permissions: Vec<PermissionReport>,
    /// Why it is not known what the call needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unknown: Option<String>,
}

/// What is said of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    /// Everything that it needs is allowed.
    Allowed,
    /// Something is not.
    Denied,
    /// It is not known what it needs.
    Unknown,
}

/// A permission that a call needs.
#[derive(Debug, Serialize)]
pub(super) struct PermissionReport {
    pub(super) permission: String,
    pub(super) resource: String,
    pub(super) allowed: bool,
    /// The resources of the template whose statements decided.
    pub(super) by: Vec<String>,
    /// The grants that it is among, with their place in the spec.
    pub(super) because: Vec<String>,
    /// What to add, or what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cure: Option<String>,
}

/// A grant that was not used.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Unused {
    pub(super) resource: String,
    pub(super) verb: String,
    pub(super) permissions: Vec<String>,
    pub(super) because: String,
}

impl Report {
    /// Whether every call is allowed.
    pub(super) fn is_clean(&self) -> bool {
        self.calls.iter().all(|call| call.verdict != Word::Denied)
    }
}

/// Judges runs of the function by the permissions of its template.
pub(super) fn judge(prepared: &Prepared, traces: &[Trace], sources: &Sources) -> Report {
    let name = &prepared.function().name.value;
    // Names and ARNs do not depend on where the services answered.
    let stand_in = prepared.stand_in("http://127.0.0.1");
    let Filled { policies, needs, principal } = filled(&prepared.compiled, name, &stand_in);
    let declared = filled(&prepared.declared, name, &stand_in);
    let verdict = judge_runs(&policies, &needs, &principal, traces);
    let cures = Cures { prepared, stand_in: &stand_in, declared: &declared, sources };
    let reading = Reading { prepared, policies: &policies, needs: &needs, principal: &principal, cures, sources };
    Report {
        calls: verdict.calls.iter().map(|judged| reading.call(judged)).collect(),
        unrecognized: traces.iter().flat_map(|trace| trace.unrecognized.clone()).collect(),
        unused: reading.unused(&verdict.unused),
    }
}

struct Reading<'a> {
    prepared: &'a Prepared,
    policies: &'a Policies,
    needs: &'a [Need],
    principal: &'a Pattern,
    cures: Cures<'a>,
    sources: &'a Sources,
}

impl Reading<'_> {
    fn call(&self, judged: &Judged<'_>) -> CallReport {
        let call = judged.call;
        CallReport {
            service: call.service.clone(),
            operation: call.operation.clone(),
            status: call.status,
            times: call.times,
            verdict: match (judged.is_allowed(), &call.unknown) {
                (false, _) => Word::Denied,
                (true, Some(_)) => Word::Unknown,
                (true, None) => Word::Allowed,
            },
            permissions: judged.answers.iter().map(|answer| self.permission(answer)).collect(),
            unknown: call.unknown.clone(),
        }
    }

    fn permission(&self, answer: &Answer<'_>) -> PermissionReport {
        let statements = match &answer.decision {
            Decision::Allowed(by) | Decision::Denied(by) => by.as_slice(),
            Decision::Silent => &[],
        };
        let mut by: Vec<String> = Vec::new();
        for at in statements {
            let origin = self.policies.statements()[*at].origin.to_string();
            if !by.contains(&origin) {
                by.push(origin);
            }
        }
        let mut because: Vec<String> = Vec::new();
        for row in answer.needs.iter().filter_map(|at| self.row(*at)) {
            let reason = self.reason(row);
            if !because.contains(&reason) {
                because.push(reason);
            }
        }
        let cure = match &answer.decision {
            Decision::Allowed(_) => None,
            Decision::Denied(_) => Some(cure::forbidden(&by)),
            Decision::Silent => Some(self.cures.of(answer.ask, self.principal)),
        };
        PermissionReport {
            permission: answer.ask.permission.clone(),
            resource: answer.ask.resource.clone(),
            allowed: answer.decision.is_allowed(),
            by,
            because,
            cure,
        }
    }

    fn row(&self, need: usize) -> Option<&Permission> {
        self.prepared.compiled.settled.permissions.get(self.needs.get(need)?.row?)
    }

    /// `uses stock: read (portolan.yaml:24)`.
    fn reason(&self, row: &Permission) -> String {
        let first = row.reasons.first();
        first.map(|why| format!("{} ({})", why.text, output::place(why.span, self.sources))).unwrap_or_default()
    }

    /// What the user granted and no call took, a line a verb and resource. What triggers and the platform need is theirs.
    fn unused(&self, needs: &[usize]) -> Vec<Unused> {
        let mut lines: Vec<Unused> = Vec::new();
        for row in needs.iter().filter_map(|at| self.row(*at)).filter(|row| self.is_of_user(row)) {
            let because = self.reason(row);
            let known = lines
                .iter_mut()
                .find(|line| line.resource == *row.subject && line.verb == *row.verb && line.because == because);
            match known {
                Some(line) if line.permissions.iter().any(|known| *known == *row.permission) => {}
                Some(line) => line.permissions.push(row.permission.to_string()),
                None => lines.push(Unused {
                    resource: row.subject.to_string(),
                    verb: row.verb.to_string(),
                    permissions: vec![row.permission.to_string()],
                    because,
                }),
            }
        }
        lines
    }

    fn is_of_user(&self, row: &Permission) -> bool {
        let model = &self.prepared.compiled.model;
        let mut uses = self.prepared.function().uses.iter();
        row.by_hand
            || uses.any(|entry| entry.verb.name() == &*row.verb && model.name_of(entry.subject) == &*row.subject)
    }
}
