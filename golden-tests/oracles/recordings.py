"""Checks that an example does, run by run, what it was given permission for: no less and no more.

From:  the example's own handlers and events, boto3, and moto 5.2.5 behind the recorder of `portolan invoke --record`.
Finds: calls that the template does not allow though the code makes them, so calls that inference missed; requests that the
       recorder does not understand; permissions that no run of a function uses; and runs that fail or call something else.
Blind: what an event does not set in motion, whether AWS would decide as our evaluator does, and functions in other languages
       than Python.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

import boto3
import deploy_smoke
import oracle

BINARY = oracle.ROOT / "target/debug" / ("portolan.exe" if os.name == "nt" else "portolan")
ACCOUNT = "123456789012"
REGION = "eu-west-1"


def held(body: dict[str, Any]) -> list[str]:
    return list(body.get("runs", {}))


def check(documents: list[oracle.Document]) -> None:
    subprocess.run([os.environ.get("CARGO", "cargo"), "build", "--quiet", "--package", "portolan-cli"], cwd=oracle.ROOT, check=True)
    endpoint = deploy_smoke.start_server()
    for document in documents:
        deploy_smoke.reset(endpoint)
        with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
            for function, run in document.body["runs"].items():
                check_run(document, function, run, endpoint, pathlib.Path(scratch) / f"{function}.json")


def check_run(document: oracle.Document, function: str, run: dict[str, Any], endpoint: str, trace: pathlib.Path) -> None:
    app = oracle.ROOT / document.body["app"]
    for table, rows in run.get("rows", {}).items():
        fill(table, rows, endpoint)
    given = ["--event", app / "tests/events" / run["event"], "--endpoint", endpoint, "--trace", trace, "--record"]
    for name, value in run.get("variables", {}).items():
        given += ["--env", f"{name}={value}"]
    recorded = invoke(function, app, [*given, "--interpreter", sys.executable])
    judged = invoke(function, app, ["--judge", trace])
    document.checked.add(function)
    for what in [*of_outcome(recorded.get("outcome") or {}, run), *of_recording(judged.get("recording"), run)]:
        document.finding(function, what)


def invoke(function: str, app: pathlib.Path, arguments: list[Any]) -> dict[str, Any]:
    command = [BINARY, "invoke", function, app, "--target", "aws", "--format", "json", *arguments]
    # Handlers import the neutral client, which lies here.
    settings = os.environ | {"PYTHONPATH": str(oracle.ROOT / "stdlib/runtime/python")}
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=settings, check=False)
    try:
        return json.loads(said.stdout)
    except ValueError:
        sys.exit(f"portolan invoke {function} gave no answer\n{said.stdout[:2000]}\n{said.stderr[-2000:]}")


def fill(table: str, rows: list[dict[str, Any]], endpoint: str) -> None:
    """Puts rows into a table that an earlier run has made."""
    keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
    resource = boto3.resource("dynamodb", endpoint_url=endpoint, region_name=REGION, **keys)
    for row in rows:
        resource.Table(table).put_item(Item=row)


def of_outcome(outcome: dict[str, Any], run: dict[str, Any]) -> list[str]:
    if outcome.get("ended") != "returned":
        return [f"it {outcome.get('ended', 'did not run')}: {outcome.get('message', '')}"]
    value = outcome["value"]
    fits = not isinstance(value, dict) or all(value.get(key) == wanted for key, wanted in run.get("gives", {}).items())
    return [] if fits else [f"it returned {json.dumps(value)}"]


def of_recording(recording: dict[str, Any] | None, run: dict[str, Any]) -> list[str]:
    if recording is None:
        return ["nothing was recorded"]
    calls = recording["calls"]
    found = [
        f"{call['service']} {call['operation']} is {call['verdict']}: {permission['permission']} on {permission['resource']}"
        for call in calls
        for permission in call["permissions"] or [{"permission": "?", "resource": "?"}]
        if call["verdict"] != "allowed" and not permission.get("allowed")
    ]
    found += [f"not understood: {request['method']} {request['path']}" for request in recording["unrecognized"]]
    found += [f"never used: {', '.join(unused['permissions'])} on {unused['resource']}" for unused in recording["unused"]]
    made = sorted({f"{call['service']} {call['operation']}" for call in calls})
    return found if made == sorted(run["calls"]) else [*found, f"it calls {', '.join(made) or 'nothing'}"]


if __name__ == "__main__":
    table = oracle.Oracle("recordings", "*.json", held, check)
    table.folders = ("oracles/recordings",)
    oracle.run(table)
