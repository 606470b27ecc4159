//! From a request to its artifact.

use std::collections::BTreeMap;

use portolan_diagnostics::{Checked, Diagnostic};

use crate::{Dependencies, Language, Request, SourceFile, archive, entry, handler, hash};

/// A function's package, ready to be written to `artifacts/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// `<function>-<sha256>.zip`.
    pub file_name: String,
    /// The content hash: over the sorted paths, modes and bytes, not over the zip.
    pub sha256: String,
    /// The zip.
    pub bytes: Vec<u8>,
}

/// Packs a function: the user's files, the entry of its platform, one zip named after its content.
#[must_use]
pub fn pack(request: &Request) -> Checked<Artifact> {
    pack_with(request, &Dependencies::default())
}

/// The same, with what was installed for it.
#[must_use]
pub fn pack_with(request: &Request, dependencies: &Dependencies) -> Checked<Artifact> {
    let mut diagnostics = Vec::new();
    let files = files(request, dependencies.are_bundled(), &mut diagnostics);
    let product = files.and_then(|files| zipped(request, &files, dependencies, &mut diagnostics));
    match product {
        Some(artifact) => Checked::new(artifact, diagnostics),
        None => Checked::stopped(diagnostics),
    }
}

/// All files of the package in the order of their paths, the generated ones in place.
fn files(
    request: &Request,
    is_bundled: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BTreeMap<String, SourceFile>> {
    let Some(language) = request.language() else {
        diagnostics.extend(without_entry(&request.function, &request.runtime));
        return None;
    };
    let found = handler::find(request, language, is_bundled).map_err(|missing| diagnostics.push(missing)).ok()?;
    diagnostics.extend(handler::missing_symbols(request, language, &found));
    let generated = entry::generate(request, language, &found).map_err(|broken| diagnostics.push(broken)).ok()?;
    diagnostics
        .extend(entry::taken(request, &generated).into_iter().map(|(path, needed)| taken(request, path, &needed)));
    let mut files: BTreeMap<String, SourceFile> =
        request.files.iter().cloned().chain(generated).map(|file| (file.path.clone(), file)).collect();
    // Whatever the disk said: not every system keeps this bit, and the same files give the same package.
    let run = found.handler.filter(|named| named.symbol.is_none()).and_then(|named| files.get_mut(&named.file.path));
    if let Some(file) = run {
        file.executable = true;
    }
    Some(files)
}

fn zipped(
    request: &Request,
    files: &BTreeMap<String, SourceFile>,
    dependencies: &Dependencies,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Artifact> {
    let sha256 = hash::hash(files.values(), dependencies.digest.as_deref());
    let beside = dependencies.beside(files);
    let zip = match dependencies.zip.is_empty() {
        true => archive::archive(beside.values()),
        false => archive::joined(&beside, &dependencies.zip),
    };
    let bytes = zip.map_err(|error| diagnostics.push(not_zipped(request, &error))).ok()?;
    let too_large = dependencies.too_large(request.platform, archive::unpacked(&bytes));
    diagnostics.extend(too_large.map(|wrong| handler::at_handler(request, wrong)));
    Some(Artifact { file_name: format!("{}-{sha256}.zip", request.function), sha256, bytes })
}

/// Why a function of a runtime cannot be packed, if it cannot. Nothing else of the function has to be known for that.
#[must_use]
pub fn without_entry(function: &str, runtime: &str) -> Option<Diagnostic> {
    let message = format!("`{function}` has the runtime `{runtime}`, for which no entry exists yet");
    let refused = || {
        Diagnostic::error("package/runtime", message)
            .help("packaged are `python3.*` and `nodejs*`")
            .help("an executable of any language is `runtime: custom` with `handler: ./PATH`")
    };
    Language::of(runtime).is_none().then(refused)
}

fn taken(request: &Request, path: &str, needed: &str) -> Diagnostic {
    let message = format!("`{path}` stands where the generated `{needed}` of `{}` has to be", request.function);
    handler::at_handler(request, Diagnostic::error("package/entry-taken", message)).help(format!("rename `{path}`"))
}

/// No path that was read from a disk is too long for a zip, and no file too large.
fn not_zipped(request: &Request, error: &zip::result::ZipError) -> Diagnostic {
    let message =
        format!("the files of `{}` do not fit into a zip ({error}): this is a bug in the compiler", request.function);
    Diagnostic::error("target/bug", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Deployment, Event, Handler, Payload, Platform, Trigger};

    fn request(platform: Platform, runtime: &str, files: &[(&str, &str)]) -> Request {
        Request {
            deployment: Deployment::default(),
            function: "tag".to_owned(),
            runtime: runtime.to_owned(),
            architecture: Architecture::X86,
            handler: Handler::parse("src/tag.handle"),
            application: None,
            payload: Payload::Neutral,
            files: files.iter().map(|(path, text)| SourceFile::plain(*path, text.as_bytes())).collect(),
            platform,
            triggers: Vec::new(),
            timeout_seconds: 3_725,
            place: None,
        }
    }

    const PYTHON: (&str, &str) = ("src/tag.py", "def handle(event, context): pass\n");
    const NODE: (&str, &str) = ("src/tag.js", "exports.handle = async () => {};\n");

    /// The ids and messages of everything that was said.
    fn said(request: &Request) -> Vec<String> {
        pack(request).diagnostics.iter().map(|one| format!("{}: {}", one.id, one.message)).collect()
    }

    fn file(request: &Request, path: &str) -> String {
        let files = files(request, false, &mut Vec::new()).unwrap();
        String::from_utf8(files[path].bytes.to_vec()).unwrap()
    }

    fn paths(request: &Request) -> Vec<String> {
        files(request, false, &mut Vec::new()).unwrap().into_keys().collect()
    }

    #[test]
    fn the_name_holds_the_hash_of_the_content() {
        let python = request(Platform::Aws, "python3.13", &[PYTHON]);
        let artifact = pack(&python).product.unwrap();
        assert_eq!(artifact.file_name, format!("tag-{}.zip", artifact.sha256));
        assert_eq!(pack(&python).product.unwrap(), artifact);
        let other = request(Platform::Aws, "python3.13", &[("src/tag.py", "def handle(event, context): ...\n")]);
        assert_ne!(pack(&other).product.unwrap().sha256, artifact.sha256);
        let elsewhere = request(Platform::Google, "python3.13", &[PYTHON]);
        assert_ne!(pack(&elsewhere).product.unwrap().sha256, artifact.sha256);
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        let one = request(Platform::Aws, "python3.13", &[PYTHON, ("a", "1"), ("z", "2")]);
        let other = request(Platform::Aws, "python3.13", &[("z", "2"), PYTHON, ("a", "1")]);
        assert_eq!(pack(&one).product, pack(&other).product);
    }

    #[test]
    fn every_cloud_gets_its_files() {
        let check = |platform, runtime, file, has: &[&str], lacks: &[&str]| {
            let paths = paths(&request(platform, runtime, &[file]));
            let holds = |path: &str| paths.iter().any(|known| known == path);
            assert!(has.iter().all(|path| holds(path)), "{platform:?} {runtime}: {paths:?} has not all of {has:?}");
            assert!(!lacks.iter().any(|path| holds(path)), "{platform:?} {runtime}: {paths:?} has one of {lacks:?}");
        };
        let python = ["portolan_entry.json", "portolan_runtime/__init__.py", "src/tag.py"];
        check(
            Platform::Aws,
            "python3.13",
            PYTHON,
            &python,
            &["host.json", "function_app.py", "portolan_runtime/gcp.py"],
        );
        check(
            Platform::Aws,
            "python3.13",
            PYTHON,
            &["portolan_entry.py", "portolan_runtime/aws.py"],
            &["package.json"],
        );
        check(
            Platform::Google,
            "python3.13",
            PYTHON,
            &["portolan_entry.py", "portolan_runtime/gcp.py"],
            &["host.json"],
        );
        check(Platform::Azure, "python3.13", PYTHON, &["function_app.py", "host.json"], &["portolan_entry.py"]);
        let node = ["portolan_entry.json", "portolan_entry.mjs", "portolan_runtime/settings.mjs", "src/tag.js"];
        check(Platform::Aws, "nodejs22", NODE, &node, &["package.json", "host.json", "portolan_runtime/azure.mjs"]);
        check(Platform::Google, "nodejs22", NODE, &node, &["host.json"]);
        check(Platform::Azure, "nodejs22", NODE, &["package.json", "host.json", "portolan_runtime/azure.mjs"], &[]);
    }

    #[test]
    fn the_settings_say_what_starts_the_function() {
        let mut queue = request(Platform::Google, "python3.13", &[PYTHON]);
        let event = Event::Queue { queue: "jobs".into(), variable: "JOBS_QUEUE".into(), batch: 10, fifo: false };
        queue.triggers = vec![Trigger { key: "jobs".into(), source: "demo-dev/jobs".into(), event }];
        let settings: serde_json::Value = serde_json::from_str(&file(&queue, "portolan_entry.json")).unwrap();
        let trigger = serde_json::json!({
            "key": "jobs", "source": "demo-dev/jobs", "trigger": "queue", "queue": "jobs", "variable": "JOBS_QUEUE",
            "batch": 10, "fifo": false,
        });
        assert_eq!(settings["triggers"], serde_json::json!([trigger]));
        assert_eq!(settings["handler"], serde_json::json!({ "file": "src/tag.py", "symbol": "handle" }));
        assert_eq!((settings["provider"].as_str(), settings["payload"].as_str()), (Some("gcp"), Some("neutral")));
    }

    #[test]
    fn an_app_needs_no_handler_and_its_file_is_found_too() {
        let mut app = request(Platform::Aws, "python3.13", &[("src/web.py", "app = make()\n")]);
        (app.handler, app.application) = (None, Handler::parse("src/web.app"));
        let settings: serde_json::Value = serde_json::from_str(&file(&app, "portolan_entry.json")).unwrap();
        let expected = serde_json::json!({ "file": "src/web.py", "symbol": "app", "kind": null });
        assert_eq!((&settings["handler"], &settings["application"]), (&serde_json::Value::Null, &expected));
        app.application = Handler::parse("src/site.app");
        assert!(said(&app)[0].starts_with("package/handler-missing"));
    }

    #[test]
    fn the_timeout_lies_in_the_package_on_azure() {
        let host = file(&request(Platform::Azure, "python3.13", &[PYTHON]), "host.json");
        assert!(host.contains(r#""functionTimeout": "01:02:05""#), "{host}");
    }

    #[test]
    fn a_users_package_json_keeps_all_but_main() {
        let user = ("package.json", r#"{"type": "module", "main": "x.js", "dependencies": {"b": "1", "a": "2"}}"#);
        let google = file(&request(Platform::Google, "nodejs22", &[NODE, user]), "package.json");
        let expected = r#"{"type":"module","main":"portolan_entry.mjs","dependencies":{"b":"1","a":"2"}}"#;
        assert_eq!(google.replace(['\n', ' '], ""), expected);
        assert_eq!(file(&request(Platform::Aws, "nodejs22", &[NODE, user]), "package.json"), user.1);
    }

    #[test]
    fn a_package_json_that_cannot_be_read_is_named() {
        let broken = request(Platform::Google, "nodejs22", &[NODE, ("package.json", "[]")]);
        assert!(said(&broken)[0].starts_with("package/package-json: `package.json` is no JSON object"));
        assert!(pack(&broken).product.is_none());
    }

    #[test]
    fn a_file_in_the_entrys_place_is_an_error_with_both_paths() {
        let taken = |platform, path| said(&request(platform, "python3.13", &[PYTHON, (path, "")]));
        for (path, needed) in [
            ("portolan_entry.py", "portolan_entry.py"),
            ("portolan_entry/__init__.py", "portolan_entry.py"),
            ("portolan_entry.js", "portolan_entry.py"),
            ("portolan_entry.json", "portolan_entry.json"),
            ("portolan_runtime.cpython-313-x86_64-linux-gnu.so", "portolan_runtime/__init__.py"),
        ] {
            let message = format!("`{path}` stands where the generated `{needed}` of `tag` has to be");
            assert_eq!(taken(Platform::Aws, path), [format!("package/entry-taken: {message}")]);
        }
        assert_eq!(taken(Platform::Azure, "host.json").len(), 1);
        for path in ["host.json", "src/portolan_entry.py", "portolan_entry_too.py", "package.json"] {
            assert_eq!(taken(Platform::Aws, path), [] as [&str; 0]);
        }
    }

    #[test]
    fn a_handler_without_a_file_says_what_was_looked_for() {
        let expected =
            |list| format!("package/handler-missing: the handler of `tag` has no file: none of its code is {list}");
        let python = request(Platform::Aws, "python3.13", &[("src/tga.py", "")]);
        assert_eq!(said(&python), [expected("`src/tag.py`")]);
        assert_eq!(pack(&python).diagnostics[0].help[0], "did you mean `src/tga.py`?");
        let node = request(Platform::Aws, "nodejs22", &[PYTHON]);
        assert_eq!(said(&node), [expected("`src/tag.mjs`, `src/tag.js`, `src/tag.cjs`")]);
    }

    #[test]
    fn a_dot_in_a_python_path_cannot_be_imported() {
        let mut dotted = request(Platform::Aws, "python3.13", &[("v1.2/tag.py", "")]);
        dotted.handler = Handler::parse("v1.2/tag.handle");
        assert_eq!(
            said(&dotted),
            ["package/handler-path: Python cannot import `v1.2/tag.py`: a dot in a path separates packages"]
        );
    }

    #[test]
    fn a_symbol_that_cannot_exist_is_a_warning() {
        let warned = |runtime, path, text| said(&request(Platform::Aws, runtime, &[(path, text)])).len();
        assert_eq!(warned("python3.13", "src/tag.py", "def handler(event, context): pass"), 1);
        assert_eq!(warned("python3.13", "src/tag.py", "from .other import *"), 0);
        assert_eq!(warned("nodejs22", "src/tag.mjs", "export const run = () => {};"), 1);
        assert_eq!(warned("nodejs22", "src/tag.js", "module.exports = require('./other');"), 0);
        let python = request(Platform::Aws, "python3.13", &[("src/tag.py", "def run(event, context): pass")]);
        assert!(pack(&python).product.is_some());
    }

    #[test]
    fn a_path_that_no_zip_can_hold_is_an_error() {
        let long = "x".repeat(70_000);
        let said = said(&request(Platform::Aws, "python3.13", &[PYTHON, (&long, "")]));
        assert!(said[0].starts_with("target/bug: the files of `tag` do not fit into a zip ("), "{said:?}");
    }

    #[test]
    fn an_executable_may_be_run_whatever_its_disk_said() {
        let mut shell = request(Platform::Google, "python3.13", &[("bin/tag.sh", "#!/bin/sh\n"), ("lib.sh", "")]);
        shell.handler = Some(Handler { file: "bin/tag.sh".to_owned(), symbol: None });
        let files = files(&shell, false, &mut Vec::new()).unwrap();
        assert_eq!((files["bin/tag.sh"].mode(), files["lib.sh"].mode()), (0o755, 0o644));
        let settings: serde_json::Value = serde_json::from_slice(&files["portolan_entry.json"].bytes).unwrap();
        assert_eq!(settings["handler"], serde_json::json!({ "file": "bin/tag.sh", "symbol": null }));
    }

    #[test]
    fn typescript_is_found_where_it_is_bundled() {
        let typed = request(Platform::Aws, "nodejs22", &[("src/tag.ts", "export const handle = async () => 1;\n")]);
        let files = files(&typed, true, &mut Vec::new()).unwrap();
        let settings: serde_json::Value = serde_json::from_slice(&files["portolan_entry.json"].bytes).unwrap();
        assert_eq!(settings["handler"], serde_json::json!({ "file": "src/tag.js", "symbol": "handle" }));
        let refused = pack(&typed).diagnostics;
        assert_eq!((refused.len(), refused[0].id), (1, "package/handler-missing"));
        assert!(refused[0].help[0].contains("`src/tag.ts` is compiled where it is bundled"), "{:?}", refused[0].help);
    }

    #[test]
    fn a_runtime_without_an_entry_is_refused() {
        let go = request(Platform::Aws, "go1.25", &[]);
        assert_eq!(said(&go), ["package/runtime: `tag` has the runtime `go1.25`, for which no entry exists yet"]);
    }
}
