//! A case as it is written.

use portolan_program::Files;
use std::fmt;
use std::sync::Arc;

/// A case.
pub struct Case {
    /// Its heading.
    pub title: String,
    /// The line of its heading.
    pub line: usize,
    /// The file and perhaps the symbol to start from.
    pub handler: String,
    /// Its files.
    pub files: Vec<(String, String)>,
}

/// What a line needs, or that it is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file and line.
    pub place: String,
    /// `permission kind name / part`, or `? words`.
    pub text: String,
}

impl Line {
    /// Whether something that was found is what was expected here.
    pub fn is(&self, found: &Line) -> bool {
        let same = match (self.text.strip_prefix('?'), found.text.strip_prefix('?')) {
            (Some(words), Some(why)) => why.contains(words.trim()),
            _ => self.text == found.text,
        };
        same && self.place == found.place
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.text)
    }
}

/// The cases of a file.
pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut path = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), line: number + 1, handler: String::new(), files: Vec::new() });
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(handler) = line.strip_prefix("handler: ") {
            case.handler = handler.trim().to_owned();
        } else if let Some(name) =
            line.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|name| !name.contains('`'))
        {
            path = Some(name.to_owned());
        } else if line.starts_with("```") {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with("```")).collect();
            let path = path.take().unwrap_or_else(|| panic!("line {}: a fence without a path before it", number + 1));
            if case.handler.is_empty() {
                case.handler.clone_from(&path);
            }
            case.files.push((path, body.join("\n") + "\n"));
        }
    }
    cases
}

impl Case {
    /// What its lines expect.
    pub fn expected(&self) -> Vec<Line> {
        let mut expected = Vec::new();
        for (path, text) in &self.files {
            for (number, line) in text.lines().enumerate() {
                let Some(wanted) = ["# => ", "// => "].iter().find_map(|mark| line.split_once(mark)) else { continue };
                let place = format!("{path}:{}", number + 1);
                let texts = wanted.1.split(';').map(str::trim).filter(|text| !text.is_empty());
                expected.extend(texts.map(|text| Line { place: place.clone(), text: text.to_owned() }));
            }
        }
        expected
    }

    /// Its files as an app. JSON knows no comments, so what it needs is no part of the file.
    pub fn tree(&self) -> Tree {
        let text = |path: &str, text: &str| match path.ends_with(".json") {
            true => text.lines().map(|line| line.split("// => ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n"),
            false => text.to_owned(),
        };
        let mut files: Vec<(String, Arc<str>)> =
            self.files.iter().map(|(path, body)| (path.clone(), text(path, body).into())).collect();
        files.sort();
        Tree {
            paths: files.iter().map(|(path, _)| path.clone()).collect(),
            texts: files.into_iter().map(|(_, text)| text).collect(),
        }
    }
}

/// Files in memory.
pub struct Tree {
    paths: Vec<String>,
    texts: Vec<Arc<str>>,
}

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        let at = self.paths.binary_search_by(|known| known.as_str().cmp(path)).ok()?;
        Some(Arc::clone(&self.texts[at]))
    }
}
