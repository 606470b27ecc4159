"""Checks CloudFormation templates with cfn-lint, once over all of them.

From:  cfn-lint 1.58.0 and the resource schemas of AWS inside it (no network).
Finds: unknown types, unknown, missing and wrongly typed properties, enums, ranges and patterns, broken references, cycles,
       limits, a queue's visibility under its consumer's timeout, stateful resources without retention, hard-coded
       partitions, and what else its rules know. Errors and warnings fail; of the informational rules those in INFORMATION.
Blind: IAM condition keys, whether a policy's resource fits its action (the iam oracle sees that), and the account's state.
"""

from __future__ import annotations

import logging
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import oracle
from cfnlint.config import ConfigMixIn
from cfnlint.runner.cli import Runner
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

REGIONS = ["us-east-1", "eu-west-1"]
# informational rules that fail: stateful without policies, no retention, hard-coded partition, ARN kind against action
INFORMATION = {"I3011", "I3013", "I3042", "I3510"}
# warnings that do not: rule -> why
IGNORED: dict[str, str] = {}
LOCAL_TYPE = re.compile(r"Custom::|AWS::CloudFormation::CustomResource")


def resources(template: dict[str, Any]) -> Iterator[str]:
    yield from template.get("Resources", {})


def check(documents: list[oracle.Document]) -> None:
    logging.disable(logging.WARNING)
    known = {kind for region in REGIONS for kind in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)}
    by_path = {str(document.path): document for document in documents}
    for document in documents:
        for name, resource in document.body.get("Resources", {}).items():
            if resource.get("Type") in known or LOCAL_TYPE.match(resource.get("Type", "")):
                document.checked.add(name)
    for match in lint(list(by_path)):
        if counts(match.rule.id, match.path or []):
            place = "/".join(str(part) for part in match.path or []) or f"line {match.linenumber}"
            by_path[str(pathlib.Path(match.filename))].finding(place, f"{match.rule.id} {match.message}")


def lint(paths: list[str]) -> Iterator[Any]:
    options = ["--include-checks", "I", "--regions", *REGIONS, "--template", *paths]
    yield from Runner(ConfigMixIn(options)).run()


def counts(rule: str, path: list[Any]) -> bool:
    """Whether a match of the rule at this place fails; what a `native` resource does without errors is its author's."""
    if rule.startswith("I"):
        return rule in INFORMATION and not (path[:1] == ["Resources"] and str(path[1]).endswith("Native"))
    return rule not in IGNORED


if __name__ == "__main__":
    oracle.run(oracle.Oracle("cloudformation", "template*.json", resources, check))
