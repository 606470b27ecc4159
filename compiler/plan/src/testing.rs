//! What tests of this room stand on.

use portolan_target::{Fate, Holding, Raises, Replaces, Rule, Stakes, Undone, Unseen, When, Written};

/// The stakes of a few types.
pub(crate) static STAKES: Stakes = Stakes {
    holds: &[("AWS::DynamoDB::Table", "its items"), ("AWS::KMS::Key", "everything that only it can decrypt")],
    serves: &[("AWS::SQS::Queue", "what is sent meanwhile is lost")],
    ends: &[("AWS::KMS::Key", "what it encrypted is lost")],
    alarms: &ALARMS,
    packages: &[("AWS::Lambda::Function", "Code")],
    names: &[("AWS::DynamoDB::Table", "TableName"), ("AWS::Lambda::Function", "FunctionName")],
    environments: &[("AWS::Lambda::Function", "Environment.Variables")],
    quotas: &[],
    undone: Undone { create: "", update: "", replace: "", delete: "" },
    keeps_type: true,
    unordered: &["Statement", "Action", "Resource"],
    same: |_, _, _| None,
    replaces: Replaces::CreateFirst,
    renames: true,
};

static ALARMS: [Rule; 1] = [Rule {
    r#type: "AWS::Lambda::Url",
    path: "AuthType",
    when: When::Becomes(&["NONE"]),
    raises: Raises::Exposure,
    says: "everybody can call the function",
}];

/// A resource without properties.
pub(crate) fn holding(id: &str, r#type: &str) -> Holding {
    Holding {
        id: id.to_owned(),
        address: None,
        r#type: r#type.to_owned(),
        body: Written::Map(Vec::new()),
        around: Written::Map(Vec::new()),
        removed: Fate::Lost,
        replaced: Fate::Lost,
        create_first: None,
        unseen: Unseen::default(),
    }
}
