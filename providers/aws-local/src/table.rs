//! The generated table of the wire, `data/wire.txt`: services, and how their operations are told apart.

use std::sync::{LazyLock, OnceLock};

const TABLE: &str = include_str!("../data/wire.txt");

/// A service on the wire.
#[derive(Debug)]
pub(crate) struct Section {
    /// Botocore's folder name: the service's id in the operation table.
    pub(crate) id: &'static str,
    /// The name that its requests are signed for.
    pub(crate) signs: &'static str,
    /// What stands before the operation in `X-Amz-Target`; `-` where it has none.
    pub(crate) target: &'static str,
    /// The version of its API.
    pub(crate) version: &'static str,
    /// How its own variable for an address ends; `-` where it needs none.
    pub(crate) own: &'static str,
    lines: &'static str,
    operations: OnceLock<Vec<Line>>,
}

/// An operation on the wire.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its method and path, where these tell operations apart.
    pub(crate) http: Option<Http>,
    /// Inputs in the path, in the query and in headers.
    pub(crate) places: Vec<Place>,
    /// The input that is the whole body.
    pub(crate) body: Option<&'static str>,
    /// Members of the body that are called otherwise there, and what they are.
    pub(crate) renamed: Vec<(&'static str, &'static str)>,
    /// What the items of lists are called in XML.
    pub(crate) items: Vec<&'static str>,
}

/// A method and a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Http {
    /// `GET`.
    pub(crate) method: &'static str,
    /// With labels in braces.
    pub(crate) path: &'static str,
    /// What must be in the query.
    pub(crate) query: &'static str,
}

/// Where an input stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// In which part of the request.
    pub(crate) part: Part,
    /// What it is called there.
    pub(crate) wire: &'static str,
    /// The input; none where only its presence matters.
    pub(crate) member: Option<&'static str>,
    /// Whether it has to be there.
    pub(crate) required: bool,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A label of the path.
    Path,
    /// A parameter of the query.
    Query,
    /// A header.
    Header,
}

static SECTIONS: LazyLock<Vec<Section>> =
    LazyLock::new(|| TABLE.split("\n= ").skip(1).filter_map(Section::read).collect());

/// All services, by id.
pub(crate) fn sections() -> &'static [Section] {
    &SECTIONS
}

impl Section {
    fn read(text: &'static str) -> Option<Self> {
        let (head, lines) = text.split_once('\n').unwrap_or((text, ""));
        let mut words = head.split(' ');
        let [id, signs, target] = [words.next()?, words.next()?, words.next()?];
        let [version, own] = [words.next()?, words.next()?];
        Some(Self { id, signs, target, version, own, lines, operations: OnceLock::new() })
    }

    /// The operations that have a line.
    pub(crate) fn lines(&self) -> &[Line] {
        self.operations.get_or_init(|| self.lines.lines().filter_map(Line::read).collect())
    }

    /// The line of an operation; an empty one where it has none.
    pub(crate) fn line(&self, operation: &str) -> Option<&Line> {
        self.lines().iter().find(|line| line.name == operation)
    }
}

impl Line {
    fn read(text: &'static str) -> Option<Self> {
        let mut words = text.split(' ').peekable();
        let mut line = Self { name: words.next()?, ..Self::default() };
        if let Some(method) = words.next_if(|word| METHODS.contains(word)) {
            let (path, query) = words.next().map(|uri| uri.split_once('?').unwrap_or((uri, "")))?;
            line.http = Some(Http { method, path, query });
        }
        for word in words {
            match word.split_at(1) {
                ("?", rest) => line.places.push(Place::read(Part::Query, rest)),
                ("#", rest) => line.places.push(Place::read(Part::Header, rest)),
                ("@", rest) => line.body = Some(rest),
                (".", rest) => line.renamed.extend(rest.split_once('=')),
                ("[", rest) => line.items.push(rest),
                _ => line.places.push(Place::read(Part::Path, word)),
            }
        }
        Some(line)
    }
}

const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

impl Place {
    fn read(part: Part, text: &'static str) -> Self {
        let (required, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (wire, member) = match text.rsplit_once('=') {
            Some((wire, member)) => (wire, Some(member)),
            None => (text, None),
        };
        Self { part, wire, member, required }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_sdk::aws::Service;

    #[test]
    fn every_service_and_operation_is_of_the_operation_table() {
        for section in sections() {
            let service = Service::by_id(section.id).unwrap();
            assert!(
                section.lines().iter().all(|line| service.operation(line.name) == Some(line.name)),
                "{}",
                section.id
            );
        }
        assert!(sections().len() > 400);
    }

    #[test]
    fn a_line_says_where_inputs_stand() {
        let line = Line::read(
            "Upload PUT /{Bucket}/{Key+}?x ?!part=PartNumber #h=H ?!id Name=Label @Body .Object=Objects [Item",
        )
        .unwrap();
        let http = line.http.unwrap();
        assert_eq!((http.method, http.path, http.query), ("PUT", "/{Bucket}/{Key+}", "x"));
        let place = |part, wire, member, required| Place { part, wire, member, required };
        assert_eq!(
            line.places,
            [
                place(Part::Query, "part", Some("PartNumber"), true),
                place(Part::Header, "h", Some("H"), false),
                place(Part::Query, "id", None, true),
                place(Part::Path, "Name", Some("Label"), false),
            ]
        );
        assert_eq!((line.body, line.renamed, line.items), (Some("Body"), vec![("Object", "Objects")], vec!["Item"]));
    }
}
