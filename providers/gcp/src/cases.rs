//! Small specs and what becomes of them.

use crate::testing::{Built, build, ids, model};
use crate::{DeploymentManager, InfrastructureManager};
use portolan_target::Settings;
use serde_json::Value;

/// A spec with a target for each format.
fn spec(rest: &str) -> String {
    let targets = "targets:\n  tf: { provider: gcp, region: europe-west1, project: acme }\n  dm: { provider: gcp, region: europe-west1, project: acme, format: deployment-manager, artifacts-bucket: code }\n";
    format!("portolan: 1\napp: demo\n{targets}defaults: {{ runtime: python3.13 }}\n{rest}")
}

fn terraform(rest: &str) -> Built {
    build(&InfrastructureManager, &model(&spec(rest), "tf"), Settings::default())
}

fn configuration(rest: &str) -> Built {
    build(&DeploymentManager, &model(&spec(rest), "dm"), Settings::default())
}

fn written(rest: &str) -> Value {
    let built = terraform(rest);
    serde_json::from_str(&built.text).unwrap_or_else(|error| panic!("{error}: {:#?}", built.found))
}

fn at<'a>(document: &'a Value, pointer: &str) -> &'a Value {
    document.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {document:#}"))
}

const HELLO: &str = "functions:\n  hello: { handler: src/a.b, triggers: { http: GET /, auth: public } }\n";

#[test]
fn everybody_is_let_in_only_where_the_spec_says_so() {
    let document = written(HELLO);
    let function = "/resource/google_cloudfunctions2_function/hello_function/service_config";
    assert_eq!(at(&document, &format!("{function}/ingress_settings")), "ALLOW_ALL");
    let grants = at(&document, "/resource/google_cloud_run_v2_service_iam_member");
    assert_eq!(grants["hello_everybody_grant"]["member"], "allUsers");
    assert_eq!(grants["hello_everybody_grant"]["role"], "roles/run.servicesInvoker");
    assert_eq!(at(&document, "/output/portolan_lowering/value"), 1);

    let document = written(
        "functions:\n  hello: { handler: src/a.b, triggers: { http: GET /, auth: iam }, callers: { gcp: [\"user:ann@example.com\"] } }\n",
    );
    let grants = at(&document, "/resource/google_cloud_run_v2_service_iam_member");
    assert_eq!(grants.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(grants["hello_caller-1_grant"]["member"], "user:ann@example.com");
}

const WORKER: &str = "resources:\n  jobs: { kind: queue, dead-letter: { after: 7 } }\nfunctions:\n  work: { handler: src/a.b, triggers: { queue: jobs } }\n";

#[test]
fn a_queue_calls_its_consumer() {
    let built = terraform(WORKER);
    let document: Value = serde_json::from_str(&built.text).expect("JSON");
    let subscription = at(&document, "/resource/google_pubsub_subscription/jobs_subscription");
    let uri = "${google_cloudfunctions2_function.work_function.service_config[0].uri}";
    assert_eq!(subscription["push_config"]["push_endpoint"], format!("{uri}/portolan/jobs"));
    assert_eq!(subscription["push_config"]["oidc_token"]["audience"], uri);
    assert_eq!(subscription["dead_letter_policy"]["max_delivery_attempts"], 7);
    assert_eq!(subscription["ack_deadline_seconds"], 180);
    let config = at(&document, "/resource/google_cloudfunctions2_function/work_function/service_config");
    assert_eq!(config["ingress_settings"], "ALLOW_INTERNAL_ONLY");
    assert_eq!(config["environment_variables"]["JOBS_QUEUE"], "projects/acme/topics/demo-tf-jobs");
    let expected = [
        "work [push] queue jobs: run.routes.invoke on projects/acme/locations/europe-west1/services/demo-tf-work by roles/run.servicesInvoker",
        "work [Pub/Sub] dead letter jobs: pubsub.topics.publish on {jobs.dead-letter.name} by roles/pubsub.publisher",
        "work [Pub/Sub] dead letter jobs: pubsub.subscriptions.consume on {jobs.subscription.name} by roles/pubsub.subscriber",
    ];
    assert_eq!(built.permissions[5..], expected);
}

#[test]
fn a_queue_without_consumer_waits_to_be_asked() {
    let document = written(
        "resources:\n  jobs: { kind: queue, fifo: true }\nfunctions:\n  drain: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { jobs: receive } }\n",
    );
    let subscription = at(&document, "/resource/google_pubsub_subscription/jobs_subscription");
    assert!(subscription.get("push_config").is_none());
    assert_eq!(subscription["enable_message_ordering"], true);
    let grant = at(&document, "/resource/google_pubsub_subscription_iam_member/drain_jobs-receive_grant");
    assert_eq!(grant["role"], "${google_project_iam_custom_role.app_receive-queue_rights.name}");
    let role = at(&document, "/resource/google_project_iam_custom_role/app_receive-queue_rights");
    assert_eq!(role["permissions"], serde_json::json!(["pubsub.subscriptions.consume"]));
    assert_eq!(role["role_id"], "demo_tf_receive_queue");
}

#[test]
fn a_bucket_tells_a_topic() {
    let rest = |options: &str, events: &str| {
        format!(
            "resources:\n  files: {{ kind: bucket{options} }}\nfunctions:\n  tag: {{ handler: src/a.b, triggers: {{ bucket: files, events: [{events}], prefix: in/* }} }}\n"
        )
    };
    let document = written(&rest("", "created, deleted"));
    let notification = at(&document, "/resource/google_storage_notification/tag_files_notification");
    assert_eq!(notification["event_types"], serde_json::json!(["OBJECT_FINALIZE", "OBJECT_DELETE"]));
    assert_eq!(notification["object_name_prefix"], "in/");
    assert_eq!(
        notification["depends_on"],
        serde_json::json!(["google_pubsub_topic_iam_member.tag_files-events_grant"])
    );
    let subscription = at(&document, "/resource/google_pubsub_subscription/tag_files_subscription");
    assert_eq!(subscription["filter"], "NOT attributes:overwrittenByGeneration");

    let document = written(&rest(", versioned: true", "deleted"));
    let notification = at(&document, "/resource/google_storage_notification/tag_files_notification");
    assert_eq!(notification["event_types"], serde_json::json!(["OBJECT_ARCHIVE"]));
}

fn bucket(uses: &str) -> String {
    format!(
        "resources:\n  files: {{ kind: bucket, external: acme-files }}\nfunctions:\n  f: {{ handler: src/a.b, triggers: {{ schedule: rate(1 hour) }}, uses: {{ files: {uses} }} }}\n"
    )
}

fn expression(uses: &str) -> Vec<String> {
    let document = written(&bucket(uses));
    let grants = at(&document, "/resource/google_storage_bucket_iam_member").as_object().cloned().unwrap_or_default();
    grants.values().map(|grant| grant["condition"]["expression"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn objects_are_limited_by_conditions() {
    assert_eq!(expression("read"), [""]);
    assert_eq!(
        expression("{ write: [in/*, a\"b] }"),
        [
            "resource.name.startsWith(\"projects/_/buckets/acme-files/objects/in/\") || resource.name == \"projects/_/buckets/acme-files/objects/a\\\"b\""
        ]
    );
    assert_eq!(
        expression("{ list: tmp/* }"),
        ["api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(\"tmp/\")"]
    );
    let many: Vec<String> = (0..15).map(|number| format!("p{number}/*")).collect();
    let conditions = expression(&format!("{{ read: [{}] }}", many.join(", ")));
    assert_eq!(conditions.len(), 2);
    assert!(conditions.iter().all(|condition| condition.matches("||").count() <= 12));
}

#[test]
fn a_condition_keeps_terraform_out() {
    let conditions = expression("{ delete: \"${app}-$${x}/*\" }");
    assert_eq!(conditions, ["resource.name.startsWith(\"projects/_/buckets/acme-files/objects/demo-$${x}/\")"]);
}

#[test]
fn predefined_roles_tell_what_they_carry_beyond() {
    let settings = Settings { built_in_roles: true };
    let secret = "resources:\n  key: { kind: secret }\nfunctions:\n  f: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { key: read } }\n";
    let built = build(&InfrastructureManager, &model(&spec(secret), "tf"), settings);
    assert!(built.text.contains("roles/secretmanager.secretAccessor"));
    assert!(!built.text.contains("google_project_iam_custom_role"));
    let exact = terraform(secret);
    assert!(exact.permissions.iter().any(|row| {
        row.ends_with("secretmanager.versions.access on projects/acme/secrets/demo-tf-key by demo_tf_read_secret")
    }));
}

#[test]
fn each_table_is_a_database_with_its_own_condition() {
    let document = written(
        "resources:\n  a: { kind: table, key: { id: string }, ttl: expires-at }\n  b: { kind: table, key: { id: string, n: number }, indexes: { by-n: { n: number, id: string }, again: { id: string, n: number } } }\nfunctions:\n  f: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { a: read, b: [read, write] } }\n",
    );
    let grant =
        |name: &str| at(&document, &format!("/resource/google_project_iam_member/{name}/condition/expression")).clone();
    assert_eq!(grant("f_a-read_grant"), "resource.name == \"projects/acme/databases/demo-tf-a\"");
    assert_eq!(grant("f_b-read_grant"), "resource.name == \"projects/acme/databases/demo-tf-b\"");
    assert_eq!(grant("f_b-write_grant"), "resource.name == \"projects/acme/databases/demo-tf-b\"");
    let indexes = at(&document, "/resource/google_firestore_index").as_object().cloned().unwrap_or_default();
    let expected = ["b_index", "b_descending", "b_by-n_index", "b_by-n_descending"];
    assert_eq!(indexes.keys().collect::<Vec<_>>(), expected);
    let orders = |index: &str| [0, 1].map(|field| indexes[index]["fields"][field]["order"].clone());
    assert_eq!(orders("b_index"), ["ASCENDING", "ASCENDING"]);
    assert_eq!(orders("b_descending"), ["ASCENDING", "DESCENDING"]);
    assert_eq!(at(&document, "/resource/google_firestore_field/a_lifetime/field"), "`expires-at`");
    assert_eq!(at(&document, "/resource/google_firestore_database/a_table/lifecycle/prevent_destroy"), true);
}

fn openapi(rest: &str) -> Value {
    let document = written(rest);
    let contents =
        at(&document, "/resource/google_api_gateway_api_config/web_config/openapi_documents/0/document/contents");
    let text = decoded(contents.as_str().unwrap_or_default());
    serde_json::from_slice(&text).expect("JSON in base64")
}

fn decoded(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|c| ALPHABET.iter().position(|known| *known == c));
    let bits: Vec<usize> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1)).collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::try_from(*bit).unwrap_or(0)))
        .collect()
}

#[test]
fn an_api_is_a_gateway() {
    let rest = "resources:\n  web: { kind: api, auth: { jwt: { issuer: \"https://id.example.com/\", audience: [one, two] } }, cors: true }\nfunctions:\n  get: { handler: src/a.b, triggers: { api: web, http: [\"GET /items/{id}\", \"ANY /*\"] } }\n  put: { handler: src/a.b, triggers: { api: web, http: \"PUT /items/{item}\", auth: public } }\n";
    let document = openapi(rest);
    let item = at(&document, "/paths/~1items~1{id}");
    assert_eq!(item["get"]["security"], serde_json::json!([{ "jwt1": [] }]));
    assert!(item["put"].get("security").is_none());
    assert!(item["options"].get("security").is_none());
    let backend = &item["put"]["x-google-backend"];
    assert_eq!(backend["address"], "https://europe-west1-acme.cloudfunctions.net/demo-tf-put");
    assert_eq!(backend["path_translation"], "APPEND_PATH_TO_ADDRESS");
    let rest_of_it = at(&document, "/paths/~1{portolan_rest=**}").as_object().cloned().unwrap_or_default();
    assert_eq!(rest_of_it.len(), 8);
    let scheme = at(&document, "/securityDefinitions/jwt1");
    assert_eq!(scheme["x-google-issuer"], "https://id.example.com/");
    assert_eq!(scheme["x-google-audiences"], "one,two");

    let document = written(rest);
    let grants =
        at(&document, "/resource/google_cloud_run_v2_service_iam_member").as_object().cloned().unwrap_or_default();
    assert_eq!(grants.keys().collect::<Vec<_>>(), ["get_web_grant", "put_web_grant"]);
    assert_eq!(at(&document, "/resource/google_api_gateway_gateway/web_gateway/provider"), "google-beta");
}

#[test]
fn functions_call_each_other_once() {
    let document = written(
        "functions:\n  a: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { b: invoke } }\n  b: { handler: src/a.b, triggers: { http: GET /, auth: iam }, callers: { functions: [a] }, uses: { a: invoke } }\n",
    );
    let grants =
        at(&document, "/resource/google_cloud_run_v2_service_iam_member").as_object().cloned().unwrap_or_default();
    assert_eq!(grants.keys().collect::<Vec<_>>(), ["a_scheduler_grant", "b_a_grant", "a_b_grant"]);
    let environment =
        at(&document, "/resource/google_cloudfunctions2_function/a_function/service_config/environment_variables");
    assert_eq!(environment["B_FUNCTION"], "demo-tf-b");
    assert_eq!(environment["B_FUNCTION_URL"], "https://europe-west1-acme.cloudfunctions.net/demo-tf-b");
    assert_eq!(
        at(&document, "/resource/google_cloudfunctions2_function/a_function/service_config/ingress_settings"),
        "ALLOW_ALL"
    );
}

#[test]
fn text_is_never_code() {
    let document = written(
        "inputs: { color: {} }\nfunctions:\n  hello:\n    handler: src/a.b\n    description: '$${file(\"/etc/passwd\")}'\n    environment: { A: '%{ if true }', B: \"$$${inputs.color}\", C: '$(ref.x.y)' }\n    triggers: { http: GET /, auth: public }\noutputs: { o: \"100% $${a}\" }\n",
    );
    let function = at(&document, "/resource/google_cloudfunctions2_function/hello_function");
    assert_eq!(function["description"], "$${file(\"/etc/passwd\")}");
    let environment = &function["service_config"]["environment_variables"];
    assert_eq!(environment["A"], "%%{ if true }");
    assert_eq!(environment["C"], "$(ref.x.y)");
    assert_eq!(at(&document, "/output/o/value"), "100% $${a}");
}

#[test]
fn hand_made_permissions_are_bound_where_they_say() {
    let allow = |resource: &str| {
        terraform(&format!(
            "resources:\n  files: {{ kind: bucket }}\nfunctions:\n  f: {{ handler: src/a.b, triggers: {{ schedule: rate(1 hour) }}, allow: {{ gcp: [{{ actions: [roles/aiplatform.user, storage.buckets.get], resources: [\"{resource}\"], why: because }}] }} }}\n"
        ))
    };
    let built = allow("${resources.files.id}");
    let document: Value = serde_json::from_str(&built.text).unwrap_or_else(|_| panic!("{:#?}", built.found));
    let grants = at(&document, "/resource/google_storage_bucket_iam_member").as_object().cloned().unwrap_or_default();
    assert_eq!(grants.keys().collect::<Vec<_>>(), ["f_allow-1-1_grant", "f_allow-1-2_grant"]);
    assert_eq!(
        at(&document, "/resource/google_project_iam_custom_role/f_allow-1_rights/role_id"),
        "demo_tf_f__allow_1"
    );
    assert!(allow("*").text.contains("roles/aiplatform.user"));
    assert_eq!(ids(&allow("somewhere")), ["gcp/allow-resource"]);
}

#[test]
fn deployment_manager_says_what_it_lacks() {
    let found = |rest: &str| ids(&configuration(rest));
    assert_eq!(found(WORKER), [] as [&str; 0]);
    assert_eq!(found(HELLO), ["gcp/public-by-hand"]);
    assert_eq!(found(&bucket("{ read: in/* }")), ["target/limited-grant"]);
    assert_eq!(
        found(&format!("inputs: {{ color: {{}} }}\n{WORKER}outputs: {{ o: \"${{inputs.color}}\" }}\n")),
        ["gcp/no-parameters"]
    );
    let table = "resources:\n  t: { kind: table, key: { id: string } }\nfunctions:\n  f: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { t: read } }\n";
    assert_eq!(found(table), ["target/unsupported-kind"]);
    let text = "functions:\n  f: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, environment: { A: '$(ref.x.y)' } }\n";
    assert_eq!(found(text), ["gcp/reference-in-text"]);
}

#[test]
fn a_topic_carries_its_policy_in_a_configuration() {
    let text = configuration(WORKER).text;
    let carried = "    accessControl:\n      gcpIamPolicy:\n        bindings:\n          - role: \"roles/pubsub.publisher\"\n            members:\n              - \"serviceAccount:service-$(ref.app--project.projectNumber)@gcp-sa-pubsub.iam.gserviceaccount.com\"\n";
    assert!(text.contains(carried), "{text}");
    assert!(text.contains("pushEndpoint: \"$(ref.work--function.serviceConfig.uri)/portolan/jobs\""));
    assert!(text.contains("action: \"gcp-types/cloudresourcemanager-v1:cloudresourcemanager.projects.get\""));
}

#[test]
fn kept_identities_are_kept() {
    let keep = |id: &str| format!("{WORKER}keep: {{ gcp: {{ jobs.topic: {{ id: {id}, name: their-jobs }} }} }}\n");
    let document = written(&keep("old_jobs"));
    assert_eq!(at(&document, "/resource/google_pubsub_topic/old_jobs/name"), "their-jobs");
    assert_eq!(
        at(&document, "/resource/google_pubsub_subscription/jobs_subscription/topic"),
        "${google_pubsub_topic.old_jobs.id}"
    );
    assert_eq!(ids(&terraform(&keep("\"a b\""))), ["target/logical-id"]);
    assert_eq!(ids(&terraform(&keep("jobs_dead-letter"))), ["target/logical-id-taken"]);
}

#[test]
fn natives_are_terraform() {
    let native = |body: &str| {
        format!("{HELLO}native: {{ gcp: {{ users: {body} }} }}\noutputs: {{ o: \"${{native.users.id}}\" }}\n")
    };
    let document = written(&native(
        "{ type: google_pubsub_topic, body: { name: !join [x-, !ref hello.name], labels: { a: \"$${1 + 1}\" } } }",
    ));
    let topic = at(&document, "/resource/google_pubsub_topic/users_native");
    assert_eq!(topic["name"], "x-demo-tf-hello");
    assert_eq!(at(&document, "/output/o/value"), "${google_pubsub_topic.users_native.id}");
    assert_eq!(ids(&terraform(&native("{ google_pubsub_topic: { name: x } }"))), ["gcp/native-shape"]);
}

#[test]
fn logs_stay_as_long_as_asked_for() {
    let document = written(
        "functions:\n  a: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, log-retention: 90 d }\n  b: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, log-retention: 90 d }\n",
    );
    assert_eq!(
        at(&document, "/resource/google_logging_project_bucket_config/app_logs-90_retention/retention_days"),
        90
    );
    let filter = at(&document, "/resource/google_logging_project_sink/a_sink/filter");
    assert_eq!(
        filter,
        "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"europe-west1\" AND resource.labels.service_name=\"demo-tf-a\""
    );
    let built =
        terraform("functions:\n  a: { handler: src/a.b, triggers: { schedule: rate(1 hour) }, log-retention: 7 d }\n");
    assert_eq!(ids(&built), ["target/rounded"]);
}

#[test]
fn two_targets_of_one_project_share_no_name() {
    let text = spec(WORKER).replace("  dm:", "  tg: { provider: gcp, region: europe-west1, project: acme }\n  dm:");
    let names = |target: &str| {
        let built = build(&InfrastructureManager, &model(&text, target), Settings::default());
        let document: Value = serde_json::from_str(&built.text).expect("JSON");
        let mut names = Vec::new();
        for (r#type, resources) in document["resource"].as_object().into_iter().flatten() {
            for resource in resources.as_object().into_iter().flat_map(|resources| resources.values()) {
                let keys = ["account_id", "role_id", "repository_id", "name"];
                let name = keys.iter().find_map(|key| resource.get(key).and_then(Value::as_str));
                names.extend(
                    name.filter(|_| !r#type.ends_with("_iam_member") && !r#type.ends_with("_object"))
                        .map(|name| format!("{type} {name}")),
                );
            }
        }
        names
    };
    let (first, second) = (names("tf"), names("tg"));
    assert!(first.len() > 8);
    assert!(first.iter().all(|name| !second.contains(name)), "{first:?} {second:?}");
}
