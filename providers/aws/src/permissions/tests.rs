use super::permissions;
use portolan_policy::{Comparison, Effect, Statement, widened};
use proptest::prelude::*;

/// The statements of a template's resources, one a line.
fn lines(resources: &str) -> Vec<String> {
    let template = format!("{{ \"Resources\": {resources} }}");
    permissions(&template).statements().iter().map(line).collect()
}

fn line(statement: &Statement) -> String {
    let effect = if statement.effect == Effect::Deny { "deny " } else { "" };
    let condition = match statement.condition.is_always() {
        true => String::new(),
        false => format!(" if {}", statement.condition),
    };
    let Statement { principals, permissions, resources, .. } = statement;
    format!("{effect}{principals}: {permissions} on {resources}{condition}")
}

fn check(resources: &str, expected: &[&str]) {
    assert_eq!(lines(resources), expected, "{resources}");
}

const ROLE: &str = "arn:{AWS::Partition}:iam::{AWS::AccountId}:role/{R}";

#[test]
fn a_role_and_its_policies() {
    let resources = r#"{
      "R": { "Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": { "Statement": [
          { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com", "AWS": ["111122223333", "*"] }, "Action": "sts:AssumeRole" } ] },
        "ManagedPolicyArns": [
          "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
          { "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess" } ],
        "Policies": [ { "PolicyName": "x", "PolicyDocument": { "Statement":
          { "Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::a${*}b/${aws:username}/*" } } } ] } },
      "P": { "Type": "AWS::IAM::Policy", "Properties": { "Roles": [ { "Ref": "R" } ], "PolicyDocument": { "Statement": [
        { "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": [ { "Fn::GetAtt": "T.Arn" }, { "Fn::Sub": "${T.Arn}/index/*" } ] } ] } } },
      "T": { "Type": "AWS::DynamoDB::Table" } }"#;
    let table = "arn:{AWS::Partition}:dynamodb:{AWS::Region}:{AWS::AccountId}:table/{T}";
    check(
        resources,
        &[
            &format!(
                "lambda.amazonaws.com, arn:{{AWS::Partition}}:iam::111122223333:root, *: sts:AssumeRole on {ROLE}"
            ),
            &format!("deny {ROLE}: * but s3:* on * but arn:aws:s3:::a*b/{{$aws:username}}/*"),
            &format!("{ROLE}: logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on *"),
            &format!("{ROLE}: {{AmazonS3ReadOnlyAccess}} on *"),
            &format!("{ROLE}: dynamodb:GetItem on {table}, {table}/index/*"),
        ],
    );
}

#[test]
fn spellings_of_one_text_are_one() {
    let policy = |resource: &str| {
        format!(
            r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{ "BucketName": {{ "Fn::Sub": "b-${{AWS::Region}}" }} }} }},
            "P": {{ "Type": "AWS::IAM::RolePolicy", "Properties": {{ "RoleName": "r", "PolicyDocument": {{ "Statement": [
            {{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": {resource} }} ] }} }} }} }}"#
        )
    };
    let first = lines(&policy(r#"{ "Fn::Sub": "${B.Arn}/x/*" }"#));
    for spelled in [
        r#"{ "Fn::Sub": "arn:${AWS::Partition}:s3:::${B}/x/*" }"#,
        r#"{ "Fn::Join": ["", [{ "Fn::GetAtt": ["B", "Arn"] }, "/x/*"]] }"#,
        r#"{ "Fn::Join": ["/", [{ "Fn::GetAtt": "B.Arn" }, "x", "*"]] }"#,
        r#"{ "Fn::Sub": ["arn:${p}:s3:::b-${AWS::Region}/${rest}", { "p": { "Ref": "AWS::Partition" }, "rest": "x/*" }] }"#,
    ] {
        assert_eq!(lines(&policy(spelled)), first, "{spelled}");
    }
}

#[test]
fn what_resources_say_themselves() {
    check(
        r#"{
          "Q": { "Type": "AWS::SQS::Queue" },
          "QP": { "Type": "AWS::SQS::QueuePolicy", "Properties": { "Queues": [{ "Ref": "Q" }], "PolicyDocument": { "Statement": [
            { "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage", "Resource": "*",
              "Condition": { "ArnEquals": { "aws:SourceArn": { "Ref": "N" } } } } ] } } },
          "N": { "Type": "AWS::SNS::Topic" },
          "F": { "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": "f" } },
          "L": { "Type": "AWS::Lambda::Permission", "Properties": {
            "Action": "lambda:InvokeFunction", "FunctionName": { "Ref": "F" }, "Principal": "s3.amazonaws.com",
            "SourceArn": "arn:aws:s3:::b", "SourceAccount": { "Ref": "AWS::AccountId" } } },
          "O": { "Type": "AWS::ApiGatewayV2::Route", "Properties": { "ApiId": { "Ref": "A" }, "RouteKey": "GET /x" } } }"#,
        &[
            "sns.amazonaws.com: sqs:SendMessage on arn:{AWS::Partition}:sqs:{AWS::Region}:{AWS::AccountId}:{Q.QueueName}, \
             arn:{AWS::Partition}:sqs:{AWS::Region}:{AWS::AccountId}:{Q.QueueName}/* \
             if aws:SourceArn is like arn:{AWS::Partition}:sns:{AWS::Region}:{AWS::AccountId}:{N.TopicName}",
            "s3.amazonaws.com: lambda:InvokeFunction on arn:{AWS::Partition}:lambda:{AWS::Region}:{AWS::AccountId}:function:f \
             if aws:SourceArn is like arn:aws:s3:::b and aws:SourceAccount is {AWS::AccountId}",
            "*: execute-api:Invoke on {A}/GET /x",
        ],
    );
}

#[test]
fn a_lost_boundary_widens() {
    let role = |boundary: &str| {
        permissions(&format!(
            r#"{{ "Resources": {{ "R": {{ "Type": "AWS::IAM::Role", "Properties": {{ {boundary} "Policies": [
            {{ "PolicyDocument": {{ "Statement": [ {{ "Effect": "Allow", "Action": "a:b", "Resource": "*" }} ] }} }} ] }} }} }} }}"#
        ))
    };
    let (before, after) = (role(r#""PermissionsBoundary": "arn:x","#), role(""));
    let more = |before, after| widened(&Comparison { before, after, universe: &[] }).len();
    assert_eq!((more(&before, &after), more(&after, &before), more(&before, &before)), (1, 0, 0));
}

/// JSON of the shapes that templates have, and of others.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let words = prop::sample::select(vec![
        "Ref",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "R",
        "R.Arn",
        "${R",
        "${R.Arn}x*",
        "${!x}",
        "*",
        "",
        "é",
        "Allow",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::SQS::QueuePolicy",
        "111122223333",
        "StringLike",
        "ForAllValues:",
    ]);
    let keys = prop::sample::select(vec![
        "Ref",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "Effect",
        "Action",
        "Resource",
        "Principal",
        "Condition",
        "Statement",
        "NotAction",
        "StringLike",
        "PolicyDocument",
        "Policies",
        "AssumeRolePolicyDocument",
        "ManagedPolicyArns",
        "Queues",
    ]);
    let leaf = prop_oneof![
        words.prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(Into::into)
    ];
    leaf.prop_recursive(6, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::vec((keys.clone(), inner), 0..4)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(properties in any_json(), other in any_json(), text in any::<String>()) {
        permissions(&text);
        for r#type in ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::SQS::QueuePolicy", "AWS::Lambda::Permission", "AWS::ApiGatewayV2::Route", "AWS::Serverless::Function"] {
            let made = serde_json::json!({ "Resources": {
                "R": { "Type": r#type, "Properties": properties.clone() },
                "X": { "Type": "AWS::IAM::Role", "Properties": other.clone() },
            }});
            let policies = permissions(&made.to_string());
            prop_assert_eq!(widened(&Comparison { before: &policies, after: &policies, universe: &[] }), []);
        }
    }
}
