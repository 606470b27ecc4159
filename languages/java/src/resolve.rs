//! Where a class is declared: in the file of its name, in the folder of its package.

use portolan_program::Files;

/// The files that an import means: a class' file; with `.*` all files of a package, or the class that holds what is imported.
pub(crate) fn imported(module: &str, from: &str, files: &dyn Files) -> Vec<String> {
    let Some(package) = module.strip_suffix(".*") else {
        return ending(&format!("{}.java", module.replace('.', "/")), from, files);
    };
    let path = package.replace('.', "/");
    let mut found = ending(&format!("{path}.java"), from, files);
    if found.is_empty() {
        let folder = format!("/{path}/");
        let inside = files.paths().iter().filter(|file| {
            file.ends_with(".java")
                && file.rsplit_once('/').is_some_and(|(place, _)| format!("/{place}/").ends_with(&folder))
        });
        found = inside.cloned().collect();
    }
    found
}

/// The file of a class' name: in the same folder, else anywhere if there is only one.
pub(crate) fn beside(name: &str, from: &str, files: &dyn Files) -> Vec<String> {
    if !name.starts_with(|character: char| character.is_uppercase()) {
        return Vec::new();
    }
    let folder = from.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let near = format!("{folder}{name}.java");
    if files.has(&near) && near != from {
        return vec![near];
    }
    let found = ending(&format!("{name}.java"), from, files);
    if found.len() == 1 { found } else { Vec::new() }
}

/// The files whose path ends so, the nearest first.
fn ending(path: &str, from: &str, files: &dyn Files) -> Vec<String> {
    let behind = format!("/{path}");
    let mut found: Vec<String> = files
        .paths()
        .iter()
        .filter(|file| *file == path || file.ends_with(&behind))
        .filter(|file| *file != from)
        .cloned()
        .collect();
    found.sort_by_key(|file| (std::cmp::Reverse(shared(file, from)), file.clone()));
    found
}

/// How many letters two paths begin with alike.
fn shared(left: &str, right: &str) -> usize {
    left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
}
