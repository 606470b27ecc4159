//! A page for a terminal: lines in columns, that say the same without colour.

use super::super::plain::{self, letters};

/// How loud a piece of a line is. Colour only underlines what its words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As all others.
    Plain,
    /// A heading.
    Strong,
    /// Less than others.
    Quiet,
    /// Something new that does no harm.
    Good,
    /// Worth a look.
    Careful,
    /// Stop and read.
    Bad,
    /// What differs in a line that goes.
    Gone,
    /// What differs in a line that comes.
    New,
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Quiet => "2",
            Self::Good => "32",
            Self::Careful => "33",
            Self::Bad => "1;31",
            Self::Gone => "7;31",
            Self::New => "7;32",
        }
    }
}

/// A line of a section, and what belongs to it.
pub(super) struct Row {
    pub(super) sign: char,
    pub(super) tone: Tone,
    /// Its columns; an empty last one is none.
    pub(super) cells: Vec<String>,
    /// What stands below.
    pub(super) below: Vec<Below>,
}

/// What stands below a line.
pub(super) enum Below {
    /// A sentence, broken where it is too long.
    Said(Tone, String),
    /// A line in pieces, as it is: too long or not.
    Exact(Vec<(Tone, String)>),
}

/// How far what belongs to a line stands in.
const BELOW: usize = 6;

/// The widest a column gets so that one long name does not move all others, by its place.
const WIDEST: [usize; 3] = [38, 44, 22];

/// What was written so far.
pub(super) struct Page {
    out: String,
    colour: bool,
    width: usize,
}

impl Page {
    pub(super) fn new(colour: bool, width: usize) -> Self {
        Self { out: String::new(), colour, width: width.max(60) }
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A line of pieces. Whatever they hold, it stays one line, and commands nobody.
    pub(super) fn line(&mut self, pieces: &[(Tone, &str)]) {
        let clean: Vec<(Tone, String)> = pieces.iter().map(|(tone, text)| (*tone, plain::line(text))).collect();
        let whole: String = clean.iter().map(|(_, text)| text.as_str()).collect();
        let opened = plain::opening(whole.trim_end());
        if !self.colour || opened != whole.trim_end() {
            self.out.push_str(&opened);
        } else {
            for (tone, text) in &clean {
                match tone.code() {
                    "" => self.out.push_str(text),
                    code => self.out.push_str(&format!("\u{1b}[{code}m{text}\u{1b}[0m")),
                }
            }
        }
        self.out.push('\n');
    }

    pub(super) fn heading(&mut self, title: &str, more: &str) {
        self.blank();
        let more = if more.is_empty() { String::new() } else { format!("   {more}") };
        self.line(&[(Tone::Strong, title), (Tone::Quiet, &more)]);
    }

    /// A sentence, broken between words; what follows its first line stands in a little more.
    pub(super) fn said(&mut self, indent: usize, tone: Tone, text: &str) {
        let text = plain::line(text);
        for (at, part) in plain::broken(&text, self.width.saturating_sub(indent + 2)).iter().enumerate() {
            let blanks = " ".repeat(if at == 0 { indent } else { indent + 2 });
            self.line(&[(Tone::Plain, &blanks), (tone, part)]);
        }
    }

    /// Lines in columns, each as wide as most of it.
    pub(super) fn table(&mut self, rows: &[Row]) {
        self.table_of(rows, &WIDEST);
    }

    /// Lines in columns of which each is at most so wide.
    pub(super) fn table_of(&mut self, rows: &[Row], widest: &[usize]) {
        let widths = widths(rows, widest);
        for row in rows {
            self.row(row, &widths);
        }
    }

    fn row(&mut self, row: &Row, widths: &[usize]) {
        let cells: Vec<String> = row.cells.iter().map(|cell| plain::line(cell)).collect();
        let mut text = String::new();
        let mut rest = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            let gap = if at == 0 { "" } else { "   " };
            let fits = 4 + letters(&text) + letters(gap) + letters(cell) <= self.width;
            if !rest.is_empty() || (at > 0 && !cell.is_empty() && !fits) {
                rest.push(cell.as_str());
                continue;
            }
            let width = widths.get(at).copied().unwrap_or_default();
            text.push_str(&format!("{gap}{cell:<width$}"));
        }
        let sign = row.sign.to_string();
        self.line(&[(Tone::Plain, "  "), (row.tone, &sign), (Tone::Plain, " "), (Tone::Plain, text.trim_end())]);
        let rest: Vec<&str> = rest.into_iter().filter(|cell| !cell.is_empty()).collect();
        if !rest.is_empty() {
            self.said(BELOW, Tone::Plain, &rest.join("   "));
        }
        for below in &row.below {
            match below {
                Below::Said(tone, text) => self.said(BELOW, *tone, text),
                Below::Exact(pieces) => {
                    let indent = " ".repeat(BELOW);
                    let pieces: Vec<(Tone, &str)> = std::iter::once((Tone::Plain, indent.as_str()))
                        .chain(pieces.iter().map(|(tone, text)| (*tone, text.as_str())))
                        .collect();
                    self.line(&pieces);
                }
            }
        }
    }
}

fn widths(rows: &[Row], widest: &[usize]) -> Vec<usize> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let wide = |at: usize| {
        let most = widest.get(at).copied().unwrap_or(usize::MAX);
        let cells = rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| letters(&plain::line(cell)));
        cells.filter(|width| *width <= most).max().unwrap_or_default()
    };
    (0..columns).map(wide).collect()
}

/// Small columns below a line: what does not fit into a line of so many letters goes whole to the next one.
pub(super) fn aligned(rows: &[[String; 3]], width: usize) -> Vec<Vec<String>> {
    let wide = |at: usize, most: usize| {
        rows.iter().map(|row| letters(&row[at])).filter(|width| *width <= most).max().unwrap_or_default()
    };
    let (first, second) = (wide(0, 40), wide(1, 48));
    let lines = |[one, two, three]: &[String; 3]| {
        let whole = format!("{one:<first$}   {two:<second$}   {three}").trim_end().to_owned();
        let fits = |line: &str| BELOW + letters(line) <= width.saturating_sub(2);
        let half = format!("{one:<first$}   {two}");
        match (fits(&whole), fits(&half)) {
            (true, _) => vec![whole],
            (false, true) => vec![half, format!("  {three}")],
            (false, false) => vec![one.clone(), format!("  {two}"), format!("  {three}")],
        }
    };
    rows.iter().map(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        Row {
            sign: '+',
            tone: Tone::Good,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            below: Vec::new(),
        }
    }

    #[test]
    fn columns_stand_below_each_other() {
        let mut page = Page::new(false, 80);
        page.table(&[row(&["a", "bb", "c"]), row(&["aaaa", "b", "c"])]);
        assert_eq!(page.into_text(), "  + a      bb   c\n  + aaaa   b    c\n");
    }

    #[test]
    fn what_does_not_fit_goes_below() {
        let mut page = Page::new(false, 60);
        page.table(&[row(&["a", &"b".repeat(40), &"c".repeat(40), "d"])]);
        let expected = format!("  + a   {}\n      {}   d\n", "b".repeat(40), "c".repeat(40));
        assert_eq!(page.into_text(), expected);
    }

    #[test]
    fn a_verdict_is_not_broken() {
        let row = |change: &str| [["path".to_owned(), change.to_owned(), "in place".to_owned()]];
        assert_eq!(aligned(&row("a → b"), 80), [["path   a → b   in place"]]);
        let (long, longer) = ("x".repeat(56), "x".repeat(70));
        assert_eq!(aligned(&row(&long), 80), [[format!("path   {long}"), "  in place".to_owned()]]);
        let expected = ["path".to_owned(), format!("  {longer}"), "  in place".to_owned()];
        assert_eq!(aligned(&row(&longer), 80), [expected]);
    }

    #[test]
    fn colour_takes_nothing_away() {
        let told = |colour| {
            let mut page = Page::new(colour, 80);
            page.heading("DATA", "more");
            page.table(&[row(&["a", "b"])]);
            page.said(2, Tone::Bad, "words");
            page.into_text()
        };
        let mut plain = told(true);
        for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[32m", "\u{1b}[1;31m"] {
            plain = plain.replace(code, "");
        }
        assert_eq!(plain, told(false));
    }
}
