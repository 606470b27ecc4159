//! The app's files, read once and shared by all handlers.

use crate::index::Index;
use portolan_program::{Files, Language, Module};
use portolan_sdk::Library;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// A language and the SDKs that its programs use.
pub struct Front<'a> {
    /// How its files are read.
    pub front: &'a dyn Language,
    /// Its SDKs.
    pub language: portolan_sdk::Language,
}

/// An app's code: files are lowered when they are needed, and once.
pub struct Program<'a> {
    pub(crate) files: &'a (dyn Files + Sync),
    fronts: &'a [Front<'a>],
    sources: RwLock<FxHashMap<String, Option<Arc<Source>>>>,
    indexes: Vec<OnceLock<Option<Index>>>,
}

/// A lowered file.
pub(crate) struct Source {
    pub path: String,
    pub text: Arc<str>,
    pub module: Module,
    pub front: usize,
    lines: Arc<[u32]>,
}

impl<'a> Program<'a> {
    /// The program of these files.
    #[must_use]
    pub fn new(files: &'a (dyn Files + Sync), fronts: &'a [Front<'a>]) -> Self {
        let indexes = fronts.iter().map(|_| OnceLock::new()).collect();
        Self { files, fronts, sources: RwLock::default(), indexes }
    }

    /// A file, lowered; none where there is none or no language reads it.
    pub(crate) fn source(&self, path: &str) -> Option<Arc<Source>> {
        if let Some(known) = self.sources.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        if let Some((file, part)) = path.rsplit_once('#')
            && !self.files.has(path)
        {
            return self.part(file, part.parse().ok()?);
        }
        let source = self.read(path).map(Arc::new);
        let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        sources.entry(path.to_owned()).or_insert(source).clone()
    }

    /// A module that a file holds.
    fn part(&self, file: &str, position: usize) -> Option<Arc<Source>> {
        let whole = self.source(file)?;
        let module = whole.module.parts.get(position)?.clone();
        let source = Arc::new(Source {
            path: whole.path.clone(),
            text: Arc::clone(&whole.text),
            module,
            front: whole.front,
            lines: Arc::clone(&whole.lines),
        });
        let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        sources.entry(format!("{file}#{position}")).or_insert(Some(source)).clone()
    }

    fn read(&self, path: &str) -> Option<Source> {
        let front = self.front_of(path)?;
        let text = self.files.text(path)?;
        let module = self.fronts[front].front.lower(path, &text);
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect();
        Some(Source { path: path.to_owned(), text, module, front, lines })
    }

    /// The front end that reads a file.
    pub(crate) fn front_of(&self, path: &str) -> Option<usize> {
        self.fronts.iter().position(|front| front.front.reads(path))
    }

    pub(crate) fn language(&self, front: usize) -> &'a dyn Language {
        self.fronts[front].front
    }

    /// Which file declares a name, where a language's files are not named after what they hold.
    pub(crate) fn index(&self, front: usize) -> Option<&Index> {
        self.indexes[front].get_or_init(|| Index::read(self.fronts[front].front, self.files)).as_ref()
    }

    pub(crate) fn libraries(&self, front: usize) -> &'static [&'static dyn Library] {
        portolan_sdk::libraries(self.fronts[front].language)
    }
}

impl Source {
    /// Line and column of a byte, both from 1; columns count characters.
    pub fn position(&self, byte: u32) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines[line - 1] as usize;
        let column = self.text.get(start..byte as usize).map_or(0, |before| before.chars().count());
        (line as u32, column as u32 + 1)
    }
}
