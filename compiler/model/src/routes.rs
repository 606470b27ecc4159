//! Routes of http: `GET /shows/{id}`, and whether two of them can be told apart.

use crate::{Method, Route, Segment};
use indexmap::IndexMap;
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use rustc_hash::FxHashMap;

/// The methods as they are written.
const METHODS: [(&str, Method); 8] = [
    ("ANY", Method::Any),
    ("GET", Method::Get),
    ("HEAD", Method::Head),
    ("POST", Method::Post),
    ("PUT", Method::Put),
    ("PATCH", Method::Patch),
    ("DELETE", Method::Delete),
    ("OPTIONS", Method::Options),
];

/// So many kinds of paths are compared with each other on one host; no cloud has room for as many routes.
const COMPARED: usize = 64;

/// A route, or what is wrong with it.
pub(crate) fn route(written: &Spanned<portolan_value::Text>) -> Result<Spanned<Route>, Box<Diagnostic>> {
    let span = written.span;
    let Some((method, path)) = written.value.trim().split_once(char::is_whitespace) else {
        let text = written.value.trim();
        let help = if text.starts_with('/') {
            format!("write `GET {text}`, or `ANY {text}`")
        } else {
            "write `GET /shows/{id}`; `ANY /*` is the catch-all".to_owned()
        };
        let message = format!("`{text}` is not a route: it is a method and a path");
        return Err(Box::new(Diagnostic::error("model/route", message).at(span, "").help(help)));
    };
    let method = method_of(method, span)?;
    let segments = segments(path.trim(), span)?;
    Ok(Spanned::new(Route { method, segments }, span))
}

fn method_of(word: &str, span: Span) -> Result<Method, Box<Diagnostic>> {
    if let Some((_, method)) = METHODS.iter().find(|(known, _)| *known == word) {
        return Ok(*method);
    }
    let close = match word {
        "*" | "ALL" => Some("ANY"),
        _ => suggest(word, METHODS.map(|(known, _)| known)),
    };
    let help = close.map(|close| format!("did you mean `{close}`?"));
    let help =
        help.unwrap_or_else(|| format!("the methods are {}", crate::names::listed(METHODS.map(|(known, _)| known))));
    Err(Box::new(
        Diagnostic::error("model/route-method", format!("`{word}` is not a method of http")).at(span, "").help(help),
    ))
}

fn segments(path: &str, span: Span) -> Result<Vec<Segment>, Box<Diagnostic>> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(bad_path(path, "it begins with `/`", format!("write `/{path}`"), span));
    };
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let segments = rest.split('/').map(|text| segment(path, text, span)).collect::<Result<Vec<_>, _>>()?;
    if segments.iter().rev().skip(1).any(|segment| *segment == Segment::Rest) {
        let help = "everything below a path is a final `*`: `ANY /files/*`";
        return Err(bad_path(path, "`*` stands only at its end", help.to_owned(), span));
    }
    check_parameters(path, &segments, span)?;
    Ok(segments)
}

fn segment(path: &str, text: &str, span: Span) -> Result<Segment, Box<Diagnostic>> {
    let inside = text.strip_prefix(':').or_else(|| text.strip_prefix('{').and_then(|text| text.strip_suffix('}')));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~!$&'()+,;=@%".contains(letter);
    let is_word = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    match (text, inside) {
        ("*", _) => Ok(Segment::Rest),
        ("", _) => Err(bad_path(path, "it has an empty part", "leave out the needless `/`".to_owned(), span)),
        (_, Some(name)) if is_word(name) => Ok(Segment::Parameter(portolan_value::Text::new(name))),
        (_, Some(name)) if name.ends_with('+') => Err(bad_path(
            path,
            &format!("`{text}` is no parameter"),
            "everything below a path is a final `*`".to_owned(),
            span,
        )),
        (_, Some(_)) => {
            let help = "a parameter is `{name}`: letters, digits and `_`, not beginning with a digit".to_owned();
            Err(bad_path(path, &format!("`{text}` is no parameter"), help, span))
        }
        (_, None) if text.chars().all(is_plain) => Ok(Segment::Literal(portolan_value::Text::new(text))),
        (_, None) => {
            let help = "a part is plain text, a whole `{parameter}`, or a final `*`".to_owned();
            Err(bad_path(path, &format!("`{text}` is no part of a path"), help, span))
        }
    }
}

fn bad_path(path: &str, problem: &str, help: String, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("model/route-path", format!("`{path}` is not a path: {problem}")).at(span, "").help(help),
    )
}

fn check_parameters(path: &str, segments: &[Segment], span: Span) -> Result<(), Box<Diagnostic>> {
    let is_parameter = |segment: &&Segment| matches!(segment, Segment::Parameter(_));
    if segments.iter().filter(is_parameter).nth(1).is_none() {
        return Ok(());
    }
    let mut names = rustc_hash::FxHashSet::default();
    for segment in segments {
        if let Segment::Parameter(name) = segment
            && !names.insert(name)
        {
            return Err(Box::new(
                Diagnostic::error("model/route-parameter", format!("`{path}` has the parameter `{name}` twice"))
                    .at(span, "")
                    .help("give each parameter of a path its own name"),
            ));
        }
    }
    Ok(())
}

/// What a request's path must look like, whatever the parameters are called.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Shape<'a> {
    Literal(&'a str),
    Parameter,
    Rest,
}

impl<'a> Shape<'a> {
    fn of(segment: &'a Segment) -> Self {
        match segment {
            Segment::Literal(text) => Self::Literal(text),
            Segment::Parameter(_) => Self::Parameter,
            Segment::Rest => Self::Rest,
        }
    }
}

type Path<'a> = (Vec<Shape<'a>>, &'a Spanned<Route>);

/// The pairs of routes of one host that a request could not choose between.
pub(crate) fn conflicts(routes: &[&Spanned<Route>]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if routes.len() < 2 {
        return findings;
    }
    let mut seen: FxHashMap<(Method, Vec<Shape<'_>>), Span> = FxHashMap::default();
    // By method and length, then by which of the parts are literal.
    let mut groups: IndexMap<(Method, usize), IndexMap<Vec<bool>, Vec<Path<'_>>>> = IndexMap::new();
    for route in routes {
        let shape = shape(&route.value);
        if let Some(first) = seen.insert((route.value.method, shape.clone()), route.span) {
            findings.push(twice(route, first));
            continue;
        }
        let literal = shape.iter().map(|part| matches!(part, Shape::Literal(_))).collect();
        let group = groups.entry((route.value.method, shape.len())).or_default();
        group.entry(literal).or_default().push((shape, *route));
    }
    for group in groups.values() {
        let kinds: Vec<_> = group.iter().take(COMPARED).collect();
        for (at, (left, paths)) in kinds.iter().enumerate() {
            for (right, others) in kinds[at + 1..].iter().filter(|(right, _)| neither_is_narrower(left, right)) {
                findings.extend(overlaps((left, paths), (right, others)));
            }
        }
    }
    findings
}

fn shape(route: &Route) -> Vec<Shape<'_>> {
    route.segments.iter().map(Shape::of).collect()
}

/// `/a/{x}` is narrower than `/{y}/{x}`; of `/a/{x}` and `/{y}/b` neither is.
fn neither_is_narrower(left: &[bool], right: &[bool]) -> bool {
    let pairs = || left.iter().zip(right);
    pairs().any(|(left, right)| *left && !right) && pairs().any(|(left, right)| *right && !left)
}

/// Paths of two kinds that one request can match: they agree wherever both are literal.
fn overlaps(left: (&Vec<bool>, &Vec<Path<'_>>), right: (&Vec<bool>, &Vec<Path<'_>>)) -> Vec<Diagnostic> {
    let both: Vec<usize> = (0..left.0.len()).filter(|at| left.0[*at] && right.0[*at]).collect();
    let key = |shape: &[Shape<'_>]| {
        both.iter()
            .map(|at| match shape[*at] {
                Shape::Literal(text) => text.to_owned(),
                Shape::Parameter | Shape::Rest => String::new(),
            })
            .collect::<Vec<_>>()
    };
    let ends_alike = |left: &[Shape<'_>], right: &[Shape<'_>]| {
        (left.last() == Some(&Shape::Rest)) == (right.last() == Some(&Shape::Rest))
    };
    let known: FxHashMap<Vec<String>, &Path<'_>> = left.1.iter().map(|path| (key(&path.0), path)).collect();
    let hit = |path: &Path<'_>| {
        let other = known.get(&key(&path.0)).filter(|other| ends_alike(&other.0, &path.0))?;
        Some(if path.1.span < other.1.span { ambiguous(other.1, path.1) } else { ambiguous(path.1, other.1) })
    };
    right.1.iter().filter_map(hit).collect()
}

fn twice(route: &Spanned<Route>, first: Span) -> Diagnostic {
    Diagnostic::error("model/route-twice", format!("one host has the route `{}` twice", route.value))
        .at(route.span, "the same method and path")
        .also(first, "first here")
        .help("the names of parameters do not tell routes apart; change one path or method, or remove one route")
}

fn ambiguous(later: &Spanned<Route>, first: &Spanned<Route>) -> Diagnostic {
    let message = format!("`{}` and `{}` match the same requests, and neither is more exact", first.value, later.value);
    Diagnostic::error("model/route-ambiguous", message)
        .at(later.span, "text where the other has a parameter, and the other way round")
        .also(first.span, "the other route")
        .help("make one of the paths longer or different")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Spanned<Route>, Box<Diagnostic>> {
        route(&Spanned::new(text.to_owned().into(), Span::default()))
    }

    #[test]
    fn routes() {
        let check = |text: &str, method: Method, segments: &[Segment]| {
            assert_eq!(parse(text).unwrap().value, Route { method, segments: segments.to_vec() }, "{text}");
        };
        let literal = |text: &str| Segment::Literal(text.to_owned().into());
        let parameter = |text: &str| Segment::Parameter(portolan_value::Text::new(text));
        check("GET /", Method::Get, &[]);
        check("GET /shows/{id}", Method::Get, &[literal("shows"), parameter("id")]);
        check("GET  /shows/:id", Method::Get, &[literal("shows"), parameter("id")]);
        check("ANY /*", Method::Any, &[Segment::Rest]);
        check("DELETE /a-b/v1.0/*", Method::Delete, &[literal("a-b"), literal("v1.0"), Segment::Rest]);
    }

    #[test]
    fn wrong_routes() {
        let check = |text: &str, id: &str, help: &str| {
            let wrong = parse(text).unwrap_err();
            assert_eq!((wrong.id, wrong.help.join(" ").as_str()), (id, help), "{text}");
        };
        check("/shows", "model/route", "write `GET /shows`, or `ANY /shows`");
        check("get /shows", "model/route-method", "did you mean `GET`?");
        check("GTE /shows", "model/route-method", "did you mean `GET`?");
        check("* /shows", "model/route-method", "did you mean `ANY`?");
        check("GET shows", "model/route-path", "write `/shows`");
        check("GET /shows/", "model/route-path", "leave out the needless `/`");
        check("GET /*/a", "model/route-path", "everything below a path is a final `*`: `ANY /files/*`");
        check("GET /{proxy+}", "model/route-path", "everything below a path is a final `*`");
        check("GET /a-{id}", "model/route-path", "a part is plain text, a whole `{parameter}`, or a final `*`");
        check("GET /{a}/{a}", "model/route-parameter", "give each parameter of a path its own name");
    }

    #[test]
    fn conflicting_routes() {
        let check = |texts: &[&str], expected: &[&str]| {
            let routes: Vec<_> = texts.iter().map(|text| parse(text).unwrap()).collect();
            let found: Vec<_> = conflicts(&routes.iter().collect::<Vec<_>>()).iter().map(|found| found.id).collect();
            assert_eq!(found, expected, "{texts:?}");
        };
        check(&["GET /a", "POST /a", "ANY /a", "GET /a/{x}", "GET /a/b", "GET /*", "GET /a/*"], &[]);
        check(&["GET /a/{x}", "GET /a/{y}"], &["model/route-twice"]);
        check(&["GET /a", "GET /a", "GET /a"], &["model/route-twice", "model/route-twice"]);
        check(&["GET /a/{x}/c", "GET /a/b/{y}"], &["model/route-ambiguous"]);
        check(&["GET /a/{x}/c", "GET /z/b/{y}"], &[]);
        check(&["GET /a/{x}/c", "POST /a/b/{y}"], &[]);
        check(&["GET /{x}/b", "GET /a/*"], &[]);
        check(&["GET /{x}/b/*", "GET /a/{y}/*"], &["model/route-ambiguous"]);
    }
}
