//! The pages of `docs/diagnostics/`, built into the program, and how one reads in a terminal.

/// One page: `docs/diagnostics/<phase>/<what>.md`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// `phase/what`.
    pub id: &'static str,
    text: &'static str,
}

/// The longest line of text.
const WIDTH: usize = 80;

static PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// All pages, sorted by id.
pub(super) fn all() -> impl Iterator<Item = Page> {
    PAGES.iter().filter_map(|(path, text)| Some(Page { id: path.strip_suffix(".md")?, text }))
}

impl Page {
    /// What it is about, in one line: the heading after the id.
    pub fn title(&self) -> &'static str {
        let heading = self.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        heading.strip_prefix(self.id).map_or(heading, |title| title.trim_start_matches(':').trim())
    }

    /// The page without its marks: headings underlined, examples indented, paragraphs wrapped.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        let mut paragraph = Vec::new();
        let mut in_example = false;
        for line in self.text.lines() {
            if line.starts_with("```") {
                flush(&mut paragraph, &mut out);
                in_example = !in_example;
            } else if in_example {
                out.push_str(format!("    {line}").trim_end());
                out.push('\n');
            } else if let Some(heading) = line.strip_prefix('#') {
                flush(&mut paragraph, &mut out);
                underline(heading.trim_start_matches('#').trim(), &mut out);
            } else if line.trim().is_empty() {
                flush(&mut paragraph, &mut out);
                blank(&mut out);
            } else {
                if line.starts_with("- ") {
                    flush(&mut paragraph, &mut out);
                }
                paragraph.extend(line.split_whitespace());
            }
        }
        flush(&mut paragraph, &mut out);
        out
    }
}

fn underline(heading: &str, out: &mut String) {
    let rule = "-".repeat(heading.chars().count());
    out.push_str(&format!("{heading}\n{rule}\n"));
}

/// One empty line, however many the page has.
fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// Writes the words of a paragraph as lines of at most [`WIDTH`] characters.
fn flush(words: &mut Vec<&str>, out: &mut String) {
    let hang = if words.first() == Some(&"-") { "  " } else { "" };
    let mut length = 0;
    for (index, word) in words.iter().enumerate() {
        let wide = word.chars().count();
        if index > 0 && length + 1 + wide > WIDTH {
            out.push('\n');
            out.push_str(hang);
            length = hang.len();
        } else if index > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += wide;
    }
    if !words.is_empty() {
        out.push('\n');
        words.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &'static str, title: &str, plain: &str) {
        let page = Page { id: "model/thing", text };
        assert_eq!(page.title(), title);
        assert_eq!(page.plain(), plain);
    }

    #[test]
    fn a_page_reads_in_a_terminal() {
        check(
            "# model/thing: a thing is wrong\n\nOne\ntwo.\n\n\n## Example\n```yaml\na:\n  b: c\n```\n",
            "a thing is wrong",
            "model/thing: a thing is wrong\n-----------------------------\n\nOne two.\n\nExample\n-------\n    a:\n      b: c\n",
        );
        check("# Thing\n- a\n- b\n", "Thing", "Thing\n-----\n- a\n- b\n");
    }

    #[test]
    fn paragraphs_are_wrapped() {
        let plain = Page {
            id: "a/b",
            text: "- aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa b",
        }
        .plain();
        assert_eq!(plain.lines().map(str::len).collect::<Vec<_>>(), [71, 13]);
        assert!(plain.ends_with("\n  aaaaaaaaa b\n"));
    }

    #[test]
    fn every_page_has_its_parts() {
        for (path, text) in PAGES {
            let id = path.strip_suffix(".md").unwrap_or_default();
            assert!(text.starts_with(&format!("# {id}: ")), "{path} begins with its id and a title");
            for part in ["\n## Example\n", "\n## Cure\n"] {
                assert!(text.contains(part), "{path} has no {}", part.trim());
            }
            assert_eq!(text.matches("```").count() % 2, 0, "{path} has an open example");
        }
    }
}
