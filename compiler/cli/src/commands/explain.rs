//! `portolan explain`: the long form of a diagnostic, from the pages in `docs/diagnostics/`.

mod page;

use crate::arguments::Explain;
use crate::{Exit, talk};
use page::Page;
use portolan_diagnostics::suggest;

/// Prints the page of a diagnostic, or the list of all.
pub fn run(explain: &Explain) -> Exit {
    let id = explain.id.trim();
    if id == "list" {
        talk::data(&list());
        return Exit::Success;
    }
    match page::all().find(|page| page.id == id) {
        Some(page) => {
            talk::data(&page.plain());
            Exit::Success
        }
        None => unknown(id),
    }
}

fn unknown(id: &str) -> Exit {
    let shown: String = id.escape_debug().collect();
    talk::say(&format!("error: there is no diagnostic `{shown}`"));
    match close(id) {
        Some(close) => talk::say(&format!("help: did you mean `{close}`?")),
        None => talk::say("help: `portolan explain list` lists all of them"),
    }
    Exit::Invalid
}

/// The id that was probably meant; its last word alone is enough.
fn close(id: &str) -> Option<&'static str> {
    let ids = || page::all().map(|page| page.id);
    let word = |id: &'static str| id.rsplit_once('/').map_or(id, |(_, what)| what);
    ids().find(|known| word(known) == id).or_else(|| suggest(id, ids())).or_else(|| {
        let what = suggest(id, ids().map(word))?;
        ids().find(|known| word(known) == what)
    })
}

/// All ids with their titles, in columns.
fn list() -> String {
    let width = page::all().map(|page| page.id.len()).max().unwrap_or_default();
    page::all().map(|page| format!("{:width$}  {}\n", page.id, Page::title(&page))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_the_list() {
        let list = list();
        let listed: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(listed, page::all().map(|page| page.id).collect::<Vec<_>>());
        assert!(!listed.is_empty());
    }

    #[test]
    fn a_near_miss_finds_its_page() {
        assert_eq!(close("cli/no-spce"), Some("cli/no-spec"));
        assert_eq!(close("no-spec"), Some("cli/no-spec"));
        assert_eq!(close("no-spce"), Some("cli/no-spec"));
        assert_eq!(close("xyzzyxyzzyxyzzy"), None);
    }
}
