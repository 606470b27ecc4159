//! The same through the plan: what means the same has no effect, what permits more needs an approval.

use super::{Format, Value, backend};
use portolan_catalog::standard;
use portolan_plan::{
    About, Basis, BasisKind, Cause, Deployment, Grant, Inputs, Permissions, Place, Sides, diff, prices,
};
use portolan_policy::{Comparison, Difference, Policies, public, widened};
use portolan_secrecy::Secrets;
use std::collections::{BTreeMap, HashMap};

/// The plan from one template to another, with what each permits.
pub fn planned(format: Format, before: (&Value, &Policies), after: (&Value, &Policies)) -> Deployment {
    let backend = backend(format);
    let read = |template: &Value| backend.contents(&template.to_string(), standard().parts());
    let (old, new) = (read(before.0), read(after.0));
    let more = |before, after| widened(&Comparison { before, after, universe: &[] }).iter().map(grant).collect();
    let permissions = Permissions { wider: more(before.1, after.1), narrower: more(after.1, before.1) };
    let none = HashMap::new();
    let sides = Sides {
        format,
        stakes: backend.stakes(),
        before: &old,
        after: &new,
        origins: &none,
        origins_before: &none,
        formerly: &[],
        external: &[],
        external_before: &[],
        names: &[],
        cause: Cause::Spec,
        secrets: &Secrets::default(),
        permissions: &permissions,
        live: None,
        prices: prices(format),
    };
    diff(about(), &sides)
}

fn grant(difference: &Difference) -> Grant {
    Grant {
        class: difference.class.word().to_owned(),
        who: difference.principal.to_string(),
        verb: None,
        resource: None,
        permission: difference.permission.to_string(),
        on: difference.resource.to_string(),
        condition: None,
        public: public(&difference.principal),
        escalation: None,
        assumed: false,
        by_hand: false,
        address: difference.origin.to_string(),
        because: Vec::new(),
        requires: None,
    }
}

fn about() -> About {
    let basis = Basis {
        kind: BasisKind::Template,
        name: None,
        lowering: Some(1),
        foreign: false,
        template: None,
        revision: None,
        observed_at: None,
        drift_checked: false,
    };
    let inputs = Inputs {
        tool: String::new(),
        lowering: 1,
        artifacts: BTreeMap::new(),
        templates: BTreeMap::new(),
        behaviour: Vec::new(),
    };
    let text = |text: &str| text.to_owned();
    About {
        app: text("a"),
        target: text("t"),
        region: text("r"),
        place: None,
        stack: text("a-t"),
        basis,
        inputs,
        spec: Place::default(),
    }
}
