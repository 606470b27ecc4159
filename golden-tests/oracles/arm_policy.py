"""Checks ARM templates for secure defaults with checkov.

From:  checkov 3.3.30, framework `arm`, and of its checks those in DEFAULTS: the ones that say what we promise. Left out are
       those about network isolation, replication and logging, which are the user's choice, and those about the text of a
       name, which checkov reads from expressions that it cannot evaluate.
Finds: http or old TLS, ftp, remote debugging, public blobs, keys where identities are meant, vaults that can be purged,
       roles that own a subscription.
Blind: everything else of a template; most of Service Bus and Event Grid, for which checkov has no check.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

os.environ["LOG_LEVEL"] = "CRITICAL"
logging.disable(logging.CRITICAL)

import oracle  # noqa: E402
from checkov.arm.runner import Runner  # noqa: E402
from checkov.runner_filter import RunnerFilter  # noqa: E402

DEFAULTS = {
    "Microsoft.Storage/storageAccounts": ["CKV_AZURE_3", "CKV_AZURE_44"],
    "Microsoft.Storage/storageAccounts/blobServices/containers": ["CKV_AZURE_34"],
    "Microsoft.Web/sites": [
        "CKV_AZURE_14", "CKV_AZURE_15", "CKV_AZURE_16", "CKV_AZURE_70", "CKV_AZURE_71", "CKV_AZURE_72", "CKV_AZURE_78",
        "CKV_AZURE_145",
    ],
    "Microsoft.KeyVault/vaults": ["CKV_AZURE_42", "CKV_AZURE_110", "CKV_AZURE_111"],
    "Microsoft.DocumentDB/databaseAccounts": ["CKV_AZURE_132", "CKV_AZURE_140"],
    "Microsoft.Authorization/roleDefinitions": ["CKV_AZURE_39"],
}  # fmt: skip


def governed(template: dict[str, Any]) -> Iterator[str]:
    """The resources that our list has a check for."""
    for index, resource in enumerate(template.get("resources", [])):
        if resource["type"] in DEFAULTS:
            yield f"resources[{index}] {resource['type']}"


def check(documents: list[oracle.Document]) -> None:
    by_path = {str(document.path): document for document in documents}
    wanted = sorted({check_id for ids in DEFAULTS.values() for check_id in ids})
    report = Runner().run(root_folder=None, files=list(by_path), runner_filter=RunnerFilter(framework=["arm"], checks=wanted))
    verdicts: Counter[tuple[str, str, str]] = Counter()
    for record in [*report.passed_checks, *report.failed_checks]:
        verdicts[record.file_abs_path, type_of(record.resource), record.check_id] += 1
    for record in report.failed_checks:
        if record.check_id in DEFAULTS.get(type_of(record.resource), []):
            by_path[record.file_abs_path].finding(record.resource, f"{record.check_id} {record.check_name}")
    for path, document in by_path.items():
        mark_checked(document, path, verdicts)


def type_of(resource: str) -> str:
    """Checkov names a resource `<type>.<name>`, and types hold dots only before their first slash."""
    namespace, _, rest = resource.partition("/")
    return f"{namespace}/{rest.split('.', 1)[0]}"


def mark_checked(document: oracle.Document, path: str, verdicts: Counter[tuple[str, str, str]]) -> None:
    """The resources of a type count as checked when each of its checks gave as many verdicts as there are of them."""
    names = list(governed(document.body))
    held = Counter(name.split(" ")[1] for name in names)
    complete = {kind for kind, count in held.items() if all(verdicts[path, kind, id_] >= count for id_ in DEFAULTS[kind])}
    document.checked.update(name for name in names if name.split(" ")[1] in complete)


if __name__ == "__main__":
    oracle.run(oracle.Oracle("arm_policy", "azuredeploy*.json", governed, check))
