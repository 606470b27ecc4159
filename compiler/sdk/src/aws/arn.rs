//! ARNs as `allow` of a spec would name them, as narrow as the code says; the forms are those of the Service Authorization
//! Reference.

use crate::{Permission, Piece, Template};

/// The service of the action, the kind of resource, and the form of its ARN after the service: `{}` is the name, `{/}`
/// the part inside.
const FORMS: [(&str, &str, &str); 29] = [
    ("s3", "bucket", ":::{}"),
    ("s3", "object", ":::{}/{/}"),
    ("dynamodb", "table", ":${region}:${account}:table/{}"),
    ("dynamodb", "index", ":${region}:${account}:table/{}/index/{/}"),
    ("sqs", "queue", ":${region}:${account}:{}"),
    ("sns", "topic", ":${region}:${account}:{}"),
    ("lambda", "function", ":${region}:${account}:function:{}"),
    ("secretsmanager", "secret", ":${region}:${account}:secret:{}-??????"),
    ("ssm", "parameter", ":${region}:${account}:parameter/{}"),
    ("kms", "key", ":${region}:${account}:key/{}"),
    ("kms", "alias", ":${region}:${account}:{}"),
    ("states", "statemachine", ":${region}:${account}:stateMachine:{}"),
    ("states", "activity", ":${region}:${account}:activity:{}"),
    ("events", "event-bus", ":${region}:${account}:event-bus/{}"),
    ("kinesis", "stream", ":${region}:${account}:stream/{}"),
    ("firehose", "deliverystream", ":${region}:${account}:deliverystream/{}"),
    ("ecs", "task-definition", ":${region}:${account}:task-definition/{}:*"),
    ("ecs", "cluster", ":${region}:${account}:cluster/{}"),
    ("batch", "job-queue", ":${region}:${account}:job-queue/{}"),
    ("batch", "job-definition", ":${region}:${account}:job-definition/{}"),
    ("iam", "role", "::${account}:role/{}"),
    ("ses", "identity", ":${region}:${account}:identity/{}"),
    ("cognito-idp", "userpool", ":${region}:${account}:userpool/{}"),
    ("bedrock", "foundation-model", ":${region}::foundation-model/{}"),
    ("logs", "log-group", ":${region}:${account}:log-group:{}"),
    ("rekognition", "collection", ":${region}:${account}:collection/{}"),
    ("athena", "workgroup", ":${region}:${account}:workgroup/{}"),
    ("sagemaker", "endpoint", ":${region}:${account}:endpoint/{}"),
    ("codebuild", "project", ":${region}:${account}:project/{}"),
];

/// What a permission is on; `*` where the cloud cannot scope it, or the form of its ARN is not known here.
#[must_use]
pub fn arn(permission: &Permission) -> String {
    let resource = &permission.resource;
    let name = resource.name.as_ref().map(written).unwrap_or_default();
    if name.starts_with("arn:") {
        return match (&resource.part, resource.kind.as_str()) {
            (Some(part), "object") => format!("{name}/{}", written(part)),
            _ => name,
        };
    }
    let service = permission.permission.split(':').next().unwrap_or_default();
    let form = FORMS.iter().find(|(of, kind, _)| *of == service && *kind == resource.kind);
    let Some((_, _, form)) = form else { return "*".to_owned() };
    // A name may have its revision.
    let form = if name.contains(':') { form.trim_end_matches(":*") } else { form };
    let name = match name.starts_with("https://") {
        true => name.rsplit('/').next().unwrap_or_default(),
        false => name.trim_start_matches('/'),
    };
    let known = |text: String| if text.is_empty() { "*".to_owned() } else { text };
    let part = known(resource.part.as_ref().map(written).unwrap_or_default());
    let ending = form.replace("{/}", &part).replace("{}", &known(name.to_owned()));
    format!("arn:${{partition}}:{service}{ending}")
}

/// A text of the code: what is not known of it is anything.
fn written(template: &Template) -> String {
    let mut text = String::new();
    for piece in &template.0 {
        match piece {
            Piece::Literal(literal) => text.extend(literal.chars().map(plain)),
            Piece::Environment(_) | Piece::Hole if text.ends_with('*') => {}
            Piece::Environment(_) | Piece::Hole => text.push('*'),
        }
    }
    text
}

/// What would not stand for itself in a spec is anything.
fn plain(letter: char) -> char {
    match letter {
        '"' | '\\' | '$' => '*',
        letter if letter.is_control() => '*',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resource;

    fn check(action: &str, kind: &str, name: &[Piece], part: Option<&str>, expected: &str) {
        let name = (!name.is_empty()).then(|| Template(name.to_vec()));
        let resource = Resource { kind: kind.into(), name, part: part.map(Template::from_literal) };
        assert_eq!(arn(&Permission { permission: action.into(), resource }), expected);
    }

    #[test]
    fn arns_are_as_narrow_as_the_code() {
        let literal = |text: &str| vec![Piece::Literal(text.into())];
        check("s3:PutObject", "object", &literal("out"), Some("a.png"), "arn:${partition}:s3:::out/a.png");
        check("s3:PutObject", "object", &[], None, "arn:${partition}:s3:::*/*");
        check("ses:SendEmail", "identity", &[], None, "arn:${partition}:ses:${region}:${account}:identity/*");
        check("rekognition:DetectLabels", "*", &[], None, "*");
        let url = literal("https://sqs.eu-west-1.amazonaws.com/1/jobs");
        check("sqs:SendMessage", "queue", &url, None, "arn:${partition}:sqs:${region}:${account}:jobs");
        let tasks = "arn:${partition}:ecs:${region}:${account}:task-definition/";
        check("ecs:RunTask", "task-definition", &literal("x"), None, &format!("{tasks}x:*"));
        check("ecs:RunTask", "task-definition", &literal("x:3"), None, &format!("{tasks}x:3"));
        check("iam:PassRole", "role", &literal("arn:aws:iam::1:role/x"), None, "arn:aws:iam::1:role/x");
        let begins = [Piece::Literal("orders-".into()), Piece::Hole, Piece::Environment("STAGE".into())];
        check(
            "dynamodb:Query",
            "table",
            &begins,
            None,
            "arn:${partition}:dynamodb:${region}:${account}:table/orders-*",
        );
        check(
            "ssm:GetParameter",
            "parameter",
            &literal("/a/b"),
            None,
            "arn:${partition}:ssm:${region}:${account}:parameter/a/b",
        );
    }
}
