"""Checks that `portolan invoke --record` understands what AWS's own client sends.

From:  boto3 and botocore's serializers, moto 5.2.5 behind the recorder, and for whole services a server that says yes.
Finds: requests that are recorded as another operation or not at all, permissions and resources other than the call has, and
       operations of any service, in any protocol that botocore writes, which the recorder does not name.
Blind: what other SDKs write otherwise than botocore, and whether an operation needs what the table says: `operations` does
       that.
"""

from __future__ import annotations

import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

import deploy_smoke
import operations_data
import oracle
import wire_data
from loopback import Quiet, serve

APP = oracle.HERE / "recorder"
BINARY = oracle.ROOT / "target/debug" / ("portolan.exe" if os.name == "nt" else "portolan")
# one API that botocore has twice, under one service id: clients of both have one variable for its address
TWICE = {"sms-voice": "pinpoint-sms-voice"}
# services are sent in so many parts, each a recording of its own
PARTS = 6


def held(body: dict[str, Any]) -> list[str]:
    return services() if "every operation" in body else list(body)


def services() -> list[str]:
    folders = (path for path in operations_data.DATA.iterdir() if path.is_dir() and operations_data.latest(path))
    return sorted(path.name for path in folders)


def check(documents: list[oracle.Document]) -> None:
    subprocess.run([os.environ.get("CARGO", "cargo"), "build", "--quiet", "--package", "portolan-cli"], cwd=oracle.ROOT, check=True)
    endpoint = deploy_smoke.start_server()
    for document in documents:
        if "every operation" in document.body:
            check_services(document)
        else:
            check_calls(document, endpoint)


def record(event: dict[str, Any], endpoint: str) -> tuple[Any, dict[str, Any]]:
    """What the function returned, and the trace."""
    with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
        trace = pathlib.Path(scratch) / "trace.json"
        given = pathlib.Path(scratch) / "event.json"
        given.write_text(json.dumps(event), encoding="utf-8")
        command = [BINARY, "invoke", "send", APP, "--record", "--format", "json", "--interpreter", sys.executable]
        command += ["--event", given, "--trace", trace, "--endpoint", endpoint]
        said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        try:
            outcome = json.loads(said.stdout)["outcome"]
            return outcome["value"], json.loads(trace.read_text(encoding="utf-8"))
        except (ValueError, KeyError, OSError):
            sys.exit(f"portolan invoke gave no recording\n{said.stdout[:2000]}\n{said.stderr[-2000:]}")


# --- calls ------------------------------------------------------------------------------------------------------------


def check_calls(document: oracle.Document, endpoint: str) -> None:
    """All calls in one recording; where something is wrong with it, one by one to see with which."""
    _, trace = record({"calls": document.body}, endpoint)
    if not is_clean(document.body, trace):
        for title, entry in document.body.items():
            _, own = record({"calls": {title: entry}}, endpoint)
            document.findings += [f"{title}: {what}" for what in findings(entry, own)]
        if not document.findings:
            document.finding("all calls", "one by one they are right, together they are not")
    document.checked.update(document.body)


def is_clean(entries: dict[str, Any], trace: dict[str, Any]) -> bool:
    """Whether every entry was recorded, and nothing else."""
    wanted = list(entries.values())
    expected = all(any(not findings_of(entry, call) for call in trace["calls"]) for entry in wanted)
    recorded = all(any(not findings_of(entry, call) for entry in wanted) for call in trace["calls"])
    return expected and recorded and "unrecognized" not in trace


def findings(entry: dict[str, Any], trace: dict[str, Any]) -> list[str]:
    if "unrecognized" in trace:
        return [f"not understood: {request['why']}" for request in trace["unrecognized"]]
    if not trace["calls"]:
        return ["not recorded"]
    return [finding for call in trace["calls"] for finding in findings_of(entry, call)]


def findings_of(entry: dict[str, Any], call: dict[str, Any]) -> list[str]:
    found = [] if name_of(call) == entry["call"] else [f"recorded as {name_of(call)}"]
    said = [f"{ask['permission']} {ask['resource']}" for ask in call["asks"]]
    wanted = entry["asks"]
    fits = len(said) == len(wanted) and all(any(fit(one, ask) for ask in said) for one in wanted)
    return found if fits else [*found, f"asks for {', '.join(said) or 'nothing'}, not for {', '.join(wanted) or 'nothing'}"]


def name_of(call: dict[str, Any]) -> str:
    return f"{call['service']} {call['operation']}"


def fit(wanted: str, said: str) -> bool:
    """Whether a permission is the one that is wanted; of the ARN the end is given."""
    permission, end = wanted.split(" ", 1)
    return said.startswith(f"{permission} ") and said.endswith(end)


# --- whole services ---------------------------------------------------------------------------------------------------


def check_services(document: oracle.Document) -> None:
    endpoint = start_yes()
    names = services()
    for part in range(PARTS):
        some = names[part::PARTS]
        sent, trace = record({"services": some, "left_out": {name: left_out(name) for name in some}}, endpoint)
        document.findings += differences(sent, trace)
        document.checked.update(some)
        document.notes.append(f"{len(sent)} operations of {len(some)} services")


def once(name: str) -> str:
    service, operation = name.split()
    return f"{TWICE.get(service, service)} {operation}"


def left_out(service: str) -> list[str]:
    """The operations whose requests are another's."""
    operations = operations_data.read(operations_data.latest(operations_data.DATA / service) / "service-2.json.gz")["operations"]
    return [name for name in operations if wire_data.is_left_out(service, name, operations)]


def differences(sent: list[str], trace: dict[str, Any]) -> list[str]:
    """What was sent against what was recorded, in order: a call that is recorded twice in a row was sent in two protocols."""
    found = [f"{request['method']} {request['path']}: {request['why']}" for request in trace.get("unrecognized", [])]
    sent = [once(name) for name in sent]
    calls = [once(name_of(call)) for call in trace["calls"]]
    recorded = [call for at, call in enumerate(calls) if at == 0 or calls[at - 1] != call]
    if found or recorded == sent:
        return found
    lines = difflib.unified_diff(sent, recorded, "sent", "recorded", lineterm="", n=0)
    return [line for line in lines if line[0] in "+-"][2:]


def start_yes() -> str:
    """A server that answers every request with an empty document; it ends with this process."""

    class Yes(Quiet):
        def answer(self) -> None:
            self.body()
            self.say(200, b"")

    return f"http://{serve(Yes)}"


if __name__ == "__main__":
    table = oracle.Oracle("recorder", "*.json", held, check)
    table.folders = ("oracles/recorder",)
    oracle.run(table)
