"""Checks the recipes of `docs/ci/` and the action, and runs their steps.

From:  the schemas of GitHub workflows and actions, GitLab CI and Azure Pipelines that check-jsonschema vendors (SchemaStore's
       and the makers' own); and rules of ours about what a recipe may do.
Finds: what a schema refuses; actions without a full version; jobs without a time limit; permissions that are not said; what
       comes from a request and stands in a script; triggers that hand secrets to strangers. Of the recipes themselves also
       what their steps do: ci_run.py runs them in a repository, with stand-ins for the systems' interfaces.
Blind: what the systems do that is in no schema, and the steps of other people's actions.
"""

from __future__ import annotations

import functools
import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import ci_run
import oracle
import yaml

RECIPES = [
    oracle.ROOT / "action.yml",
    oracle.ROOT / "docs/ci/github/plan.yml",
    oracle.ROOT / "docs/ci/github/apply.yml",
    oracle.ROOT / "docs/ci/gitlab/plan.gitlab-ci.yml",
    oracle.ROOT / "docs/ci/azure-devops/azure-pipelines.yml",
]
SCHEMAS = {
    "action": ["vendor.github-actions"],
    "workflow": ["vendor.github-workflows"],
    "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    "azure": ["vendor.azure-pipelines", "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"],
}
# keys of a GitLab file that are no jobs
GITLAB_KEYS = {"variables", "stages", "default", "include", "workflow"}
FULL_VERSION = re.compile(r"[\w.-]+/[\w./-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})")
# what GitHub and Azure Pipelines put into a script before a shell reads it
PASTED = re.compile(r"\$\{\{|(?<![\w\"'$])\$\((?!\()[A-Za-z]+\.[A-Za-z.]+\)")
MOST = {"actions": "read", "contents": "read", "id-token": "write", "pull-requests": "write", "security-events": "write"}


class Loader(yaml.SafeLoader):
    """YAML in which `on` is a word."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first not in "oO"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str) -> Any:
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def kind(body: dict[str, Any]) -> str:
    if "runs" in body:
        return "action"
    if "on" in body and "jobs" in body:
        return "workflow"
    return "azure" if "pool" in body else "gitlab"


def steps(body: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step by a name of its own, whatever the system calls it."""
    if not body:
        return
    sort = kind(body)
    if sort == "action":
        yield from numbered("", body["runs"]["steps"])
    elif sort == "workflow":
        for name, job in body["jobs"].items():
            yield from numbered(f"{name}: ", job["steps"])
    elif sort == "gitlab":
        for name, job in body.items():
            if name not in GITLAB_KEYS:
                yield name, job
    else:
        for name, job in azure_jobs(body):
            yield from numbered(f"{name}: ", ci_run.azure_steps(job))


def numbered(before: str, all_steps: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, step in enumerate(all_steps, 1):
        said = step.get("name") or step.get("displayName") or step.get("uses") or step.get("task") or "step"
        yield f"{before}{number} {said}", step


def azure_jobs(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for stage in body.get("stages", []):
        for job in stage["jobs"]:
            yield job.get("job") or job["deployment"], job


def check(document: oracle.Document) -> None:
    if not document.body:
        return
    schema(document)
    for name, step in steps(document.body):
        document.checked.add(name)
        check_step(document, name, step)
    {"workflow": check_workflow, "azure": check_azure}.get(kind(document.body), lambda _: None)(document)
    if document.path in RECIPES:
        for where, what in ran().get(document.path.name, []):
            document.finding(where, what)


@functools.cache
def ran() -> dict[str, list[tuple[str, str]]]:
    return ci_run.findings(load)


def schema(document: oracle.Document) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json", "--verbose", "--builtin-schema"]
    command += [*SCHEMAS[kind(document.body)], str(document.path)]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if said.returncode == 0:
        return
    try:
        errors = json.loads(said.stdout)["errors"]
    except ValueError:
        document.finding("the schema", (said.stdout + said.stderr)[-500:])
        return
    for error in errors:
        deepest = error.get("best_deep_match") or error
        document.finding(f"the schema at {deepest['path']}", deepest["message"][:200])


def check_step(document: oracle.Document, name: str, step: dict[str, Any]) -> None:
    uses = step.get("uses")
    if uses and not FULL_VERSION.fullmatch(uses):
        document.finding(name, f"{uses} is not pinned by its full version")
    script = step.get("run") or step.get("bash") or step.get("inputs", {}).get("inlineScript") or ""
    if found := PASTED.search(str(script)):
        document.finding(name, f"{found.group()} is pasted into a script: pass it in the environment")
    if str(uses).startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
        document.finding(name, "the token stays in the work tree")
    if "checkout" in step and step.get("persistCredentials") != "false":
        document.finding(name, "the token stays in the work tree")


def check_workflow(document: oracle.Document) -> None:
    body = document.body
    events = body["on"] if isinstance(body["on"], (list, dict)) else [body["on"]]
    if "pull_request_target" in events or "workflow_run" in events:
        document.finding("on", "a stranger's request runs with the repository's secrets")
    if body.get("permissions") != {"contents": "read"}:
        document.finding("permissions", "a workflow may read, and a job says what else it needs")
    for name, job in body["jobs"].items():
        if "timeout-minutes" not in job:
            document.finding(name, "the job has no time limit")
        for scope, access in job.get("permissions", {}).items():
            if access not in ("read", MOST.get(scope)):
                document.finding(name, f"{scope}: {access} is more than a recipe needs")
        if "pull_request" in events and "id-token" in job.get("permissions", {}):
            document.finding(name, "a request gets the clouds' credentials")


def check_azure(document: oracle.Document) -> None:
    for name, job in azure_jobs(document.body):
        if "timeoutInMinutes" not in job:
            document.finding(name, "the job has no time limit")


def read_recipes() -> None:
    """Without paths the recipes are checked where they lie."""
    if not [argument for argument in sys.argv[1:] if not argument.startswith("-")]:
        sys.argv += [str(path) for path in RECIPES]


if __name__ == "__main__":
    read_recipes()
    oracle.run(
        oracle.Oracle("ci", "*.yml", lambda body: [name for name, _ in steps(body)], oracle.each(check), load)
    )
