//! The review for the comment on a change: tables that fold, short enough for the comment of a code host.
//!
//! Names and texts come from users, so that all of them stand in code spans, in which nothing is markup, nobody is
//! mentioned and nothing is loaded. What is too long loses its safest rows first, and says so.

use super::document::{Change, Deployment, Document, Function, Permission};
use super::lines::{self, Line, chain, is_others, is_platform, lines, place};
use super::text;
use crate::talk::counted;

/// The most letters of a comment; GitHub takes 65,536.
pub(super) const MOST: usize = 60_000;

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Detail {
    /// Every permission.
    All,
    /// Without what services and the platform hold.
    Own,
    /// Only what deserves a look: what is public, assumed, by hand, conditional on nothing and so on.
    Marked,
    /// No permissions: only what is said of the whole.
    Whole,
}

/// All of a review, as long as it may be.
pub(super) fn markdown(document: &Document) -> String {
    let details = [Detail::All, Detail::Own, Detail::Marked, Detail::Whole];
    let pages = details.into_iter().map(|detail| page(document, detail));
    let mut last = String::new();
    for page in pages {
        if page.chars().count() < MOST {
            return page;
        }
        last = page;
    }
    cut(&last)
}

/// A page that is too long even so ends at a whole line.
fn cut(page: &str) -> String {
    let end = "\n\n**The rest does not fit here:** `portolan review` prints all of it.\n";
    let mut kept = String::new();
    for line in page.lines() {
        if kept.chars().count() + line.chars().count() + end.len() + 40 > MOST {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    // What stands open is closed: a fold, and the table in it.
    if kept.matches("<details>").count() > kept.matches("</details>").count() {
        kept.push_str("\n</details>\n");
    }
    kept + end
}

fn page(document: &Document, detail: Detail) -> String {
    let mut page = String::new();
    verdicts(document, &mut page);
    for deployment in &document.deployments {
        page.push_str(&format!(
            "## {}\n\n",
            code(&format!("{} → {} {}", deployment.app, deployment.format, deployment.region))
        ));
        let counts = text::heading(deployment);
        let counts = counts.split_once(" · ").map_or("", |(_, counts)| counts);
        page.push_str(&format!("{}\n\n", counts.replace("`*`", "everything")));
        match &deployment.changes {
            Some(changes) => {
                page.push_str(&format!("Compared with {}.\n\n", code(&changes.against)));
                if changes.wider.is_empty() && changes.narrower.is_empty() {
                    page.push_str("**Nothing changed in what anybody may do.**\n\n");
                }
                let (exposed, wider): (Vec<&Change>, Vec<&Change>) = changes.wider.iter().partition(|one| one.public);
                self::changes("Opens to everybody", "⚠", &exposed, &mut page);
                self::changes("Wider", "+", &wider, &mut page);
                self::changes("Taken away", "−", &changes.narrower.iter().collect::<Vec<_>>(), &mut page);
            }
            None => everything(deployment, detail, &mut page),
        }
    }
    page
}

fn verdicts(document: &Document, page: &mut String) {
    if document.verdicts.is_empty() {
        return;
    }
    page.push_str("| | by | found | where |\n|---|---|---|---|\n");
    for one in &document.verdicts {
        let word = if one.denied { "**denied**" } else { "warned" };
        let at = one.place.as_ref().map(|at| code(&place(at))).unwrap_or_default();
        page.push_str(&format!("| {word} | {} | {} | {at} |\n", code(&one.by), code(&one.message)));
    }
    page.push('\n');
}

fn everything(deployment: &Deployment, detail: Detail, page: &mut String) {
    for (label, said) in text::paragraphs(deployment) {
        page.push_str(&format!("**{label}**\n\n"));
        for line in said {
            page.push_str(&format!("- {}\n", if is_ours(label, &line) { line.clone() } else { code(&line) }));
        }
        page.push('\n');
    }
    if detail == Detail::Whole {
        let all = counted(deployment.counts.permissions, "permission");
        page.push_str(&format!("{all} are not shown here: `portolan review` prints them.\n\n"));
        return;
    }
    for function in &deployment.functions {
        self::function(function, detail, page);
    }
    let shared: Vec<&Permission> = deployment.shared.iter().collect();
    if !shared.is_empty() && detail == Detail::All {
        page.push_str("<details><summary>the deployment</summary>\n\n");
        table(&lines(shared.into_iter()), page);
        page.push_str("\n</details>\n\n");
    }
    let common = lines::common(&deployment.functions);
    if !common.is_empty() && detail == Detail::All {
        page.push_str("<details><summary>to run at all</summary>\n\n| functions | permissions | on | because |\n|---|---|---|---|\n");
        for one in common {
            let every = one.functions.len() == deployment.functions.len();
            let who = if every { "every function".to_owned() } else { code(&one.functions.join(", ")) };
            let cells = [who, code(&one.permissions), code(&one.on), code(one.why)];
            page.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        page.push_str("\n</details>\n\n");
    }
}

/// Whether a sentence has no word of a user in it.
fn is_ours(label: &str, line: &str) -> bool {
    label == "proof" || line == text::nothing(label) || line.starts_with("Nothing ")
}

fn function(function: &Function, detail: Detail, page: &mut String) {
    let told = |row: &&Permission| match detail {
        Detail::All => !is_platform(row),
        Detail::Own => !is_platform(row) && !is_others(row),
        Detail::Marked | Detail::Whole => row.by_hand || row.assumed || row.on_everything || row.escalation.is_some(),
    };
    let told: Vec<&Permission> = function.permissions.iter().filter(told).collect();
    let left = function.permissions.iter().filter(|row| !is_platform(row)).count() - told.len();
    let open = if function.public { " open" } else { "" };
    page.push_str(&format!(
        "<details{open}><summary><code>{}</code> — <code>{}</code></summary>\n\n",
        html(&function.name),
        html(&text::ways(function))
    ));
    if !told.is_empty() {
        table(&lines(told.into_iter()), page);
    }
    for unused in &function.unused {
        let (on, at) = (code(&format!("{}: {}", unused.resource, unused.verb)), code(&place(&unused.place)));
        page.push_str(&format!("\n- {on} is declared and never called: not granted ({at})\n"));
    }
    if left > 0 {
        page.push_str(&format!("\n{} more, not shown here\n", counted(left, "permission")));
    }
    page.push_str("\n</details>\n\n");
}

fn table(lines: &[Line<'_>], page: &mut String) {
    page.push_str("| on | verb | permission | because |\n|---|---|---|---|\n");
    for line in lines {
        let cells = [code(&line.on()), code(&line.head().verb), granted(line), because(line)];
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

fn granted(line: &Line<'_>) -> String {
    let head = line.head();
    let mut parts = vec![code(&line.permissions())];
    let marks =
        [(head.by_hand, "**by hand**"), (head.assumed, "**assumed**"), (head.on_everything, "**on everything**")];
    parts.extend(marks.into_iter().filter(|(marked, _)| *marked).map(|(_, mark)| mark.to_owned()));
    parts.extend(head.holder.as_ref().map(|holder| format!("by {}", code(holder))));
    parts.extend(head.condition.as_ref().map(|condition| format!("only if {}", code(condition))));
    parts.extend(head.escalation.as_ref().map(|gives| format!("**escalates**: {gives}")));
    parts.join("<br>")
}

fn because(line: &Line<'_>) -> String {
    let calls = line.calls().map(|call| code(format!("{} {}", place(&call.place), chain(&call.chain)).trim_end()));
    let words = line.words().map(|word| code(&format!("{} {}", place(&word.place), word.text)));
    calls.chain(words).collect::<Vec<_>>().join("<br>")
}

fn changes(title: &str, sign: &str, list: &[&Change], page: &mut String) {
    if list.is_empty() {
        return;
    }
    page.push_str(&format!(
        "**{title}**\n\n| | who | may | on | in which way | because |\n|---|---|---|---|---|---|\n"
    ));
    for (one, permissions) in lines::grouped(list.iter().copied()) {
        let resource = one.resource.as_deref().unwrap_or_default();
        let mut may: Vec<String> = permissions.iter().map(|permission| code(permission)).collect();
        may.extend(one.condition.as_ref().map(|condition| format!("only if {}", code(condition))));
        may.extend(one.role.as_ref().map(|role| format!("comes with {}", code(role))));
        may.extend(one.escalation.as_ref().map(|gives| format!("**escalates**: {gives}")));
        let marks = [(one.by_hand, "**by hand**"), (one.assumed, "**assumed**")];
        let mut way = if sign == "−" { Vec::new() } else { vec![one.class.replace('-', " ")] };
        way.extend(marks.into_iter().filter(|(marked, _)| *marked).map(|(_, mark)| mark.to_owned()));
        let mut why: Vec<String> = one.because.iter().map(|reason| code(text::cause(reason).trim_end())).collect();
        if why.is_empty() {
            why.extend(one.place.as_ref().map(|at| code(&place(at))));
        }
        let cells = [
            sign.to_owned(),
            code(&one.who),
            may.join("<br>"),
            code(&lines::scope(&one.on, resource, None)),
            way.join("<br>"),
            why.join("<br>"),
        ];
        page.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    page.push('\n');
}

/// A text as a code span in a cell: a fence longer than any in it, no line breaks, no bars.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let text = text.replace('|', "\\|");
    // A blank at both ends is taken off again by who reads it, and keeps a tick of the text from joining the fence.
    let room = if longest > 0 || text.starts_with(' ') || text.ends_with(' ') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A text inside of HTML: nothing in it is markup, of either language.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if letter.is_control() => out.push(' '),
            letter if letter.is_ascii_alphanumeric() || " -/{}.,:".contains(letter) || !letter.is_ascii() => {
                out.push(letter);
            }
            letter => out.push_str(&format!("&#{};", letter as u32)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_whatever_it_is_given() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code(" "), "");
        assert_eq!(html("<b>&`*"), "&#60;b&#62;&#38;&#96;&#42;");
    }
}
