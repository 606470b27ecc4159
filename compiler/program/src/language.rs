//! What a front end answers.

use crate::{Module, Name, Outline};

/// A language's front end.
pub trait Language: Sync {
    /// Its name, for people: `Python`.
    fn name(&self) -> &'static str;

    /// Whether a file is written in it, by its path.
    fn reads(&self, path: &str) -> bool;

    /// Lowers a file. Never fails: what cannot be read is listed in [`Module::broken`], and the rest is lowered.
    fn lower(&self, path: &str, text: &str) -> Module;

    /// The files that a module's name means in the file `from`, most likely first. All of them are loaded where a name stands
    /// for several (a Go package, a Java or C# namespace). Empty: it does not belong to the app.
    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String>;

    /// The files whose names `from` sees without an import: the rest of its package.
    fn neighbours(&self, from: &str, files: &dyn Files) -> Vec<String>;

    /// Where a class or constant named so may be declared, when it is neither imported nor a neighbour's: by the language's
    /// custom of naming files after what they hold. Empty where there is no such custom.
    fn declares(&self, name: &str, from: &str, files: &dyn Files) -> Vec<String> {
        let _ = (name, from, files);
        Vec::new()
    }

    /// What a text declares, for languages in which names are found by that; none in all others.
    fn outline(&self, text: &str) -> Option<Outline> {
        let _ = text;
        None
    }

    /// Whether a member of this name, where an object has none, is the object itself: the result of a task, the value of what
    /// is made late.
    fn unwraps(&self, member: &str) -> bool {
        let _ = member;
        false
    }

    /// The name of a module inside a module: `a.b` for `b` in `a`. None where modules hold none.
    fn submodule(&self, module: &str, item: &str) -> Option<Name> {
        let _ = (module, item);
        None
    }

    /// The symbols that start the file when nobody names one, best first: `handler`, `Function::handleRequest`, `main`. The
    /// first group with a match in the module is what runs.
    fn entries(&self, module: &Module) -> Vec<Name>;

    /// How names work.
    fn rules(&self) -> Rules;
}

/// How a language's names work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// A bare name may be a member of the class around it (Java, C#, Ruby).
    pub implied_receiver: bool,
    /// Blocks have names of their own (all but Python and Ruby).
    pub block_scopes: bool,
    /// Only what is exported by a statement is seen by other modules (JavaScript).
    pub explicit_exports: bool,
    /// A class satisfies an interface by having its methods, without saying so (Go, TypeScript).
    pub structural_interfaces: bool,
    /// A module's names are computed when they are first asked for, whatever their order, and classes are added to where the
    /// class is known (Rust).
    pub lazy_names: bool,
    /// What holds a value, or may hold one, is that value: options, results, pointers, locks (Rust).
    pub holders: bool,
}

/// The app's files.
pub trait Files {
    /// The paths of all files, relative to the app's root, with `/`, sorted.
    fn paths(&self) -> &[String];

    /// The text of a file; none where there is no such file or it is not text.
    fn text(&self, path: &str) -> Option<std::sync::Arc<str>>;

    /// Whether there is such a file.
    fn has(&self, path: &str) -> bool {
        self.paths().binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }
}
