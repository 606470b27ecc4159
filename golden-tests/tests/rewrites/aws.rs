//! CloudFormation: policy documents (IAM user guide, "IAM JSON policy elements reference") and intrinsic functions.

use super::{Mutation, Rewrite, change_all, everything, everywhere, list, one_by_one, reversed, text};
use serde_json::{Value, json};

pub const REWRITES: [Rewrite; 14] = [
    ("statements in another order", |template| {
        documents(template, &mut |statements| {
            let before = statements.clone();
            statements.reverse();
            *statements != before
        })
    }),
    ("a statement for each action", |template| split(template, "Action")),
    ("a statement for each resource", |template| split(template, "Resource")),
    ("statements twice", |template| {
        documents(template, &mut |statements| {
            statements.extend(statements.clone());
            true
        })
    }),
    ("actions in capitals", |template| {
        statements(template, &mut |statement| {
            let Some(action) = statement.get_mut("Action") else { return false };
            let shout = |action: &Value| json!(text(action).to_uppercase());
            *action = Value::Array(list(action.take()).iter().map(shout).collect());
            true
        })
    }),
    ("actions and resources in another order", |template| {
        statements(template, &mut |statement| {
            let action = statement.get_mut("Action").is_some_and(reversed);
            statement.get_mut("Resource").is_some_and(reversed) || action
        })
    }),
    ("lists of one", |template| {
        statements(template, &mut |statement| {
            let mut changed = false;
            for key in ["Action", "Resource"] {
                if let Some(one) = statement.get_mut(key).filter(|value| !value.is_array()) {
                    *one = json!([one.take()]);
                    changed = true;
                }
            }
            changed
        })
    }),
    ("wildcards that another contains", |template| {
        statements(template, &mut |statement| {
            let Some(resource) = statement.get_mut("Resource") else { return false };
            let mut all = list(resource.take());
            let narrower = all.iter().find_map(narrower);
            let changed = narrower.is_some();
            all.extend(narrower);
            *resource = Value::Array(all);
            changed
        })
    }),
    ("everything but the rest", not_action),
    ("conditions in another spelling", |template| {
        statements(template, &mut |statement| {
            let Some(Value::Object(operators)) = statement.get_mut("Condition") else { return false };
            let mut changed = false;
            for (one, other) in [("StringEquals", "StringLike"), ("ArnEquals", "ArnLike"), ("ArnLike", "ArnEquals")] {
                if let Some(keys) = operators.get(one).filter(|_| !changed && !operators.contains_key(other)).cloned() {
                    operators.remove(one);
                    operators.insert(other.to_owned(), keys);
                    changed = true;
                }
            }
            changed
        })
    }),
    ("condition keys in capitals", |template| {
        statements(template, &mut |statement| {
            let Some(Value::Object(operators)) = statement.get_mut("Condition") else { return false };
            for keys in operators.values_mut() {
                let Value::Object(entries) = keys else { continue };
                let shouted = std::mem::take(entries).into_iter();
                *entries = shouted.map(|(key, values)| (key.to_uppercase(), json!([values]))).map(flat).collect();
            }
            true
        })
    }),
    ("attributes with dots", |template| {
        values(template, &mut |value| {
            let [id, attribute] = value.get("Fn::GetAtt")?.as_array()?.as_slice() else { return None };
            Some(json!({ "Fn::GetAtt": format!("{}.{}", text(id), text(attribute)) }))
        })
    }),
    ("references as Sub", |template| {
        values(template, &mut |value| reference(value).map(|inside| json!({ "Fn::Sub": format!("${{{inside}}}") })))
    }),
    ("joins as Sub", |template| {
        values(template, &mut |value| {
            let [between, parts] = value.get("Fn::Join")?.as_array()?.as_slice() else { return None };
            let parts: Option<Vec<String>> = parts.as_array()?.iter().map(spelled).collect();
            Some(json!({ "Fn::Sub": parts?.join(text(between)) }))
        })
    }),
];

pub const MUTATIONS: [Mutation; 9] = [
    ("every action of a service", |template| {
        allowed(template, &mut |statement| {
            let first = text(&list(statement.get("Action")?.clone())[0]).to_owned();
            let service = first.split(':').next().unwrap_or_default().to_owned();
            statement["Action"] = json!(format!("{service}:*"));
            (!first.ends_with('*')).then_some(())
        })
    }),
    ("every resource", |template| {
        allowed(template, &mut |statement| {
            statement
                .get("Resource")
                .filter(|resource| **resource != json!("*") && statement.get("Principal").is_none())?;
            statement["Resource"] = everything();
            Some(())
        })
    }),
    ("one action more", |template| {
        allowed(template, &mut |statement| {
            let mut actions = list(statement.get("Action")?.clone());
            actions.push(json!("iam:PassRole"));
            statement["Action"] = Value::Array(actions);
            Some(())
        })
    }),
    ("one resource more", |template| {
        allowed(template, &mut |statement| {
            statement.get("Principal").is_none().then_some(())?;
            let mut resources = list(statement.get("Resource")?.clone());
            (!resources.contains(&everything())).then_some(())?;
            resources.push(json!("arn:aws:s3:::elsewhere/*"));
            statement["Resource"] = Value::Array(resources);
            Some(())
        })
    }),
    ("no condition", |template| {
        allowed(template, &mut |statement| statement.as_object_mut()?.remove("Condition").map(drop))
    }),
    ("everything but", |template| {
        allowed(template, &mut |statement| {
            statement.get("Principal").is_none().then_some(())?;
            let actions = statement.as_object_mut()?.remove("Action")?;
            statement["NotAction"] = actions;
            Some(())
        })
    }),
    ("everybody", |template| {
        allowed(template, &mut |statement| {
            statement.get("Principal")?;
            statement["Principal"] = everything();
            Some(())
        })
    }),
    ("no denial", |template| {
        each_statement(template, &mut |statement| {
            (statement["Effect"] == "Deny").then_some(())?;
            statement["Effect"] = json!("Allow");
            Some(())
        })
    }),
    ("an administrator", |template| {
        let roles = template["Resources"].as_object().into_iter().flatten();
        let roles: Vec<String> =
            roles.filter(|(_, made)| made["Type"] == "AWS::IAM::Role").map(|(id, _)| id.clone()).collect();
        one_by_one(template, roles.len(), |copy, place| {
            let arn = json!({ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess" });
            copy["Resources"][&roles[place]]["Properties"]["ManagedPolicyArns"] = json!([arn]);
            true
        })
    }),
];

/// Calls `change` with the statements of every policy document.
fn documents(template: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>) -> bool) -> bool {
    let mut changed = false;
    everywhere(template, &mut |value| {
        if let Some(Value::Array(statements)) = value.get_mut("Statement") {
            changed |= change(statements);
        }
    });
    changed
}

fn statements(template: &mut Value, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    documents(template, &mut |statements| change_all(statements.iter_mut(), change))
}

/// One copy for each statement, where it could be changed.
fn each_statement(template: &Value, change: &mut dyn FnMut(&mut Value) -> Option<()>) -> Vec<Value> {
    let mut count = 0;
    documents(&mut template.clone(), &mut |statements| {
        count += statements.len();
        false
    });
    let mut copies = Vec::new();
    for place in 0..count {
        let (mut copy, mut at, mut done) = (template.clone(), 0, false);
        statements(&mut copy, &mut |statement| {
            done |= at == place && change(statement).is_some();
            at += 1;
            false
        });
        copies.extend(done.then_some(copy));
    }
    copies
}

fn allowed(template: &Value, change: &mut dyn FnMut(&mut Value) -> Option<()>) -> Vec<Value> {
    each_statement(template, &mut |statement| {
        (statement["Effect"] == "Allow").then_some(())?;
        change(statement)
    })
}

fn split(template: &mut Value, key: &str) -> bool {
    documents(template, &mut |statements| {
        let before = statements.len();
        let one = |statement: &Value| {
            let parts = statement.get(key).map(|value| list(value.clone())).unwrap_or_default();
            let with = |part: Value| {
                let mut copy = statement.clone();
                copy[key] = part;
                copy
            };
            if parts.len() > 1 { parts.into_iter().map(with).collect() } else { vec![statement.clone()] }
        };
        *statements = statements.iter().flat_map(one).collect();
        statements.len() > before
    })
}

/// Something that a resource with a wildcard at its end contains.
fn narrower(resource: &Value) -> Option<Value> {
    let part = text(resource).strip_suffix('*').map(|start| json!(format!("{start}a/*")));
    let joined = || {
        let [between, parts] = resource.get("Fn::Join")?.as_array()?.as_slice() else { return None };
        let mut parts = parts.as_array()?.clone();
        let last = text(parts.last()?).strip_suffix('*')?.to_owned();
        *parts.last_mut()? = json!(format!("{last}a/*"));
        Some(json!({ "Fn::Join": [between, parts] }))
    };
    part.or_else(joined)
}

/// Allowing some actions is allowing everything and denying everything but those, where nobody else says anything about
/// the resource.
fn not_action(template: &mut Value) -> bool {
    documents(template, &mut |statements| {
        let alone = statements.len() == 1 && statements[0]["Effect"] == "Allow";
        let plain = statements[0].get("Condition").is_none() && statements[0].get("Principal").is_none();
        if !alone || !plain {
            return false;
        }
        let mut denial = statements[0].clone();
        denial["Effect"] = json!("Deny");
        denial["NotAction"] = denial.as_object_mut().and_then(|map| map.remove("Action")).unwrap_or_default();
        statements[0]["Action"] = everything();
        statements.push(denial);
        true
    })
}

/// A list in a list is the list.
fn flat((key, values): (String, Value)) -> (String, Value) {
    let flat = list(values).into_iter().flat_map(list).collect();
    (key, Value::Array(flat))
}

/// Replaces values by other spellings.
fn values(template: &mut Value, spell: &mut dyn FnMut(&Value) -> Option<Value>) -> bool {
    let mut changed = false;
    let Some(resources) = template.get_mut("Resources") else { return false };
    everywhere(resources, &mut |value| {
        if let Some(other) = spell(value) {
            *value = other;
            changed = true;
        }
    });
    changed
}

/// `Id` or `Id.Attribute`, where a value is a reference.
fn reference(value: &Value) -> Option<String> {
    if value.as_object()?.len() != 1 {
        return None;
    }
    match (value.get("Ref"), value.get("Fn::GetAtt")) {
        (Some(id), _) => Some(text(id).to_owned()),
        (None, Some(Value::Array(path))) => Some(path.iter().map(text).collect::<Vec<_>>().join(".")),
        _ => None,
    }
}

/// A part of a join as `Fn::Sub` has it.
fn spelled(part: &Value) -> Option<String> {
    match part {
        Value::String(text) if !text.contains("${") => Some(text.clone()),
        Value::String(_) => None,
        part => reference(part).map(|inside| format!("${{{inside}}}")),
    }
}
