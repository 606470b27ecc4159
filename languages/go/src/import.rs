//! Imports: package paths and the names they have in the file.

use crate::lower::{Lower, children, span};
use portolan_program::{Import, Name, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `import …`.
    pub fn imports(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for spec in children(node) {
            match spec.kind() {
                "import_spec_list" => self.imports(spec, body),
                "import_spec" => self.import(spec, body),
                _ => {}
            }
        }
    }

    fn import(&mut self, spec: Node<'_>, body: &mut Vec<Statement>) {
        let Some(path) = spec.child_by_field_name("path") else { return };
        let path: Name = self.source(path).trim_matches(['"', '`']).into();
        let name = spec.child_by_field_name("name");
        let bindings: Vec<Option<Name>> = match name.map(|name| (name.kind(), self.named(name))) {
            Some(("package_identifier", name)) => vec![Some(name)],
            Some(_) => vec![None],
            None => package_names(&path).into_iter().map(Some).collect(),
        };
        for binding in bindings {
            self.packages.extend(binding.clone().map(|binding| (binding, path.clone())));
            body.push(Statement::Import(Import {
                module: path.clone(),
                item: None,
                binding,
                exported: false,
                types_only: false,
                span: span(spec),
            }));
        }
    }
}

/// The names that the package of a path may have: its last part, without a version and what repositories add to names.
fn package_names(path: &str) -> Vec<Name> {
    let mut parts = path.rsplit('/').filter(|part| !is_version(part));
    let last = parts.next().unwrap_or(path);
    let last = last.split_once(".v").filter(|(_, version)| is_number(version)).map_or(last, |(name, _)| name);
    if !last.contains(['-', '.']) {
        return vec![last.into()];
    }
    let plain = last.trim_start_matches("go-").trim_end_matches("-go").trim_end_matches(".go");
    let end = plain.rsplit(['-', '.']).next().unwrap_or(plain);
    let mut names: Vec<Name> =
        vec![plain.replace(['-', '.'], "").into(), plain.replace(['-', '.'], "_").into(), end.into()];
    names.dedup();
    names
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::package_names;

    #[test]
    fn packages_are_named_after_their_paths() {
        for (path, name) in [
            ("fmt", "fmt"),
            ("github.com/aws/aws-sdk-go-v2/service/s3", "s3"),
            ("github.com/guregu/dynamo/v2", "dynamo"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/labstack/go-store", "store"),
            ("example.com/order-service", "orderservice"),
        ] {
            assert_eq!(package_names(path)[0], name);
        }
    }
}
