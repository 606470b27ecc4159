//! Lists the pages of `docs/diagnostics/` and the files of `examples/`, so that adding one needs no Rust.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of an example that a new app has no use for.
const LEFT_OUT: [&str; 4] = ["tests", "build", "node_modules", "__pycache__"];

/// What a package leaves out: the one hidden file that belongs to an app.
const IGNORED: &str = ".portolanignore";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    embed(&root.join("docs/diagnostics"), "pages.rs", "&[(&str, &str)]", "include_str")?;
    embed(&root.join("examples"), "templates.rs", "&[(&str, &[u8])]", "include_bytes")
}

/// Writes an expression: a list of paths inside a folder, sorted, and what the files hold.
fn embed(folder: &Path, name: &str, r#type: &str, include: &str) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(&folder.canonicalize()?, &PathBuf::new(), &mut files)?;
    }
    files.sort();
    let mut code = format!("{{ const FILES: {type} = &[\n");
    for (inside, file) in &files {
        code.push_str(&format!("    ({inside:?}, {include}!({:?})),\n", file.display().to_string()));
    }
    code.push_str("];\nFILES }\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name), code)
}

fn collect(folder: &Path, inside: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let inside = inside.join(&name);
        if (name.starts_with('.') && name != IGNORED) || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, &inside, files)?;
        } else {
            files.push((inside.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}
