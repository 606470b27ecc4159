//! The drawing as a picture of its own: no script, no font and no file beside it, light or dark as the reader likes.

use super::drawing::{Arrow, Drawing, Node, Shape};
use super::layout::{Layout, Place, Size, Way, layout};

/// The width of a character and the height of a line, for the names and for everything else.
const NAME: Size = Size { width: 8.4, height: 18.0 };
const SMALL: Size = Size { width: 6.7, height: 14.0 };
/// Between a box's sides and its words.
const PADDING: f64 = 12.0;
/// Around the whole, and above it for the title.
const MARGIN: f64 = 24.0;
const TITLE: f64 = 40.0;

/// Writes a drawing.
pub(super) fn write(drawing: &Drawing) -> String {
    let boxes: Vec<Size> = drawing.nodes.iter().map(box_size).collect();
    let arrows: Vec<_> = drawing.arrows.iter().map(|arrow| (arrow.from, arrow.to, label_size(arrow))).collect();
    let layout = layout(&boxes, &arrows);
    let mut out = head(drawing, &layout);
    for (arrow, way) in drawing.arrows.iter().zip(&layout.ways) {
        line(arrow, way, &mut out);
    }
    for (arrow, way) in drawing.arrows.iter().zip(&layout.ways) {
        label(arrow, &way.steps[1], &mut out);
    }
    for (node, place) in drawing.nodes.iter().zip(&layout.boxes) {
        draw_box(node, place, &mut out);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn head(drawing: &Drawing, layout: &Layout) -> String {
    let title = escaped(&drawing.title);
    let least = NAME.width * letters(&drawing.title);
    let width = layout.size.width.max(least) + 2.0 * MARGIN;
    let height = layout.size.height + 2.0 * MARGIN + TITLE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <defs>{}{}</defs>\n\
         <rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n\
         <text x=\"{MARGIN}\" y=\"{:.0}\" class=\"name\">{title}</text>\n<g transform=\"translate({MARGIN} {})\">\n",
        marker("grant"),
        marker("start"),
        MARGIN + 8.0,
        MARGIN + TITLE,
    )
}

fn marker(class: &str) -> String {
    format!(
        "<marker id=\"{class}-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\" class=\"{class}-head\"/></marker>"
    )
}

/// Plain rules, so that viewers which know no variables show it too.
const STYLE: &str = "\
text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1c2430; }
.name { font-size: 14px; font-weight: 600; }
.small { font-size: 11px; fill: #5b6675; }
.loud { font-size: 11px; font-weight: 600; fill: #b02a2a; }
.paper { fill: #ffffff; }
.grant-head { fill: #8a94a3; }
.start-head { fill: #3b6fd4; }
.grant { fill: none; stroke: #8a94a3; stroke-width: 1.2; }
.start { fill: none; stroke: #3b6fd4; stroke-width: 2; }
.box { stroke-width: 1.3; }
.entry { fill: #e8f0fe; stroke: #3b6fd4; }
.function { fill: #fff4dc; stroke: #c98a12; }
.resource { fill: #e9f6ec; stroke: #3c9155; }
.external { fill: #f1f1f1; stroke: #8a8a8a; stroke-dasharray: 4; }
.public { fill: #fde8e8; stroke: #c73a3a; stroke-width: 2.4; }
@media (prefers-color-scheme: dark) {
text { fill: #e8edf4; }
.small { fill: #a3afbf; }
.loud { fill: #f59a9a; }
.paper { fill: #12161d; }
.grant-head { fill: #66717f; }
.start-head { fill: #7ea6f5; }
.grant { stroke: #66717f; }
.start { stroke: #7ea6f5; }
.entry { fill: #1a2a4a; stroke: #7ea6f5; }
.function { fill: #3b2e10; stroke: #e0b04a; }
.resource { fill: #16321e; stroke: #68bf82; }
.external { fill: #23272e; stroke: #8d949e; }
.public { fill: #451a1a; stroke: #f08080; }
}
";

fn letters(text: &str) -> f64 {
    // A wide character takes the room of two.
    let wide = |letter: char| if letter.is_ascii() || letter == '→' { 1.0 } else { 2.0 };
    text.chars().map(wide).sum()
}

fn box_size(node: &Node) -> Size {
    let details = node.details.iter().map(|detail| letters(detail) * SMALL.width).fold(0.0, f64::max);
    let lines = node.details.iter().fold(0.0, |height, _| height + SMALL.height);
    let width = (letters(&node.name) * NAME.width).max(details);
    Size { width: width + 2.0 * PADDING, height: NAME.height + lines + PADDING }
}

fn label_size(arrow: &Arrow) -> Size {
    let width = arrow.label.iter().map(|line| letters(line) * SMALL.width).fold(0.0, f64::max);
    let width = if width > 0.0 { width + PADDING } else { 0.0 };
    Size { width, height: arrow.label.iter().fold(0.0, |height, _| height + SMALL.height) }
}

fn draw_box(node: &Node, place: &Place, out: &mut String) {
    let class = match (node.public, node.shape) {
        (true, _) => "public",
        (_, Shape::Entry) => "entry",
        (_, Shape::Function) => "function",
        (_, Shape::Resource) => "resource",
        (_, Shape::External) => "external",
    };
    let Size { width, height } = place.size;
    let round = if node.shape == Shape::Entry { height / 2.0 } else { 4.0 };
    let (left, top) = (place.column, place.middle - height / 2.0);
    out.push_str(&format!("<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round:.1}\" class=\"box {class}\"/>\n"));
    let middle = left + width / 2.0;
    let mut line = top + PADDING / 2.0 + NAME.height - 5.0;
    words(middle, line, "name", &node.name, out);
    for detail in &node.details {
        line += SMALL.height;
        let class = if node.public && detail == "PUBLIC" { "loud" } else { "small" };
        words(middle, line, class, detail, out);
    }
}

fn label(arrow: &Arrow, place: &Place, out: &mut String) {
    let middle = place.column + place.column_width / 2.0;
    let mut line = place.middle - place.size.height / 2.0 - 3.0;
    for text in &arrow.label {
        line += SMALL.height;
        words(middle, line, "small", text, out);
    }
}

fn words(middle: f64, line: f64, class: &str, text: &str, out: &mut String) {
    let text = escaped(text);
    out.push_str(&format!(
        "<text x=\"{middle:.1}\" y=\"{line:.1}\" text-anchor=\"middle\" class=\"{class}\">{text}</text>\n"
    ));
}

/// An arrow from column to column: curves between them, straight lanes inside them, a gap where its words stand.
fn line(arrow: &Arrow, way: &Way, out: &mut String) {
    let mut path = String::new();
    for (index, step) in way.steps.iter().enumerate() {
        let (left, right) = (step.column, step.column + step.column_width);
        let (middle, words) = (f64::midpoint(left, right), step.size.width / 2.0);
        if let Some(before) = index.checked_sub(1).and_then(|before| way.steps.get(before)) {
            curve(before, step, &mut path);
        }
        match index {
            0 => straight(step.middle, left + step.size.width, right, &mut path),
            1 => {
                straight(step.middle, left, middle - words, &mut path);
                straight(step.middle, middle + words, right, &mut path);
            }
            _ if index + 1 < way.steps.len() => straight(step.middle, left, right, &mut path),
            _ => {}
        }
    }
    let class = if arrow.starts { "start" } else { "grant" };
    let head = if way.backwards { "start" } else { "end" };
    out.push_str(&format!("<path d=\"{path}\" class=\"{class}\" marker-{head}=\"url(#{class}-head)\"/>\n"));
}

/// From the right side of a column to the left side of the next.
fn curve(from: &Place, to: &Place, path: &mut String) {
    let (left, right) = (from.column + from.column_width, to.column);
    let (half, start, end) = (f64::midpoint(left, right), from.middle, to.middle);
    path.push_str(&format!("M{left:.1} {start:.1}C{half:.1} {start:.1} {half:.1} {end:.1} {right:.1} {end:.1}"));
}

fn straight(middle: f64, from: f64, to: f64, path: &mut String) {
    if to > from {
        path.push_str(&format!("M{from:.1} {middle:.1}H{to:.1}"));
    }
}

/// User text as text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_stays_text() {
        assert_eq!(escaped("</text><script>\"&\u{1b}"), "&lt;/text&gt;&lt;script&gt;&quot;&amp;");
    }
}
