//! Texts of a template: CloudFormation's functions read to one spelling.
//!
//! Two texts that a deployment makes the same, as far as the template tells, become the same pattern: a name that a
//! resource is given stands for the reference to it, and an ARN is spelled out where its form is known.

use super::reading::{Made, Reading};
use portolan_policy::{Pattern, Piece};
use serde_json::Value as Json;

/// References that lead to references are followed this far.
const DEPTH: usize = 16;

/// A text before its wildcards are read: letters and atoms.
type Pieces = Vec<Piece>;

/// How the ARN of a type is formed: the service, the part before the name, the property with the name, what follows,
/// and the attribute whose value is the name where there is no such property (its own `Ref` where empty). The forms are
/// those of the Service Authorization Reference.
struct Form {
    r#type: &'static str,
    service: &'static str,
    /// Whether the ARN names region and account, only the account, or neither.
    place: Place,
    before: &'static str,
    property: &'static str,
    after: &'static str,
    attribute: &'static str,
    /// Whether `Ref` gives the name; else it gives the ARN or something else.
    by_name: bool,
}

#[derive(Clone, Copy)]
enum Place {
    Regional,
    Account,
    Nowhere,
}

const FORMS: [Form; 12] = [
    form("AWS::S3::Bucket", "s3", Place::Nowhere, "", "BucketName"),
    form("AWS::DynamoDB::Table", "dynamodb", Place::Regional, "table/", "TableName"),
    form("AWS::DynamoDB::GlobalTable", "dynamodb", Place::Regional, "table/", "TableName"),
    form("AWS::Lambda::Function", "lambda", Place::Regional, "function:", "FunctionName"),
    form("AWS::Serverless::Function", "lambda", Place::Regional, "function:", "FunctionName"),
    form("AWS::IAM::Role", "iam", Place::Account, "role/", "RoleName"),
    form("AWS::Events::EventBus", "events", Place::Regional, "event-bus/", "Name"),
    form("AWS::SSM::Parameter", "ssm", Place::Regional, "parameter/", "Name"),
    form("AWS::Kinesis::Stream", "kinesis", Place::Regional, "stream/", "Name"),
    Form { after: ":*", ..form("AWS::Logs::LogGroup", "logs", Place::Regional, "log-group:", "LogGroupName") },
    Form { attribute: "QueueName", by_name: false, ..form("AWS::SQS::Queue", "sqs", Place::Regional, "", "QueueName") },
    Form { attribute: "TopicName", by_name: false, ..form("AWS::SNS::Topic", "sns", Place::Regional, "", "TopicName") },
];

const fn form(
    r#type: &'static str,
    service: &'static str,
    place: Place,
    before: &'static str,
    property: &'static str,
) -> Form {
    Form { r#type, service, place, before, property, after: "", attribute: "", by_name: true }
}

impl Reading {
    /// A text that stands for itself.
    pub(super) fn literal(&self, json: &Json) -> Pattern {
        let mut pattern = Pattern::default();
        for piece in self.pieces(json, 0) {
            pattern.push(piece);
        }
        pattern
    }

    /// A text of a policy: `*` and `?` are wildcards, `${…}` is a policy variable (IAM user guide, "IAM policy elements:
    /// Variables and tags").
    pub(super) fn pattern(&self, json: &Json) -> Pattern {
        let mut pattern = Pattern::default();
        for piece in self.pieces(json, 0) {
            match piece {
                Piece::Text(text) => push_policy_text(&text, &mut pattern),
                piece => pattern.push(piece),
            }
        }
        pattern
    }

    /// The ARN of a resource of the template, or of what a text names.
    pub(super) fn arn_of(&self, json: &Json) -> Pattern {
        match json.get("Ref").and_then(Json::as_str) {
            Some(id) => policy_pattern(&self.attribute(id, "Arn", 0)),
            None => self.pattern(json),
        }
    }

    fn pieces(&self, json: &Json, depth: usize) -> Pieces {
        match json {
            Json::String(text) => vec![Piece::Text(text.into())],
            Json::Number(number) => vec![Piece::Text(number.to_string().into())],
            Json::Bool(truth) => vec![Piece::Text(truth.to_string().into())],
            Json::Object(map) if map.len() == 1 && depth < DEPTH => {
                let call = map.iter().next();
                call.and_then(|(name, argument)| self.call(name, argument, depth + 1)).unwrap_or_else(|| unknown(json))
            }
            other => unknown(other),
        }
    }

    /// One of CloudFormation's functions; none where it is not understood.
    fn call(&self, name: &str, argument: &Json, depth: usize) -> Option<Pieces> {
        match (name, argument) {
            ("Ref", Json::String(id)) => Some(self.reference(id, depth)),
            ("Fn::GetAtt", Json::String(path)) => {
                let (id, attribute) = path.split_once('.')?;
                Some(self.attribute(id, attribute, depth))
            }
            ("Fn::GetAtt", Json::Array(path)) => {
                Some(self.attribute(path.first()?.as_str()?, path.get(1)?.as_str()?, depth))
            }
            ("Fn::Sub", Json::String(text)) => Some(self.substituted(text, &Json::Null, depth)),
            ("Fn::Sub", Json::Array(both)) => {
                Some(self.substituted(both.first()?.as_str()?, both.get(1).unwrap_or(&Json::Null), depth))
            }
            ("Fn::Join", Json::Array(both)) => self.joined(both.first()?.as_str()?, both.get(1)?.as_array()?, depth),
            _ => None,
        }
    }

    fn joined(&self, between: &str, parts: &[Json], depth: usize) -> Option<Pieces> {
        let mut pieces = Pieces::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                push(&mut pieces, Piece::Text(between.into()));
            }
            self.pieces(part, depth).into_iter().for_each(|piece| push(&mut pieces, piece));
        }
        Some(pieces)
    }

    /// The text of `Fn::Sub`: `${Name}`, `${Name.Attribute}`, and `${!literal}`.
    fn substituted(&self, text: &str, own: &Json, depth: usize) -> Pieces {
        let mut pieces = Pieces::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            push(&mut pieces, Piece::Text(before.into()));
            let Some((hole, after)) = after.split_once('}') else {
                push(&mut pieces, Piece::Text(format!("${{{after}").into()));
                return pieces;
            };
            let filled = match (hole.strip_prefix('!'), own.get(hole), hole.split_once('.')) {
                (Some(literal), ..) => vec![Piece::Text(format!("${{{literal}}}").into())],
                (None, Some(value), _) => self.pieces(value, depth),
                (None, None, Some((id, attribute))) => self.attribute(id, attribute, depth),
                (None, None, None) => self.reference(hole, depth),
            };
            filled.into_iter().for_each(|piece| push(&mut pieces, piece));
            rest = after;
        }
        push(&mut pieces, Piece::Text(rest.into()));
        pieces
    }

    fn reference(&self, id: &str, depth: usize) -> Pieces {
        let Some(made) = self.find(id) else { return vec![Piece::Atom(id.into())] };
        match (made.r#type, form_of(made)) {
            ("AWS::SNS::Topic", _) => self.attribute(id, "Arn", depth),
            ("AWS::Lambda::Alias", _) => self.alias(made, depth),
            (_, Some(form)) if form.by_name => self.name(made, form, depth),
            _ => vec![Piece::Atom(id.into())],
        }
    }

    fn attribute(&self, id: &str, attribute: &str, depth: usize) -> Pieces {
        let atom = || vec![Piece::Atom(format!("{id}.{attribute}").into())];
        let Some(made) = self.find(id).filter(|_| depth < DEPTH) else { return atom() };
        match (form_of(made), attribute) {
            (Some(form), "Arn" | "TopicArn") => self.arn(made, form, depth + 1),
            (Some(form), name) if name == form.attribute => self.name(made, form, depth + 1),
            _ => atom(),
        }
    }

    fn arn(&self, made: Made<'_>, form: &Form, depth: usize) -> Pieces {
        // A path stands between the two, and is not always known.
        if made.get("Path").is_some() {
            return vec![Piece::Atom(format!("{}.Arn", made.id).into())];
        }
        let mut pieces = Pieces::new();
        let (region, account) = match form.place {
            Place::Regional => (Some("AWS::Region"), Some("AWS::AccountId")),
            Place::Account => (None, Some("AWS::AccountId")),
            Place::Nowhere => (None, None),
        };
        let text = |text: &str| Piece::Text(text.into());
        let atom = |name: Option<&str>| name.map(|name| Piece::Atom(name.into()));
        let head = [Some(text("arn:")), atom(Some("AWS::Partition")), Some(text(&format!(":{}:", form.service)))];
        let place = [atom(region), Some(text(":")), atom(account), Some(text(":")), Some(text(form.before))];
        head.into_iter().chain(place).flatten().for_each(|piece| push(&mut pieces, piece));
        self.name(made, form, depth).into_iter().for_each(|piece| push(&mut pieces, piece));
        push(&mut pieces, text(form.after));
        pieces
    }

    fn name(&self, made: Made<'_>, form: &Form, depth: usize) -> Pieces {
        match (made.get(form.property), form.attribute) {
            (Some(name), _) => self.pieces(name, depth),
            (None, "") => vec![Piece::Atom(made.id.into())],
            (None, attribute) => vec![Piece::Atom(format!("{}.{attribute}", made.id).into())],
        }
    }

    /// An alias is its function's ARN and its own name.
    fn alias(&self, made: Made<'_>, depth: usize) -> Pieces {
        let (Some(function), Some(name)) = (made.get("FunctionName"), made.get("Name")) else {
            return vec![Piece::Atom(made.id.into())];
        };
        let mut pieces = match function.get("Ref").and_then(Json::as_str) {
            Some(id) if depth < DEPTH => self.attribute(id, "Arn", depth + 1),
            _ => self.pieces(function, depth),
        };
        push(&mut pieces, Piece::Text(":".into()));
        self.pieces(name, depth).into_iter().for_each(|piece| push(&mut pieces, piece));
        pieces
    }
}

fn form_of(made: Made<'_>) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.r#type == made.r#type)
}

/// Letters next to letters are one piece, so that a policy variable that was cut is whole again.
fn push(pieces: &mut Pieces, piece: Piece) {
    match (piece, pieces.last_mut()) {
        (Piece::Text(text), Some(Piece::Text(last))) => *last = format!("{last}{text}").into(),
        (Piece::Text(text), _) if text.is_empty() => {}
        (piece, _) => pieces.push(piece),
    }
}

/// What is not understood stands for itself, as it is written.
fn unknown(json: &Json) -> Pieces {
    vec![Piece::Atom(json.to_string().into())]
}

fn policy_pattern(pieces: &[Piece]) -> Pattern {
    let mut pattern = Pattern::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => push_policy_text(text, &mut pattern),
            piece => pattern.push(piece.clone()),
        }
    }
    pattern
}

fn push_policy_text(text: &str, pattern: &mut Pattern) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        pattern.push_glob(before);
        let Some((variable, after)) = after.split_once('}') else {
            return pattern.push_glob(&rest[before.len()..]);
        };
        match variable {
            "*" | "?" | "$" => pattern.push_text(variable),
            variable => pattern.push(Piece::Atom(format!("${variable}").into())),
        }
        rest = after;
    }
    pattern.push_glob(rest);
}
