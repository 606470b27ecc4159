//! Which files belong to a function, read from real folders.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use portolan_package::{
    Architecture, Code, Deployment, Handler, Payload, Platform, Request, SourceFile, collect, pack,
};

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("collecting").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn files(code: &Code, excluded: &[PathBuf]) -> Vec<SourceFile> {
    let checked = collect(code, excluded);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    checked.product.unwrap()
}

fn paths(folder: &Path) -> Vec<String> {
    files(&Code::Folder(folder.to_owned()), &[]).into_iter().map(|file| file.path).collect()
}

fn said(code: &Code) -> Vec<String> {
    let checked = collect(code, &[]);
    assert!(checked.product.is_none());
    checked.diagnostics.iter().map(|one| format!("{}: {}", one.id, one.message)).collect()
}

#[test]
fn what_no_package_needs_stays_out() {
    let root = folder("always");
    let out = [
        ".git/config",
        "node_modules/.cache/x",
        "src/__pycache__/tag.cpython-313.pyc",
        "src/old.pyc",
        ".venv/bin/python",
        ".env",
        "src/.env.local",
    ];
    for path in out.into_iter().chain(["src/tag.py", "node_modules/a/index.js", "build/mine.js", ".envrc.md"]) {
        write(&root, path, "");
    }
    assert_eq!(paths(&root), [".envrc.md", "build/mine.js", "node_modules/a/index.js", "src/tag.py"]);
}

#[test]
fn the_ignore_list_adds_and_takes_back() {
    let root = folder("list");
    for path in ["README.md", "tests/a.py", "docs/tests/b.md", "src/a.py", "src/a.md", ".env"] {
        write(&root, path, "");
    }
    write(&root, ".portolanignore", "# not for the cloud\n*.md\n/tests/\n!README.md\n!.env\n");
    assert_eq!(paths(&root), [".env", "README.md", "src/a.py"]);
}

#[test]
fn a_pattern_that_cannot_be_read_is_an_error() {
    let root = folder("pattern");
    write(&root, ".portolanignore", "good\n[z-a]\n");
    let said = said(&Code::Folder(root));
    assert!(said[0].starts_with("package/ignore-list: `.portolanignore` cannot be read: line 2: "), "{said:?}");
}

#[test]
fn the_spec_and_the_build_folder_stay_out() {
    let root = folder("excluded");
    for path in ["portolan.yaml", "build/aws/template.json", "src/build/a.py"] {
        write(&root, path, "");
    }
    let excluded = [root.join("portolan.yaml"), root.join("build"), root.join("not-there")];
    let files = files(&Code::Folder(root), &excluded);
    assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["src/build/a.py"]);
}

#[test]
fn a_list_keeps_the_paths_of_its_base() {
    let base = folder("parts");
    for path in ["src/tag.py", "src/old.pyc", "shared/store.py", "other/x.py", "one.txt"] {
        write(&base, path, "");
    }
    let parts = ["./src", "shared", "one.txt", "src/tag.py"].map(PathBuf::from).to_vec();
    let found = files(&Code::Listed { base: base.clone(), parts }, &[]);
    assert_eq!(
        found.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["one.txt", "shared/store.py", "src/tag.py"]
    );
    let everything = Code::Listed { base: base.clone(), parts: vec![PathBuf::from(".")] };
    assert_eq!(files(&everything, &[]), files(&Code::Folder(base.clone()), &[]));
    let wrong = Code::Listed { base, parts: ["nowhere", "../parts", "/etc"].map(PathBuf::from).to_vec() };
    assert_eq!(
        said(&wrong),
        [
            "package/code: `code` lists `nowhere`, which does not exist",
            "package/code: `code` lists `../parts`, which is outside of the spec's folder",
            "package/code: `code` lists `/etc`, which is outside of the spec's folder",
        ]
    );
}

#[test]
fn the_words_of_a_spec_become_code() {
    let base = folder("words");
    write(&base, "src/tag.py", "");
    write(&base, "one.py", "");
    assert_eq!(Code::of(&base, &[]), Code::Folder(base.clone()));
    assert_eq!(Code::of(&base, &["src"]), Code::Folder(base.join("src")));
    assert_eq!(Code::of(&base, &["missing"]), Code::Folder(base.join("missing")));
    let listed = |parts: &[&str]| Code::Listed { base: base.clone(), parts: parts.iter().map(PathBuf::from).collect() };
    assert_eq!(Code::of(&base, &["one.py"]), listed(&["one.py"]));
    assert_eq!(Code::of(&base, &["src", "one.py"]), listed(&["src", "one.py"]));
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let missing = folder("missing").join("code");
    assert!(said(&Code::Folder(missing))[0].starts_with("package/code: the code's folder `"));
}

#[test]
fn links_are_followed_inside_only() {
    let root = folder("links");
    write(&root, "lib/store.py", "x");
    write(&root, ".env", "SECRET=1");
    symlink("../lib/store.py", root.join("lib/again.py")).unwrap();
    symlink("lib", root.join("also")).unwrap();
    symlink(".env", root.join("settings")).unwrap();
    assert_eq!(paths(&root), ["also/again.py", "also/store.py", "lib/again.py", "lib/store.py"]);

    symlink("../missing", root.join("a-outside")).unwrap();
    symlink("nowhere", root.join("b-dangling")).unwrap();
    symlink("..", root.join("lib/loop")).unwrap();
    fs::create_dir_all(root.parent().unwrap().join("missing")).unwrap();
    let expected = [
        "package/link: the symbolic link `a-outside` leaves the folder of the code",
        "package/link: the symbolic link `also/loop` leads back to a folder around it",
        "package/link: the symbolic link `b-dangling` leads nowhere",
        "package/link: the symbolic link `lib/loop` leads back to a folder around it",
    ];
    assert_eq!(said(&Code::Folder(root)), expected);
}

#[test]
fn a_name_or_a_thing_that_cannot_be_packed_is_an_error() {
    let root = folder("names");
    write(&root, "src/a\\b.py", "");
    let socket = std::os::unix::net::UnixListener::bind(root.join("s")).unwrap();
    let expected = [
        "package/file: `s` is neither a file nor a folder",
        "package/file: a name in `src` is not UTF-8, or holds a backslash or a control character",
    ];
    assert_eq!(said(&Code::Folder(root)), expected);
    drop(socket);
}

#[test]
fn more_than_a_function_may_hold_is_an_error() {
    let root = folder("large");
    write(&root, "small.py", "x");
    fs::File::create(root.join("model.bin")).unwrap().set_len(251 << 20).unwrap();
    assert_eq!(
        said(&Code::Folder(root.clone())),
        ["package/too-large: the code has 251 MB, and 250 MB is what a function may hold"]
    );
    fs::File::create(root.join("model.bin")).unwrap().set_len(0).unwrap();
    assert_eq!(paths(&root), ["model.bin", "small.py"]);
}

#[test]
fn only_the_owners_right_to_run_is_kept() {
    let root = folder("modes");
    for (path, mode) in [("run", 0o744), ("read", 0o600), ("group", 0o654)] {
        write(&root, path, "");
        fs::set_permissions(root.join(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    let modes: Vec<_> =
        files(&Code::Folder(root), &[]).into_iter().map(|file| (file.path.clone(), file.mode())).collect();
    assert_eq!(modes, [("group".into(), 0o644), ("read".into(), 0o644), ("run".into(), 0o755)]);
}

#[test]
fn two_builds_of_the_same_files_are_the_same_bytes() {
    let texts = [("src/tag.py", "def handle(event, context): pass\n"), ("src/b.py", "b"), ("a.txt", "a")];
    let (one, other) = (folder("once"), folder("twice"));
    for (path, text) in texts {
        write(&one, path, text);
    }
    for (path, text) in texts.into_iter().rev() {
        write(&other, path, text);
        let day = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        fs::File::options().write(true).open(other.join(path)).unwrap().set_modified(day).unwrap();
        fs::set_permissions(other.join(path), fs::Permissions::from_mode(0o660)).unwrap();
    }
    let packed = |root| {
        pack(&Request {
            deployment: Deployment::default(),
            function: "tag".to_owned(),
            runtime: "python3.13".to_owned(),
            architecture: Architecture::X86,
            handler: Handler::parse("src/tag.handle"),
            application: None,
            payload: Payload::Neutral,
            files: files(&Code::Folder(root), &[]),
            platform: Platform::Aws,
            triggers: Vec::new(),
            timeout_seconds: 30,
            place: None,
        })
        .product
        .unwrap()
    };
    assert_eq!(packed(one), packed(other));
}
