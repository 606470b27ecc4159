//! The judgement: what policies say to the calls of a run, and what of the grants the run did without.

use crate::{Ask, Call, Trace};
use portolan_policy::{Decision, Need, Pattern, Policies, Request, allows};

/// What policies say to the calls of some runs.
#[derive(Clone, Debug, Default)]
pub struct Verdict<'t> {
    /// The calls of all traces, in their order.
    pub calls: Vec<Judged<'t>>,
    /// The needs of the build that no call took, by index. A run shows what happened, not all that may happen.
    pub unused: Vec<usize>,
}

/// A call and what policies say to it.
#[derive(Clone, Debug)]
pub struct Judged<'t> {
    /// The call.
    pub call: &'t Call,
    /// What they say to each permission that it needs.
    pub answers: Vec<Answer<'t>>,
}

/// What policies say to one permission.
#[derive(Clone, Debug)]
pub struct Answer<'t> {
    /// The permission.
    pub ask: &'t Ask,
    /// Whether it is allowed, and by which statements.
    pub decision: Decision,
    /// The needs of the build that it is among, by index.
    pub needs: Vec<usize>,
}

impl Judged<'_> {
    /// Whether everything that the call needs is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.answers.iter().all(|answer| answer.decision.is_allowed())
    }
}

impl Verdict<'_> {
    /// Whether every call is allowed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.calls.iter().all(Judged::is_allowed)
    }
}

/// Judges runs of somebody by policies. `needs` are what the build wants to be allowed: of somebody's own, those that no
/// call took are told.
#[must_use]
pub fn judge<'t>(policies: &Policies, needs: &[Need], principal: &Pattern, traces: &'t [Trace]) -> Verdict<'t> {
    let own: Vec<(usize, &Need)> =
        needs.iter().enumerate().filter(|(_, need)| need.row.is_some() && need.principal == *principal).collect();
    let answer = |ask: &'t Ask| {
        let request = Request {
            principal: principal.clone(),
            permission: Pattern::literal(&ask.permission),
            resource: ask.resource(),
            context: ask.context(),
        };
        let decision = allows(policies, &request);
        let takes = |(_, need): &&(usize, &Need)| takes(need, &request);
        let needs =
            if decision.is_allowed() { own.iter().filter(takes).map(|(at, _)| *at).collect() } else { Vec::new() };
        Answer { ask, decision, needs }
    };
    let calls: Vec<Judged<'t>> = traces
        .iter()
        .flat_map(|trace| &trace.calls)
        .map(|call| Judged { call, answers: call.asks.iter().map(answer).collect() })
        .collect();
    let taken = |at: usize| calls.iter().flat_map(|judged| &judged.answers).any(|answer| answer.needs.contains(&at));
    let unused = own.iter().map(|(at, _)| *at).filter(|at| !taken(*at)).collect();
    Verdict { calls, unused }
}

/// Whether a request is among what a need is about.
fn takes(need: &Need, request: &Request) -> bool {
    need.permission.lower().covers(&request.permission.lower())
        && need.resource.covers(&request.resource)
        && need.condition.holds(&request.context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_policy::{Condition, Context, Operator, Set, Statement, Test};

    fn need(permission: &str, resource: &str) -> Need {
        Need {
            principal: Pattern::literal("me"),
            permission: Pattern::literal(permission),
            resource: Pattern::glob(resource),
            condition: Condition::always(),
            context: Context::default(),
            by_hand: false,
            row: Some(0),
            because: "uses".to_owned(),
        }
    }

    fn statement(need: &Need) -> Statement {
        Statement {
            principals: Set::one(need.principal.clone()),
            permissions: Set::one(need.permission.clone()),
            resources: Set::one(need.resource.clone()),
            condition: need.condition.clone(),
            ..Statement::default()
        }
    }

    fn trace(asks: &[Ask]) -> Trace {
        let mut trace = Trace::new("shop", "dev", "eu-west-1", "order");
        for ask in asks {
            trace.add(Call {
                service: "s".to_owned(),
                operation: ask.permission.clone(),
                asks: vec![ask.clone()],
                unknown: None,
                status: 200,
                times: 1,
            });
        }
        trace
    }

    fn ask(permission: &str, resource: &str) -> Ask {
        Ask::new(permission, &Pattern::literal(resource), &[])
    }

    /// Which calls are allowed, and which needs were not used.
    fn check(needs: &[Need], asks: &[Ask], expected: (&[bool], &[usize])) {
        let policies = Policies::new(needs.iter().map(statement).collect());
        let traces = [trace(asks)];
        let verdict = judge(&policies, needs, &Pattern::literal("me"), &traces);
        let allowed: Vec<bool> = verdict.calls.iter().map(Judged::is_allowed).collect();
        assert_eq!((allowed.as_slice(), verdict.unused.as_slice()), expected);
        assert_eq!(verdict.is_clean(), !expected.0.contains(&false));
    }

    #[test]
    fn calls_are_allowed_or_not_and_grants_used_or_not() {
        let needs = [need("t:Put", "table/a"), need("t:Get", "table/a"), need("s:Get", "bucket/*")];
        check(&needs, &[ask("t:Put", "table/a"), ask("s:get", "bucket/x")], (&[true, true], &[1]));
        check(&needs, &[ask("t:Put", "table/b")], (&[false], &[0, 1, 2]));
        let all_of_it = Ask::new("s:Get", &Pattern::glob("bucket/*"), &[]);
        check(&needs, std::slice::from_ref(&all_of_it), (&[true], &[0, 1]));
        check(&[need("s:Get", "bucket/in/*")], &[all_of_it], (&[false], &[0]));
    }

    #[test]
    fn circumstances_count() {
        let mut conditional = need("s:List", "bucket");
        let wanted = vec![Pattern::glob("in/*")];
        conditional.condition = Condition::Test(Test::new("s3:prefix", Operator::Like, wanted));
        let listed = |prefix: &str| Ask::new("s:List", &Pattern::literal("bucket"), &[("s3:prefix", prefix)]);
        check(&[conditional.clone()], &[listed("in/a"), listed("out/a")], (&[true, false], &[]));
        check(&[conditional], &[ask("s:List", "bucket")], (&[false], &[0]));
    }

    #[test]
    fn a_trace_comes_back_as_it_was_written() {
        let mut trace = trace(&[ask("t:Put", "table/a*"), ask("t:Put", "table/a*")]);
        assert_eq!((trace.calls.len(), trace.calls[0].times), (1, 2));
        trace.calls[0].asks.push(Ask::new("s:List", &Pattern::glob("a*"), &[("k", "v")]));
        let read = Trace::read(&trace.text()).unwrap();
        assert_eq!(read, trace);
        assert_eq!(read.calls[0].asks[0].resource(), Pattern::literal("table/a*"));
        assert_eq!(read.calls[0].asks[1].resource(), Pattern::glob("a*"));
        let newer = trace.text().replace("\"portolan-trace\": 1", "\"portolan-trace\": 2");
        assert_eq!(Trace::read(&newer), Err("it has version 2, and this Portolan reads version 1".to_owned()));
        assert!(Trace::read("{}").is_err());
    }
}
