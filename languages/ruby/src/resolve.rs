//! Where a required file lies, and where a class is declared by custom.

use portolan_program::Files;

/// The file that `require` means; `./x` is relative.
pub(crate) fn required(module: &str, from: &str, files: &dyn Files) -> Option<String> {
    let file =
        if module.ends_with(".rb") || module.ends_with(".ru") { module.to_owned() } else { format!("{module}.rb") };
    match file.strip_prefix("./") {
        Some(relative) => joined(folder(from), relative).filter(|path| files.has(path)),
        None => {
            let ending = format!("/{file}");
            let mut fitting = files.paths().iter().filter(|path| **path == file || path.ends_with(&ending));
            fitting.find(|path| !path.contains("/spec/") && !path.contains("/test/")).cloned()
        }
    }
}

/// `OrderStore` is declared in `order_store.rb`.
pub(crate) fn named_after(name: &str, from: &str, files: &dyn Files) -> Option<String> {
    if !name.starts_with(|character: char| character.is_ascii_uppercase()) {
        return None;
    }
    let ending = format!("/{}.rb", snake(name));
    let found = files.paths().iter().filter(|path| format!("/{path}").ends_with(&ending) && path.as_str() != from);
    found.min_by_key(|path| path.len()).cloned()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path below a folder; none where it leaves the app.
fn joined(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let begins = letter.is_uppercase()
            && at > 0
            && (letters[at - 1].is_lowercase() || letters.get(at + 1).is_some_and(|next| next.is_lowercase()));
        if begins {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
