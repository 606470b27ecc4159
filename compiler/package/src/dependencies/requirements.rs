//! `requirements.txt` line by line: as much of it as is needed to point at a line and to know whether it is a lock.

use std::ops::Range;

/// A requirements file: its logical lines that say something.
#[derive(Debug)]
pub(super) struct Requirements {
    pub(super) lines: Vec<Line>,
}

/// A logical line: what a backslash continues belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its place, without comments and the blanks around it.
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `numpy==2.1.0 --hash=sha256:…`
    Requirement {
        /// The normalized name (PEP 503); nothing for a path or an address.
        name: Option<String>,
        /// `==` and one version.
        pinned: bool,
        hashed: bool,
    },
    /// `-r other.txt`, `-c constraints.txt`
    Include(String),
    /// Any other option, with its value: `--index-url`, `https://…`.
    Option(String, String),
}

impl Requirements {
    pub(super) fn read(text: &str) -> Self {
        Self { lines: logical(text).filter_map(|(range, line)| Some(Line { range, kind: kind(&line)? })).collect() }
    }

    /// Whether every requirement is pinned with the hashes of its files, so that nothing else can be installed.
    pub(super) fn is_lock(&self) -> bool {
        self.requirements().all(|(_, pinned, hashed)| pinned && hashed)
    }

    /// Whether every requirement names one version.
    pub(super) fn is_pinned(&self) -> bool {
        self.requirements().all(|(_, pinned, _)| pinned)
    }

    fn requirements(&self) -> impl Iterator<Item = (Option<&str>, bool, bool)> {
        self.lines.iter().filter_map(|line| match &line.kind {
            Kind::Requirement { name, pinned, hashed } => Some((name.as_deref(), *pinned, *hashed)),
            _ => None,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.requirements().next().is_none()
    }

    pub(super) fn includes(&self) -> impl Iterator<Item = (&str, &Range<usize>)> {
        self.lines.iter().filter_map(|line| match &line.kind {
            Kind::Include(path) => Some((path.as_str(), &line.range)),
            _ => None,
        })
    }

    pub(super) fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().filter_map(|line| match &line.kind {
            Kind::Option(name, value) => Some((name.as_str(), value.as_str())),
            _ => None,
        })
    }
}

/// A package's name as indexes compare it (PEP 503).
pub(super) fn normalized(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if plain.ends_with('-') => {}
            '-' | '_' | '.' => plain.push('-'),
            letter => plain.push(letter.to_ascii_lowercase()),
        }
    }
    plain
}

/// The logical lines and their text without comments.
fn logical(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut lines = Vec::new();
    let (mut at, mut open): (usize, Option<(usize, String)>) = (0, None);
    for physical in text.split_inclusive('\n') {
        let bare = physical.trim_end_matches(['\n', '\r']);
        let (start, mut line) = open.take().unwrap_or((at, String::new()));
        let continued = bare.strip_suffix('\\');
        line.push_str(without_comment(continued.unwrap_or(bare)));
        at += physical.len();
        match continued {
            Some(_) => open = Some((start, line)),
            None => lines.push((start, line)),
        }
    }
    lines.extend(open);
    lines.into_iter().filter(|(_, line)| !line.trim().is_empty()).map(|(start, line)| {
        let blank = line.len() - line.trim_start().len();
        // A label covers the first physical line only; hashes follow on others.
        let length = line.trim().split(" --").next().unwrap_or_default().trim_end().len();
        (start + blank..start + blank + length.max(1), line.trim().to_owned())
    })
}

fn without_comment(line: &str) -> &str {
    let begins = |(at, _): &(usize, char)| *at == 0 || line[..*at].ends_with([' ', '\t']);
    line.char_indices().filter(|(_, letter)| *letter == '#').find(begins).map_or(line, |(at, _)| &line[..at])
}

fn kind(line: &str) -> Option<Kind> {
    if line.starts_with('-') {
        let (name, value) = line.split_once([' ', '=', '\t']).unwrap_or((line, ""));
        let value = value.trim().to_owned();
        return Some(match name {
            "-r" | "--requirement" | "-c" | "--constraint" => Kind::Include(value),
            // An editable package is a requirement without a file that could be hashed.
            "-e" | "--editable" => Kind::Requirement { name: None, pinned: false, hashed: false },
            _ => Kind::Option(name.to_owned(), value),
        });
    }
    let requirement = line.split(" --").next().unwrap_or_default();
    let end = requirement.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
    let name = &requirement[..end.unwrap_or(requirement.len())];
    let rest = requirement[name.len()..].trim_start();
    let is_name = !name.is_empty() && !rest.starts_with(['/', ':', '\\']) && !name.ends_with(".whl");
    let plain = rest.split(';').next().unwrap_or_default().trim();
    let plain = plain.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(plain, |(_, rest)| rest.trim());
    let version = plain.strip_prefix("===").or(plain.strip_prefix("=="));
    Some(Kind::Requirement {
        name: is_name.then(|| normalized(name)),
        pinned: version.is_some_and(|version| !version.contains(['*', ','])),
        hashed: line.contains("--hash"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# what we need
Flask_Login==0.6.3  # the login
numpy>=2
six==1.17.0 ; python_version > '3' \\
    --hash=sha256:00 \\
    --hash=sha256:11
uvicorn[standard]==0.30.*
thing @ https://example.com/thing-1.0-py3-none-any.whl#sha256=00
-r more.txt
--index-url https://example.com/simple
./wheels/own-1.0-py3-none-any.whl
";

    #[test]
    fn lines_are_read_with_their_places() {
        let read = Requirements::read(TEXT);
        let shown: Vec<String> = read
            .lines
            .iter()
            .map(|line| {
                let text = &TEXT[line.range.clone()];
                match &line.kind {
                    Kind::Requirement { name, pinned, hashed } => {
                        format!("{text}: {} {pinned} {hashed}", name.as_deref().unwrap_or("-"))
                    }
                    Kind::Include(path) => format!("{text}: include {path}"),
                    Kind::Option(name, value) => format!("{text}: {name} is {value}"),
                }
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Flask_Login==0.6.3: flask-login true false",
                "numpy>=2: numpy false false",
                "six==1.17.0 ; python_version > '3': six true true",
                "uvicorn[standard]==0.30.*: uvicorn false false",
                "thing @ https://example.com/thing-1.0-py3-none-any.whl#sha256=00: thing false false",
                "-r more.txt: include more.txt",
                "--index-url https://example.com/simple: --index-url is https://example.com/simple",
                "./wheels/own-1.0-py3-none-any.whl: - false false",
            ]
        );
        assert!(!read.is_lock() && !read.is_pinned());
    }

    #[test]
    fn a_lock_has_a_version_and_hashes_everywhere() {
        let of = |text: &str| Requirements::read(text);
        assert!(of("a==1 --hash=sha256:0\nb==2 \\\n  --hash=sha256:1\n").is_lock());
        assert!(!of("a==1 --hash=sha256:0\nb==2\n").is_lock());
        assert!(of("a==1\nb===2\n").is_pinned());
        assert!(of("# nothing\n--no-index\n").is_empty());
    }
}
