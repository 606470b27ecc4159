//! What a deployment costs more or less by the month: prices of resources that come, go or become others, prices of what is
//! used of them, and the types of which nobody can tell.

use crate::{Action, Change, Cost, Fate, Known, Price, UnitPrice};
use portolan_target::{Contents, Holding};
use std::collections::{BTreeSet, HashMap};

/// What has a fixed price, what is paid by use, and which types have a price that nobody can tell before.
pub(crate) fn cost(prices: &[Known], before: &Contents, after: &Contents, changes: &[Change]) -> Cost {
    let (before, after) = (by_id(before), by_id(after));
    let mut cost = Cost::default();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for change in changes {
        let id = change.id.as_str();
        let (old, new) = match change.action {
            Action::Create => (None, after.get(id)),
            // What the template no longer has and the cloud keeps is paid on; so is what it does not let go.
            Action::Delete if change.fate != Some(Fate::Lost) => continue,
            Action::Delete => (before.get(id), None),
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst if change.fate == Some(Fate::Kept) => {
                (None, after.get(id))
            }
            Action::Update | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => (before.get(id), after.get(id)),
            Action::Forget | Action::Rename | Action::Import | Action::NoOp => continue,
        };
        let fixed = |holding: Option<&&Holding>| holding.and_then(|holding| fixed(prices, holding));
        let (was, is) = (fixed(old), fixed(new));
        let paid = |known: Option<&Known>, sign: &str| {
            let price = &known.filter(|known| known.usd != "0")?;
            Some(Price {
                address: change.address.clone(),
                what: price.what.clone(),
                monthly_usd: format!("{sign}{}", price.usd),
                source: price.source.clone(),
                date: price.date.clone(),
            })
        };
        if was != is {
            cost.known.extend([paid(was, "-"), paid(is, "")].into_iter().flatten());
        }
        if is_open(old, was, new, is) {
            open.insert(&change.r#type);
        }
        if let Some(holding) = new {
            cost.units.extend(units(prices, holding));
        }
    }
    cost.units.sort();
    cost.units.dedup();
    cost.not_estimated = open.into_iter().map(str::to_owned).collect();
    cost
}

fn by_id(contents: &Contents) -> HashMap<&str, &Holding> {
    contents.holdings.iter().map(|holding| (holding.id.as_str(), holding)).collect()
}

/// Whether the price is not known of what comes or goes, or of one half of what changes.
fn is_open(old: Option<&&Holding>, was: Option<&Known>, new: Option<&&Holding>, is: Option<&Known>) -> bool {
    match (old, new) {
        (Some(_), Some(_)) => was.is_some() != is.is_some(),
        _ => was.or(is).is_none(),
    }
}

fn fixed<'k>(prices: &'k [Known], holding: &Holding) -> Option<&'k Known> {
    prices.iter().find(|known| known.per.is_none() && known.is_of(holding))
}

fn units(prices: &[Known], holding: &Holding) -> Vec<UnitPrice> {
    let unit = |known: &Known| {
        Some(UnitPrice {
            r#type: known.r#type.clone(),
            what: known.what.clone(),
            per: known.per.clone()?,
            usd: known.usd.clone(),
            source: known.source.clone(),
            date: known.date.clone(),
        })
    };
    prices.iter().filter(|known| known.is_of(holding)).filter_map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_target::Written;
    use portolan_value::Format;
    use serde_json::json;

    fn contents(holdings: &[(&str, &str, serde_json::Value)]) -> Contents {
        let one = |(id, r#type, body): &(&str, &str, serde_json::Value)| Holding {
            body: Written::from(body),
            ..crate::testing::holding(id, r#type)
        };
        Contents { holdings: holdings.iter().map(one).collect(), ..Contents::default() }
    }

    fn change(id: &str, r#type: &str, action: &str, fate: Option<Fate>) -> Change {
        serde_json::from_value(json!({
            "address": format!("{id}.address"), "id": id, "type": r#type, "action": action, "fate": fate,
            "verdict": "in-place", "cause": "spec", "properties": [], "effects": [], "severity": "safe", "notes": [],
            "requires": [], "wave": 0, "rollback": "",
        }))
        .unwrap()
    }

    fn known(cost: &Cost) -> Vec<String> {
        cost.known.iter().map(|price| format!("{} {}", price.address, price.monthly_usd)).collect()
    }

    #[test]
    fn what_comes_is_paid_and_what_goes_is_not() {
        let ids = ["Old", "Kept", "Held"];
        let before = contents(&ids.map(|id| (id, "AWS::KMS::Key", json!({}))));
        let after = contents(&[("New", "AWS::SecretsManager::Secret", json!({}))]);
        let changes = [
            change("Old", "AWS::KMS::Key", "delete", Some(Fate::Lost)),
            change("Kept", "AWS::KMS::Key", "delete", Some(Fate::Kept)),
            change("Held", "AWS::KMS::Key", "delete", Some(Fate::Refused)),
            change("New", "AWS::SecretsManager::Secret", "create", None),
        ];
        let cost = cost(crate::prices(Format::Aws), &before, &after, &changes);
        assert_eq!(known(&cost), ["Old.address -1.00", "New.address 0.40"]);
        assert!(cost.not_estimated.is_empty(), "{cost:?}");
        let units: Vec<&str> = cost.units.iter().map(|unit| unit.r#type.as_str()).collect();
        assert_eq!(units, ["AWS::SecretsManager::Secret"]);
    }

    #[test]
    fn what_is_kept_when_it_is_replaced_is_paid_on() {
        let key = contents(&[("Key", "AWS::KMS::Key", json!({}))]);
        let prices = crate::prices(Format::Aws);
        let of = |fate| {
            known(&cost(prices, &key, &key, &[change("Key", "AWS::KMS::Key", "replace-create-first", Some(fate))]))
        };
        assert_eq!(of(Fate::Lost), Vec::<String>::new());
        assert_eq!(of(Fate::Kept), ["Key.address 1.00"]);
    }

    #[test]
    fn another_tier_has_another_price_and_an_unknown_one_is_told() {
        let tier = |name: &str, capacity: u64| json!({"sku": {"name": name, "capacity": capacity}});
        let namespace = "Microsoft.ServiceBus/namespaces";
        let cost_of = |old: serde_json::Value, new: serde_json::Value| {
            let (before, after) = (contents(&[("bus", namespace, old)]), contents(&[("bus", namespace, new)]));
            cost(crate::prices(Format::Azure), &before, &after, &[change("bus", namespace, "update", None)])
        };
        let dearer = cost_of(tier("Standard", 0), tier("Premium", 1));
        assert_eq!(known(&dearer), ["bus.address -9.81", "bus.address 677.08"]);
        let same = cost_of(tier("Standard", 0), tier("Standard", 0));
        assert_eq!((known(&same).len(), same.not_estimated.len()), (0, 0));
        let unknown = cost_of(tier("Standard", 0), tier("Premium", 3));
        assert_eq!(
            (known(&unknown), unknown.not_estimated),
            (vec!["bus.address -9.81".to_owned()], vec![namespace.to_owned()])
        );
    }

    #[test]
    fn what_nobody_wrote_down_is_not_estimated_and_what_is_free_is_not_named() {
        let after = contents(&[
            ("Role", "AWS::IAM::Role", json!({})),
            ("Table", "AWS::DynamoDB::Table", json!({"BillingMode": "PROVISIONED"})),
            ("Records", "AWS::DynamoDB::Table", json!({"BillingMode": "PAY_PER_REQUEST"})),
        ]);
        let all = |id: &str, r#type: &str| change(id, r#type, "create", None);
        let changes = [all("Role", "AWS::IAM::Role"), all("Table", "AWS::DynamoDB::Table")];
        let open = cost(crate::prices(Format::Aws), &Contents::default(), &after, &changes);
        assert_eq!((known(&open).len(), open.not_estimated), (0, vec!["AWS::DynamoDB::Table".to_owned()]));
        let paid_by_use = [all("Records", "AWS::DynamoDB::Table")];
        let known_units = cost(crate::prices(Format::Aws), &Contents::default(), &after, &paid_by_use);
        assert!(known_units.not_estimated.is_empty() && !known_units.units.is_empty());
    }
}
