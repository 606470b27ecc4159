//! Names: the logical ids and the physical names. A stack's name always fits: an app and a target are shorter.

use super::at;
use crate::encode::Names;
use portolan_diagnostics::Diagnostic;
use portolan_target::Stack;
use portolan_value::{Resource, Value};
use std::collections::HashMap;

/// A physical name's rule: the type, its property, the longest name, further characters beside letters, digits and
/// hyphens, and the document that says so.
struct Rule(&'static str, &'static str, usize, &'static str);

/// Where names are written down, from the reference of each resource type.
const RULES: [Rule; 9] = [
    Rule("AWS::Lambda::Function", "FunctionName", 64, "_"),
    Rule("AWS::Logs::LogGroup", "LogGroupName", 512, "_/.#"),
    Rule("AWS::S3::Bucket", "BucketName", 63, "."),
    Rule("AWS::SQS::Queue", "QueueName", 80, "_."),
    Rule("AWS::SNS::Topic", "TopicName", 256, "_."),
    Rule("AWS::DynamoDB::Table", "TableName", 255, "_."),
    Rule("AWS::SecretsManager::Secret", "Name", 512, "/_+=.@"),
    Rule("AWS::SSM::Parameter", "Name", 1011, "/_."),
    Rule("AWS::Events::EventBus", "Name", 256, "/_."),
];

/// Characters of a logical id (CloudFormation user guide, "Quotas").
const LOGICAL_ID: usize = 255;

/// The names of a stack.
pub(super) fn check(stack: &Stack, found: &mut Vec<Diagnostic>) {
    logical_ids(stack, found);
    stack.resources.iter().filter_map(physical_name).for_each(|diagnostic| found.push(diagnostic));
}

/// Only the user's own ids can be wrong: those made of addresses are distinct by construction.
fn logical_ids(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if stack.ids.is_empty() {
        return;
    }
    let names = Names::new(stack);
    let mut owners: HashMap<String, &Resource> = HashMap::with_capacity(stack.resources.len());
    for resource in &stack.resources {
        let id = names.id(&resource.address).into_owned();
        if stack.ids.contains_key(&resource.address) && !is_logical_id(&id) {
            let message = format!("`{id}` cannot be the logical id of `{}`", resource.address);
            let help = format!("a logical id has letters and digits only, at most {LOGICAL_ID}");
            found.push(at(Diagnostic::error("target/logical-id", message), resource).help(help));
        }
        if let Some(other) = owners.insert(id, resource) {
            let id = names.id(&resource.address);
            let message =
                format!("`{}` and `{}` would both have the logical id `{id}`", other.address, resource.address);
            let help = "give one of them another `id` under `keep`";
            found.push(at(Diagnostic::error("target/logical-id-taken", message), resource).help(help));
        }
    }
}

fn is_logical_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= LOGICAL_ID && id.chars().all(|c| c.is_ascii_alphanumeric())
}

fn physical_name(resource: &Resource) -> Option<Diagnostic> {
    let Rule(_, property, most, further) = RULES.iter().find(|rule| resource.r#type == rule.0)?;
    let name = resource.body.get(property)?.as_text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || further.contains(c);
    let fifo = resource.body.get("FifoQueue") == Some(&Value::Bool(true));
    let why = match name {
        _ if name.chars().count() > *most => format!("a name has at most {most} characters there"),
        _ if name.is_empty() || !name.chars().all(fits) => {
            format!("a name has letters, digits, `-` and any of `{further}` there")
        }
        _ if fifo && !name.ends_with(".fifo") => "the name of a fifo queue ends in `.fifo`".to_owned(),
        _ => return None,
    };
    let message = format!("`{name}` cannot be the name of `{}`: {why}", resource.address);
    Some(at(Diagnostic::error("target/physical-name", message), resource))
}
