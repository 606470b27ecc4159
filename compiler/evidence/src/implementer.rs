//! Who implements an interface.

use crate::index::Index;
use crate::machine::Machine;
use crate::value::{ClassIndex, ModuleIndex, Value};
use portolan_program::Name;

/// Classes that may implement an interface, at most.
const IMPLEMENTERS: usize = 8;

impl Machine<'_> {
    /// The classes that implement an interface; none where the class is not one.
    pub fn implementers(&mut self, class: ClassIndex) -> Vec<ClassIndex> {
        let promised = self.promised(class);
        if promised.is_empty() && !self.is_interface(class) {
            return Vec::new();
        }
        let structural = self.class(class).parts.iter().all(|part| self.rules(part.module).structural_interfaces);
        if structural && self.holds_only_data(class) {
            return Vec::new();
        }
        let name = self.class(class).name.clone();
        if let Some(part) = self.parts(class).first()
            && let Some(index) = self.index_of(part.module)
        {
            return self.indexed_implementers(class, index);
        }
        self.declare_mentioning(class, &name);
        let candidates: Vec<ClassIndex> = (0..self.classes.len() as u32).map(ClassIndex).collect();
        let mut found = Vec::new();
        for candidate in candidates {
            if candidate == class || self.is_interface(candidate) || self.is_double(candidate) {
                continue;
            }
            let by_name = self.extends_by_name(candidate, &name) || self.extends_through(candidate, &name);
            if by_name || structural && !promised.is_empty() && self.has_all(candidate, &promised) {
                found.push(candidate);
            }
        }
        found.truncate(IMPLEMENTERS);
        found
    }

    /// The classes that implement an interface, where an index knows what each type extends.
    fn indexed_implementers(&mut self, class: ClassIndex, index: &Index) -> Vec<ClassIndex> {
        let mut promises = vec![class];
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(promise) = promises.get(next).copied() {
            next += 1;
            let name = self.class(promise).name.clone();
            let Some(part) = self.parts(promise).first().copied() else { continue };
            let from = self.source(part.module).path.clone();
            for (path, kind) in index.types(&from, |kind| kind.bases.contains(&name)) {
                let Some(Value::Class(candidate)) = self.class_of_namespace(&kind.namespace, &kind.name, part.module)
                else {
                    continue;
                };
                let known = candidate == promise || promises.contains(&candidate) || found.contains(&candidate);
                if known || in_tests(path) || self.is_double(candidate) || !self.bases(candidate).contains(&promise) {
                    continue;
                }
                match self.is_interface(candidate) {
                    true => promises.push(candidate),
                    false => found.push(candidate),
                }
            }
        }
        found.truncate(IMPLEMENTERS);
        found
    }

    fn holds_only_data(&self, class: ClassIndex) -> bool {
        let parts = self.parts(class);
        parts.iter().all(|part| self.source(part.module).module.class(part.class).functions.is_empty())
    }

    pub fn is_interface(&self, class: ClassIndex) -> bool {
        self.parts(class).iter().any(|part| self.source(part.module).module.class(part.class).interface)
    }

    /// The methods that a class only promises.
    fn promised(&self, class: ClassIndex) -> Vec<Name> {
        let mut names = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            if declared.interface {
                let functions = declared.functions.iter().map(|id| source.module.function(*id));
                names.extend(
                    functions.filter(|function| function.body.is_empty()).filter_map(|function| function.name.clone()),
                );
            }
        }
        names
    }

    pub fn extends_by_name(&self, class: ClassIndex, name: &Name) -> bool {
        self.parts(class).iter().any(|part| {
            let source = self.source(part.module);
            source.module.class(part.class).bases.iter().any(|base| base.path.last() == Some(name))
        })
    }

    fn has_all(&mut self, class: ClassIndex, promised: &[Name]) -> bool {
        promised.iter().all(|name| self.method(class, name).is_some())
    }

    /// A stand-in of the tests.
    fn is_double(&self, class: ClassIndex) -> bool {
        let name = self.class(class).name.to_lowercase();
        let word = ["mock", "fake", "stub"].iter().any(|word| name.contains(word));
        word || self.parts(class).iter().any(|part| in_tests(&self.loaded(part.module).source.path))
    }

    /// Declares the files that mention an interface: whoever implements it may be imported by nobody that was loaded.
    fn declare_mentioning(&mut self, class: ClassIndex, name: &Name) {
        let Some(part) = self.parts(class).first().copied() else { return };
        self.declare_mentioning_in(part.module, name);
    }

    /// Declares the files of a module's language in which a word stands.
    pub fn declare_mentioning_in(&mut self, module: ModuleIndex, word: &str) {
        let front = self.loaded(module).source.front;
        let paths: Vec<String> = self.program.files.paths().to_vec();
        for path in paths {
            let readable = self.program.front_of(&path) == Some(front) && !in_tests(&path);
            if readable && !self.by_path.contains_key(&path) && self.mentions(&path, word) {
                self.declare(&path);
            }
        }
    }

    fn mentions(&self, path: &str, word: &str) -> bool {
        self.program.files.text(path).is_some_and(|text| text.contains(word))
    }
}

/// Whether a file belongs to the tests.
pub(crate) fn in_tests(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.to_lowercase();
        matches!(part.as_str(), "test" | "tests" | "__tests__" | "spec" | "mocks" | "__mocks__")
            || part.contains("_test.")
            || part.contains(".test.")
            || part.contains(".spec.")
            || part.starts_with("test_")
            || part.ends_with(".tests")
            || part.ends_with(".test")
    })
}
