//! ARM: role definitions and role assignments (Azure documentation, "Understand Azure role definitions").

use super::{Mutation, Rewrite, change_all, one_by_one, reversed, text};
use serde_json::{Value, json};

const DEFINITION: &str = "roleDefinitions";
const ASSIGNMENT: &str = "roleAssignments";

pub const REWRITES: [Rewrite; 7] = [
    ("resources in another order", |template| reversed(&mut template["resources"])),
    ("operations in another order", |template| {
        definitions(template, &mut |one| reversed(&mut one["dataActions"]) | reversed(&mut one["actions"]))
    }),
    ("operations in capitals", |template| {
        definitions(template, &mut |one| {
            for key in ["actions", "dataActions"] {
                for action in one[key].as_array_mut().into_iter().flatten() {
                    *action = json!(text(action).to_uppercase());
                }
            }
            true
        })
    }),
    ("a part for each operation", |template| {
        made(template, DEFINITION, &mut |made| {
            let parts = made["properties"]["permissions"].take();
            let one = |part: &Value| {
                let of = |key: &'static str| {
                    part[key].as_array().cloned().unwrap_or_default().into_iter().map(move |one| json!({ key: [one] }))
                };
                of("actions").chain(of("dataActions")).collect::<Vec<_>>()
            };
            let split: Vec<Value> = parts.as_array().into_iter().flatten().flat_map(one).collect();
            let changed = split.len() > 1;
            made["properties"]["permissions"] = if changed { json!(split) } else { parts };
            changed
        })
    }),
    ("assignments twice", |template| {
        let Some(resources) = template["resources"].as_array_mut() else { return false };
        let mut again: Vec<Value> = resources.iter().filter(|made| is(made, ASSIGNMENT)).cloned().collect();
        for made in &mut again {
            made["name"] = json!("again");
        }
        let changed = !again.is_empty();
        resources.extend(again);
        changed
    }),
    ("conditions in parentheses", |template| {
        made(template, ASSIGNMENT, &mut |made| {
            let condition = text(&made["properties"]["condition"]).to_owned();
            if condition.is_empty() || condition.starts_with('[') {
                return false;
            }
            made["properties"]["condition"] = json!(format!("({condition})"));
            true
        })
    }),
    ("ids written out", |template| {
        made(template, ASSIGNMENT, &mut |made| {
            let Some(id) = written_out(text(&made["scope"])) else { return false };
            made["scope"] = json!(id);
            true
        })
    }),
];

pub const MUTATIONS: [Mutation; 6] = [
    ("every operation on data", |template| {
        each(template, DEFINITION, &|made| {
            made["properties"]["permissions"] = json!([{ "actions": [], "dataActions": ["*"] }]);
            true
        })
    }),
    ("one operation more", |template| {
        each(template, DEFINITION, &|made| {
            let Some(actions) = made["properties"]["permissions"][0]["dataActions"].as_array_mut() else {
                return false;
            };
            actions.push(json!("Microsoft.KeyVault/vaults/secrets/setSecret/action"));
            true
        })
    }),
    ("the whole group", |template| {
        each(template, ASSIGNMENT, &|made| {
            let is_role = text(&made["type"]).starts_with("Microsoft.Authorization");
            is_role && made.as_object_mut().and_then(|made| made.remove("scope")).is_some()
        })
    }),
    // Of two roles under conditions one may permit what the other's condition leaves out.
    ("no condition", |template| {
        let mut copy = template.clone();
        let limited = resources(&mut copy, ASSIGNMENT).filter(|made| made["properties"].get("condition").is_some());
        let holders: Vec<Value> = limited.map(|made| made["properties"]["principalId"].clone()).collect();
        let alone = |holder: &Value| holders.iter().filter(|one| *one == holder).count() == 1;
        each(template, ASSIGNMENT, &|made| {
            let holder = made["properties"]["principalId"].clone();
            let removed = made["properties"].as_object_mut().and_then(|properties| properties.remove("condition"));
            removed.is_some() && alone(&holder)
        })
    }),
    ("somebody else", |template| {
        each(template, ASSIGNMENT, &|made| {
            made["properties"]["principalId"] = json!("11111111-1111-4111-8111-111111111111");
            true
        })
    }),
    ("the owner's role", |template| {
        each(template, ASSIGNMENT, &|made| {
            let owner = "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635')]";
            made["properties"]["roleDefinitionId"] = json!(owner);
            true
        })
    }),
];

fn is(made: &Value, r#type: &str) -> bool {
    text(&made["type"]).ends_with(r#type)
        || (r#type == DEFINITION && text(&made["type"]).ends_with("sqlRoleDefinitions"))
        || (r#type == ASSIGNMENT && text(&made["type"]).ends_with("sqlRoleAssignments"))
}

fn resources<'t>(template: &'t mut Value, r#type: &'t str) -> impl Iterator<Item = &'t mut Value> {
    let all = template["resources"].as_array_mut().into_iter().flatten();
    all.filter(move |made| is(made, r#type))
}

fn made(template: &mut Value, r#type: &str, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    change_all(resources(template, r#type), change)
}

/// The parts of every role's permissions.
fn definitions(template: &mut Value, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    made(template, DEFINITION, &mut |made| {
        let parts = made["properties"]["permissions"].as_array_mut().into_iter().flatten();
        change_all(parts, change)
    })
}

/// `[resourceId('A/b', 'n')]` as the id that it gives.
fn written_out(scope: &str) -> Option<String> {
    let inside = scope.strip_prefix("[resourceId('")?.strip_suffix("')]")?;
    let mut parts = inside.split("', '");
    let (provider, types) = parts.next()?.split_once('/')?;
    let names: Vec<&str> = parts.collect();
    let types: Vec<&str> = types.split('/').collect();
    if types.len() != names.len() || names.iter().any(|name| name.contains(['(', ')', '\''])) {
        return None;
    }
    let path: Vec<String> =
        types.iter().zip(names).map(|(r#type, name)| format!("{type}/{name}", r#type = r#type)).collect();
    Some(format!("[concat(resourceGroup().id, '/providers/{provider}/{}')]", path.join("/")))
}

fn each(template: &Value, r#type: &str, change: &dyn Fn(&mut Value) -> bool) -> Vec<Value> {
    let count = resources(&mut template.clone(), r#type).count();
    one_by_one(template, count, |copy, place| resources(copy, r#type).nth(place).is_some_and(change))
}
