//! Markup that cannot be broken by what stands in it: elements are made here, and texts and attributes are escaped here.

/// A piece of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// The page itself.
    pub fn into_text(self) -> String {
        self.0
    }

    /// Appends another piece.
    pub fn push(&mut self, other: Self) {
        self.0.push_str(&other.0);
    }
}

impl FromIterator<Markup> for Markup {
    fn from_iter<I: IntoIterator<Item = Markup>>(pieces: I) -> Self {
        let mut all = Self::default();
        pieces.into_iter().for_each(|piece| all.push(piece));
        all
    }
}

/// A text. What a browser does not show, or shows to deceive, is told as what it is.
pub(super) fn text(text: &str) -> Markup {
    Markup(escaped(text))
}

/// Our own markup: style, script.
pub(super) fn fixed(markup: &'static str) -> Markup {
    Markup(markup.to_owned())
}

/// A picture that its own writer has escaped.
pub(super) fn drawn(svg: &str) -> Markup {
    Markup(svg.to_owned())
}

/// An element.
pub(super) fn element(
    name: &'static str,
    attributes: &[(&'static str, &str)],
    inside: impl IntoIterator<Item = Markup>,
) -> Markup {
    let mut out = open(name, attributes);
    inside.into_iter().for_each(|piece| out.push_str(&piece.0));
    out.push_str(&format!("</{name}>"));
    Markup(out)
}

/// An element that has nothing in it and no end.
pub(super) fn void(name: &'static str, attributes: &[(&'static str, &str)]) -> Markup {
    Markup(open(name, attributes))
}

fn open(name: &str, attributes: &[(&'static str, &str)]) -> String {
    let mut out = format!("<{name}");
    for (key, value) in attributes {
        out.push_str(&format!(" {key}=\"{}\"", escaped(value)));
    }
    out.push('>');
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            // Letters that turn the direction of others, or are not there to be seen.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => out.push('�'),
            letter if letter.is_control() => out.push('�'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_it_cannot_break_it() {
        let piece = element("a", &[("title", "\"><script>")], [text("</a><b>&'\u{202e}\u{7}")]);
        assert_eq!(piece.into_text(), "<a title=\"&quot;&gt;&lt;script&gt;\">&lt;/a&gt;&lt;b&gt;&amp;&#39;��</a>");
    }
}
