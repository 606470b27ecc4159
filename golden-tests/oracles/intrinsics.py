"""Resolves CloudFormation's intrinsic functions to the text they would have in a deployment.

In:  a template and a value of it. Out: text, with `<Name>` where only the deployment knows (a generated name, a parameter).

What a type's `Ref` and attributes are is written down in NAMES, REFS and ATTRIBUTES (AWS's resource type reference, "Return
values"); anything that is not there is Unresolved, so that a reader never compares something it did not understand.
"""

from __future__ import annotations

import re
from typing import Any

PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111111111111",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "<stack>",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/<stack>/<id>",
}
REGIONAL = "eu-west-1:111111111111"
# the property that fixes a resource's physical name
NAMES = {
    "AWS::ApiGatewayV2::Api": None,
    "AWS::ApiGatewayV2::Authorizer": None,
    "AWS::ApiGatewayV2::Integration": None,
    "AWS::ApiGatewayV2::Route": None,
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Key": None,
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::EventSourceMapping": None,
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
# types whose `Ref` is not the name
REFS = {
    "AWS::SNS::Topic": "arn:aws:sns:" + REGIONAL + ":{}",
    "AWS::SQS::Queue": "https://sqs.eu-west-1.amazonaws.com/111111111111/{}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:" + REGIONAL + ":secret:{}-abc123",
}
ATTRIBUTES = {
    ("AWS::ApiGatewayV2::Api", "ApiEndpoint"): "https://{}.execute-api.eu-west-1.amazonaws.com",
    ("AWS::DynamoDB::Table", "Arn"): "arn:aws:dynamodb:" + REGIONAL + ":table/{}",
    ("AWS::DynamoDB::Table", "StreamArn"): "arn:aws:dynamodb:" + REGIONAL + ":table/{}/stream/2026-01-01",
    ("AWS::Events::EventBus", "Arn"): "arn:aws:events:" + REGIONAL + ":event-bus/{}",
    ("AWS::IAM::Role", "Arn"): "arn:aws:iam::111111111111:role/{}",
    ("AWS::IAM::Role", "RoleId"): "AROA{}",
    ("AWS::KMS::Key", "Arn"): "arn:aws:kms:" + REGIONAL + ":key/{}",
    ("AWS::Kinesis::Stream", "Arn"): "arn:aws:kinesis:" + REGIONAL + ":stream/{}",
    ("AWS::Lambda::Function", "Arn"): "arn:aws:lambda:" + REGIONAL + ":function:{}",
    ("AWS::Logs::LogGroup", "Arn"): "arn:aws:logs:" + REGIONAL + ":log-group:{}:*",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::{}",
    ("AWS::S3::Bucket", "RegionalDomainName"): "{}.s3.eu-west-1.amazonaws.com",
    ("AWS::SNS::Topic", "TopicArn"): "arn:aws:sns:" + REGIONAL + ":{}",
    ("AWS::SNS::Topic", "TopicName"): "{}",
    ("AWS::SQS::Queue", "Arn"): "arn:aws:sqs:" + REGIONAL + ":{}",
    ("AWS::SQS::Queue", "QueueName"): "{}",
    ("AWS::SQS::Queue", "QueueUrl"): REFS["AWS::SQS::Queue"],
    ("AWS::Scheduler::Schedule", "Arn"): "arn:aws:scheduler:" + REGIONAL + ":schedule/default/{}",
    ("AWS::SecretsManager::Secret", "Id"): REFS["AWS::SecretsManager::Secret"],
}
SUBSTITUTION = re.compile(r"\$\{(!?)([^}]*)\}")


class Unresolved(ValueError):
    """An intrinsic function, type or attribute that this reader does not know."""


def resolve(value: Any, template: dict[str, Any]) -> str:
    """The text of a value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if not isinstance(value, dict) or len(value) != 1:
        raise Unresolved(f"not a text: {value!r}")
    ((function, argument),) = value.items()
    if function == "Ref":
        return reference(argument, template)
    if function == "Fn::GetAtt":
        logical_id, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
        return attribute_of(logical_id, attribute, template)
    if function == "Fn::Sub":
        return substitute(argument, template)
    if function == "Fn::Join":
        separator, parts = argument
        return separator.join(resolve(part, template) for part in parts)
    if function == "Fn::Select":
        index, parts = argument
        return resolve(parts[int(index)], template) if isinstance(parts, list) else f"<{function} {index}>"
    raise Unresolved(f"the function {function}")


def reference(name: str, template: dict[str, Any]) -> str:
    if name in PSEUDO:
        return PSEUDO[name]
    if name in template.get("Parameters", {}):
        return f"<{name}>"
    kind = kind_of(name, template)
    return REFS.get(kind, "{}").format(physical_name(name, template))


def attribute_of(logical_id: str, attribute: str, template: dict[str, Any]) -> str:
    kind = kind_of(logical_id, template)
    if (kind, attribute) not in ATTRIBUTES:
        raise Unresolved(f"the attribute {attribute} of {kind}")
    return ATTRIBUTES[kind, attribute].format(physical_name(logical_id, template))


def kind_of(logical_id: str, template: dict[str, Any]) -> str:
    kind = template.get("Resources", {}).get(logical_id, {}).get("Type", "")
    if kind not in NAMES:
        raise Unresolved(f"{logical_id} of type {kind or 'nothing'}")
    return kind


def physical_name(logical_id: str, template: dict[str, Any]) -> str:
    resource = template["Resources"][logical_id]
    key = NAMES[resource["Type"]]
    given = resource.get("Properties", {}).get(key) if key else None
    return f"<{logical_id}>" if given is None else resolve(given, template)


def substitute(argument: Any, template: dict[str, Any]) -> str:
    body, given = argument if isinstance(argument, list) else (argument, {})

    def fill(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        if name in given:
            return resolve(given[name], template)
        if "." in name:
            return attribute_of(*name.split(".", 1), template)
        return reference(name, template)

    return SUBSTITUTION.sub(fill, body)
