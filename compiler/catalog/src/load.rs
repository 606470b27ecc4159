//! From files to a catalogue.

use crate::read::Reader;
use crate::{Catalog, Column, Kind, Parent, Share};
use portolan_diagnostics::{Checked, Diagnostic, Source};
use portolan_syntax::Node;
use portolan_value::Format;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file of a library: its path inside the library's folder, and its text.
#[derive(Clone, Debug)]
pub struct File {
    /// `bucket/aws.yaml`.
    pub path: String,
    /// The text.
    pub source: Source,
}

/// Reads a library: `parts.yaml`, `<kind>/kind.yaml` with a column for every format, `parents/<format>/<name>.yaml`.
/// Later files of one path win, so a user's folder can stand after the standard library. Other files are ignored.
#[must_use]
pub fn load(files: &[File]) -> Checked<Catalog> {
    let (catalog, diagnostics) = read(files);
    Checked::new(catalog, diagnostics)
}

/// What could be read, and what is wrong.
pub(crate) fn read(files: &[File]) -> (Catalog, Vec<Diagnostic>) {
    let files: BTreeMap<&str, &File> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut loader = Loader { reader: Reader::default(), catalog: Catalog::default() };
    if let Some(file) = files.get("parts.yaml") {
        loader.parts(file);
    }
    for (path, file) in &files {
        match path.split('/').collect::<Vec<_>>().as_slice() {
            [kind, "kind.yaml"] => loader.kind(kind, file, &files),
            ["parents", format, name] => loader.parent(format, name, file),
            _ => {}
        }
    }
    (loader.catalog, loader.reader.diagnostics)
}

struct Loader {
    reader: Reader,
    catalog: Catalog,
}

impl Loader {
    fn node(&mut self, file: &File) -> Option<Node> {
        portolan_syntax::tree(&file.source).report_to(&mut self.reader.diagnostics)
    }

    fn parts(&mut self, file: &File) {
        let Some(node) = self.node(file) else { return };
        for entry in node.entries() {
            self.part(&entry.key.value, file);
        }
    }

    fn part(&mut self, part: &str, file: &File) {
        if let Err(clash) = self.catalog.parts.add(part) {
            let message =
                format!("the part `{part}` and the part `{clash}` end alike, so logical ids could not be read back");
            let diagnostic = Diagnostic::error("catalog/part", message).at(file.source.span(0..0), "");
            self.reader.diagnostics.push(diagnostic.help("choose a part that ends in a word of its own"));
        }
    }

    fn kind(&mut self, name: &str, file: &File, files: &BTreeMap<&str, &File>) {
        let Some(node) = self.node(file) else { return };
        let mut kind = self.reader.kind(&node, name);
        for format in Format::ALL {
            let path = format!("{name}/{}.yaml", format.key());
            match files.get(path.as_str()) {
                Some(column) => {
                    let read = self.column(&kind, column);
                    kind.columns[format as usize] = read;
                }
                None => self.missing(&path, file),
            }
        }
        self.catalog.kinds.push(Arc::new(kind));
    }

    fn column(&mut self, kind: &Kind, file: &File) -> Column {
        let Some(node) = self.node(file) else { return Column::Unsupported(String::new()) };
        let column = self.reader.column(&node, kind, &file.path);
        if let Column::Built(built) = &column {
            built.resources.iter().for_each(|tree| self.part(&tree.part, file));
        }
        column
    }

    fn missing(&mut self, path: &str, kind: &File) {
        let diagnostic = Diagnostic::error("catalog/missing-column", format!("the kind has no file `{path}`"));
        let diagnostic = diagnostic.at(kind.source.span(0..0), "every kind says what it is on every format");
        self.reader.diagnostics.push(diagnostic.help("write the file; `unsupported: why` is enough"));
    }

    fn parent(&mut self, format: &str, name: &str, file: &File) {
        let (Some(format), Some(name)) = (Format::from_key(format), name.strip_suffix(".yaml")) else { return };
        let Some(node) = self.node(file) else { return };
        let resources = self.reader.resources(&node);
        resources.iter().for_each(|tree| self.part(&tree.part, file));
        let share = match node.get("share").and_then(Node::text) {
            Some("function") => Share::Function,
            _ => Share::Deployment,
        };
        let parents = node.get("parents").map(Node::items).unwrap_or_default();
        let parents = parents.iter().filter_map(Node::text).map(|parent| parent.to_owned().into()).collect();
        self.catalog.parents.push(Parent {
            format,
            name: name.to_owned(),
            file: file.path.clone(),
            share,
            parents,
            resources,
        });
    }
}
