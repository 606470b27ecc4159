//! The drawing in the language of Graphviz.

use super::drawing::{Arrow, Drawing, Node, Shape};

/// Writes a drawing.
pub(super) fn write(drawing: &Drawing) -> String {
    let mut out = String::from("digraph portolan {\n");
    out.push_str(&format!("  label={}; labelloc=t; rankdir=LR; fontname=\"monospace\";\n", quoted(&[&drawing.title])));
    out.push_str("  node [fontname=\"monospace\", fontsize=11, style=filled];\n");
    out.push_str("  edge [fontname=\"monospace\", fontsize=9];\n");
    for (index, node) in drawing.nodes.iter().enumerate() {
        let text: Vec<&str> = std::iter::once(&node.name).chain(&node.details).map(String::as_str).collect();
        out.push_str(&format!("  n{index} [label={}, {}];\n", quoted(&text), look(node)));
    }
    drawing.arrows.iter().for_each(|arrow| out.push_str(&line(arrow)));
    out.push_str("}\n");
    out
}

fn look(node: &Node) -> String {
    let look = match node.shape {
        Shape::Entry => "shape=box, style=\"rounded,filled\", fillcolor=\"#e8f0fe\", color=\"#3b6fd4\"",
        Shape::Function => "shape=box, fillcolor=\"#fff4dc\", color=\"#c98a12\"",
        Shape::Resource => "shape=cylinder, fillcolor=\"#e9f6ec\", color=\"#3c9155\"",
        Shape::External => "shape=cylinder, style=\"dashed,filled\", fillcolor=\"#f1f1f1\", color=\"#777777\"",
    };
    if node.public { format!("{look}, fillcolor=\"#fde8e8\", color=\"#c73a3a\", penwidth=3") } else { look.to_owned() }
}

fn line(arrow: &Arrow) -> String {
    let label: Vec<&str> = arrow.label.iter().map(String::as_str).collect();
    let stroke = if arrow.starts { ", penwidth=2" } else { "" };
    format!("  n{} -> n{} [label={}{stroke}];\n", arrow.from, arrow.to, quoted(&label))
}

/// Lines as one quoted text: a quote and a backslash stand for themselves.
fn quoted(lines: &[&str]) -> String {
    let plain = |line: &&str| -> String {
        let letters = line.chars().filter(|letter| !letter.is_control());
        letters
            .map(|letter| if matches!(letter, '"' | '\\') { format!("\\{letter}") } else { letter.to_string() })
            .collect()
    };
    format!("\"{}\"", lines.iter().map(plain).collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_stays_text() {
        assert_eq!(quoted(&["a\"]; \\N", "b\n"]), "\"a\\\"]; \\\\N\\nb\"");
    }
}
