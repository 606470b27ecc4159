//! A CloudFormation template read back as its resources, of ours or of any other.
//!
//! `Ref`, `Fn::GetAtt`, `Fn::Sub` and a `Fn::Join` of texts become texts with holes, however they are spelled
//! (CloudFormation user guide, "Intrinsic function reference"); other functions stay the maps that they are.

use crate::template::read;
use portolan_target::{Contents, Fate, Holding, Piece, Unseen, Written};
use portolan_value::{Address, Parts};
use serde_json::{Map, Value as Json};

/// What a template holds; of what is no template, nothing. What `aws cloudformation get-template` prints is read through
/// to the template in it.
pub(crate) fn contents(template: &str, parts: &Parts) -> Contents {
    let Ok(template) = read(template) else { return Contents::default() };
    let section = |name: &str| template.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
    let resources = section("Resources");
    let reading = Reading { resources: &resources };
    let holdings = resources.iter().filter_map(|(id, resource)| reading.holding(id, resource, parts)).collect();
    let shown = |(name, output): (&String, &Json)| Some((name.clone(), reading.value(output.get("Value")?)));
    Contents {
        lowering: template.pointer("/Metadata/Portolan/LoweringVersion").and_then(Json::as_u64),
        holdings,
        outputs: section("Outputs").iter().filter_map(shown).collect(),
        parameters: section("Parameters").iter().map(|(name, said)| (name.clone(), Written::from(said))).collect(),
    }
}

struct Reading<'t> {
    resources: &'t Map<String, Json>,
}

impl Reading<'_> {
    fn holding(&self, id: &str, resource: &Json, parts: &Parts) -> Option<Holding> {
        let said = resource.as_object()?;
        let around = said.iter().filter(|(key, _)| !matches!(key.as_str(), "Type" | "Properties" | "Metadata"));
        let around = around.map(|(key, value)| (key.clone(), self.around(key, value)));
        let empty = Json::Object(Map::new());
        Some(Holding {
            id: id.to_owned(),
            address: Address::from_logical_id(id, parts),
            r#type: resource.get("Type")?.as_str()?.to_owned(),
            body: self.value(resource.get("Properties").unwrap_or(&empty)),
            around: Written::Map(around.collect()),
            removed: removed(resource),
            replaced: fate(resource, "UpdateReplacePolicy").unwrap_or_default(),
            create_first: None,
            unseen: Unseen::default(),
        })
    }

    /// The names that a resource waits for are references too.
    fn around(&self, key: &str, value: &Json) -> Written {
        let name = |json: &Json| match json.as_str() {
            Some(id) => Written::joined([self.reference(id, "")]),
            None => Written::from(json),
        };
        match (key, value) {
            ("DependsOn", Json::Array(ids)) => Written::List(ids.iter().map(name).collect()),
            ("DependsOn", id) => Written::List(vec![name(id)]),
            _ => self.value(value),
        }
    }

    fn value(&self, json: &Json) -> Written {
        match json {
            Json::Array(items) => Written::List(items.iter().map(|item| self.value(item)).collect()),
            Json::Object(map) => match self.call(map) {
                Some(pieces) => Written::joined(pieces),
                None => Written::Map(map.iter().map(|(key, value)| (key.clone(), self.value(value))).collect()),
            },
            scalar => Written::from(scalar),
        }
    }

    /// The pieces that a function gives; none of what is no function, or one that gives no text.
    fn call(&self, map: &Map<String, Json>) -> Option<Vec<Piece>> {
        if map.len() != 1 {
            return None;
        }
        let (name, argument) = map.iter().next()?;
        match (name.as_str(), argument) {
            ("Ref", Json::String(id)) => Some(vec![self.reference(id, "")]),
            ("Fn::GetAtt", Json::String(path)) => {
                let (id, attribute) = path.split_once('.')?;
                Some(vec![self.reference(id, attribute)])
            }
            ("Fn::GetAtt", Json::Array(path)) => {
                Some(vec![self.reference(path.first()?.as_str()?, path.get(1)?.as_str()?)])
            }
            ("Fn::Sub", Json::String(text)) => self.substituted(text, &Map::new()),
            ("Fn::Sub", Json::Array(both)) => {
                self.substituted(both.first()?.as_str()?, both.get(1).and_then(Json::as_object)?)
            }
            ("Fn::Join", Json::Array(both)) => self.joined(both.first()?.as_str()?, both.get(1)?.as_array()?),
            _ => None,
        }
    }

    fn reference(&self, id: &str, attribute: &str) -> Piece {
        match (self.resources.contains_key(id), attribute) {
            (true, _) => Piece::Reference { id: id.to_owned(), attribute: attribute.to_owned() },
            (false, "") => Piece::Expression(id.to_owned()),
            (false, _) => Piece::Expression(format!("{id}.{attribute}")),
        }
    }

    /// The pieces of something inside a text; none where it is no text.
    fn pieces(&self, json: &Json) -> Option<Vec<Piece>> {
        match self.value(json) {
            Written::Text(pieces) => Some(pieces),
            Written::Number(text) => Some(vec![Piece::Letters(text)]),
            Written::Truth(truth) => Some(vec![Piece::Letters(truth.to_string())]),
            _ => None,
        }
    }

    fn joined(&self, between: &str, parts: &[Json]) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Letters(between.to_owned()));
            }
            pieces.extend(self.pieces(part)?);
        }
        Some(pieces)
    }

    /// The text of `Fn::Sub`: `${Name}`, `${Name.Attribute}`, and `${!literal}`.
    fn substituted(&self, text: &str, own: &Map<String, Json>) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            pieces.push(Piece::Letters(before.to_owned()));
            let (name, after) = after.split_once('}')?;
            match (name.strip_prefix('!'), own.get(name)) {
                (Some(literal), _) => pieces.push(Piece::Letters(format!("${{{literal}}}"))),
                (None, Some(value)) => pieces.extend(self.pieces(value)?),
                (None, None) => {
                    let (id, attribute) = name.split_once('.').unwrap_or((name, ""));
                    pieces.push(self.reference(id, attribute));
                }
            }
            rest = after;
        }
        pieces.push(Piece::Letters(rest.to_owned()));
        Some(pieces)
    }
}

/// What a policy of a resource does (CloudFormation user guide, "DeletionPolicy attribute", "UpdateReplacePolicy
/// attribute"); none where it is not written.
fn fate(resource: &Json, policy: &str) -> Option<Fate> {
    Some(match resource.get(policy)?.as_str()? {
        "Retain" | "RetainExceptOnCreate" => Fate::Kept("retained by its policy"),
        "Snapshot" => Fate::Kept("a last snapshot is kept"),
        _ => Fate::Lost,
    })
}

/// A table or a database that is protected is not deleted, whatever becomes of its stack.
fn removed(resource: &Json) -> Fate {
    let takes_snapshots = resource.get("Type").and_then(Json::as_str).is_some_and(|r#type| SNAPSHOTS.contains(&r#type));
    let default = if takes_snapshots { Fate::Kept("a last snapshot is kept") } else { Fate::Lost };
    let protected = ["DeletionProtectionEnabled", "DeletionProtection"].iter().any(|property| {
        resource.get("Properties").and_then(|own| own.get(property)).is_some_and(|said| said == true || said == "true")
    });
    match fate(resource, "DeletionPolicy").unwrap_or(default) {
        Fate::Lost if protected => Fate::Refused("its deletion protection"),
        fate => fate,
    }
}

/// The types whose deletion policy is `Snapshot` where none is written ("DeletionPolicy attribute").
const SNAPSHOTS: [&str; 1] = ["AWS::RDS::DBCluster"];

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_catalog::standard;

    fn body(properties: &str) -> String {
        let template = format!(
            "{{\"Resources\": {{\"JobsQueue\": {{\"Type\": \"AWS::SQS::Queue\"}}, \
             \"Other\": {{\"Type\": \"X\", \"Properties\": {properties}}}}}}}"
        );
        let contents = contents(&template, standard().parts());
        assert_eq!(contents.holdings.first().map(Holding::called), Some("jobs.queue"));
        contents.holdings.get(1).map(|holding| holding.body.to_string()).unwrap_or_default()
    }

    #[test]
    fn functions_that_say_the_same_are_read_the_same() {
        let expected = "{A: {JobsQueue.Arn}/x-{AWS::Region}}";
        assert_eq!(body(r#"{"A": {"Fn::Sub": "${JobsQueue.Arn}/x-${AWS::Region}"}}"#), expected);
        assert_eq!(
            body(r#"{"A": {"Fn::Join": ["/x-", [{"Fn::GetAtt": ["JobsQueue", "Arn"]}, {"Ref": "AWS::Region"}]]}}"#),
            expected
        );
        assert_eq!(
            body(r#"{"A": {"Fn::Sub": ["${Q}/x-${AWS::Region}", {"Q": {"Fn::GetAtt": "JobsQueue.Arn"}}]}}"#),
            expected
        );
        assert_eq!(body(r#"{"A": {"Fn::Sub": "${!aws:username}"}}"#), "{A: ${aws:username}}");
        assert_eq!(
            body(r#"{"A": {"Fn::Select": [0, [{"Ref": "JobsQueue"}]]}}"#),
            "{A: {Fn::Select: [0, [{JobsQueue}]]}}"
        );
    }

    #[test]
    fn what_the_command_line_prints_is_read_through() {
        let printed = r#"{"TemplateBody": {"Resources": {"A": {"Type": "T", "DeletionPolicy": "Retain"}}}}"#;
        let read = contents(printed, standard().parts());
        let fates = read.holdings.first().map(|holding| (holding.removed, holding.replaced));
        assert_eq!(fates, Some((Fate::Kept("retained by its policy"), Fate::Lost)));
        assert_eq!(contents("no template", standard().parts()), Contents::default());
    }
}
