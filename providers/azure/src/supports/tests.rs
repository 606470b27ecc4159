//! Small specs and what is said of them.

use crate::testing::{GUARDED, supports};

/// The findings of a spec, as `severity id`.
fn check(text: &str, expected: &[&str]) {
    let found = supports(text);
    let shown: Vec<String> = found.iter().map(|found| format!("{} {}", found.severity.word(), found.id)).collect();
    assert_eq!(shown, expected, "{text}");
}

fn function(rest: &str) -> String {
    format!("functions:\n  hello: {{ runtime: python3.13, handler: src/a.b, {rest} }}\n")
}

#[test]
fn an_ordinary_function_needs_no_word() {
    check(&function("triggers: { http: GET /, auth: public }"), &[]);
    check(&function("triggers: { http: GET /, auth: public, cors: true }"), &[]);
    check(&function("triggers: { schedule: cron(0 3 * * *), timezone: Etc/UTC }"), &[]);
}

#[test]
fn numbers_move_with_a_note() {
    check(&function("memory: 256 MB, triggers: { schedule: rate(1 day) }"), &["note target/rounded"]);
    check(&function("max-concurrency: 5, triggers: { schedule: rate(1 day) }"), &["note target/rounded"]);
    check(&function("timeout: 5 min, triggers: { http: GET /, auth: public }"), &["warning target/http-timeout"]);
}

#[test]
fn runtimes_are_those_of_flex_consumption() {
    let ruby = "functions: { hello: { runtime: ruby3.4, handler: src/a.b, triggers: { schedule: rate(1 day) } } }\n";
    check(ruby, &["error target/runtime"]);
    let old = "functions: { hello: { runtime: java8, handler: src/a.b, triggers: { schedule: rate(1 day) } } }\n";
    check(old, &["error target/runtime"]);
}

#[test]
fn a_host_has_one_door() {
    let public = format!(
        "{GUARDED}resources:\n  web: {{ kind: api, auth: {{ jwt: {{ issuer: \"https://id.example.com\", audience: demo }} }} }}\n{}",
        function("triggers: [{ http: GET /, auth: public }, { api: web, http: GET /a }]")
    );
    check(&public, &["error azure/one-door"]);
    let iam = format!(
        "{GUARDED}{}",
        function("triggers: { http: GET /, auth: iam }, callers: { azure: [0f0f0f0f-0000-4000-8000-000000000002] }")
    );
    check(&iam, &[]);
}

#[test]
fn variables_of_the_host_are_refused() {
    for name in ["AzureWebJobsStorage", "WEBSITE_RUN_FROM_PACKAGE", "AZURE_CLIENT_ID", "PORTOLAN_JOBS_QUEUE"] {
        let text = function(&format!("environment: {{ {name}: x }}, triggers: {{ schedule: rate(1 day) }}"));
        check(&text, &["error target/environment-name"]);
    }
}

#[test]
fn an_external_resource_is_named_by_its_id() {
    let spec = |id: &str| {
        format!(
            "resources: {{ jobs: {{ kind: queue, external: {id} }} }}\n{}",
            function("triggers: { schedule: rate(1 day) }, uses: { jobs: send }")
        )
    };
    check(&spec("jobs"), &["error target/external-name"]);
    let group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/data/providers";
    check(&spec(&format!("{group}/Microsoft.ServiceBus/namespaces/acme/topics/jobs")), &["error target/external-name"]);
    check(&spec(&format!("{group}/Microsoft.ServiceBus/namespaces/acme/queues/jobs")), &[]);
}
