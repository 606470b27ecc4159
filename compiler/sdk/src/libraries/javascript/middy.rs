//! Middy's middlewares that read for the handler: each is given what to fetch, by the names it will have.

use super::given::{asked, at, done, member, record};
use crate::{Argument, Library, Object, Operation, Outcome, Term};

/// `@middy/*`.
pub struct Middy;

impl Library for Middy {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let package = middleware(symbol)?;
        let options = at(arguments, 0);
        let fetched: Vec<Term> = ["fetchData", "names", "paths", "secrets", "params"]
            .iter()
            .flat_map(|name| values(&member(&options, name)))
            .collect();
        let each = |service: &str, operation: &str| {
            let performed = fetched.iter().flat_map(|input| asked(service, &[operation], input));
            done(performed.collect())
        };
        Some(match package {
            "ssm" => done(parameters(fetched)),
            "secrets-manager" => {
                let read = |secret: &Term| {
                    asked("secretsmanager", &["GetSecretValue"], &record([("SecretId", secret.clone())]))
                };
                done(fetched.iter().flat_map(read).collect())
            }
            "s3" => each("s3", "GetObject"),
            "dynamodb" => each("dynamodb", "GetItem"),
            "sts" => each("sts", "AssumeRole"),
            "service-discovery" => each("servicediscovery", "DiscoverInstances"),
            "appconfig" => {
                done(asked("appconfigdata", &["StartConfigurationSession", "GetLatestConfiguration"], &Term::Unknown))
            }
            "ws-response" => done(asked("apigatewaymanagementapi", &["PostToConnection"], &Term::Unknown)),
            "s3-object-response" => done(asked("s3", &["WriteGetObjectResponse"], &Term::Unknown)),
            _ => return None,
        })
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }
}

/// The middleware of a symbol: of a package of its own, or of the first version's one package.
fn middleware(symbol: &str) -> Option<&str> {
    if let Some(package) = symbol.strip_prefix("@middy/") {
        return Some(package.strip_suffix(".default").unwrap_or(package));
    }
    match symbol.strip_prefix("middy/middlewares.").or_else(|| symbol.strip_prefix("middy/middlewares/"))? {
        "secretsManager" => Some("secrets-manager"),
        name => Some(name),
    }
}

fn values(record: &Term) -> Vec<Term> {
    match record {
        Term::Record(members) => members.values().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Names are read together; a name with a slash at its end is a path.
fn parameters(names: Vec<Term>) -> Vec<Operation> {
    let is_path = |term: &Term| match term {
        Term::Text(template) => matches!(template.0.last(), Some(crate::Piece::Literal(last)) if last.ends_with('/')),
        _ => false,
    };
    let (paths, names): (Vec<Term>, Vec<Term>) = names.into_iter().partition(is_path);
    let mut read = Vec::new();
    if !names.is_empty() || paths.is_empty() {
        read.extend(asked("ssm", &["GetParameters"], &record([("Names", Term::List(names))])));
    }
    read.extend(paths.into_iter().flat_map(|path| asked("ssm", &["GetParametersByPath"], &record([("Path", path)]))));
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::text;

    #[test]
    fn parameters_are_read_by_name_or_path() {
        let fetched = record([("a", text("/app/key")), ("b", text("/app/all/"))]);
        let options = Argument { name: None, term: record([("fetchData", fetched)]) };
        let made = Middy.call("@middy/ssm", &[options]).unwrap();
        let names: Vec<&str> = made.operations.iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names, ["GetParameters", "GetParametersByPath"]);
        assert_eq!(Middy.call("@middy/http-cors", &[]), None);
    }
}
