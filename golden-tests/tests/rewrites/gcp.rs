//! Terraform: bindings and custom roles of the `google` provider.

use super::{Mutation, Rewrite, change_all, one_by_one, reversed, text};
use serde_json::{Map, Value, json};

const ROLES: &str = "google_project_iam_custom_role";

pub const REWRITES: [Rewrite; 7] = [
    ("permissions in another order", |template| roles(template, &mut |role| reversed(&mut role["permissions"]))),
    ("permissions twice", |template| {
        roles(template, &mut |role| {
            let Some(permissions) = role["permissions"].as_array_mut() else { return false };
            permissions.extend(permissions.clone());
            true
        })
    }),
    ("bindings of several members", |template| {
        let Some(resources) = template["resource"].as_object_mut() else { return false };
        let types: Vec<String> = resources.keys().filter(|name| name.ends_with("_iam_member")).cloned().collect();
        for r#type in &types {
            let mut group = resources.remove(r#type).unwrap_or_default();
            for body in group.as_object_mut().into_iter().flat_map(Map::values_mut) {
                body["members"] = json!([body["member"].take()]);
                body.as_object_mut().map(|body| body.remove("member"));
            }
            resources.insert(r#type.replace("_iam_member", "_iam_binding"), group);
        }
        !types.is_empty()
    }),
    ("bindings twice", |template| {
        let mut changed = false;
        for (_, group) in template["resource"].as_object_mut().into_iter().flatten() {
            let Value::Object(group) = group else { continue };
            let again = group.iter().filter(|(_, body)| body.get("member").is_some());
            let again: Vec<(String, Value)> =
                again.map(|(name, body)| (format!("{name}_again"), body.clone())).collect();
            changed |= !again.is_empty();
            group.extend(again);
        }
        changed
    }),
    ("conditions in parentheses", |template| conditions(template, &mut |text| format!("({text})"))),
    ("conditions twice", |template| conditions(template, &mut |text| format!("{text} || {text}"))),
    ("members by their attribute", |template| {
        bindings(template, &mut |body| {
            let Some(inside) =
                text(&body["member"]).strip_prefix("serviceAccount:${").and_then(|rest| rest.strip_suffix(".email}"))
            else {
                return false;
            };
            body["member"] = json!(format!("${{{inside}.member}}"));
            true
        })
    }),
];

pub const MUTATIONS: [Mutation; 5] = [
    ("one permission more", |template| {
        each(template, ROLES, &|role| {
            let Some(permissions) = role["permissions"].as_array_mut() else { return false };
            permissions.push(json!("iam.serviceAccounts.actAs"));
            true
        })
    }),
    ("the owner's role", |template| {
        each(template, "_iam_member", &|body| {
            body["role"] = json!("roles/owner");
            true
        })
    }),
    ("everybody", |template| {
        each(template, "_iam_member", &|body| {
            let before = body["member"].take();
            body["member"] = json!("allUsers");
            before != "allUsers"
        })
    }),
    ("no condition", |template| {
        each(template, "_iam_member", &|body| body.as_object_mut().and_then(|body| body.remove("condition")).is_some())
    }),
    ("somebody else", |template| {
        each(template, "_iam_member", &|body| {
            let before = body["member"].take();
            body["member"] = json!("user:somebody@example.com");
            before != "allUsers"
        })
    }),
];

fn bodies<'t>(template: &'t mut Value, r#type: &'t str) -> impl Iterator<Item = &'t mut Value> {
    let groups = template["resource"].as_object_mut().into_iter().flatten();
    let groups = groups.filter(move |(name, _)| name.ends_with(r#type));
    groups.filter_map(|(_, group)| group.as_object_mut()).flat_map(Map::values_mut)
}

fn roles(template: &mut Value, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    change_all(bodies(template, ROLES), change)
}

fn bindings(template: &mut Value, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    change_all(bodies(template, "_iam_member"), change)
}

fn conditions(template: &mut Value, change: &mut dyn FnMut(&str) -> String) -> bool {
    bindings(template, &mut |body| match body.get_mut("condition").and_then(|one| one.get_mut("expression")) {
        Some(expression) => {
            *expression = json!(change(text(expression)));
            true
        }
        None => false,
    })
}

fn each(template: &Value, r#type: &str, change: &dyn Fn(&mut Value) -> bool) -> Vec<Value> {
    let count = bodies(&mut template.clone(), r#type).count();
    one_by_one(template, count, |copy, place| bodies(copy, r#type).nth(place).is_some_and(change))
}
