//! The zipped entries, unpacked and really run: what they refuse, what they drop, what they pass on.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use portolan_package::{BucketFilter, Change, Guards, Handler, Language, Payload, Platform, Request, SourceFile, pack};

const PLATFORMS: [(Platform, &str); 3] =
    [(Platform::Aws, "aws"), (Platform::Google, "gcp"), (Platform::Azure, "azure")];

const PYTHON: (&str, &str) = (
    "src/in.py",
    "def handle(event, context):\n\
     \x20   records = event.get('Records', []) if isinstance(event, dict) else []\n\
     \x20   return ' '.join(record['s3']['object']['key'] for record in records) or 'passed'\n",
);
const MODULE: (&str, &str) = (
    "src/in.mjs",
    "export const handle = async (event) =>\n\
     \x20 (event.Records ?? []).map((record) => record.s3.object.key).join(' ') || 'passed';\n",
);
const COMMON_JS: (&str, &str) = (
    "src/in.js",
    "exports['han' + 'dle'] = async (event) =>\n\
     \x20 (event.Records ?? []).map((record) => record.s3.object.key).join(' ') || 'passed';\n",
);

/// An unpacked artifact and what runs it.
struct Unpacked {
    folder: PathBuf,
    language: Language,
    platform: &'static str,
}

impl Unpacked {
    /// Packs, unpacks into a folder of its own, and adds the driver.
    fn new(platform: (Platform, &'static str), (path, text): (&str, &str), guards: Guards) -> Self {
        let runtime = if path.ends_with(".py") { "python3.13" } else { "nodejs22" };
        let request = Request {
            function: "in".to_owned(),
            runtime: runtime.to_owned(),
            handler: Handler::parse("src/in.handle").unwrap(),
            payload: Payload::Native,
            files: vec![SourceFile::plain(path, text.as_bytes())],
            platform: platform.0,
            guards,
            timeout_seconds: 30,
            place: None,
        };
        let artifact = pack(&request).product.unwrap();
        let folder = folder();
        zip::ZipArchive::new(Cursor::new(artifact.bytes)).unwrap().extract(&folder).unwrap();
        Self { folder, language: Language::of(runtime).unwrap(), platform: platform.1 }
    }

    /// What comes of each event; nothing where the machine has no Node.
    fn call(&self, events: &[&str]) -> Option<Vec<String>> {
        let mut command = Command::new(self.interpreter()?);
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drivers").join(self.driver());
        command.arg(driver).arg(self.platform).current_dir(&self.folder);
        command.env_clear().env("UPLOADS_BUCKET", "acme-uploads").env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("[{}]", events.join(", ")).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
    }

    fn driver(&self) -> &'static str {
        match self.language {
            Language::Python => "drive.py",
            Language::Node => "drive.mjs",
        }
    }

    /// Found here, since the child gets no `PATH`.
    fn interpreter(&self) -> Option<PathBuf> {
        let name = match self.language {
            Language::Python => "python3",
            Language::Node => "node",
        };
        let found =
            std::env::split_paths(&std::env::var_os("PATH")?).map(|path| path.join(name)).find(|path| path.is_file());
        if found.is_none() {
            eprintln!("skipped: no `{name}` on this machine");
            assert_eq!(self.language, Language::Node, "the tests need Python");
        }
        found
    }
}

fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("entries/{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs events on a cloud in all languages and compares what comes of each.
fn check(platform: (Platform, &'static str), guards: &Guards, cases: &[(&str, &str)]) {
    let (events, expected): (Vec<&str>, Vec<&str>) = cases.iter().copied().unzip();
    for source in [PYTHON, MODULE, COMMON_JS] {
        if let Some(outcomes) = Unpacked::new(platform, source, guards.clone()).call(&events) {
            assert_eq!(outcomes, expected, "{} {}: {events:#?}", platform.1, source.0);
        }
    }
}

fn jwt() -> Guards {
    Guards { jwt: true, buckets: Vec::new() }
}

fn suffixes() -> Guards {
    let filter = |prefix: &str, suffixes: &[&str], events| BucketFilter {
        variable: "UPLOADS_BUCKET".to_owned(),
        events,
        prefix: prefix.to_owned(),
        suffixes: suffixes.iter().map(|suffix| (*suffix).to_owned()).collect(),
    };
    let sounds = filter("", &[".mp3", ".é"], vec![Change::Created]);
    Guards { jwt: false, buckets: vec![sounds, filter("bin/", &[], vec![Change::Deleted])] }
}

/// An http event with a token that nobody signed.
fn http(platform: &str) -> &'static str {
    match platform {
        "aws" => {
            r#"{"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": "GET"}},
                "headers": {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ."}}"#
        }
        "gcp" => "{}",
        _ => r#""http""#,
    }
}

/// The event of one object on a cloud; names are `created` or `deleted`.
fn object(platform: &str, bucket: &str, change: &str, key: &str) -> String {
    match platform {
        "aws" => format!(r#"{{"Records": [{}]}}"#, s3_record(bucket, change, key)),
        "gcp" => {
            let kind = if change == "created" { "OBJECT_FINALIZE" } else { "OBJECT_DELETE" };
            format!(
                r#"{{"subscription": "projects/p/subscriptions/s", "message": {{"messageId": "1", "data": "e30=",
                     "attributes": {{"bucketId": "{bucket}", "objectId": "{key}", "eventType": "{kind}"}}}}}}"#
            )
        }
        _ => {
            let kind = if change == "created" { "BlobCreated" } else { "BlobDeleted" };
            format!(
                r#"{{"id": "1", "eventType": "Microsoft.Storage.{kind}",
                     "subject": "/blobServices/default/containers/{bucket}/blobs/{key}"}}"#
            )
        }
    }
}

fn s3_record(bucket: &str, change: &str, key: &str) -> String {
    let name = if change == "created" { "ObjectCreated:Put" } else { "ObjectRemoved:Delete" };
    let key = key.replace(' ', "+").replace('é', "%C3%A9");
    format!(
        r#"{{"eventSource": "aws:s3", "eventName": "{name}",
             "s3": {{"bucket": {{"name": "{bucket}"}}, "object": {{"key": "{key}"}}}}}}"#
    )
}

#[test]
fn a_token_that_nobody_verified_gets_401() {
    for platform in PLATFORMS {
        check(platform, &jwt(), &[(http(platform.1), "401")]);
    }
}

#[test]
fn without_a_guard_requests_pass() {
    for platform in PLATFORMS {
        check(platform, &Guards::default(), &[(http(platform.1), "passed")]);
    }
}

#[test]
fn a_push_is_refused_too_where_anybody_can_send_one() {
    for (platform, expected) in PLATFORMS.into_iter().zip(["a.mp3", "401", "passed"]) {
        check(platform, &jwt(), &[(&object(platform.1, "acme-uploads", "created", "a.mp3"), expected)]);
    }
}

#[test]
fn objects_outside_the_filters_are_dropped() {
    let cases = [
        ("acme-uploads", "created", "a b/c.mp3", true),
        ("acme-uploads", "created", "cafe.é", true),
        ("acme-uploads", "created", "a.mp3.txt", false),
        ("acme-uploads", "deleted", "a.mp3", false),
        ("acme-uploads", "deleted", "bin/a.txt", true),
        ("acme-uploads", "created", "bin/a.txt", false),
        ("another", "created", "a.txt", true),
    ];
    for platform in PLATFORMS {
        let events = cases.map(|(bucket, change, key, _)| object(platform.1, bucket, change, key));
        let outcomes =
            cases.map(|(_, _, key, passes)| if passes { seen(platform.1, key) } else { "dropped".to_owned() });
        let pairs: Vec<(&str, &str)> =
            events.iter().map(String::as_str).zip(outcomes.iter().map(String::as_str)).collect();
        check(platform, &suffixes(), &pairs);
    }
}

/// What the handler returns for an object: on AWS its key as S3 writes it.
fn seen(platform: &str, key: &str) -> String {
    if platform == "aws" { key.replace(' ', "+").replace('é', "%C3%A9") } else { "passed".to_owned() }
}

#[test]
fn only_the_wanted_of_several_records_pass() {
    let records: Vec<String> = ["a.mp3", "b.txt", "c.mp3"].map(|key| s3_record("acme-uploads", "created", key)).into();
    check(PLATFORMS[0], &suffixes(), &[(&format!(r#"{{"Records": [{}]}}"#, records.join(", ")), "a.mp3 c.mp3")]);
}

#[test]
fn filters_leave_other_events_alone() {
    let queue = r#"{"Records": [{"eventSource": "aws:sqs", "s3": {"object": {"key": "m"}}}]}"#;
    check(PLATFORMS[0], &suffixes(), &[(queue, "m"), (r#"{"Records": []}"#, "passed")]);
    let incomplete = r#"{"message": {"data": "e30=", "attributes": {"bucketId": "acme-uploads"}}}"#;
    check(PLATFORMS[1], &suffixes(), &[(incomplete, "passed"), (r#"{"message": "text"}"#, "passed")]);
    let order = r#"{"eventType": "order.paid", "subject": "/blobServices/default/containers/acme-uploads/blobs/x"}"#;
    check(PLATFORMS[2], &suffixes(), &[(order, "passed"), (r#""not json""#, "passed")]);
}

#[test]
fn a_text_that_holds_an_object_event_is_filtered_too() {
    let notice = object("azure", "acme-uploads", "created", "a.txt").replace('\n', "").replace('"', "\\\"");
    check(PLATFORMS[2], &suffixes(), &[(&format!("\"{notice}\""), "dropped")]);
}

#[test]
fn a_symbol_that_the_file_lacks_stops_the_start() {
    let unpacked = Unpacked::new(PLATFORMS[0], ("src/in.mjs", "export const handle = 1;\n"), Guards::default());
    if unpacked.interpreter().is_some() {
        assert!(std::panic::catch_unwind(|| unpacked.call(&["{}"])).is_err());
    }
}
