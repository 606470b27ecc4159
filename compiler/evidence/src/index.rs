//! Which file declares a name, in languages whose files are not named after what they hold: from the outlines of all files.

use crate::implementer::in_tests;
use portolan_program::{Files, Language, Name, Outline, Outlined};
use rustc_hash::FxHashMap;

/// The outlines of an app's files in one language.
pub(crate) struct Index {
    files: Vec<(String, Outline)>,
    by_path: FxHashMap<String, usize>,
    types: FxHashMap<Name, Vec<(usize, usize)>>,
    extensions: FxHashMap<Name, Vec<usize>>,
    /// The folders of projects, the deepest first.
    projects: Vec<String>,
    /// The namespaces that all files of a project see.
    shared: FxHashMap<String, Vec<Name>>,
}

impl Index {
    /// Reads the outlines; none where the language has none.
    pub fn read(language: &dyn Language, files: &dyn Files) -> Option<Self> {
        language.outline("")?;
        let mut index = Self {
            files: Vec::new(),
            by_path: FxHashMap::default(),
            types: FxHashMap::default(),
            extensions: FxHashMap::default(),
            projects: projects(files),
            shared: FxHashMap::default(),
        };
        for path in files.paths().iter().filter(|path| language.reads(path)) {
            if let Some(outline) = files.text(path).and_then(|text| language.outline(&text)) {
                index.add(path, outline);
            }
        }
        Some(index)
    }

    fn add(&mut self, path: &str, outline: Outline) {
        let file = self.files.len();
        for (at, kind) in outline.types.iter().enumerate() {
            self.types.entry(kind.name.clone()).or_default().push((file, at));
        }
        for name in &outline.extensions {
            let files = self.extensions.entry(name.clone()).or_default();
            if files.last() != Some(&file) {
                files.push(file);
            }
        }
        if !outline.shares.is_empty() {
            let project = self.project(path).to_owned();
            self.shared.entry(project).or_default().extend(outline.shares.iter().cloned());
        }
        self.by_path.insert(path.to_owned(), file);
        self.files.push((path.to_owned(), outline));
    }

    /// The folder of the project that a file belongs to; empty for the whole app.
    pub fn project(&self, path: &str) -> &str {
        let within = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        self.projects.iter().find(within).map_or("", String::as_str)
    }

    /// The files that declare a type of this name as it is seen from a file: all that hold parts of it.
    pub fn declaring(&self, name: &Name, from: &str) -> Vec<&str> {
        let Some(declared) = self.types.get(name) else { return Vec::new() };
        let seen = self.seen(from);
        let rank = |(file, at): &(usize, usize)| {
            let namespace = &self.files[*file].1.types[*at].namespace;
            seen.iter().position(|known| known == namespace).unwrap_or(usize::MAX)
        };
        self.nearest(declared, from, rank)
    }

    /// The files that hold parts of a type of a namespace.
    pub fn parts(&self, namespace: &str, name: &Name, from: &str) -> Vec<&str> {
        let Some(declared) = self.types.get(name) else { return Vec::new() };
        let same: Vec<(usize, usize)> = declared
            .iter()
            .filter(|(file, at)| self.files[*file].1.types[*at].namespace == namespace)
            .copied()
            .collect();
        self.nearest(&same, from, |_| 0)
    }

    /// The best of several declarations, with all others of its project and namespace. What is in tests is seen by tests only.
    fn nearest(&self, declared: &[(usize, usize)], from: &str, rank: impl Fn(&(usize, usize)) -> usize) -> Vec<&str> {
        let own = self.project(from);
        let tested = in_tests(from);
        let key = |entry: &&(usize, usize)| {
            let path = &self.files[entry.0].0;
            (rank(entry), self.project(path) != own, std::cmp::Reverse(shared(path, from)), path.clone())
        };
        let open = |entry: &&(usize, usize)| tested || !in_tests(&self.files[entry.0].0);
        let Some(best) = declared.iter().filter(open).min_by_key(key) else { return Vec::new() };
        let place = |(file, at): &(usize, usize)| {
            let (path, outline) = &self.files[*file];
            (self.project(path), outline.types[*at].namespace.clone())
        };
        let mut paths = vec![self.files[best.0].0.as_str()];
        for entry in declared.iter().filter(|entry| *entry != best && place(entry) == place(best)) {
            let path = self.files[entry.0].0.as_str();
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// The namespaces that a file sees, the nearest first: its own and those around them, and those it uses.
    fn seen(&self, from: &str) -> Vec<Name> {
        let mut seen: Vec<Name> = Vec::new();
        let Some((_, outline)) = self.by_path.get(from).map(|file| &self.files[*file]) else { return seen };
        for namespace in &outline.namespaces {
            let mut rest = Some(namespace.as_str());
            while let Some(name) = rest {
                seen.push(name.into());
                rest = name.rsplit_once('.').map(|(outer, _)| outer);
            }
        }
        seen.push(Name::default());
        seen.extend(outline.uses.iter().cloned());
        seen.extend(self.shared.get(self.project(from)).into_iter().flatten().cloned());
        seen
    }

    /// The files with an extension of this name, those of the file's own project first.
    pub fn extending(&self, name: &Name, from: &str) -> Vec<&str> {
        let Some(files) = self.extensions.get(name) else { return Vec::new() };
        let own = self.project(from);
        let mut paths: Vec<&str> = files.iter().map(|file| self.files[*file].0.as_str()).collect();
        paths.retain(|path| !in_tests(path));
        paths.sort_by_key(|path| (self.project(path) != own, std::cmp::Reverse(shared(path, from))));
        paths
    }

    /// The types that are wanted, of the file's own project where it has any.
    pub fn types(&self, from: &str, wanted: impl Fn(&Outlined) -> bool) -> Vec<(&str, &Outlined)> {
        let all = self.files.iter().flat_map(|(path, outline)| outline.types.iter().map(|kind| (path.as_str(), kind)));
        let found: Vec<(&str, &Outlined)> = all.filter(|(path, kind)| wanted(kind) && !in_tests(path)).collect();
        let own = self.project(from);
        let near: Vec<(&str, &Outlined)> =
            found.iter().filter(|(path, _)| self.project(path) == own).copied().collect();
        if near.is_empty() { found } else { near }
    }

    /// A file of this name in a file's project.
    pub fn mate(&self, name: &str, from: &str) -> Option<&str> {
        let project = self.project(from);
        let named = |path: &str| path.rsplit('/').next() == Some(name) && self.project(path) == project;
        self.files.iter().map(|(path, _)| path.as_str()).find(|path| named(path))
    }
}

/// The folders that hold a project's file.
fn projects(files: &dyn Files) -> Vec<String> {
    let named = files.paths().iter().filter(|path| path.ends_with("proj"));
    let mut folders: Vec<String> =
        named.filter_map(|path| path.rsplit_once('/').map(|(folder, _)| folder.to_owned())).collect();
    folders.sort_by_key(|folder| (std::cmp::Reverse(folder.len()), folder.clone()));
    folders.dedup();
    folders
}

/// How many letters two paths begin with alike.
fn shared(left: &str, right: &str) -> usize {
    left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
}
