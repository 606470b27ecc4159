//! What AWS cannot express, and what it does differently: asked before lowering, which then meets none of it.

mod functions; // start reading here
mod resources;
mod tags;
mod triggers;

use portolan_diagnostics::Diagnostic;
use portolan_model::{Body, Model};
use portolan_target::{Request, unsupported};
use portolan_value::Format;

/// Every finding, in the order of the spec's parts.
pub(crate) fn supports(request: &Request<'_>) -> Vec<Diagnostic> {
    let mut found = unsupported(request, Format::Aws);
    let model = request.model;
    tags::check(model, &mut found);
    inputs(model, &mut found);
    resources::check(model, &mut found);
    functions::check(model, &mut found);
    triggers::check(model, &mut found);
    natives(model, &mut found);
    found
}

/// CloudFormation reads no encrypted parameter into a parameter of its own (CloudFormation user guide, "Specify existing
/// resources at runtime with CloudFormation-supplied parameter types").
fn inputs(model: &Model, found: &mut Vec<Diagnostic>) {
    for input in model.inputs.iter().filter(|input| input.secret) {
        let Some(path) = &input.ssm else { continue };
        let message = format!("the secret input `{}` cannot be read from the parameter store on aws", input.name.value);
        let diagnostic = Diagnostic::error("aws/secret-parameter", message)
            .at(path.span, "CloudFormation reads no encrypted parameters")
            .help(
                "give it at deployment (without `ssm`), or use a resource of kind `secret` and read it in the handler",
            );
        found.push(diagnostic);
    }
}

fn natives(model: &Model, found: &mut Vec<Diagnostic>) {
    for native in &model.natives {
        let typed = match &native.body {
            Body::Map(entries) => entries.iter().any(|(key, value)| key == "Type" && matches!(value, Body::Text(_))),
            _ => false,
        };
        if !typed {
            let message = format!("the raw resource `{}` has no `Type`", native.name.value);
            let diagnostic = Diagnostic::error("aws/native-type", message)
                .at(native.name.span, "the body is the whole resource, as CloudFormation writes it")
                .help("for instance `{ Type: AWS::Cognito::UserPool, Properties: {…} }`");
            found.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::supports;

    const HEAD: &str = "functions:\n  hello:\n    runtime: python3.13\n    handler: src/hello.handle\n";

    /// The ids that a spec's resources and its function's further keys give.
    fn check(resources: &str, function: &str, expected: &[&str]) {
        let ids: Vec<&str> = supports(&format!("{resources}{HEAD}{function}")).iter().map(|found| found.id).collect();
        assert_eq!(ids, expected, "{resources}{function}");
    }

    #[test]
    fn what_aws_has_is_silent() {
        check("", "    triggers: { http: GET /, auth: public }\n", &[]);
        check("", "    memory: 10 GB\n    timeout: 15 min\n    log-retention: 30 d\n", &[]);
        check("", "    triggers: { schedule: cron(0 3 1 * *), timezone: Europe/Berlin }\n", &[]);
    }

    #[test]
    fn numbers_are_rounded_aloud() {
        check("", "    memory: 64 MB\n    timeout: 20 min\n    log-retention: 8 d\n", &["target/rounded"; 3]);
        let queue = "resources:\n  jobs: { kind: queue, fifo: true, delay: 1 h, retention: 30 d, dead-letter: { after: 2000 } }\n";
        check(queue, "    triggers: { queue: jobs, batch: 20 }\n", &["target/rounded"; 4]);
        check("resources:\n  files: { kind: bucket, expire: 36 h }\n", "", &["target/rounded"]);
    }

    #[test]
    fn buckets_tell_one_listener() {
        let spec = |second: &str| {
            let first = "resources:\n  files: { kind: bucket }\n";
            let listen = "    triggers:\n      - { bucket: files, events: [created], suffix: [.mp3, .thumb.mp3] }\n";
            (first, format!("{listen}      - {second}\n"))
        };
        for (second, expected) in [
            ("{ bucket: files, events: [deleted] }", &[] as &[&str]),
            ("{ bucket: files, events: [created], suffix: .ogg }", &[]),
            ("{ bucket: files, events: [created], prefix: \"in/*\" }", &["aws/overlapping-filters"]),
            ("{ bucket: files, events: [deleted, created], suffix: 3 }", &["aws/overlapping-filters"]),
        ] {
            let (resources, function) = spec(second);
            check(resources, &function, expected);
        }
    }

    #[test]
    fn external_names_hold_no_wildcard() {
        for (external, right) in [
            ("uploads-2026", true),
            ("arn:aws:s3:::uploads-2026", true),
            ("arn:aws-cn:s3:::uploads-2026", true),
            ("arn:aws:sqs:eu-west-1:123456789012:jobs", false),
            ("arn:aws:s3:::*", false),
            ("up?", false),
        ] {
            let resources = format!("resources:\n  files: {{ kind: bucket, external: \"{external}\" }}\n");
            let expected: &[&str] = if right { &[] } else { &["target/external-name"] };
            check(&resources, "    uses: { files: read }\n", expected);
        }
    }

    #[test]
    fn what_cannot_start_a_function() {
        let check = |external: &str, trigger: &str, expected: &[&str]| {
            let resources = format!("resources:\n  far: {{ {external} }}\n");
            check(&resources, &format!("    triggers: {{ {trigger} }}\n"), expected);
        };
        let refused: &[&str] = &["target/external-trigger"];
        check("kind: queue, external: jobs", "queue: far", &[]);
        check("kind: queue, external: \"arn:aws:sqs:eu-west-1:123456789012:jobs\"", "queue: far", &[]);
        check("kind: queue, external: \"arn:aws:sqs:us-east-1:123456789012:jobs\"", "queue: far", refused);
        check("kind: queue, external: jobs.fifo", "queue: far, batch: 20", &["target/rounded"]);
        check("kind: topic, external: \"arn:aws:sns:us-east-1:123456789012:news\"", "topic: far", &[]);
        check("kind: topic, external: news.fifo", "topic: far", refused);
        check("kind: bucket, external: files", "bucket: far, events: [created]", refused);
    }

    #[test]
    fn callers_are_named() {
        let callers = |caller: &str| format!("    callers: {{ aws: [\"{caller}\"] }}\n");
        check("", &callers("123456789012"), &[]);
        check("", &callers("arn:aws:iam::123456789012:role/report"), &[]);
        check("", &callers("arn:aws:iam::123456789012:*"), &["aws/principal"]);
        check("", &callers("*"), &["aws/principal"]);
        let host = "    triggers: { http: GET /, auth: iam }\n";
        check("", &format!("{host}{}", callers("123456789012")), &["aws/callers-of-api"]);
    }
}
