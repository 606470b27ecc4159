//! What a plan is compared with: nothing, a revision, a template, a build, what is deployed; and what cannot be.

use super::app::App;
use serde_json::{Value, json};
use std::fs;

const SPEC: &str = "\
portolan: 1
app: shop
targets:
  aws: { provider: aws, region: eu-west-1, account: \"111122223333\" }
defaults: { runtime: python3.13 }
resources: { jobs: { kind: queue }, files: { kind: bucket } }
functions:
  work: { handler: src/work.handle, triggers: { queue: jobs }, uses: { files: read } }
";

fn plan(app: &App, arguments: &[&str]) -> Value {
    let text = app.told(&[&["plan", "--target", "aws", "--format", "json"], arguments].concat(), 0);
    serde_json::from_str(&text).expect("a plan is JSON")
}

fn actions(plan: &Value) -> Vec<String> {
    let changes = plan["deployments"][0]["changes"].as_array().expect("changes");
    let told = |change: &Value| {
        format!("{} {}", change["action"].as_str().unwrap_or(""), change["address"].as_str().unwrap_or(""))
    };
    changes.iter().map(told).collect()
}

#[test]
fn a_revision_is_compiled() {
    let app = App::new("base-git");
    app.write("portolan.yaml", SPEC);
    app.write(".gitignore", "build\n");
    app.commit();
    let same = plan(&app, &["--base", "git:HEAD"]);
    assert_eq!(actions(&same), Vec::<String>::new());
    assert_eq!(same["deployments"][0]["basis"]["kind"], "revision");
    app.write("portolan.yaml", &SPEC.replace("{ kind: queue }", "{ kind: queue, retention: 2 d }"));
    let changed = plan(&app, &["--base", "git:HEAD"]);
    assert_eq!(actions(&changed), ["update jobs.queue"]);
    let change = &changed["deployments"][0]["changes"][0];
    assert_eq!(change["place"], json!({ "file": "portolan.yaml", "line": 6 }));
    assert_eq!(change["cause"], "spec");
    app.write("src/work.py", "def handle(event, context):\n    return {\"status\": 201}\n");
    app.write("portolan.yaml", SPEC);
    let packed = plan(&app, &["--base", "git:HEAD"]);
    assert_eq!(actions(&packed), ["update work.function"]);
    assert_eq!(packed["deployments"][0]["changes"][0]["cause"], "artifact");
}

/// What was somebody else's and is made by the deployment now, under the name that it has, is taken in.
#[test]
fn what_was_external_is_imported() {
    let app = App::new("base-import");
    app.write("portolan.yaml", &SPEC.replace("{ kind: bucket }", "{ kind: bucket, external: shop-files }"));
    app.commit();
    let keep = "keep: { aws: { files.bucket: { id: FilesBucket, name: shop-files } } }\n";
    app.write("portolan.yaml", &(SPEC.to_owned() + keep));
    let plan = plan(&app, &["--base", "git:HEAD"]);
    assert!(actions(&plan).contains(&"import files.bucket".to_owned()), "{:?}", actions(&plan));
}

#[test]
fn a_template_is_read_whoever_wrote_it() {
    let app = App::new("base-template");
    app.write("portolan.yaml", SPEC);
    app.told(&["build", "--target", "aws"], 0);
    let ours = fs::read_to_string(app.0.join("build/aws/template.json")).expect("a template");
    let template: Value = serde_json::from_str(&ours).expect("JSON");
    let printed = json!({ "TemplateBody": template });
    app.write("build/printed.json", &printed.to_string());
    let same = plan(&app, &["--base", "build/printed.json"]);
    assert_eq!(actions(&same), Vec::<String>::new());
    assert_eq!(
        same["deployments"][0]["permissions"],
        json!({ "wider": [], "narrower": [] }),
        "they are read from it too"
    );

    let mut foreign = template.clone();
    foreign.as_object_mut().expect("a map").remove("Metadata");
    app.write("build/foreign.json", &foreign.to_string());
    let told = plan(&app, &["--base", "build/foreign.json"]);
    assert_eq!(told["deployments"][0]["basis"]["foreign"], true);
    let page = app.told(&["plan", "--target", "aws", "--base", "build/foreign.json"], 0);
    assert!(page.to_uppercase().contains("FOREIGN"), "{page}");

    // The same spec, lowered by another version.
    let mut older = template;
    older["Metadata"]["Portolan"]["LoweringVersion"] = json!(0);
    older["Resources"]["JobsQueue"]["Properties"]["DelaySeconds"] = json!(5);
    app.write("build/older.json", &older.to_string());
    let told = plan(&app, &["--base", "build/older.json"]);
    assert_eq!(told["deployments"][0]["changes"][0]["cause"], "compiler");
}

/// What goes is told with the line that it had, where the basis knows it: a build by its map, a revision by its spec.
#[test]
fn what_goes_has_the_line_that_it_had() {
    let app = App::new("base-places");
    app.write("portolan.yaml", SPEC);
    app.write(".gitignore", "build\n");
    app.commit();
    app.told(&["build", "--target", "aws"], 0);
    app.write(
        "portolan.yaml",
        &("# one line more\n".to_owned()
            + &SPEC
                .replace("jobs: { kind: queue }, ", "")
                .replace("triggers: { queue: jobs }", "triggers: { schedule: rate(1 hour) }")),
    );
    for (base, expected) in [
        ("build", json!({ "file": "portolan.yaml", "line": 6 })),
        ("git:HEAD", json!({ "file": "portolan.yaml", "line": 6 })),
        ("build/aws/template.json", Value::Null),
    ] {
        let plan = plan(&app, &["--base", base]);
        let changes = plan["deployments"][0]["changes"].as_array().expect("changes");
        let gone = changes.iter().find(|change| change["address"] == "jobs.queue").expect("it goes");
        assert_eq!((&gone["place"], &gone["place_before"]), (&Value::Null, &expected), "{base}");
    }
    fs::remove_file(app.0.join("build/aws/map.json")).expect("it goes away");
    let unmapped = plan(&app, &["--base", "build"]);
    assert!(actions(&unmapped).contains(&"delete jobs.queue".to_owned()));
}

#[test]
fn what_is_deployed_and_what_somebody_changed() {
    let app = App::new("base-observed");
    app.write("portolan.yaml", SPEC);
    app.told(&["build", "--target", "aws"], 0);
    let template: Value =
        serde_json::from_str(&fs::read_to_string(app.0.join("build/aws/template.json")).expect("a template"))
            .expect("JSON");
    let mut queue = template["Resources"]["JobsQueue"]["Properties"].clone();
    queue["MessageRetentionPeriod"] = json!(60);
    queue["QueueName"] = json!("assigned-by-aws");
    let observed = json!({
        "format": "portolan/observed", "version": "1.0", "stack": "shop-aws", "observed_at": "2026-11-29T12:00:00Z",
        "revision": "7", "templates": [template],
        "resources": { "JobsQueue": queue, "FilesBucket": null }
    });
    app.write("build/live.json", &observed.to_string());
    let told = plan(&app, &["--observed", "build/live.json"]);
    let deployment = &told["deployments"][0];
    assert_eq!(deployment["basis"]["kind"], "observed");
    assert_eq!(deployment["basis"]["revision"], "7");
    let drift = deployment["drift"].as_array().expect("drift");
    let addresses: Vec<&str> = drift.iter().filter_map(|one| one["address"].as_str()).collect();
    assert_eq!(addresses, ["files.bucket", "jobs.queue"]);
    assert_eq!(drift[0]["gone"], true);
    let paths: Vec<&str> =
        drift[1]["properties"].as_array().into_iter().flatten().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(paths, ["MessageRetentionPeriod"], "what the template does not set is the service's own");
    // What does not exist yet.
    let nothing = json!({
        "format": "portolan/observed", "version": "1.0", "stack": "shop-aws", "observed_at": "2026-11-29T12:00:00Z"
    });
    app.write("build/nothing.json", &nothing.to_string());
    let told = plan(&app, &["--observed", "build/nothing.json"]);
    assert!(actions(&told).iter().all(|action| action.starts_with("create ")));
}

/// What cannot be compared is said, and there is no plan.
#[test]
fn what_is_no_basis_is_refused() {
    let app = App::new("base-wrong");
    app.write("portolan.yaml", SPEC);
    app.write("build/empty.json", "{}");
    app.write("build/not.json", "not json");
    app.write("build/wrong.yaml", "Resources:\n  Queue:\n    Type: !Reff AWS::SQS::Queue\n");
    app.write("build/broken.json", "{\n  \"Resources\": {\n");
    app.write(
        "build/other.json",
        "{\"format\": \"portolan/observed\", \"version\": \"1.0\", \"stack\": \"other\", \"observed_at\": \"\"}",
    );
    app.write(
        "build/newer.json",
        "{\"format\": \"portolan/observed\", \"version\": \"2.0\", \"stack\": \"shop-aws\", \"observed_at\": \"\"}",
    );
    for (arguments, expected) in [
        (["--base", "build/empty.json"], "cli/no-comparison"),
        (["--base", "build/not.json"], "cli/no-comparison"),
        (["--base", "build/wrong.yaml"], "it is no template of aws: line 3: `!Reff` is no function of CloudFormation"),
        (["--base", "build/broken.json"], "it is no template of aws: EOF while parsing an object at line 3"),
        (["--base", "git:no-such-revision"], "cli/no-comparison"),
        (["--base", "nowhere"], "cli/no-comparison"),
        (["--observed", "build/other.json"], "cli/no-observation"),
        (["--observed", "build/newer.json"], "cli/no-observation"),
        (["--observed", "build/empty.json"], "cli/no-observation"),
        (["--observed", "nowhere.json"], "cli/unreadable"),
    ] {
        let output = app.run(&[&["plan", "--target", "aws", "--out", "build/plan.json"], &arguments[..]].concat());
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {talk}");
        assert!(talk.contains(expected) && talk.contains("there is no plan"), "{arguments:?}: {talk}");
        assert!(!app.0.join("build/plan.json").exists());
    }
}

/// A saved plan that was edited, cut or is from elsewhere is no plan.
#[test]
fn a_saved_plan_is_whole_or_none() {
    let app = App::new("saved");
    app.write("portolan.yaml", SPEC);
    fs::create_dir_all(app.0.join("build")).expect("a folder");
    app.told(&["plan", "--target", "aws", "--out", "build/plan.json"], 0);
    app.told(&["show", "build/plan.json"], 0);
    let plan = app.read("build/plan.json");
    for (name, text) in [
        ("edited", plan.replace("\"create\": 1", "\"create\": 2")),
        ("moved", plan.replace("jobs.queue", "jobs.other")),
        ("cut", plan[..plan.len() / 2].to_owned()),
        ("newer", plan.replace("\"version\": \"1.0\"", "\"version\": \"2.0\"")),
        ("other", "{}".to_owned()),
    ] {
        assert_ne!(text, plan, "{name}");
        app.write("build/other.json", &text);
        let output = app.run(&["show", "build/other.json"]);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {talk}");
        assert!(talk.contains("cli/no-plan"), "{name}: {talk}");
    }
}
