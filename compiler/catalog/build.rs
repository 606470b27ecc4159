#![expect(clippy::disallowed_methods, reason = "a build script reads the library it embeds")]
//! Lists the files of `stdlib/`, so that adding a kind needs no Rust.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What packages carry lies here, and no file of the library: whoever changes it waits for no catalog.
const RUNTIME: &str = "runtime";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib").canonicalize()?;
    // Cargo looks at a folder with all that is in it, so the root itself is not watched: a test finds a kind that is new.
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for entry in fs::read_dir(&root)? {
        let path = entry?.path();
        if !path.ends_with(RUNTIME) {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(path, &mut files)?;
        }
    }
    files.sort();
    let mut code = String::from("static STDLIB: &[(&str, &str)] = &[\n");
    for file in &files {
        let path = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        code.push_str(&format!("    ({path:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("stdlib.rs"), code)
}

fn collect(path: PathBuf, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|ending| ending == "yaml") {
        files.push(path);
    }
    Ok(())
}
