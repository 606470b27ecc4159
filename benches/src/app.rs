//! Apps of any size.

use portolan_value::Format;
use std::fmt::Write;

/// So many http functions, each with a table of its own (with a queue where the format has no tables).
pub fn spec(format: Format, size: usize) -> String {
    let mut text = format!("portolan: 1\napp: bench\ntargets: {{ dev: {} }}\n", target(format));
    text.push_str("defaults: { runtime: python3.13 }\nresources:\n");
    for number in 0..size {
        let _ = match format {
            Format::GcpDm => writeln!(text, "  jobs-{number}: {{ kind: queue }}"),
            _ => writeln!(text, "  items-{number}: {{ kind: table, key: {{ id: string }} }}"),
        };
    }
    text.push_str("functions:\n");
    for number in 0..size {
        let uses = match format {
            Format::GcpDm => format!("jobs-{number}: send"),
            _ => format!("items-{number}: [read, write]"),
        };
        let _ = writeln!(text, "  get-{number}:\n    handler: src/get.handle");
        let _ = writeln!(text, "    triggers: {{ http: \"GET /items/{{id}}\", auth: public }}\n    uses: {{ {uses} }}");
    }
    text
}

fn target(format: Format) -> &'static str {
    match format {
        Format::Aws => "{ provider: aws, region: eu-west-1 }",
        Format::Gcp => "{ provider: gcp, region: europe-west1, project: bench-project }",
        Format::GcpDm => {
            "{ provider: gcp, region: europe-west1, project: bench-project, format: deployment-manager, artifacts-bucket: bench-code }"
        }
        Format::Azure => "{ provider: azure, region: westeurope, resource-group: bench }",
    }
}
