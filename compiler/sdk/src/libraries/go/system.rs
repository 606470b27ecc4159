//! The environment, as Go and its small packages read it, and texts that are put together.

use super::symbol::Symbol;
use crate::libraries::given::{at, formatted, joined, some_text, text, value, variable};
use crate::{Argument, Library, Object, Outcome, Term};

/// `os.Getenv`, `viper.GetString`, `fmt.Sprintf`, `strings.Join`.
pub struct System;

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = Symbol::read(symbol)?;
        let first = at(arguments, 0);
        let given = match (symbol.package, symbol.name) {
            ("os" | "syscall", "Getenv") => variable(&first),
            ("os" | "syscall", "LookupEnv") => Term::List(vec![variable(&first), Term::Unknown]),
            ("github.com/spf13/viper", "GetString" | "Get") => of_viper(&first),
            ("fmt", "Sprintf") => formatted(&first, arguments.get(1..).unwrap_or_default()),
            ("fmt", "Sprint" | "Sprintln") => joined(arguments.iter().map(|argument| &argument.term)),
            ("strings", "Join") => separated(&first, &at(arguments, 1)),
            ("path" | "path/filepath" | "net/url", "Join" | "JoinPath") => {
                separated(&Term::List(arguments.iter().map(|argument| argument.term.clone()).collect()), &text("/"))
            }
            ("strings", "TrimSpace" | "Trim" | "TrimSuffix" | "TrimPrefix" | "TrimRight" | "TrimLeft") => first,
            ("strings", "ToLower" | "ToUpper" | "Replace" | "ReplaceAll" | "Title" | "Repeat") => some_text(),
            ("strconv", _) | ("net/url", "QueryEscape" | "PathEscape" | "QueryUnescape" | "PathUnescape") => {
                some_text()
            }
            (_, name) if is_pointer(name, arguments) => first,
            _ => return None,
        };
        Some(value(given))
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }
}

/// Packages that make a pointer of a text, or a text of a pointer: `ptr.To("x")`, `lo.ToPtr("x")`, `pointer.String("x")`.
fn is_pointer(name: &str, arguments: &[Argument]) -> bool {
    let named = matches!(name, "String" | "ToPtr" | "To" | "Ptr" | "Pointer" | "FromPtr" | "ToString" | "Of");
    named && matches!(arguments, [Argument { term: Term::Text(_), .. }])
}

/// viper reads `table.name` from `TABLE_NAME` when it reads the environment.
fn of_viper(key: &Term) -> Term {
    match key.literal() {
        Some(key) => variable(&text(&key.to_uppercase().replace(['.', '-'], "_"))),
        None => some_text(),
    }
}

fn separated(list: &Term, separator: &Term) -> Term {
    let Term::List(parts) = list else { return some_text() };
    let mut all = Vec::new();
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            all.push(separator);
        }
        all.push(part);
    }
    joined(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Piece, Template};

    fn given(terms: &[Term]) -> Vec<Argument> {
        terms.iter().map(|term| Argument { name: None, term: term.clone() }).collect()
    }

    #[test]
    fn variables_and_texts_are_put_together() {
        let variable = System.call("os.Getenv", &given(&[text("STAGE")])).unwrap().value;
        let joined = System.call("path.Join", &given(&[text("in"), variable])).unwrap().value;
        let pieces = vec![Piece::Literal("in/".into()), Piece::Environment("STAGE".into())];
        assert_eq!(joined, Term::Text(Template(pieces)));
        assert_eq!(System.call("os.Exit", &[]), None);
    }
}
