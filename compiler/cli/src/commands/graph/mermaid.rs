//! The drawing as a Mermaid flowchart, for Markdown.

use super::drawing::{Arrow, Drawing, Node, Shape};

/// Writes a drawing.
pub(super) fn write(drawing: &Drawing) -> String {
    let mut out = format!("---\ntitle: \"{}\"\n---\nflowchart LR\n", escaped(&drawing.title));
    for (index, node) in drawing.nodes.iter().enumerate() {
        out.push_str(&format!("  n{index}{}\n", shape(node)));
    }
    drawing.arrows.iter().for_each(|arrow| out.push_str(&line(arrow)));
    out.push_str(STYLE);
    for (index, node) in drawing.nodes.iter().enumerate() {
        out.push_str(&format!("  class n{index} {}\n", class(node)));
    }
    out
}

const STYLE: &str = "  classDef entry fill:#e8f0fe,stroke:#3b6fd4,color:#12274d
  classDef function fill:#fff4dc,stroke:#c98a12,color:#4a3300
  classDef resource fill:#e9f6ec,stroke:#3c9155,color:#143a20
  classDef external fill:#f1f1f1,stroke:#777,stroke-dasharray:4,color:#333
  classDef public fill:#fde8e8,stroke:#c73a3a,stroke-width:3px,color:#5c1111
";

fn shape(node: &Node) -> String {
    let details = node.details.iter().map(|detail| format!("<br/><small>{}</small>", escaped(detail)));
    let text = format!("<b>{}</b>{}", escaped(&node.name), details.collect::<String>());
    match node.shape {
        Shape::Entry => format!("([\"{text}\"])"),
        Shape::Function => format!("[\"{text}\"]"),
        Shape::Resource | Shape::External => format!("[(\"{text}\")]"),
    }
}

fn class(node: &Node) -> &'static str {
    match (node.public, node.shape) {
        (true, _) => "public",
        (_, Shape::Entry) => "entry",
        (_, Shape::Function) => "function",
        (_, Shape::Resource) => "resource",
        (_, Shape::External) => "external",
    }
}

fn line(arrow: &Arrow) -> String {
    let label: Vec<String> = arrow.label.iter().map(|line| escaped(line)).collect();
    let label = if label.is_empty() { String::new() } else { format!("|\"{}\"|", label.join("<br/>")) };
    let stroke = if arrow.starts { "==>" } else { "-->" };
    format!("  n{} {stroke}{label} n{}\n", arrow.from, arrow.to)
}

/// User text as text: everything that Mermaid, Markdown or HTML could read as more is an entity.
fn escaped(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || " -/.,:()→".contains(letter);
    let letter = |letter: char| match letter {
        letter if plain(letter) => letter.to_string(),
        letter if letter.is_control() => " ".to_owned(),
        letter => format!("#{};", u32::from(letter)),
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_stays_text() {
        assert_eq!(escaped("GET /shows/{id}"), "GET /shows/#123;id#125;");
        assert_eq!(escaped("a\"]; click\n<b>`x`"), "a#34;#93;#59; click #60;b#62;#96;x#96;");
    }
}
