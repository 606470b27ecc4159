"""Runs the real `terraform validate` over Terraform JSON, where the machine has a terraform.

From:  the terraform binary on the path, with a stub of each Google provider (stub_provider.py) that has the schemas of the
       terraform oracle; no download and no network. Without a binary the oracle is skipped, visibly.
Finds: what Terraform's own parser and type checker find: broken templates, unknown functions, references, types, blocks.
Blind: what only the real provider checks; and the version, which is the machine's and not 1.5.7.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Any

import oracle
import stub_provider
import terraform


def check(documents: list[oracle.Document]) -> None:
    servers, running = stub_provider.providers(used_facts(documents))
    environment = os.environ | {"TF_REATTACH_PROVIDERS": running, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(validate, document, environment) for document in documents]:
            done.result()
    stub_provider.stop(servers)


def used_facts(documents: list[oracle.Document]) -> dict[str, Any]:
    """The schemas of the types that occur: Terraform reads all that a provider has, for each template anew."""
    used = {
        section: {kind for document in documents for kind in document.body.get(section, {})}
        for section in ("resource", "data")
    }
    narrowed = {}
    for provider, facts in terraform.facts().items():
        kept = {
            section: {kind: facts[section][kind] for kind in kinds & set(facts[section])} for section, kinds in used.items()
        }
        narrowed[provider] = facts | kept
    return narrowed


def validate(document: oracle.Document, environment: dict[str, str]) -> None:
    """Validates a copy beside which the artifacts exist; Terraform's own version is not held against it."""
    with tempfile.TemporaryDirectory(prefix="portolan-terraform-") as folder:
        config = json.loads(json.dumps(document.body))
        config.get("terraform", {}).pop("required_version", None)
        pathlib.Path(folder, "main.tf.json").write_text(json.dumps(config), encoding="utf-8")
        command = ["terraform", f"-chdir={folder}", "validate", "-json"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    try:
        verdict = json.loads(ran.stdout)
    except ValueError:
        document.finding("terraform", (ran.stdout + ran.stderr).strip() or f"ended with {ran.returncode}")
        return
    for diagnostic in verdict["diagnostics"]:
        line = diagnostic.get("range", {}).get("start", {}).get("line", 0)
        document.finding(f"line {line}", f"{diagnostic['summary']}: {diagnostic['detail']}")
    document.checked.update(terraform.addresses(document.body))


def works() -> bool:
    """Whether there is a terraform that runs at all."""
    binary = shutil.which("terraform")
    return binary is not None and subprocess.run([binary, "version"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    if not works():
        print("  skipped: there is no terraform on this machine\n0 passed, 0 failed")
        sys.exit(0)
    oracle.run(oracle.Oracle("terraform_validate", "*main.tf.json", terraform.addresses, check))
