//! What an operation asks to be allowed: permissions, on ARNs, in circumstances, as a policy speaks of them.

use crate::StandIn;
use portolan_policy::{Context, Pattern};
use portolan_sdk::{Needed, Operation, Permission, Resource, Template, Term, needed};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A permission that a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `dynamodb:PutItem`.
    pub permission: String,
    /// An ARN; where a part of it is not known, all that it may be.
    pub resource: Pattern,
    /// What the request carries that policies ask for.
    pub context: Context,
}

/// What an operation asks to be allowed.
///
/// # Errors
/// Why that is not known, in a few words.
pub fn asked(operation: &Operation, stand_in: &StandIn) -> Result<Vec<Asked>, String> {
    match needed(operation) {
        Needed::Unknown(why) => Err(why),
        Needed::Permissions(permissions) => Ok(permissions
            .iter()
            .map(|permission| Asked {
                permission: permission.permission.to_string(),
                resource: arn(permission, stand_in),
                context: context(operation),
            })
            .collect()),
    }
}

/// The circumstances of a request that policies of ours test. It came over the loopback; deployed, it comes over TLS.
fn context(operation: &Operation) -> Context {
    let mut context = Context::default().with("aws:SecureTransport", vec![Pattern::literal("true")]);
    if operation.service == "s3" {
        for (member, key) in [("Prefix", "s3:prefix"), ("IfNoneMatch", "s3:if-none-match")] {
            if let Some(text) = operation.input.get(member).and_then(Term::literal) {
                context.set(key, vec![Pattern::literal(text)]);
            }
        }
    }
    context
}

/// The forms of ARNs, by the prefix of a service's actions and the kind.
static FORMS: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    let lines = include_str!("../data/arns.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(((words.next()?, words.next()?), words.next()?))
        })
        .collect()
});

fn arn(permission: &Permission, stand_in: &StandIn) -> Pattern {
    let Resource { kind, name, part } = &permission.resource;
    let literal = |text: &Option<Template>| text.as_ref().and_then(Template::literal).map(str::to_owned);
    let prefix = permission.permission.split(':').next().unwrap_or_default();
    match FORMS.get(&(prefix, kind.as_str())) {
        Some(form) => filled(form, literal(name).as_deref(), literal(part).as_deref(), stand_in),
        None => Pattern::any(),
    }
}

/// A form with a name and perhaps a part of it; what is not known may be anything.
fn filled(form: &str, name: Option<&str>, part: Option<&str>, stand_in: &StandIn) -> Pattern {
    let pieces = pieces(form);
    let open: Vec<usize> = (0..pieces.len()).filter(|at| is_open(&pieces[*at])).collect();
    // In most forms with two variables the last is what is named: `instance/{i}/contact-flow/{name}`.
    let of_two = form.ends_with("/${ObjectName}") || form.contains("/index/") || form.contains(":log-stream:");
    let named = if of_two || part.is_some() { open.first() } else { open.last() };
    let mut pattern = Pattern::default();
    let mut from = 0;
    if let (Some(known), Some(named)) = (name.and_then(|name| as_arn(name, form, stand_in)), named) {
        pattern.push_text(&known);
        from = named + 1;
    }
    for (at, piece) in pieces.iter().enumerate().skip(from) {
        let text = match piece {
            Piece::Text(text) => Some((*text).to_owned()),
            Piece::Variable(_) if named == Some(&at) => name.map(|name| inside(form, last_part(name)).to_owned()),
            Piece::Variable(_) if open.last() == Some(&at) => part.map(str::to_owned),
            Piece::Variable(variable) => place(variable, stand_in),
        };
        match text {
            Some(text) => pattern.push_text(&text),
            None => pattern.push(portolan_policy::Piece::Any),
        }
    }
    pattern
}

/// A name as it stands in an ARN: a parameter of the store that is called `/shop/key` has one slash there.
fn inside<'n>(form: &str, name: &'n str) -> &'n str {
    if form.contains(":parameter/") { name.trim_start_matches('/') } else { name }
}

enum Piece<'f> {
    Text(&'f str),
    Variable(&'f str),
}

fn pieces(form: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once("${") {
        let (variable, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.extend([Piece::Text(before), Piece::Variable(variable)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn is_open(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Variable(name) if !matches!(*name, "Partition" | "Region" | "Account"))
}

fn place(variable: &str, stand_in: &StandIn) -> Option<String> {
    match variable {
        "Partition" => stand_in.filled("AWS::Partition"),
        "Region" => Some(stand_in.place().region.clone()),
        "Account" => Some(stand_in.place().account.clone()),
        _ => None,
    }
}

/// The ARN that a name is, or that the stand-in has for it where the name alone does not make one.
fn as_arn(name: &str, form: &str, stand_in: &StandIn) -> Option<String> {
    if name.starts_with("arn:") {
        return Some(name.to_owned());
    }
    let made = stand_in.called(name)?;
    let arn = stand_in.arn(made);
    let service = |arn: &str| arn.split(':').nth(2).map(str::to_owned);
    (made.r#type == "AWS::SecretsManager::Secret" && service(&arn) == service(form)).then_some(arn)
}

/// The name of a queue at the end of its address.
fn last_part(name: &str) -> &str {
    let address = name.starts_with("http://") || name.starts_with("https://");
    if address { name.rsplit('/').next().unwrap_or(name) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stand_in::tests::stand_in;
    use portolan_sdk::aws::{Service, perform};

    fn check(service: &str, operation: &str, input: &[(&str, &str)], expected: &[&str]) {
        let member = |(name, text): &(&str, &str)| ((*name).into(), Term::Text(Template::from_literal(text)));
        let input = Term::Record(input.iter().map(member).collect());
        let operation = perform(Service::by_id(service).unwrap(), operation, &input);
        let stand_in = stand_in(r#"{"Key": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "key"}}}"#);
        let asked = asked(&operation, &stand_in).unwrap();
        let said: Vec<String> = asked.iter().map(|one| format!("{} {}", one.permission, one.resource)).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn names_become_arns() {
        let here = "eu-west-1:123456789012";
        let table = format!("dynamodb:PutItem arn:aws:dynamodb:{here}:table/stock");
        check("dynamodb", "PutItem", &[("TableName", "stock")], &[&table]);
        let arn = format!("arn:aws:dynamodb:{here}:table/stock");
        check("dynamodb", "PutItem", &[("TableName", &arn)], &[&table]);
        let index = format!("dynamodb:Query arn:aws:dynamodb:{here}:table/stock/index/day");
        check("dynamodb", "Query", &[("TableName", "stock"), ("IndexName", "day")], &[&index]);
        check("dynamodb", "Query", &[("TableName", &arn), ("IndexName", "day")], &[&index]);
        let queue = format!("sqs:SendMessage arn:aws:sqs:{here}:work");
        check("sqs", "SendMessage", &[("QueueUrl", "http://127.0.0.1:1/123456789012/work")], &[&queue]);
        check("s3", "GetObject", &[("Bucket", "b"), ("Key", "a/b")], &["s3:GetObject arn:aws:s3:::b/a/b"]);
        check("s3", "GetObject", &[("Bucket", "b")], &["s3:GetObject arn:aws:s3:::b/*"]);
        let parameter = format!("ssm:GetParameter arn:aws:ssm:{here}:parameter/shop/key");
        check("ssm", "GetParameter", &[("Name", "/shop/key")], &[&parameter]);
        check("ssm", "GetParameter", &[("Name", "shop/key")], &[&parameter]);
        check("s3", "ListBuckets", &[], &["s3:ListAllMyBuckets *"]);
        let machine = format!("arn:aws:states:{here}:stateMachine:m");
        check(
            "stepfunctions",
            "StartExecution",
            &[("stateMachineArn", &machine)],
            &[&format!("states:StartExecution {machine}")],
        );
    }

    #[test]
    fn a_secret_has_letters_of_its_own() {
        let arn = "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-StandI";
        check("secretsmanager", "GetSecretValue", &[("SecretId", "key")], &[arn]);
    }
}
