//! Dependencies: every finding about them, shown by a case under `golden-tests/errors/`, and what real tools make of a
//! small index in a folder.
//!
//! A case is a folder `dependencies-*` with `code/`, a `request.json`, and the tools that there are in `tools/`: scripts that
//! answer as the real ones were seen to, so that no case needs a network. `GOLDEN=update` rewrites `diagnostics.txt`.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use portolan_diagnostics::{Checked, Diagnostic, Sources, Style, render};
use portolan_package::{
    Architecture, Artifact, Asked, Bundler, Bundling, Cache, Code, Dependencies, Deployment, Handler, Machine, Payload,
    Platform, Progress, Request, SourceFile, Tools, collect, expected, install, pack_with,
};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

struct Silent;

impl Progress for Silent {
    fn at(&self, _: usize, _: usize, _: &str) {}
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dependencies").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).into_iter().flatten().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => fs::copy(entry.path(), target).map(drop).unwrap(),
        }
    }
}

fn platform(word: &str) -> Platform {
    match word {
        "gcp" => Platform::Google,
        "azure" => Platform::Azure,
        _ => Platform::Aws,
    }
}

fn read(folder: &Path, cloud: &str, runtime: &str, sources: &mut Sources) -> Result<Asked, Vec<Diagnostic>> {
    read_for(folder, cloud, runtime, false, sources)
}

fn read_for(
    folder: &Path,
    cloud: &str,
    runtime: &str,
    has_application: bool,
    sources: &mut Sources,
) -> Result<Asked, Vec<Diagnostic>> {
    read_with(folder, cloud, runtime, has_application, None, sources)
}

fn read_with(
    folder: &Path,
    cloud: &str,
    runtime: &str,
    has_application: bool,
    bundling: Option<&Bundling>,
    sources: &mut Sources,
) -> Result<Asked, Vec<Diagnostic>> {
    let architecture = if cloud == "aws" { Architecture::Arm64 } else { Architecture::X86 };
    let machine =
        Machine { platform: platform(cloud), runtime, architecture, is_here: false, has_application, bundling };
    Asked::read(machine, &Code::of(folder, &[]), folder, sources).map(Option::unwrap)
}

mod findings {
    use super::*;

    fn found(case: &Path, sources: &mut Sources) -> (Vec<Diagnostic>, PathBuf) {
        let folder = fresh(name(case));
        copy(&case.join("code"), &folder);
        let asked: Value = serde_json::from_str(&fs::read_to_string(case.join("request.json")).unwrap()).unwrap();
        let cache = Cache::new(match asked["cache"].as_str() {
            Some(path) => folder.join(path),
            None => fresh(&format!("{}-cache", name(case))),
        });
        let cloud = asked["platform"].as_str().unwrap_or("aws");
        let runtime = asked["runtime"].as_str().unwrap_or("python3.13");
        let is_app = asked["app"] == true;
        let bundling = (asked["do"] == "bundle").then(Bundling::default);
        let read = match read_with(&folder, cloud, runtime, is_app, bundling.as_ref(), sources) {
            Ok(read) => read,
            Err(wrong) => return (wrong, folder),
        };
        let found = match asked["do"].as_str() {
            Some("expect") => expected("tag", &read, Some(&cache)).1.into_iter().collect(),
            Some("skip") => Dependencies::skipped("tag", &read).1,
            Some("bundle") => {
                let tools = Tools::new(case.canonicalize().unwrap().join("tools"));
                let done = install(&[("tag", &read)], &tools, &cache, &Silent).remove(0);
                let dependencies = done.product.unwrap_or_else(|| panic!("{:?}", done.diagnostics));
                let request = request(&folder, cloud, runtime, &dependencies);
                Bundler { tools: &tools, cache: &cache }.bundle(&request, &dependencies, &folder, sources).diagnostics
            }
            _ => {
                let tools = Tools::new(case.canonicalize().unwrap().join("tools"));
                let done = install(&[("tag", &read), ("list", &read)], &tools, &cache, &Silent);
                done.into_iter().flat_map(|one| one.diagnostics).collect()
            }
        };
        (found, folder)
    }

    #[test]
    fn every_case_shows_what_it_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-tests/errors");
        let all = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        let mut cases: Vec<PathBuf> = all.filter(|path| name(path).starts_with("dependencies-")).collect();
        cases.sort();
        assert!(cases.len() >= 10, "the cases are gone");
        for case in cases {
            let mut sources = Sources::default();
            let (found, folder) = found(&case, &mut sources);
            let marked = fs::read_to_string(case.join("shows")).unwrap();
            let shown: String = found.iter().map(|one| render(one, &sources, Style::Plain)).collect();
            let shown = shown.replace(&format!("{}/", folder.display()), "");
            for one in &found {
                assert_eq!(
                    marked.trim(),
                    format!("# whole {}: {}", one.severity.word(), one.id),
                    "{}: {shown}",
                    name(&case)
                );
            }
            let file = case.join("diagnostics.txt");
            if env::var("GOLDEN").is_ok_and(|mode| mode == "update") {
                fs::write(&file, &shown).unwrap();
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            assert!(!shown.is_empty() && shown == expected, "{}: expected\n{expected}\nfound\n{shown}", name(&case));
        }
    }
}

/// The tools of this machine: Python with pip is what contributors have, uv what they may have.
fn tools() -> &'static Tools {
    static TOOLS: LazyLock<Tools> = LazyLock::new(|| Tools::new(env::var_os("PATH").unwrap_or_default()));
    &TOOLS
}

/// A wheel: a zip with a distribution's metadata.
fn wheel(folder: &Path, file: &str, files: &[(&str, &[u8])]) {
    let mut words = file.trim_end_matches(".whl").split('-');
    let (package, version) = (words.next().unwrap(), words.next().unwrap());
    let tags: Vec<&str> = words.collect();
    let info = format!("{package}-{version}.dist-info");
    let mut all: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    all.push((
        format!("{info}/METADATA"),
        format!("Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n").into(),
    ));
    all.push((
        format!("{info}/WHEEL"),
        format!("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {}\n", tags.join("-")).into(),
    ));
    let record: String = all.iter().map(|(path, _)| format!("{path},,\n")).collect();
    all.push((format!("{info}/RECORD"), format!("{record}{info}/RECORD,,\n").into()));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in all {
        writer.start_file(path, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(file), writer.finish().unwrap().into_inner()).unwrap();
}

fn elf(machine: u8) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0".to_vec();
    bytes.extend([machine, 0]);
    bytes
}

const ARM: u8 = 183;
const X86: u8 = 62;

/// An app whose packages lie in a folder beside it.
fn app(name: &str) -> PathBuf {
    let folder = fresh(name);
    let wheels = folder.join("wheels");
    for (tag, machine) in [("aarch64", ARM), ("x86_64", X86)] {
        let module = format!("quick/_core.cpython-313-{tag}-linux-gnu.so");
        wheel(
            &wheels,
            &format!("quick-1.0-cp313-cp313-manylinux_2_28_{tag}.whl"),
            &[
                ("quick/__init__.py", b"from . import _core\n"),
                ("quick/__init__.pyi", b""),
                ("quick/tests/test_core.py", b""),
                (&module, &elf(machine)),
            ],
        );
    }
    // The newest is for a newer C library than any runtime has.
    wheel(&wheels, "quick-2.0-cp313-cp313-manylinux_2_40_aarch64.whl", &[("quick/__init__.py", b"")]);
    wheel(&wheels, "plain-1.1-py3-none-any.whl", &[("plain.py", b"VALUE = 1\n")]);
    wheel(&wheels, "broken-1.0-py3-none-any.whl", &[("broken/lib.so", &elf(21))]);
    fs::write(folder.join("requirements.txt"), "--no-index\n--find-links wheels\nquick\nplain==1.1\n").unwrap();
    fs::write(folder.join("portolan.yaml"), "").unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/tag.py"), "def handle(event, context): return 1\n").unwrap();
    fs::write(folder.join(".portolanignore"), "wheels\n").unwrap();
    folder
}

fn installed(folder: &Path, cloud: &str, runtime: &str, cache: &Cache) -> Checked<Dependencies> {
    let asked = read(folder, cloud, runtime, &mut Sources::default()).unwrap();
    install(&[("tag", &asked)], tools(), cache, &Silent).remove(0)
}

fn request(folder: &Path, cloud: &str, runtime: &str, dependencies: &Dependencies) -> Request {
    let files = collect(&Code::of(folder, &[]), &[folder.join("portolan.yaml")]).product.unwrap();
    Request {
        function: "tag".to_owned(),
        runtime: runtime.to_owned(),
        architecture: Architecture::X86,
        handler: Handler::parse("src/tag.handle"),
        application: None,
        payload: Payload::Native,
        files: dependencies.files(files),
        platform: platform(cloud),
        triggers: Vec::new(),
        deployment: Deployment::default(),
        timeout_seconds: 30,
        place: None,
    }
}

fn packed(folder: &Path, cloud: &str, runtime: &str, dependencies: &Dependencies) -> Artifact {
    let request = request(folder, cloud, runtime, dependencies);
    let checked = pack_with(&request, dependencies);
    checked.product.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn contents(artifact: &Artifact) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(artifact.bytes.as_slice())).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn built(folder: &Path, cloud: &str, runtime: &str, cache: &Cache) -> (Artifact, Dependencies) {
    let checked = installed(folder, cloud, runtime, cache);
    let dependencies = checked.product.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    (packed(folder, cloud, runtime, &dependencies), dependencies)
}

#[test]
fn each_cloud_gets_the_files_of_its_machine() {
    let folder = app("clouds");
    let cache = Cache::new(fresh("clouds-cache"));
    let aws = contents(&built(&folder, "aws", "python3.13", &cache).0);
    assert_eq!(aws["quick/_core.cpython-313-aarch64-linux-gnu.so"], elf(ARM));
    assert_eq!(aws["plain.py"], b"VALUE = 1\n");
    assert!(aws.contains_key("quick-1.0.dist-info/METADATA"), "2.0 does not run there: {:?}", aws.keys());
    for stripped in ["quick-1.0.dist-info/RECORD", "quick/__init__.pyi", "quick/tests/test_core.py"] {
        assert!(!aws.contains_key(stripped), "{stripped}");
    }
    let azure = contents(&built(&folder, "azure", "python3.13", &cache).0);
    assert_eq!(azure[".python_packages/lib/site-packages/quick/_core.cpython-313-x86_64-linux-gnu.so"], elf(X86));
    let google = contents(&built(&folder, "gcp", "python3.13", &cache).0);
    let lock = String::from_utf8(google["requirements.txt"].clone()).unwrap();
    assert!(lock.contains("quick==1.0") && lock.contains("plain==1.1") && lock.contains("--hash=sha256:"), "{lock}");
    assert!(!google.keys().any(|path| path.starts_with("quick/")));
}

#[test]
fn two_folders_give_the_same_bytes_and_a_plan_the_same_name() {
    let (one, other) = (app("one"), app("other"));
    let (cache, elsewhere) = (Cache::new(fresh("one-cache")), Cache::new(fresh("other-cache")));
    let (first, dependencies) = built(&one, "aws", "python3.13", &cache);
    let (second, _) = built(&other, "aws", "python3.13", &elsewhere);
    assert_eq!((&first.file_name, first.bytes == second.bytes), (&second.file_name, true));
    assert_eq!(dependencies.lists("tag", &first), dependencies.lists("tag", &second));
    let asked = read(&one, "aws", "python3.13", &mut Sources::default()).unwrap();
    let (known, note) = expected("tag", &asked, Some(&cache));
    assert_eq!((packed(&one, "aws", "python3.13", &known).file_name, note), (first.file_name.clone(), None));
    let (unknown, note) = expected("tag", &asked, None);
    assert_ne!(packed(&one, "aws", "python3.13", &unknown).file_name, first.file_name);
    assert_eq!(note.unwrap().id, "package/unresolved");
    let bare = Dependencies::skipped("tag", &asked).0;
    assert_ne!(packed(&one, "aws", "python3.13", &bare).file_name, first.file_name);
}

#[test]
fn the_second_time_comes_from_the_cache_and_a_damaged_one_is_made_anew() {
    let folder = app("cached");
    let place = fresh("cached-cache");
    let cache = Cache::new(&place);
    let (first, _) = built(&folder, "aws", "python3.13", &cache);
    fs::remove_dir_all(folder.join("wheels")).unwrap();
    assert_eq!(built(&folder, "aws", "python3.13", &cache).0, first, "nothing is fetched again");
    for entry in fs::read_dir(place.join("packages")).unwrap() {
        fs::write(entry.unwrap().path().join("files.zip"), b"damaged").unwrap();
    }
    assert!(installed(&folder, "aws", "python3.13", &cache).product.is_none(), "its wheels are gone");
    assert!(fs::read_dir(place.join("work")).unwrap().next().is_none(), "what was begun is taken away");
}

#[test]
fn the_lists_say_what_is_inside() {
    let folder = app("lists");
    let (artifact, dependencies) = built(&folder, "aws", "python3.13", &Cache::new(fresh("lists-cache")));
    let lists: BTreeMap<String, Vec<u8>> = dependencies.lists("tag", &artifact).into_iter().collect();
    let lock: Value = serde_json::from_slice(&lists["tag/package.lock.json"]).unwrap();
    assert_eq!(lock["artifact"], artifact.file_name.as_str());
    assert_eq!(lock["unpacked"], contents(&artifact).values().map(Vec::len).sum::<usize>());
    let quick = &lock["packages"][1];
    assert_eq!((&quick["name"], &quick["version"]), (&json!("quick"), &json!("1.0")));
    assert_eq!(quick["file"], "quick-1.0-cp313-cp313-manylinux_2_28_aarch64.whl");
    let bom: Value = serde_json::from_slice(&lists["tag/sbom.cdx.json"]).unwrap();
    assert_eq!(bom["components"][0]["purl"], "pkg:pypi/plain@1.1");
    assert!(String::from_utf8(lists["tag/requirements.txt"].clone()).unwrap().starts_with("plain==1.1 \\\n"));
}

#[test]
fn the_clouds_own_file_takes_the_place_of_the_general_one() {
    let folder = app("own");
    fs::write(folder.join("requirements.aws.txt"), "--no-index\n--find-links wheels\nplain==1.1\n").unwrap();
    let cache = Cache::new(fresh("own-cache"));
    let aws = contents(&built(&folder, "aws", "python3.13", &cache).0);
    assert!(aws.contains_key("plain.py") && !aws.contains_key("quick/__init__.py"));
    assert!(!aws.contains_key("requirements.aws.txt"));
    let azure = contents(&built(&folder, "azure", "python3.13", &cache).0);
    assert!(azure.contains_key(".python_packages/lib/site-packages/quick/__init__.py"));
    let before = built(&folder, "azure", "python3.13", &cache).0.file_name;
    fs::write(folder.join("requirements.aws.txt"), "").unwrap();
    assert_eq!(
        built(&folder, "azure", "python3.13", &cache).0.file_name,
        before,
        "another cloud's file is nothing to it"
    );
}

#[test]
fn what_cannot_run_there_is_refused() {
    let folder = app("refused");
    let cache = Cache::new(fresh("refused-cache"));
    let said = |requirements: &str| {
        fs::write(folder.join("requirements.txt"), format!("--no-index\n--find-links wheels\n{requirements}\n"))
            .unwrap();
        let mut sources = Sources::default();
        let asked = read(&folder, "aws", "python3.13", &mut sources).unwrap();
        let done = install(&[("tag", &asked)], tools(), &cache, &Silent).remove(0);
        assert!(done.product.is_none(), "{requirements}");
        done.diagnostics
            .iter()
            .map(|one| {
                format!(
                    "{} at {}",
                    one.id,
                    sources.place(one.primary.as_ref().unwrap().span).rsplit('/').next().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(said("plain\nbroken"), ["package/foreign-binary at requirements.txt:4"]);
    assert_eq!(said("plain>=7"), ["package/requirement at requirements.txt:3"]);
    let no_wheel = said("quick==2.0").remove(0);
    assert!(
        ["package/no-wheel at requirements.txt:3", "package/requirement at requirements.txt:3"]
            .contains(&no_wheel.as_str())
    );
}

#[test]
fn an_application_gets_what_calls_it_unless_it_is_there() {
    let folder = app("application");
    let cache = Cache::new(fresh("application-cache"));
    let lock = |requirements: &str| {
        fs::write(folder.join("requirements.txt"), requirements).unwrap();
        let asked = read_for(&folder, "gcp", "python3.13", true, &mut Sources::default()).unwrap();
        let checked = install(&[("tag", &asked)], tools(), &cache, &Silent).remove(0);
        let dependencies = checked.product.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
        let artifact = packed(&folder, "gcp", "python3.13", &dependencies);
        let lists = dependencies.lists("tag", &artifact);
        let listed = lists.iter().find(|(path, _)| path == "tag/sbom.cdx.json").unwrap();
        let text = String::from_utf8(contents(&artifact)["requirements.txt"].clone()).unwrap();
        let lines =
            text.lines().filter(|line| !line.starts_with(' ')).map(|line| line.trim_end_matches(" \\").to_owned());
        (lines.collect::<Vec<_>>(), String::from_utf8(listed.1.clone()).unwrap(), artifact.sha256)
    };
    let own = "--no-index\n--find-links wheels\nplain==1.1\n";
    let (lines, listed, with) = lock(own);
    assert_eq!(lines, ["plain==1.1", "a2wsgi==1.10.10", "typing-extensions==4.16.0"]);
    assert!(listed.contains("pkg:pypi/a2wsgi@1.10.10"), "{listed}");
    assert_eq!(lock("# nothing\n").0, ["a2wsgi==1.10.10", "typing-extensions==4.16.0"]);
    wheel(&folder.join("wheels"), "a2wsgi-1.0-py3-none-any.whl", &[("a2wsgi.py", b"")]);
    assert_eq!(lock(&format!("{own}a2wsgi==1.0\n")).0, ["a2wsgi==1.0", "plain==1.1"], "the user's own counts");
    fs::write(folder.join("requirements.txt"), own).unwrap();
    assert_ne!(built(&folder, "gcp", "python3.13", &cache).0.sha256, with);
}

/// A package of npm: a tarball with a folder `package`, written by npm itself.
#[test]
fn node_gets_its_modules_and_never_runs_their_scripts() {
    let folder = fresh("node");
    let source = fresh("node-source");
    fs::write(source.join("index.js"), "module.exports = 1;\n").unwrap();
    fs::write(source.join("README.md"), "read me\n").unwrap();
    let script = json!({ "name": "own", "version": "1.0.0", "main": "index.js",
        "scripts": { "install": "touch ../../../ran", "postinstall": "touch ran" } });
    fs::write(source.join("package.json"), script.to_string()).unwrap();
    let npm = |arguments: &[&str], folder: &Path| {
        let done = std::process::Command::new("npm").args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    fs::create_dir_all(folder.join("vendor")).unwrap();
    let vendor = folder.join("vendor").display().to_string();
    npm(&["pack", "--silent", "--pack-destination", &vendor], &source);
    let manifest = json!({ "private": true, "type": "module", "dependencies": { "own": "file:vendor/own-1.0.0.tgz" } });
    fs::write(folder.join("package.json"), manifest.to_string()).unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::create_dir_all(folder.join("node_modules/by-hand")).unwrap();
    fs::write(folder.join("node_modules/by-hand/index.js"), "").unwrap();
    fs::write(folder.join("src/tag.js"), "export const handle = () => 1;\n").unwrap();
    fs::write(folder.join("portolan.yaml"), "").unwrap();
    let cache = Cache::new(fresh("node-cache"));
    let (artifact, dependencies) = built(&folder, "aws", "nodejs22", &cache);
    let aws = contents(&artifact);
    assert!(aws.contains_key("node_modules/own/index.js"), "{:?}", aws.keys());
    let there = ["node_modules/own/ran", "node_modules/own/README.md", "node_modules/by-hand/index.js"];
    assert!(!there.iter().any(|path| aws.contains_key(*path)), "{:?}", aws.keys());
    let google = contents(&built(&folder, "gcp", "nodejs22", &cache).0);
    assert!(google.contains_key("package-lock.json") && !google.contains_key("node_modules/own/index.js"));
    let lists: BTreeMap<String, Vec<u8>> = dependencies.lists("tag", &artifact).into_iter().collect();
    fs::write(folder.join("package-lock.json"), &lists["tag/package-lock.json"]).unwrap();
    let locked = installed(&folder, "aws", "nodejs22", &cache);
    assert_eq!(locked.diagnostics, [], "the lock that a build writes is one");
    assert_eq!(
        contents(&packed(&folder, "aws", "nodejs22", &locked.product.unwrap()))["node_modules/own/index.js"],
        aws["node_modules/own/index.js"]
    );
}

#[test]
fn a_plan_knows_the_name_of_a_bundle_and_bundles_nothing() {
    let folder = fresh("bundled");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/tag.mjs"), "export const handle = () => 1;\n").unwrap();
    fs::write(folder.join("portolan.yaml"), "").unwrap();
    let name = |bundling: Option<&Bundling>| {
        let asked = read_with(&folder, "aws", "nodejs22", false, bundling, &mut Sources::default()).unwrap();
        let (known, note) = expected("tag", &asked, None);
        assert_eq!(note, None);
        packed(&folder, "aws", "nodejs22", &known).file_name
    };
    let apart = Bundling { external: vec!["ms".to_owned()] };
    let names = [name(None), name(Some(&Bundling::default())), name(Some(&apart))];
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{names:?}");
}

#[test]
fn a_file_of_the_users_is_kept_under_its_name() {
    let folder = app("kept");
    fs::write(folder.join("plain.py"), "VALUE = 2\n").unwrap();
    let (artifact, _) = built(&folder, "aws", "python3.13", &Cache::new(fresh("kept-cache")));
    assert_eq!(contents(&artifact)["plain.py"], b"VALUE = 2\n");
    let files = [SourceFile::plain("a.py", *b"")];
    assert_eq!(Dependencies::default().files(files.to_vec()), files, "nothing asked for, nothing changed");
}
