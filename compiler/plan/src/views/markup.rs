//! Texts of others in Markdown. They stand in code spans, in fences and in HTML that was escaped, in which nothing is
//! markup, nobody is mentioned, nothing is linked and nothing is loaded.

use super::plain;

/// A text as a code span: its ticks are more than any in it.
#[must_use]
pub(super) fn code(text: &str) -> String {
    let text = plain::line(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank at both ends is taken off again by who reads it, and keeps a tick of the text from joining the fence.
    let room = if longest > 0 || text.starts_with(' ') || text.ends_with(' ') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A code span in the cell of a table, which a bar would end even there.
#[must_use]
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A text inside of HTML: nothing in it is markup, of either language.
#[must_use]
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in plain::line(text).chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || " -/{}.,:".contains(letter) || !letter.is_ascii() => {
                out.push(letter);
            }
            letter => out.push_str(&format!("&#{};", u32::from(letter))),
        }
    }
    out
}

/// Lines between fences that none of them can end.
#[must_use]
pub(super) fn fenced(language: &str, lines: &[String]) -> String {
    let longest = |line: &String| line.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let ticks = lines.iter().map(longest).max().unwrap_or_default().max(2) + 1;
    let fence = "`".repeat(ticks);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_hold_whatever_they_are_given() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("a\nb"), "`a␊b`");
        assert_eq!(code(" "), "");
        assert_eq!(html("<b>&`*@me"), "&#60;b&#62;&#38;&#96;&#42;&#64;me");
        assert_eq!(fenced("diff", &["+```".to_owned()]), "````diff\n+```\n````\n");
    }
}
