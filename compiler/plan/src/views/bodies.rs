//! Bodies of several lines as a unified diff, with what differs in a line pointed at.
//!
//! No clock stops it: what is compared is short enough, or is told by its size.

use super::{plain, values::MOST};
use similar::{ChangeTag, InlineChange, TextDiff};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// A line of a diff.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// ` `, `+` or `-`; `@` before each stretch of lines.
    pub(super) sign: char,
    /// Its text in pieces, with whether a piece is what differs.
    pub(super) pieces: Vec<(bool, String)>,
}

impl Line {
    /// The line's text.
    #[must_use]
    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Ticks under what differs, where that is only a part of the line.
    #[must_use]
    pub(super) fn ticks(&self) -> Option<String> {
        let differs = self.pieces.iter().any(|(differs, _)| *differs);
        let same = self.pieces.iter().any(|(differs, text)| !differs && !text.trim().is_empty());
        let ticks = |(differs, text): &(bool, String)| if *differs { "^" } else { " " }.repeat(plain::letters(text));
        (differs && same).then(|| self.pieces.iter().map(ticks).collect::<String>().trim_end().to_owned())
    }
}

/// What differs between two bodies. Nothing where they are too long to be compared.
#[must_use]
pub(super) fn diff(before: &str, after: &str) -> Option<Vec<Line>> {
    if before.len().max(after.len()) > MOST {
        return None;
    }
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(Line { sign: '@', pieces: vec![(false, hunk.header().to_string())] });
        for op in hunk.ops() {
            lines.extend(diff.iter_inline_changes_deadline(op, None).map(|change| line(&change)));
        }
    }
    Some(lines)
}

fn line(change: &InlineChange<'_, str>) -> Line {
    let sign = match change.tag() {
        ChangeTag::Equal => ' ',
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
    };
    let pieces = change.iter_strings_lossy().map(|(differs, text)| {
        let text = text.strip_suffix('\n').unwrap_or(&text);
        (differs, plain::line(text))
    });
    Line { sign, pieces: pieces.filter(|(_, text)| !text.is_empty()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_points_at_what_differs_in_it() {
        let before = "{\n  \"Action\": \"s3:GetObject\",\n  \"Effect\": \"Allow\"\n}\n";
        let after = "{\n  \"Action\": \"s3:PutObject\",\n  \"Effect\": \"Allow\"\n}\n";
        let lines = diff(before, after).expect("short");
        let told: Vec<String> = lines.iter().map(|line| format!("{}{}", line.sign, line.text())).collect();
        assert_eq!(
            told,
            [
                "@@@ -1,4 +1,4 @@",
                " {",
                "-  \"Action\": \"s3:GetObject\",",
                "+  \"Action\": \"s3:PutObject\",",
                "   \"Effect\": \"Allow\"",
                " }",
            ]
        );
        assert_eq!(lines[2].ticks().as_deref().map(str::trim_start), Some("^^^^^^^^^^^^^^^"));
    }

    #[test]
    fn what_is_too_long_is_not_compared() {
        assert_eq!(diff(&"x\n".repeat(MOST), "y"), None);
    }

    #[test]
    fn nothing_in_a_body_commands() {
        let lines = diff("a\n", "\u{1b}[2J##vso[x]\r\n").expect("short");
        assert_eq!(lines.last().map(Line::text).as_deref(), Some("␛[2J# #vso[x]␍"));
    }
}
