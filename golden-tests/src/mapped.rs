//! The spec again, and under each line the resources it made.

use crate::Checked;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Every line of the spec, followed by comments: target, address and type of what was made for it.
pub(crate) fn mapped(spec: &str, checked: &Checked) -> String {
    let mut made: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for compiled in &checked.compiled {
        let target = &compiled.model.target.name.value;
        for resource in compiled.settled.stacks.iter().flat_map(|stack| &stack.resources) {
            let line = resource.origin.span.and_then(|span| Some(checked.sources.get(span.file)?.position(span).line));
            let text = format!("{target}: {} {}", resource.address, resource.r#type);
            made.entry(line.unwrap_or_default()).or_default().push(text);
        }
    }
    let mut text = String::new();
    write_all(&mut text, made.get(&0), "made for the whole app: ");
    for (line, number) in spec.lines().zip(1..) {
        let _ = writeln!(text, "{line}");
        write_all(&mut text, made.get(&number), "");
    }
    text
}

fn write_all(text: &mut String, made: Option<&Vec<String>>, lead: &str) {
    for entry in made.into_iter().flatten() {
        let _ = writeln!(text, "#   {lead}{entry}");
    }
}
