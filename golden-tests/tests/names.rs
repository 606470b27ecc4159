//! Names: distinct, within their limits, and readable back, whatever an app is called.

use portolan_catalog::standard;
use portolan_cli::pipeline::Compiled;
use portolan_golden_tests::{check, diagnostics};
use portolan_value::{Address, Resource, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The properties that hold a physical name.
const NAMES: [&str; 14] = [
    "BucketName",
    "BucketNamePrefix",
    "FunctionName",
    "LogGroupName",
    "Name",
    "QueueName",
    "RoleName",
    "TableName",
    "TopicName",
    "account_id",
    "name",
    "role_id",
    "secret_id",
    "accountId",
];

/// The physical names of a deployment: type, scope and name.
fn physical(compiled: &Compiled) -> Vec<(String, String, Address)> {
    let resources: Vec<&Resource> = compiled.settled.stacks.iter().flat_map(|stack| &stack.resources).collect();
    let named = resources.iter().filter(|resource| is_named(resource));
    named
        .flat_map(|resource| {
            let named = |key: &&str| resource.body.get(key).filter(|value| !matches!(value, Value::Ref(_)));
            let names = NAMES.iter().filter_map(named).map(|value| spelled(value, &resources));
            names.map(|name| (key(resource), name, resource.address.clone())).collect::<Vec<_>>()
        })
        .collect()
}

/// A name with the names of the resources it lies in.
fn spelled(value: &Value, resources: &[&Resource]) -> String {
    match value {
        Value::Join(parts) => parts.iter().map(|part| spelled(part, resources)).collect(),
        Value::Ref(reference) => {
            let resource = resources.iter().find(|resource| resource.address == reference.address);
            // An id ends in the name.
            let attribute = if reference.attribute == "id" { "name" } else { reference.attribute.as_ref() };
            let name = resource.and_then(|resource| resource.body.get(attribute));
            name.map_or_else(|| format!("{value:?}"), |name| spelled(name, resources))
        }
        Value::Unique(unique) => unique.parts.iter().map(|part| spelled(part, resources)).collect(),
        value => format!("{value:?}"),
    }
}

/// Bindings name what they are on, and an object lies in a bucket of the deployment's own.
fn is_named(resource: &Resource) -> bool {
    !resource.r#type.ends_with("_iam_member") && resource.r#type != "google_storage_bucket_object"
}

fn key(resource: &Resource) -> String {
    let parent =
        ["parent", "database", "bucket", "topic", "project", "instance", "service"].map(|key| resource.body.get(key));
    format!("{} {:?} {parent:?}", resource.r#type, resource.scope)
}

fn distinct<T: Ord + Clone + std::fmt::Debug>(names: &[(T, Address)]) -> Result<(), TestCaseError> {
    let mut seen: BTreeMap<&T, &Address> = BTreeMap::new();
    for (name, address) in names {
        if let Some(other) = seen.insert(name, address) {
            prop_assert_eq!(other, address, "both are called {:?}", name);
        }
    }
    Ok(())
}

fn name(limit: usize) -> impl Strategy<Value = String> {
    let word = "[a-z0-9]{1,9}";
    let whole = ("[a-z][a-z0-9]{0,8}", proptest::collection::vec(word, 0..6));
    let joined = whole.prop_map(move |(first, rest)| {
        let name = rest.into_iter().fold(first, |name, word| format!("{name}-{word}"));
        name.chars().take(limit).collect::<String>().trim_end_matches('-').to_owned()
    });
    let longest = "[a-z]{40}".prop_map(move |name| name[..limit].to_owned());
    prop_oneof![joined, longest].prop_filter("the app's own", |name| name != "app")
}

fn spec(app: &str, target: &str, names: &[String; 6]) -> String {
    let [bucket, queue, topic, table, reader, worker] = names;
    format!(
        "portolan: 1
app: {app}
targets:
  {target}: {{ provider: aws, region: ap-southeast-1 }}
  g{target}: {{ provider: gcp, region: europe-west1, project: some-project }}
  z{target}: {{ provider: azure, region: westeurope, resource-group: some }}
resources:
  {bucket}: {{ kind: bucket }}
  {queue}: {{ kind: queue }}
  {topic}: {{ kind: topic }}
  {table}: {{ kind: table, key: {{ id: string }} }}
defaults: {{ runtime: python3.13 }}
functions:
  {reader}:
    handler: src/a.handle
    triggers: [{{ schedule: rate(1 hour) }}, {{ topic: {topic} }}]
    uses: {{ {bucket}: read, {table}: [read, write], {queue}: send }}
  {worker}:
    handler: src/b.handle
    triggers: [{{ queue: {queue} }}, {{ bucket: {bucket}, events: [created] }}, {{ http: GET /, auth: public }}]
    uses: {{ {table}: query, {topic}: publish, {reader}: invoke }}
"
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn names_are_distinct_and_read_back(app in name(40), target in name(31), names in proptest::array::uniform6(name(32))) {
        let mut sorted = names.to_vec();
        sorted.sort();
        sorted.dedup();
        prop_assume!(sorted.len() == 6);
        let checked = check(spec(&app, &target, &names).as_bytes(), &[]);
        prop_assert!(!checked.found.iter().any(portolan_diagnostics::Diagnostic::is_error), "{}", diagnostics(&checked));
        prop_assert_eq!(checked.compiled.len(), 3);
        for compiled in &checked.compiled {
            let resources: Vec<&Resource> = compiled.settled.stacks.iter().flat_map(|stack| &stack.resources).collect();
            let ids: Vec<(String, Address)> = resources.iter().map(|resource| (resource.address.logical_id(), resource.address.clone())).collect();
            distinct(&ids)?;
            for (id, address) in &ids {
                let read = Address::from_logical_id(id, standard().parts());
                prop_assert_eq!(read.as_ref(), Some(address), "{}", id);
            }
            let physical: Vec<((String, String), Address)> = physical(compiled).into_iter().map(|(of, name, address)| ((of, name), address)).collect();
            distinct(&physical)?;
        }
    }
}

/// Physical names of two specs compiled for the same place.
fn shared(left: &str, right: &str) -> Vec<String> {
    let names = |text: &str| -> Vec<(String, String)> {
        let checked = check(text.as_bytes(), &[]);
        assert!(!checked.found.iter().any(portolan_diagnostics::Diagnostic::is_error), "{}", diagnostics(&checked));
        let all = checked.compiled.iter().flat_map(physical);
        // What a name is inside of belongs to the name only where it is ours alone.
        all.map(|(of, name, _)| (of, name)).collect()
    };
    let right = names(right);
    names(left).into_iter().filter(|name| right.contains(name)).map(|(of, name)| format!("{of}: {name}")).collect()
}

fn demo(app: &str, targets: &str) -> String {
    format!(
        "portolan: 1
app: {app}
targets: {{ {targets} }}
resources:
  uploads: {{ kind: bucket }}
  jobs: {{ kind: queue }}
  news: {{ kind: topic }}
  items: {{ kind: table, key: {{ id: string }} }}
  key: {{ kind: secret }}
functions:
  work:
    runtime: python3.13
    handler: src/a.handle
    triggers: [{{ queue: jobs }}, {{ bucket: uploads, events: [created] }}, {{ topic: news }}, {{ schedule: rate(1 hour) }}]
    uses: {{ uploads: read, items: read, key: read }}
"
    )
}

const GOOGLE: &str = "{ provider: gcp, region: europe-west1, project: one }";

#[test]
fn two_targets_in_one_project_share_no_name() {
    let left = demo("demo", &format!("dev: {GOOGLE}"));
    let right = demo("demo", &format!("prod: {GOOGLE}"));
    assert_eq!(shared(&left, &right), Vec::<String>::new());
    assert!(!shared(&left, &left).is_empty(), "the comparison sees names at all");
}

#[test]
fn two_apps_in_one_account_share_no_name() {
    let places = [
        GOOGLE,
        "{ provider: aws, region: eu-west-1 }",
        "{ provider: azure, region: westeurope, resource-group: one }",
    ];
    for place in places {
        let target = format!("dev: {place}");
        assert_eq!(shared(&demo("demo", &target), &demo("other", &target)), Vec::<String>::new(), "{place}");
    }
}
