//! The answers as a page.

use crate::probe::{Answer, ask};
use crate::rows::Section;
use portolan_value::Format;

const HEAD: &str = "\
# Coverage

What each part of the language becomes on each format. This page is written by a test that asks the compiler, with one
small spec for every cell; `GOLDEN=update cargo test -p portolan-cli --test coverage` writes it anew.

- **native**: as the spec says it, by the provider's own means.
- **noted**: by the provider's own means, with a difference that `build` and `check` tell.
- **emulated**: by the entry that is generated into the package.
- **no**: refused with a diagnostic before anything is written; the number leads to the reason.

In the remarks, `work` and `thing` are the function and the resource of the small spec.
";

/// Writes the page.
pub fn write(sections: &[Section]) -> String {
    HEAD.to_owned() + &sections.iter().map(section).collect::<String>()
}

fn section(section: &Section) -> String {
    let mut remarks: Vec<String> = Vec::new();
    let mut rows = String::new();
    for row in &section.rows {
        let cells = Format::ALL.map(|format| cell(&ask(&row.spec, &row.plain, format), &mut remarks));
        rows.push_str(&format!("| {} | {} |\n", row.name.replace('|', "\\|"), cells.join(" | ")));
    }
    let numbered = remarks.iter().enumerate().map(|(index, remark)| format!("{}. {remark}\n", index + 1));
    let remarks: String = numbered.collect();
    let remarks = if remarks.is_empty() { remarks } else { format!("\n{remarks}") };
    let head = "| | CloudFormation | Terraform | Deployment Manager | ARM |\n|---|---|---|---|---|\n";
    format!("\n## {}\n{}\n\n{head}{rows}{remarks}", section.title, section.about)
}

fn cell(answer: &Answer, remarks: &mut Vec<String>) -> String {
    match answer {
        Answer::Native => "native".to_owned(),
        Answer::Noted(notes) => format!("noted {}", numbers(notes, remarks)),
        Answer::Emulated(notes) => format!("emulated {}", numbers(notes, remarks)).trim_end().to_owned(),
        Answer::Unsupported(why) => format!("no {}", numbers(std::slice::from_ref(why), remarks)),
    }
}

/// The numbers of remarks; a new one gets the next.
fn numbers(notes: &[String], remarks: &mut Vec<String>) -> String {
    let mut numbers = Vec::new();
    for note in notes {
        let known = remarks.iter().position(|remark| remark == note).unwrap_or_else(|| {
            remarks.push(note.clone());
            remarks.len() - 1
        });
        numbers.push((known + 1).to_string());
    }
    if numbers.is_empty() { String::new() } else { format!("({})", numbers.join(", ")) }
}
