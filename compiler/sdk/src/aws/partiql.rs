//! PartiQL statements of DynamoDB: their first word, their table and its index.

use crate::Template;
use crate::aws::letters;

/// Whether a statement begins with this word; none where its beginning is not known.
pub fn begins(statement: &Template, word: &str) -> Option<bool> {
    let text = letters::written(statement);
    let first: String = text.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    (!first.is_empty()).then(|| first.eq_ignore_ascii_case(word))
}

/// The table that a statement speaks of.
pub fn table(statement: &Template) -> Option<Template> {
    letters::read(&names(&letters::written(statement))?.0, statement)
}

/// The index of that table, if it reads one: `FROM "orders"."by-day"`.
pub fn index(statement: &Template) -> Option<Template> {
    letters::read(&names(&letters::written(statement))?.1?, statement)
}

fn names(text: &str) -> Option<(String, Option<String>)> {
    let mut words = text.split_whitespace();
    words.find(|word| ["FROM", "INTO", "UPDATE"].iter().any(|before| word.eq_ignore_ascii_case(before)))?;
    let name = words.next()?;
    match name.split_once("\".\"") {
        Some((table, index)) => Some((plain(table), Some(plain(index)))),
        None => Some((plain(name), None)),
    }
}

fn plain(name: &str) -> String {
    name.trim_matches(|letter| matches!(letter, '"' | '\'' | '`' | ';' | '(' | ')')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Piece;

    fn text(literal: &str) -> Template {
        Template::from_literal(literal)
    }

    #[test]
    fn statements_name_their_table() {
        for statement in [
            "SELECT * FROM \"orders\" WHERE id = ?",
            "insert into orders value {'id': ?}",
            "UPDATE 'orders' SET a = 1",
            "DELETE FROM orders;",
        ] {
            assert_eq!(table(&text(statement)), Some(text("orders")), "{statement}");
            assert_eq!(index(&text(statement)), None);
        }
        assert_eq!(index(&text("SELECT a FROM \"orders\".\"by-day\"")), Some(text("by-day")));
        assert_eq!(table(&text("SELECT")), None);
    }

    #[test]
    fn a_table_may_come_from_the_environment() {
        let name = Piece::Environment("TABLE".into());
        let statement =
            Template(vec![Piece::Literal("select * from \"".into()), name.clone(), Piece::Literal("\"".into())]);
        assert_eq!(table(&statement), Some(Template(vec![name])));
        assert_eq!(begins(&statement, "SELECT"), Some(true));
        assert_eq!(begins(&Template(vec![Piece::Hole]), "SELECT"), None);
    }
}
