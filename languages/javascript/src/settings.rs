//! Paths that `tsconfig.json` or `jsconfig.json` maps.

use crate::resolve::{Near, directory, join, within};
use serde_json::Value;

/// How many settings may extend each other.
const DEEPEST: usize = 5;

/// The file that the settings around say a module's name is.
pub fn mapped(module: &str, near: &Near<'_>) -> Option<String> {
    let mut folders = near.folders();
    folders.find_map(|folder| {
        ["tsconfig.json", "jsconfig.json", "tsconfig.base.json"].into_iter().find_map(|name| {
            let path = within(folder, name);
            near.files.has(&path).then(|| by_settings(module, &path, near, 0)).flatten()
        })
    })
}

/// By one file of settings, or those it extends.
fn by_settings(module: &str, path: &str, near: &Near<'_>, depth: usize) -> Option<String> {
    let settings = read(path, near)?;
    let folder = directory(path);
    let options = &settings["compilerOptions"];
    let base = options["baseUrl"].as_str().map_or_else(|| Some(folder.to_owned()), |base| join(folder, base))?;
    let found = options["paths"].as_object().and_then(|paths| by_pattern(module, paths, &base, near));
    if found.is_some() {
        return found;
    }
    let direct = options["baseUrl"].is_string().then(|| near.file(&within(&base, module))).flatten();
    if direct.is_some() || depth > DEEPEST {
        return direct;
    }
    extended(&settings["extends"]).into_iter().find_map(|name| {
        let mut path = join(folder, name)?;
        if !path.ends_with(".json") {
            path.push_str(".json");
        }
        by_settings(module, &path, near, depth + 1)
    })
}

fn extended(value: &Value) -> Vec<&str> {
    let all = value.as_str().into_iter().chain(value.as_array().into_iter().flatten().filter_map(Value::as_str));
    all.filter(|name| name.starts_with('.')).collect()
}

/// By patterns with one star: the longest beginning wins.
pub fn by_pattern(
    module: &str,
    patterns: &serde_json::Map<String, Value>,
    base: &str,
    near: &Near<'_>,
) -> Option<String> {
    let mut matching: Vec<(usize, &str, &Value)> = patterns
        .iter()
        .filter_map(|(pattern, targets)| {
            let star = stars(pattern, module)?;
            Some((pattern.find('*').unwrap_or(usize::MAX), star, targets))
        })
        .collect();
    matching.sort_by_key(|found| std::cmp::Reverse(found.0));
    matching.into_iter().find_map(|(_, star, targets)| {
        texts(targets).into_iter().find_map(|target| near.file(&join(base, &target.replace('*', star))?))
    })
}

/// What the star of a pattern stands for in a name.
fn stars<'m>(pattern: &str, module: &'m str) -> Option<&'m str> {
    match pattern.split_once('*') {
        Some((before, after)) => module.strip_prefix(before)?.strip_suffix(after),
        None => (pattern == module).then_some(""),
    }
}

/// The texts of a value: itself, those of a list, those of the conditions of a record.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn read(path: &str, near: &Near<'_>) -> Option<Value> {
    let text = near.files.text(path)?;
    serde_json::from_str(&text).ok().or_else(|| serde_json::from_str(&plain(&text)).ok())
}

/// JSON without the comments and last commas that these files may have.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '"' => quoted(rest),
            '/' if rest.starts_with("//") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                continue;
            }
            '}' | ']' => {
                let kept = plain.trim_end();
                if kept.ends_with(',') {
                    plain.truncate(kept.len() - 1);
                }
                1
            }
            letter => letter.len_utf8(),
        };
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    plain
}

/// The length of the text in quotes that begins here.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{plain, stars};

    #[test]
    fn comments_and_last_commas_are_taken_off() {
        let text = "{ // paths\n \"a\": [\"x/*\", /* y */ \"//z\\\"\",],\n}";
        let value: serde_json::Value = serde_json::from_str(&plain(text)).unwrap();
        assert_eq!(value["a"][1], "//z\"");
        assert_eq!(plain("\"open"), "\"open");
        assert_eq!(plain("a /* open"), "a ");
    }

    #[test]
    fn a_star_stands_for_the_rest() {
        assert_eq!(stars("@lib/*", "@lib/a/b"), Some("a/b"));
        assert_eq!(stars("@lib", "@lib"), Some(""));
        assert_eq!(stars("@lib/*", "@library"), None);
        assert_eq!(stars("*", "a"), Some("a"));
    }
}
