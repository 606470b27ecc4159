use crate::fixture::{at, lowered, template};
use serde_json::{Value as Json, json};

const HELLO: &str = "functions:\n  hello:\n    runtime: python3.13\n    handler: src/hello.handle\n";

/// Properties of the template of a spec: resources, the function's further keys, then a pointer and what is there.
fn check(resources: &str, function: &str, expected: &[(&str, Json)]) {
    let template = template(&format!("{resources}{HELLO}{function}"));
    for (pointer, value) in expected {
        assert_eq!(at(&template, &format!("/Resources/{pointer}")), *value, "{pointer}");
    }
}

/// Every permission as `holder: permission on scope`.
fn permissions(rest: &str) -> Vec<String> {
    let shown = |row: &portolan_target::Permission| {
        assert!(!row.reasons.is_empty(), "{row:?}");
        let holder = row.holder.as_deref().unwrap_or(&row.function);
        format!("{holder}: {} on {}", row.permission, portolan_target::describe(&row.scope))
    };
    lowered(rest).permissions.iter().map(shown).collect()
}

#[test]
fn the_smallest_function() {
    check(
        "",
        "",
        &[
            ("HelloFunction/Properties/FunctionName", json!("demo-dev-hello")),
            ("HelloFunction/Properties/Handler", json!("portolan_entry.handle")),
            ("HelloFunction/Properties/Environment", Json::Null),
            ("HelloRole/Properties/ManagedPolicyArns", Json::Null),
            ("HelloLogs/Properties", json!({ "LogGroupName": "/aws/lambda/demo-dev-hello", "RetentionInDays": 30 })),
            ("HelloDeadLetter", Json::Null),
        ],
    );
}

#[test]
fn a_function_may_write_its_log_and_nothing_else() {
    assert_eq!(
        permissions(HELLO),
        ["hello: logs:CreateLogStream on {hello.logs.Arn}", "hello: logs:PutLogEvents on {hello.logs.Arn}",]
    );
}

#[test]
fn a_function_that_listens_to_and_uses_a_bucket_is_no_circle() {
    let bucket = "resources:\n  files: { kind: bucket }\n";
    let function = "    triggers: { bucket: files, events: [created], prefix: \"in/*\", suffix: .mp3 }\n    \
                    uses: { files: { read: \"in/*\", create: \"out/*\" } }\n";
    let filter =
        json!({ "S3Key": { "Rules": [{ "Name": "prefix", "Value": "in/" }, { "Name": "suffix", "Value": ".mp3" }] } });
    check(
        bucket,
        function,
        &[
            ("FilesBucket/DependsOn", json!(["HelloZFilesCaller"])),
            (
                "FilesBucket/Properties/BucketName",
                json!({ "Fn::Sub": "demo-dev-files-${AWS::AccountId}-eu-west-1-an" }),
            ),
            ("FilesBucket/Properties/NotificationConfiguration/LambdaConfigurations/0/Filter", filter),
            ("HelloZFilesCaller/Properties/SourceAccount", json!({ "Ref": "AWS::AccountId" })),
            (
                "HelloGrant/Properties/PolicyDocument/Statement/3/Condition",
                json!({ "Null": { "s3:if-none-match": "false" } }),
            ),
        ],
    );
}

#[test]
fn two_functions_may_call_each_other() {
    let other = "  other: { runtime: python3.13, handler: src/other.handle, uses: { hello: invoke } }\n";
    let found = permissions(&format!("{HELLO}    uses: {{ other: invoke }}\n{other}"));
    let arn = |name: &str| format!("arn:{{partition}}:lambda:{{region}}:{{account}}:function:demo-dev-{name}");
    assert!(found.contains(&format!("hello: lambda:InvokeFunction on {}", arn("other"))), "{found:?}");
    assert!(found.contains(&format!("other: lambda:InvokeFunction on {}", arn("hello"))), "{found:?}");
    check(
        "",
        &format!("    uses: {{ other: invoke }}\n{other}"),
        &[("HelloFunction/Properties/Environment/Variables", json!({ "OTHER_FUNCTION": "demo-dev-other" }))],
    );
}

#[test]
fn batches_are_written_only_with_both_verbs() {
    let table = "resources:\n  items: { kind: table, key: { id: string } }\n";
    let batch = "hello: dynamodb:BatchWriteItem on {items.table.Arn}".to_owned();
    let of = |uses: &str| permissions(&format!("{table}{HELLO}    uses: {{ items: {uses} }}\n"));
    assert!(!of("write").contains(&batch));
    assert!(of("[write, delete]").contains(&batch));
}

#[test]
fn a_schedule_has_a_role_of_its_own() {
    let function = "    triggers: { schedule: cron(30 6 * * 1-5), timezone: Europe/Berlin, input: { a: \"<b>\" } }\n";
    let input = r#"{"trigger":"schedule","schedule":"cron(30 6 * * 1-5)","time":"<aws.scheduler.scheduled-time>","input":{"a":"\u003cb\u003e"}}"#;
    check(
        "",
        function,
        &[
            ("HelloSchedule/Properties/ScheduleExpression", json!("cron(30 6 ? * 2-6 *)")),
            ("HelloSchedule/Properties/ScheduleExpressionTimezone", json!("Europe/Berlin")),
            ("HelloSchedule/Properties/Target/Input", json!(input)),
            ("HelloSchedule/Properties/Target/RoleArn", json!({ "Fn::GetAtt": ["HelloZScheduleRole", "Arn"] })),
            ("HelloRetries/DependsOn", json!(["HelloGrant"])),
        ],
    );
    let found = permissions(&format!("{HELLO}{function}"));
    let arn = "arn:{partition}:lambda:{region}:{account}:function:demo-dev-hello";
    assert!(found.contains(&format!("scheduler.amazonaws.com: lambda:InvokeFunction on {arn}")), "{found:?}");
}

#[test]
fn a_queue_is_polled_after_the_grant() {
    let queue = "resources:\n  jobs: { kind: queue }\n";
    check(
        queue,
        "    triggers: { queue: jobs, batch: 50 }\n    max-concurrency: 1\n",
        &[
            ("HelloZJobsMapping/DependsOn", json!(["HelloGrant"])),
            ("HelloZJobsMapping/Properties/BatchSize", json!(50)),
            ("HelloZJobsMapping/Properties/MaximumBatchingWindowInSeconds", json!(1)),
            ("HelloZJobsMapping/Properties/ScalingConfig/MaximumConcurrency", json!(2)),
            ("JobsQueue/Properties/VisibilityTimeout", json!(180)),
            ("JobsQueue/Properties/QueueName", Json::Null),
            ("JobsDeadLetter/Properties/MessageRetentionPeriod", json!(1_209_600)),
        ],
    );
}

#[test]
fn kept_ready_means_called_by_alias() {
    let function = "    min-instances: 2\n    triggers: { http: GET /, auth: public }\n";
    check(
        "",
        function,
        &[
            ("HelloAlias/Properties/ProvisionedConcurrencyConfig/ProvisionedConcurrentExecutions", json!(2)),
            ("HelloIntegration/Properties/IntegrationUri", json!({ "Ref": "HelloAlias" })),
            ("HelloZGetPermission/Properties/FunctionName", json!({ "Ref": "HelloAlias" })),
        ],
    );
}

#[test]
fn a_version_follows_code_and_settings() {
    let version = |more: &str| {
        let template = template(&format!("{HELLO}    min-instances: 1\n{more}"));
        at(&template, "/Resources/HelloVersion/Properties/Description")
    };
    assert_eq!(version(""), version(""));
    assert_ne!(version(""), version("    memory: 1 GB\n"));
    assert_ne!(version(""), version("overrides: { aws: { hello.function: { Timeout: 7 } } }\n"));
}

#[test]
fn routes_are_guarded_as_asked() {
    let api = "resources:\n  web: { kind: api, auth: { jwt: { issuer: https://id.example.com/, audience: web } } }\n";
    let function = "    triggers:\n      - { api: web, http: \"GET /shows/{id}\" }\n      \
                    - { api: web, http: \"ANY /*\", auth: public }\n      \
                    - { api: web, http: POST /shows, auth: iam }\n";
    check(
        api,
        function,
        &[
            ("WebZGetShowsByIdRoute/Properties/AuthorizerId", json!({ "Ref": "WebAuthorizer" })),
            ("WebZGetShowsByIdRoute/Properties/AuthorizationType", json!("JWT")),
            ("WebZAnyRestRoute/Properties/RouteKey", json!("$default")),
            ("WebZAnyRestRoute/Properties/AuthorizationType", json!("NONE")),
            ("WebZPostShowsRoute/Properties/AuthorizationType", json!("AWS_IAM")),
            (
                "WebZGetShowsByIdPermission/Properties/SourceArn",
                json!({ "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebApi}/*/GET/shows/*" }),
            ),
        ],
    );
}

#[test]
fn a_preflight_is_not_caught_by_a_guarded_catch_all() {
    let function = "    triggers: { http: \"ANY /*\", auth: iam, cors: true }\n    callers: { functions: [hello] }\n";
    let template = template(&format!("{HELLO}{function}"));
    let routes = template["Resources"].as_object().expect("resources").values();
    let keys: Vec<&str> = routes.filter_map(|resource| resource["Properties"]["RouteKey"].as_str()).collect();
    assert_eq!(keys.len(), 12, "{keys:?}");
    assert!(keys.iter().all(|key| !key.starts_with("OPTIONS") && !key.starts_with("ANY") && !key.starts_with('$')));
}

#[test]
fn many_routes_share_one_permission() {
    let routes: Vec<String> = (0..41).map(|index| format!("GET /r{index}")).collect();
    let function = format!("    triggers: {{ http: [{}], auth: public }}\n", routes.join(", "));
    check(
        "",
        &function,
        &[
            (
                "HelloEntry/Properties/SourceArn",
                json!({ "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HelloApi}/*/*" }),
            ),
            ("HelloZGetR0Permission", Json::Null),
        ],
    );
}

#[test]
fn a_functions_own_url_is_no_circle() {
    let function =
        "    triggers: { http: GET /, auth: public }\n    environment: { SELF: \"${functions.hello.url}\" }\n";
    check(
        "",
        function,
        &[(
            "HelloFunction/Properties/Environment/Variables/SELF",
            json!({ "Fn::Sub": "https://${HelloApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" }),
        )],
    );
}

#[test]
fn secrets_stay_parameters() {
    let inputs = "inputs: { key: { secret: true }, host: { ssm: /demo/host }, size: { default: \"7\" }, idle: {} }\n";
    let function = "    environment: { KEY: \"${inputs.key}\", HOST: \"${inputs.host}\", SIZE: \"${inputs.size}\" }\n";
    let template = template(&format!("{inputs}{HELLO}{function}"));
    assert_eq!(
        at(&template, "/Parameters"),
        json!({
            "ArtifactsBucketName": { "Type": "String", "Description": "The bucket that holds the functions' packages" },
            "KeyInput": { "Type": "String", "NoEcho": true },
            "HostInput": { "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/demo/host" },
            "SizeInput": { "Type": "String", "Default": "7" },
        })
    );
    assert_eq!(
        at(&template, "/Resources/HelloFunction/Properties/Environment/Variables/KEY"),
        json!({ "Ref": "KeyInput" })
    );
}

#[test]
fn what_is_kept_keeps_its_names() {
    let spec = "resources:\n  items: { kind: table, key: { id: string } }\n  files: { kind: bucket }\n";
    let keep = "keep:\n  aws:\n    items.table: { id: ItemsDynamoDbTable, name: items-dev }\n    files.bucket: { name: old-files }\n";
    check(
        spec,
        &format!("    uses: {{ items: read, files: read }}\n{keep}"),
        &[
            ("ItemsDynamoDbTable/Properties/TableName", json!("items-dev")),
            ("FilesBucket/Properties/BucketName", json!("old-files")),
            ("FilesBucket/Properties/BucketNamespace", Json::Null),
            ("HelloFunction/Properties/Environment/Variables/ITEMS_TABLE", json!({ "Ref": "ItemsDynamoDbTable" })),
        ],
    );
}

#[test]
fn raw_resources_and_overrides_are_verbatim() {
    let more = "native: { aws: { users: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: !join [a-, !ref hello.name] } } } }\n\
                overrides: { aws: { hello.function: { TracingConfig: { Mode: Active }, Timeout: 31 } } }\n";
    check(
        "",
        more,
        &[
            (
                "UsersNative",
                json!({ "Type": "AWS::Cognito::UserPool", "Properties": { "UserPoolName": "a-demo-dev-hello" } }),
            ),
            ("HelloFunction/Properties/TracingConfig", json!({ "Mode": "Active" })),
            ("HelloFunction/Properties/Timeout", json!(31)),
        ],
    );
}

#[test]
fn hand_made_permissions_stand_apart() {
    let allow = "    allow: { aws: [{ actions: [\"logs:PutLogEvents\"], resources: [\"*\"], why: more logs }] }\n";
    check(
        "",
        allow,
        &[
            ("HelloGrant/Properties/PolicyDocument/Statement/1/Resource", json!("*")),
            ("HelloGrant/Properties/PolicyDocument/Statement/1/Action", json!(["logs:PutLogEvents"])),
        ],
    );
    let by_hand = lowered(&format!("{HELLO}{allow}")).permissions.iter().filter(|row| row.by_hand).count();
    assert_eq!(by_hand, 1);
}

#[test]
fn every_resource_reads_back_from_its_logical_id() {
    let spec = "resources:\n  web: { kind: api, auth: public }\n  jobs: { kind: queue }\n  news: { kind: topic }\n  files: { kind: bucket }\n";
    let function = "    min-instances: 1\n    triggers:\n      - { api: web, http: [\"GET /a-b/{id}\", GET /] }\n      - { queue: jobs }\n      \
                    - { topic: news }\n      - { bucket: files, events: [created] }\n      - { schedule: rate(1 hour) }\n      - { schedule: rate(1 day) }\n";
    let lowered = lowered(&format!("{spec}{HELLO}{function}"));
    let parts = portolan_catalog::standard().parts();
    for resource in &lowered.resources {
        let id = resource.address.logical_id();
        assert_eq!(portolan_value::Address::from_logical_id(&id, parts).as_ref(), Some(&resource.address));
    }
}
