//! What a deployment would fill in: names, ARNs and addresses of a template's resources, for one fixed account.
//!
//! Nothing is deployed, so nobody gives names: resources that the template does not name are called after the stack and
//! their logical id, as CloudFormation does without its random letters. All that is made up here is the same in every run.

use portolan_policy::{Pattern, Piece};
use serde_json::{Map, Value as Json};

/// Where the stand-in stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `eu-west-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
    /// The address under which the services answer: `http://127.0.0.1:4566`.
    pub endpoint: String,
}

/// The partition of everything that stands in.
const PARTITION: &str = "aws";

/// A template with what a deployment would fill in.
#[derive(Clone, Debug)]
pub struct StandIn {
    stack: String,
    place: Place,
    resources: Map<String, Json>,
    parameters: Map<String, Json>,
}

/// A resource that a template makes.
#[derive(Clone, Copy, Debug)]
pub struct Made<'s> {
    /// Its logical id.
    pub id: &'s str,
    /// `AWS::SQS::Queue`.
    pub r#type: &'s str,
    /// Its properties.
    pub properties: &'s Json,
}

impl StandIn {
    /// A stand-in for a template's deployment. What is no template has no resources.
    #[must_use]
    pub fn new(template: &str, stack: &str, place: Place) -> Self {
        let mut template: Map<String, Json> = serde_json::from_str(template).unwrap_or_default();
        let mut section = |name: &str| match template.remove(name) {
            Some(Json::Object(section)) => section,
            _ => Map::new(),
        };
        Self { stack: stack.to_owned(), place, resources: section("Resources"), parameters: section("Parameters") }
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The resources in the order of the template.
    pub fn made(&self) -> impl Iterator<Item = Made<'_>> {
        self.resources.iter().filter_map(|(id, resource)| {
            let properties = resource.get("Properties").unwrap_or(&Json::Null);
            Some(Made { id, r#type: resource.get("Type")?.as_str()?, properties })
        })
    }

    /// A resource by its logical id.
    #[must_use]
    pub fn find<'s>(&'s self, id: &str) -> Option<Made<'s>> {
        self.made().find(|made| made.id == id)
    }

    /// A text of the template with everything filled in; none where it holds what is not understood.
    #[must_use]
    pub fn text(&self, json: &Json) -> Option<String> {
        match json {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(truth) => Some(truth.to_string()),
            Json::Object(call) if call.len() == 1 => self.call(call.iter().next()?),
            _ => None,
        }
    }

    fn call(&self, (name, argument): (&String, &Json)) -> Option<String> {
        match (name.as_str(), argument) {
            ("Ref", Json::String(id)) => self.filled(id),
            ("Fn::GetAtt", Json::String(path)) => self.filled(path),
            ("Fn::GetAtt", Json::Array(path)) => {
                self.filled(&format!("{}.{}", path.first()?.as_str()?, path.get(1)?.as_str()?))
            }
            ("Fn::Sub", Json::String(text)) => self.substituted(text, &Json::Null),
            ("Fn::Sub", Json::Array(both)) => self.substituted(both.first()?.as_str()?, both.get(1)?),
            ("Fn::Join", Json::Array(both)) => {
                let parts: Option<Vec<String>> = both.get(1)?.as_array()?.iter().map(|part| self.text(part)).collect();
                Some(parts?.join(both.first()?.as_str()?))
            }
            _ => None,
        }
    }

    fn substituted(&self, text: &str, own: &Json) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (hole, after) = after.split_once('}')?;
            filled.push_str(before);
            match (hole.strip_prefix('!'), own.get(hole)) {
                (Some(literal), _) => filled.push_str(&format!("${{{literal}}}")),
                (None, Some(value)) => filled.push_str(&self.text(value)?),
                (None, None) => filled.push_str(&self.filled(hole)?),
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// What stands in for a name that only a deployment knows: `AWS::Region`, `WorkQueue`, `WorkQueue.Arn`.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<String> {
        let Place { region, account, .. } = &self.place;
        match name {
            "AWS::Partition" => return Some(PARTITION.to_owned()),
            "AWS::Region" => return Some(region.clone()),
            "AWS::AccountId" => return Some(account.clone()),
            "AWS::URLSuffix" => return Some("amazonaws.com".to_owned()),
            "AWS::StackName" => return Some(self.stack.clone()),
            "AWS::StackId" => return Some(self.regional("cloudformation", &format!("stack/{}/0", self.stack))),
            _ => {}
        }
        if let Some(parameter) = self.parameters.get(name) {
            return self.given(name, parameter);
        }
        let (id, attribute) = name.split_once('.').map_or((name, ""), |(id, attribute)| (id, attribute));
        let made = self.find(id)?;
        Some(self.attribute(made, attribute))
    }

    /// A parameter's default; for one without, and for one that the cloud would look up, a text that says so.
    fn given(&self, name: &str, parameter: &Json) -> Option<String> {
        let looked_up = parameter.get("Type").and_then(Json::as_str).is_some_and(|kind| kind.starts_with("AWS::SSM::"));
        match parameter.get("Default") {
            Some(default) if !looked_up => self.text(default),
            _ => Some(format!("stand-in-for-{name}")),
        }
    }

    /// The parameters that no deployment gives a value here.
    pub fn without_value(&self) -> impl Iterator<Item = &str> {
        let stands_in = |name: &&str| self.filled(name).is_some_and(|text| text == format!("stand-in-for-{name}"));
        self.parameters.keys().map(String::as_str).filter(stands_in)
    }

    /// `Ref`, where the attribute is empty, and what `Fn::GetAtt` gives (CloudFormation template reference, "Return values").
    fn attribute(&self, made: Made<'_>, attribute: &str) -> String {
        let Place { region, account, endpoint } = &self.place;
        let name = self.name(made);
        match (made.r#type, attribute) {
            ("AWS::SQS::Queue", "" | "QueueUrl") => format!("{endpoint}/{account}/{name}"),
            ("AWS::SNS::Topic" | "AWS::SecretsManager::Secret", "" | "TopicArn" | "Id") => self.arn(made),
            ("AWS::DynamoDB::Table", "StreamArn") => format!("{}/stream/2025-01-01T00:00:00.000", self.arn(made)),
            ("AWS::ApiGatewayV2::Api" | "AWS::ApiGateway::RestApi", "ApiEndpoint") => {
                format!("https://{}.execute-api.{region}.amazonaws.com", self.name(made))
            }
            ("AWS::Lambda::Url", "FunctionUrl") => format!("https://{}.lambda-url.{region}.on.aws/", letters(&name)),
            ("AWS::Logs::LogGroup", "Arn") => format!("{}:*", self.arn(made)),
            (_, "Arn") => self.arn(made),
            (_, "" | "QueueName" | "TopicName") => name,
            (_, other) => format!("{name}-{other}"),
        }
    }

    /// What a resource is called.
    #[must_use]
    pub fn name(&self, made: Made<'_>) -> String {
        let property = FORMS.iter().find(|form| form.r#type == made.r#type).map_or("Name", |form| form.property);
        let named = made.properties.get(property).and_then(|name| self.text(name));
        let fifo = |property: &str| made.properties.get(property) == Some(&Json::Bool(true));
        named.unwrap_or_else(|| match made.r#type {
            "AWS::S3::Bucket" => format!("{}-{}", self.stack, made.id).to_ascii_lowercase(),
            "AWS::ApiGatewayV2::Api" | "AWS::ApiGateway::RestApi" => letters(made.id),
            "AWS::SQS::Queue" | "AWS::SNS::Topic" if fifo("FifoQueue") || fifo("FifoTopic") => {
                format!("{}-{}.fifo", self.stack, made.id)
            }
            _ => format!("{}-{}", self.stack, made.id),
        })
    }

    /// The ARN of a resource.
    #[must_use]
    pub fn arn(&self, made: Made<'_>) -> String {
        let name = self.name(made);
        match FORMS.iter().find(|form| form.r#type == made.r#type) {
            Some(Form { service: "s3", .. }) => format!("arn:{PARTITION}:s3:::{name}"),
            Some(Form { service: "iam", before, .. }) => {
                format!("arn:{PARTITION}:iam::{}:{before}{name}", self.place.account)
            }
            // Secrets Manager adds six letters of its own.
            Some(Form { service: "secretsmanager", .. }) => {
                self.regional("secretsmanager", &format!("secret:{name}-StandI"))
            }
            Some(Form { service, before, .. }) => self.regional(service, &format!("{before}{name}")),
            None => self.regional(made.r#type.split("::").nth(1).unwrap_or_default(), &name).to_ascii_lowercase(),
        }
    }

    fn regional(&self, service: &str, rest: &str) -> String {
        format!("arn:{PARTITION}:{service}:{}:{}:{rest}", self.place.region, self.place.account)
    }

    /// The resource that has a name, an ARN or an address.
    #[must_use]
    pub fn called(&self, name: &str) -> Option<Made<'_>> {
        self.made()
            .find(|made| self.name(*made) == name || self.arn(*made) == name || self.attribute(*made, "") == name)
    }

    /// The resource that an ARN is of, or of a part of which it is: an object, an index.
    #[must_use]
    pub fn holding(&self, arn: &str) -> Option<Made<'_>> {
        let holds = |made: &Made<'_>| {
            FORMS.iter().any(|form| form.r#type == made.r#type)
                && arn
                    .strip_prefix(self.arn(*made).as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        self.made().find(holds)
    }

    /// A pattern of the read-back with everything filled in.
    #[must_use]
    pub fn pattern(&self, pattern: &Pattern) -> Pattern {
        let mut filled = Pattern::default();
        for piece in pattern.pieces() {
            match piece {
                Piece::Atom(name) => match self.filled(name) {
                    Some(text) => filled.push_text(&text),
                    None => filled.push(piece.clone()),
                },
                other => filled.push(other.clone()),
            }
        }
        filled
    }

    /// The variables of a function, by its logical id, in the order of the template; none for one that is not understood.
    #[must_use]
    pub fn environment(&self, id: &str) -> Vec<(String, Option<String>)> {
        let variables =
            self.find(id).and_then(|made| made.properties.get("Environment")?.get("Variables")?.as_object());
        let filled = |(name, value): (&String, &Json)| (name.clone(), self.text(value));
        variables.into_iter().flatten().map(filled).collect()
    }
}

/// How the name and the ARN of a type are formed: the property with the name, the service, the part before the name.
struct Form {
    r#type: &'static str,
    property: &'static str,
    service: &'static str,
    before: &'static str,
}

/// The forms are those of the Service Authorization Reference.
const FORMS: [Form; 12] = [
    form("AWS::S3::Bucket", "BucketName", "s3", ""),
    form("AWS::DynamoDB::Table", "TableName", "dynamodb", "table/"),
    form("AWS::SQS::Queue", "QueueName", "sqs", ""),
    form("AWS::SNS::Topic", "TopicName", "sns", ""),
    form("AWS::SecretsManager::Secret", "Name", "secretsmanager", "secret:"),
    form("AWS::Lambda::Function", "FunctionName", "lambda", "function:"),
    form("AWS::IAM::Role", "RoleName", "iam", "role/"),
    form("AWS::Logs::LogGroup", "LogGroupName", "logs", "log-group:"),
    form("AWS::Kinesis::Stream", "Name", "kinesis", "stream/"),
    form("AWS::StepFunctions::StateMachine", "StateMachineName", "states", "stateMachine:"),
    form("AWS::Events::EventBus", "Name", "events", "event-bus/"),
    form("AWS::SSM::Parameter", "Name", "ssm", "parameter/"),
];

const fn form(r#type: &'static str, property: &'static str, service: &'static str, before: &'static str) -> Form {
    Form { r#type, property, service, before }
}

/// Ten letters, as ids have them that a service makes up.
fn letters(name: &str) -> String {
    let lower = name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase() as char);
    lower.chain("standsinhe".chars()).take(10).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn stand_in(resources: &str) -> StandIn {
        let place = Place {
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
            endpoint: "http://127.0.0.1:4566".to_owned(),
        };
        StandIn::new(
            &format!(
                r#"{{"Parameters":{{"Key":{{"Type":"String"}},"Log":{{"Type":"String","Default":"WARN"}}}},"Resources":{resources}}}"#
            ),
            "shop-dev",
            place,
        )
    }

    const THINGS: &str = r#"{
        "Stock": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Work": {"Type": "AWS::SQS::Queue"},
        "Line": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": true}},
        "In": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "in-${AWS::AccountId}"}}},
        "News": {"Type": "AWS::SNS::Topic"},
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "shop-dev-fn", "Environment": {"Variables": {
            "STOCK": {"Ref": "Stock"}, "LOG": {"Ref": "Log"}, "KEY": {"Ref": "Key"}, "ODD": {"Fn::Split": [",", "a,b"]}
        }}}}
    }"#;

    fn check(json: &str, expected: Option<&str>) {
        let text = stand_in(THINGS).text(&serde_json::from_str(json).unwrap());
        assert_eq!(text.as_deref(), expected, "{json}");
    }

    #[test]
    fn references_are_filled_in() {
        check(r#"{"Ref": "Stock"}"#, Some("shop-dev-Stock"));
        check(
            r#"{"Fn::GetAtt": ["Stock", "Arn"]}"#,
            Some("arn:aws:dynamodb:eu-west-1:123456789012:table/shop-dev-Stock"),
        );
        check(r#"{"Ref": "Work"}"#, Some("http://127.0.0.1:4566/123456789012/shop-dev-Work"));
        check(r#"{"Fn::GetAtt": "Line.QueueName"}"#, Some("shop-dev-Line.fifo"));
        check(r#"{"Fn::Sub": "${In}/${!x}/${AWS::Region}"}"#, Some("in-123456789012/${x}/eu-west-1"));
        check(r#"{"Fn::Sub": ["${a}${In.Arn}", {"a": {"Ref": "Log"}}]}"#, Some("WARNarn:aws:s3:::in-123456789012"));
        check(
            r#"{"Fn::Join": ["-", ["a", {"Ref": "News"}]]}"#,
            Some("a-arn:aws:sns:eu-west-1:123456789012:shop-dev-News"),
        );
        check(r#"{"Ref": "Nothing"}"#, None);
        check(r#"{"Fn::Split": [",", "a,b"]}"#, None);
    }

    #[test]
    fn a_function_has_the_variables_of_its_template() {
        let stand_in = stand_in(THINGS);
        let expected = [
            ("STOCK", Some("shop-dev-Stock")),
            ("LOG", Some("WARN")),
            ("KEY", Some("stand-in-for-Key")),
            ("ODD", None),
        ];
        let variables = stand_in.environment("Fn");
        let found: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(found, expected);
        assert_eq!(stand_in.without_value().collect::<Vec<_>>(), ["Key"]);
    }

    #[test]
    fn what_is_called_is_found() {
        let stand_in = stand_in(THINGS);
        let id = |name: &str| stand_in.called(name).map(|made| made.id);
        assert_eq!(id("http://127.0.0.1:4566/123456789012/shop-dev-Work"), Some("Work"));
        assert_eq!(id("in-123456789012"), Some("In"));
        assert_eq!(stand_in.holding("arn:aws:s3:::in-123456789012/a/b").map(|made| made.id), Some("In"));
        assert_eq!(stand_in.holding("arn:aws:s3:::in-1234567890123").map(|made| made.id), None);
        let mut pattern = Pattern::literal("arn:");
        pattern.push(Piece::Atom("AWS::Partition".into()));
        pattern.push_text(":x:");
        pattern.push(Piece::Atom("Stock".into()));
        pattern.push(Piece::Any);
        assert_eq!(stand_in.pattern(&pattern), Pattern::glob("arn:aws:x:shop-dev-Stock*"));
    }
}
