//! Declared types, read from their text: annotations may be quoted, and are written in many ways.

use crate::lower::Lower;
use portolan_program::{Name, Type};
use tree_sitter::Node;

/// How deep type arguments are read.
const DEEPEST: usize = 16;

/// Types that stand for their argument: the first, or the last.
const FIRST: &[&str] =
    &["Optional", "Annotated", "ClassVar", "Final", "Awaitable", "Required", "NotRequired", "Mapped"];
const LAST: &[&str] = &["Coroutine"];

impl Lower<'_> {
    /// A declared type; none where the text is no type.
    pub fn declared(&mut self, node: Node<'_>) -> Option<Type> {
        read(self.source(node))
    }
}

/// The type that a text says.
pub(crate) fn read(text: &str) -> Option<Type> {
    Reader { rest: text }.union(0)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\''));
    }

    fn take(&mut self, letter: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// `A | B`: the first that is not `None`.
    fn union(&mut self, depth: usize) -> Option<Type> {
        let mut found = self.one(depth);
        while self.take('|') {
            let next = self.one(depth);
            if found.as_ref().is_none_or(is_none) {
                found = next;
            }
        }
        found.filter(|declared| !is_none(declared))
    }

    fn one(&mut self, depth: usize) -> Option<Type> {
        let path = self.path();
        let arguments = if depth < DEEPEST && self.take('[') { self.arguments(depth) } else { Vec::new() };
        let last = path.last()?;
        let mut arguments = arguments.into_iter();
        match last.as_str() {
            "Union" => arguments.find(|argument| !is_none(argument)),
            word if FIRST.contains(&word) => arguments.next(),
            word if LAST.contains(&word) => arguments.next_back(),
            _ => Some(Type { path, arguments: arguments.collect() }),
        }
    }

    fn path(&mut self) -> Vec<Name> {
        self.skip();
        let end = self.rest.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.')));
        let (path, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        path.split('.').filter(|name| !name.is_empty()).map(Name::from).collect()
    }

    /// Arguments up to the closing bracket; what is no type is left out.
    fn arguments(&mut self, depth: usize) -> Vec<Type> {
        let mut arguments = Vec::new();
        loop {
            let before = self.rest.len();
            arguments.extend(self.union(depth + 1));
            if self.take(']') || self.rest.is_empty() {
                return arguments;
            }
            if !self.take(',') && self.rest.len() == before {
                let mut letters = self.rest.chars();
                letters.next();
                self.rest = letters.as_str();
            }
        }
    }
}

fn is_none(declared: &Type) -> bool {
    declared.path.len() == 1 && declared.path[0] == "None"
}

#[cfg(test)]
mod tests {
    use super::read;

    fn written(text: &str) -> String {
        fn one(declared: &portolan_program::Type) -> String {
            let arguments: Vec<String> = declared.arguments.iter().map(one).collect();
            let path = declared.path.join(".");
            if arguments.is_empty() { path } else { format!("{path}[{}]", arguments.join(",")) }
        }
        read(text).map_or_else(String::new, |declared| one(&declared))
    }

    #[test]
    fn transparent_types_are_taken_off() {
        assert_eq!(written("Optional['S3Client']"), "S3Client");
        assert_eq!(written("\"mypy_boto3_s3.client.S3Client\""), "mypy_boto3_s3.client.S3Client");
        assert_eq!(written("None | storage.Client"), "storage.Client");
        assert_eq!(written("typing.Union[None, Foo, str]"), "Foo");
        assert_eq!(written("Annotated[Repo, Depends(get_repo)]"), "Repo");
        assert_eq!(written("Dict[str, List[Order]]"), "Dict[str,List[Order]]");
        assert_eq!(written("Coroutine[Any, Any, Bucket]"), "Bucket");
        assert_eq!(written("Callable[[int], é]"), "Callable[é]");
        assert_eq!(written("None"), "");
        assert_eq!(written("[[[["), "");
    }
}
