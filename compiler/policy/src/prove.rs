//! The proof of a template: everything that is needed is allowed, and everything that is allowed is needed.
//!
//! A need names one permission, so taking any permission away that passes here breaks at least one need. What a cloud
//! hands out in roles of its own making cannot be taken apart: that is listed. What people granted by hand is outside
//! and listed too.

use crate::evaluate::holds_permission;
use crate::index::Index;
use crate::witness::contexts;
use crate::{Condition, Context, Decision, Effect, Pattern, Policies, Request, Side, Statement, allows};
use smol_str::SmolStr;

/// One permission that somebody needs, and why.
#[derive(Clone, Debug)]
pub struct Need {
    /// Who.
    pub principal: Pattern,
    /// What.
    pub permission: Pattern,
    /// On what: all of it.
    pub resource: Pattern,
    /// When only; it must be allowed whenever this holds.
    pub condition: Condition,
    /// What such requests carry anyway.
    pub context: Context,
    /// Whether it is needed because somebody says so, and not because of a declaration or a call.
    pub by_hand: bool,
    /// Which permission of the build it is for; none for what the template's own wiring needs.
    pub row: Option<usize>,
    /// Why, in a few words.
    pub because: String,
}

/// What was proved, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The needs, by index, that are not allowed, and the statements that deny them.
    pub missing: Vec<(usize, Vec<usize>)>,
    /// What is allowed and not needed.
    pub extra: Vec<Extra>,
    /// What is allowed and not needed, but comes in one piece with something that is.
    pub undivided: Vec<Undivided>,
    /// What was granted by hand.
    pub outside: Vec<Outside>,
}

impl Proof {
    /// Whether everything was proved.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Something that is allowed and not needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The statement.
    pub statement: usize,
    /// Who.
    pub principal: Pattern,
    /// What.
    pub permission: Pattern,
    /// On what.
    pub resource: Pattern,
    /// Whether it is needed, but in fewer circumstances.
    pub in_part: bool,
}

/// Something that comes in one piece with what is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undivided {
    /// The statement.
    pub statement: usize,
    /// Who.
    pub principal: Pattern,
    /// What.
    pub permission: Pattern,
    /// The piece: a role of the cloud's own making.
    pub role: SmolStr,
}

/// Something that was granted by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The statement.
    pub statement: usize,
    /// Who.
    pub principal: Pattern,
    /// What.
    pub permission: Pattern,
    /// On what.
    pub resource: Pattern,
}

/// Proves that policies allow what is needed and nothing else. `by_hand` says which resources of the template people
/// wrote or changed themselves.
#[must_use]
pub fn prove(policies: &Policies, needs: &[Need], by_hand: &dyn Fn(&str) -> bool) -> Proof {
    let needed = Needed::new(needs);
    let mut proof = Proof::default();
    for (at, need) in needs.iter().enumerate() {
        if let Some(denied) = missing(policies, need) {
            proof.missing.push((at, denied));
        }
    }
    for (at, statement) in policies.statements().iter().enumerate() {
        if statement.effect == Effect::Allow && statement.side != Side::Door {
            needed.statement(at, statement, by_hand(&statement.origin), &mut proof);
        }
    }
    proof
}

/// Which statements deny a need, or none when no statement allows it; nothing when all is well.
fn missing(policies: &Policies, need: &Need) -> Option<Vec<usize>> {
    let request = |context| Request {
        principal: need.principal.clone(),
        permission: need.permission.clone(),
        resource: need.resource.clone(),
        context,
    };
    if need.condition.is_always() {
        return refused(policies, &request(need.context.clone()));
    }
    let about = policies.about(&need.principal, &need.resource).map(|(_, statement)| &statement.condition);
    let own = Keys::of(&need.condition);
    let conditions: Vec<&Condition> =
        std::iter::once(&need.condition).chain(about.filter(|condition| own.shared(condition))).collect();
    let contexts = contexts(conditions.into_iter(), &need.context).unwrap_or_default();
    let mut meant = contexts.into_iter().filter(|context| need.condition.holds(context)).peekable();
    if meant.peek().is_none() {
        return Some(Vec::new());
    }
    meant.find_map(|context| refused(policies, &request(own.only(context, &need.context))))
}

fn refused(policies: &Policies, request: &Request) -> Option<Vec<usize>> {
    match allows(policies, request) {
        Decision::Allowed(_) if request.resource.is_literal() => None,
        Decision::Allowed(_) => denied_in_part(policies, request),
        Decision::Denied(by) => Some(by),
        Decision::Silent => Some(Vec::new()),
    }
}

/// The statements that deny some of a request that is about many resources.
fn denied_in_part(policies: &Policies, request: &Request) -> Option<Vec<usize>> {
    let denies = |statement: &Statement| {
        statement.condition.holds(&request.context)
            && statement.principals.holds(&request.principal)
            && holds_permission(statement, &request.permission)
            && statement.resources.touches(&request.resource)
    };
    let denying = policies.denying(&request.resource).filter(|(_, statement)| denies(statement));
    let denied: Vec<usize> = denying.map(|(at, _)| at).collect();
    (!denied.is_empty()).then_some(denied)
}

/// The keys that a condition tests.
struct Keys(Vec<SmolStr>);

impl Keys {
    fn of(condition: &Condition) -> Self {
        let mut keys = Vec::new();
        condition.walk(&mut |test| keys.push(test.key.clone()));
        Self(keys)
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(key))
    }

    /// Whether a condition tests one of them.
    fn shared(&self, condition: &Condition) -> bool {
        let mut shared = false;
        condition.walk(&mut |test| shared |= self.has(&test.key));
        shared
    }

    /// A context with these keys alone, beside what requests carry anyway.
    fn only(&self, context: Context, base: &Context) -> Context {
        let mut kept = base.clone();
        for key in &self.0 {
            if let Some(values) = context.get(key) {
                kept.set(key, values.to_vec());
            }
        }
        kept
    }
}

/// The needs, by who and on what.
struct Needed<'n> {
    needs: &'n [Need],
    index: Index,
}

impl<'n> Needed<'n> {
    fn new(needs: &'n [Need]) -> Self {
        let mut index = Index::default();
        needs.iter().enumerate().for_each(|(at, need)| index.add_one(at, &need.principal, &need.resource));
        Self { needs, index }
    }

    fn statement(&self, at: usize, statement: &Statement, by_hand: bool, proof: &mut Proof) {
        let mut extra = Vec::new();
        let mut for_something = false;
        for (principal, permission, resource) in units(statement) {
            let reasons = self.reasons(principal, permission, resource);
            for_something |= reasons.iter().any(|need| is_among(need, statement));
            let why = why(statement, &reasons);
            let (principal, permission, resource) = (principal.clone(), permission.clone(), resource.clone());
            match why {
                Why::Needed => {}
                Why::InPart | Why::Not if !by_hand => {
                    let in_part = matches!(why, Why::InPart);
                    extra.push(Extra { statement: at, principal, permission, resource, in_part });
                }
                _ => proof.outside.push(Outside { statement: at, principal, permission, resource }),
            }
        }
        match &statement.role {
            _ if extra.is_empty() => {}
            Some(role) if for_something || self.is_for_something(statement) => {
                proof.undivided.extend(extra.into_iter().map(|extra| {
                    let Extra { statement, principal, permission, .. } = extra;
                    Undivided { statement, principal, permission, role: role.clone() }
                }));
            }
            _ => proof.extra.extend(extra),
        }
    }

    /// Whether some need is among what a statement allows. Asks them all: most statements give just what somebody needs.
    fn is_for_something(&self, statement: &Statement) -> bool {
        self.needs.iter().any(|need| is_among(need, statement))
    }

    /// The needs that take all of it.
    fn reasons(&self, principal: &Pattern, permission: &Pattern, resource: &Pattern) -> Vec<&'n Need> {
        let takes = |need: &&Need| {
            need.principal == *principal
                && need.permission.covers_in_any_case(permission)
                && need.resource.covers(resource)
        };
        self.index.about(principal, resource).into_iter().map(|at| &self.needs[at]).filter(takes).collect()
    }
}

/// Whether a need is among what a statement allows.
fn is_among(need: &Need, statement: &Statement) -> bool {
    statement.principals.holds(&need.principal)
        && statement.resources.holds(&need.resource)
        && holds_permission(statement, &need.permission)
}

/// What a statement allows, one by one.
fn units(statement: &Statement) -> impl Iterator<Item = (&Pattern, &Pattern, &Pattern)> {
    let left_out =
        |permission: &&Pattern| statement.permissions.except.iter().any(|except| except.covers_in_any_case(permission));
    let permissions = move || statement.permissions.only.iter().filter(move |permission| !left_out(permission));
    statement.principals.open().flat_map(move |principal| {
        permissions().flat_map(move |permission| {
            statement.resources.open().map(move |resource| (principal, permission, resource))
        })
    })
}

/// Why something is allowed.
enum Why {
    Needed,
    InPart,
    ByHand,
    Not,
}

fn why(statement: &Statement, reasons: &[&Need]) -> Why {
    let (by_hand, others): (Vec<&Need>, Vec<&Need>) = reasons.iter().partition(|need| need.by_hand);
    match (implied(&statement.condition, &others), implied(&statement.condition, &by_hand)) {
        (true, _) => Why::Needed,
        (false, true) => Why::ByHand,
        (false, false) if others.is_empty() => Why::Not,
        (false, false) => Why::InPart,
    }
}

/// Whether one of the needs is there in all circumstances in which a condition holds.
fn implied(condition: &Condition, needs: &[&Need]) -> bool {
    if needs.iter().any(|need| need.condition.is_always() || need.condition == *condition) {
        return true;
    }
    if needs.is_empty() {
        return false;
    }
    let all = std::iter::once(condition).chain(needs.iter().map(|need| &need.condition));
    let Some(contexts) = contexts(all, &Context::default()) else { return false };
    let mut meant = contexts.iter().filter(|context| condition.holds(context));
    meant.all(|context| needs.iter().any(|need| need.condition.holds(context)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{policies, request};

    fn need(text: &str) -> Need {
        let (text, by_hand) = match text.strip_prefix("hand ") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let Request { principal, permission, resource, .. } = request(text);
        let condition = text.split_once(" with ").map_or(Condition::always(), |(_, test)| {
            policies(&format!("allow a b on c if StringEquals {test}")).statements()[0].condition.clone()
        });
        Need {
            principal,
            permission,
            resource,
            condition,
            by_hand,
            context: Context::default(),
            row: None,
            because: String::new(),
        }
    }

    /// What is missing, extra, undivided and outside.
    fn check(text: &str, needs: &[&str], expected: [usize; 4]) {
        let needs: Vec<Need> = needs.iter().map(|text| need(text)).collect();
        let proof = prove(&policies(text), &needs, &|_| false);
        let found = [proof.missing.len(), proof.extra.len(), proof.undivided.len(), proof.outside.len()];
        assert_eq!(found, expected, "{text}\n{proof:?}");
        assert_eq!(proof.holds(), expected[0] + expected[1] == 0);
    }

    #[test]
    fn exactly_what_is_needed_proves() {
        check("allow me s3:Get,s3:Put on a", &["me s3:Get on a", "me s3:Put on a"], [0; 4]);
        check("allow me s3:Get on a", &["me s3:Get on a", "me s3:Put on a"], [1, 0, 0, 0]);
        check("allow me s3:Get,s3:Put on a", &["me s3:Get on a"], [0, 1, 0, 0]);
        check("allow me s3:* on a", &["me s3:Get on a"], [0, 1, 0, 0]);
        check("allow me s3:Get on *", &["me s3:Get on a"], [0, 1, 0, 0]);
        check("allow me s3:Get on a/*", &["me s3:Get on a/*"], [0; 4]);
        check("allow * s3:Get on a", &["me s3:Get on a"], [0, 1, 0, 0]);
        check("allow me s3:Get on a\nallow me !s3:Get on a", &["me s3:Get on a"], [0, 1, 0, 0]);
    }

    #[test]
    fn denials_count() {
        check("allow me s3:Get on a\ndeny * s3:* on a if Bool secure false", &["me s3:Get on a"], [0; 4]);
        check("allow me s3:Get on a\ndeny * s3:* on a", &["me s3:Get on a"], [1, 0, 0, 0]);
        check("allow me s3:Get on a/*\ndeny * s3:* on a/b", &["me s3:Get on a/*"], [1, 0, 0, 0]);
    }

    #[test]
    fn circumstances_count() {
        check("allow me s3:Get on a if StringEquals k v", &["me s3:Get on a with k v"], [0; 4]);
        check("allow me s3:Get on a", &["me s3:Get on a with k v"], [0, 1, 0, 0]);
        check("allow me s3:Get on a if StringEquals k v", &["me s3:Get on a"], [1, 0, 0, 0]);
        check("allow me s3:Get on a if StringEquals k v,w", &["me s3:Get on a with k v"], [0, 1, 0, 0]);
        check(
            "allow me s3:Get on a if StringEquals k v,w",
            &["me s3:Get on a with k v", "me s3:Get on a with k w"],
            [0; 4],
        );
    }

    #[test]
    fn what_is_by_hand_is_outside() {
        check(
            "allow me s3:Get on a\nallow me ses:Send on *",
            &["me s3:Get on a", "hand me ses:Send on *"],
            [0, 0, 0, 1],
        );
        let proof = prove(&policies("allow me s3:Get on a"), &[], &|_| true);
        assert!(proof.holds() && proof.outside.len() == 1);
    }

    #[test]
    fn roles_come_in_one_piece() {
        let role = |permissions: &str| {
            let mut statement = policies(&format!("allow me {permissions} on a")).statements()[0].clone();
            statement.role = Some("roles/x".into());
            Policies::new(vec![statement])
        };
        let proof = prove(&role("x.get,x.list"), &[need("me x.get on a")], &|_| false);
        assert!(proof.holds() && proof.undivided.len() == 1, "{proof:?}");
        let proof = prove(&role("x.get,x.list"), &[], &|_| false);
        assert_eq!(proof.extra.len(), 2, "a role of which nothing is needed is no piece of anything");
    }
}
