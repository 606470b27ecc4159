//! What makes models, and which table they are about.

use super::{MODEL, SERVICE, TABLE, at, model, object, performed, table_of, value};
use crate::libraries::javascript::given::member;
use crate::{Argument, Object, Outcome, Term};

/// What a function or class of an ORM makes.
pub fn made(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let (package, name) = split(symbol);
    let first = at(arguments, 0);
    let second = at(arguments, 1);
    Some(match (package, name) {
        ("dynamoose", "model") => dynamoose(first, &at(arguments, 2)),
        ("electrodb", "Entity") => {
            let table = match member(&second, "table") {
                Term::Unknown => member(&first, "table"),
                known => known,
            };
            value(model("electrodb", table))
        }
        ("electrodb", "Service") => match first {
            Term::Record(entities) => value(object(SERVICE, entities)),
            _ => Outcome::default(),
        },
        ("dynamodb-toolbox", "Table" | "TableV2") => value(model("toolbox", member(&first, "name"))),
        ("dynamodb-toolbox", "Entity" | "EntityV2") => value(model("toolbox", table_of(&member(&first, "table")))),
        ("dynamodb-onetable", "Table") => value(model("onetable", member(&first, "name"))),
        ("dynamodb-onetable", "Model") => value(model("onetable", table_of(&first))),
        ("@aws/dynamodb-data-mapper", "DataMapper") => value(model("mapper", Term::Unknown)),
        ("@typedorm/core" | "typedorm", "createConnection" | "getConnection") => {
            value(model("typedorm", table_of(&member(&first, "table"))))
        }
        ("@typedorm/core" | "typedorm", "Table") => value(model("typedorm", member(&first, "name"))),
        ("@typedorm/core" | "typedorm", name) if name.starts_with("get") && name.ends_with("Manager") => {
            value(model("typedorm", Term::Unknown))
        }
        ("vogels" | "dynogels" | "dynogels-promisified" | "dynamodb", "define") => {
            value(model("vogels", member(&second, "tableName")))
        }
        (
            "dynamoose"
            | "electrodb"
            | "dynamodb-toolbox"
            | "dynamodb-onetable"
            | "@aws/dynamodb-data-mapper"
            | "@typedorm/core"
            | "vogels"
            | "dynogels",
            _,
        ) => return (!name.is_empty()).then(Outcome::default),
        _ => return None,
    })
}

/// The package of a symbol without a path behind it, and the last name.
fn split(symbol: &str) -> (&str, &str) {
    let from = if symbol.starts_with('@') { symbol.find('/').map_or(0, |at| at + 1) } else { 0 };
    let end = symbol[from..].find(['/', '.']).map_or(symbol.len(), |at| from + at);
    let (package, rest) = symbol.split_at(end);
    (package, rest.rsplit(['.', '/']).next().unwrap_or_default())
}

/// Dynamoose waits for the table before its first request, by asking what it is like, unless it is told not to.
fn dynamoose(table: Term, options: &Term) -> Outcome {
    let facts = [(TABLE.into(), table)].into();
    let made = Object { class: format!("{MODEL}dynamoose").into(), facts };
    let waits = member(options, "create") == Term::Unknown && member(options, "waitForActive") == Term::Unknown;
    let operations = if waits { vec![performed("DescribeTable", &made)] } else { Vec::new() };
    Outcome { operations, ..value(Term::Object(made)) }
}
