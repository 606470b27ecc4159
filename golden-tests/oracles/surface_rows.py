"""What the rows of Google and Azure may name: the methods of Google's APIs, and the permissions and actions of both clouds.

From: the discovery documents in google-api-python-client, and the lists in `names/`, whose heads say what they are from.
"""

from __future__ import annotations

import functools
import json
import pathlib
import re

import googleapiclient

DOCUMENTS = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache/documents"
NAMES = pathlib.Path(__file__).with_name("names")

# services that the APIs' documents call otherwise
RENAMED = {
    "bigtable": ["bigtableadmin"],
    "cloudsql": ["sqladmin"],
    "errorreporting": ["clouderrorreporting"],
    "firebaseauth": ["identitytoolkit"],
    "firestoreadmin": ["firestore"],
    "remoteconfig": ["firebaseremoteconfig"],
    "workflows": ["workflows", "workflowexecutions"],
}
# operations that no API has under this name: what the table calls a part of a method, or a method in a case
OURS = {
    "bigquery": {"tables.export", "tables.getData", "tables.updateData"},
    "cloudsql": {"connect"},
    "datastore": {"Insert", "InsertIncomplete", "Update", "Upsert", "Delete"},
    "fcm": {"topics.subscribe", "topics.unsubscribe"},
    "firebaseauth": {
        "tokens.verify", "users.create", "users.createSession", "users.delete", "users.get", "users.sendEmail", "users.update",
    },
    "firebasedatabase": {"data.read", "data.write", "instances.update"},
    "firestore": {"SetDocument", "UpdateDocument"},
    "iam": {"actAs"},
    "run": {"invoke"},
    "spanner": {"BeginReadOnly", "BeginReadWrite", "PartitionedDml", "Read", "UpdateDdl", "Write"},
    "storage": {"objects.removeSource", "objects.rewriteInPlace"},
    "translate": {"detections", "languages", "translations"},
}  # fmt: skip
# methods that the APIs offer by gRPC alone, or that REST calls otherwise: the reference of each service's RPCs
RPC_ONLY = {
    "aiplatform": {"StreamingPredict"},
    "automl": {"Predict"},
    "bigquerystorage": {"AppendRows", "CreateReadSession", "CreateWriteStream", "ReadRows"},
    "bigtable": {"CheckAndMutateRow", "ExecuteQuery", "MutateRow", "ReadModifyWriteRow", "ReadRows"},
    "cloudbilling": {"GetProjectBillingInfo", "UpdateProjectBillingInfo"},
    "cloudbuild": {"RunBuildTrigger"},
    "cloudtrace": {"BatchWriteSpans"},
    "container": {"SetNodePoolSize"},
    "dataproc": {"CreateBatch"},
    "dialogflow": {"StreamingDetectIntent"},
    "errorreporting": {"ReportErrorEvent"},
    "eventarcpublishing": {"Publish", "PublishEvents"},
    "logging": {"ListLogEntries", "WriteLogEntries"},
    "pubsub": {"StreamingPull", "Subscribe"},
    "remoteconfig": {"templates.get", "templates.update"},
    "secretmanager": {"AddSecretVersion"},
    "speech": {"BatchRecognize", "CreateRecognizer", "StreamingRecognize"},
}


def google_has(service: str, operation: str) -> bool:
    """Whether an API of Google has a method that the operation may be: `objects.get` by its path, `CreateTask` by its words."""
    if operation == "*" or operation in OURS.get(service, ()) or operation in RPC_ONLY.get(service, ()):
        return True
    methods = google_methods(service)
    if "." in operation:
        return any(method == operation or method.endswith(f".{operation}") for method in methods)
    return any(is_called(operation.lower(), method.lower()) for method in methods)


def is_called(rpc: str, method: str) -> bool:
    """`createtask` is `projects.locations.queues.tasks.create`; what REST patches is updated."""
    *collections, verb = method.split(".")
    for word in (verb, "update" if verb == "patch" else verb):
        if rpc == word:
            return True
        if rpc.startswith(word) and any(fits(rpc[len(word) :], collections[at:]) for at in range(len(collections))):
            return True
    return False


def fits(noun: str, collections: list[str]) -> bool:
    single = [re.sub(r"ies$", "y", name) if name.endswith("ies") else name.removesuffix("s") for name in collections]
    forms = {"".join(single), "".join(single[:-1] + collections[-1:]), "".join(collections)}
    return any(noun in (form, f"{form}s") for form in forms)


@functools.lru_cache(None)
def google_methods(service: str) -> frozenset[str]:
    methods: set[str] = set()
    for name in RENAMED.get(service, [service]):
        for path in DOCUMENTS.glob(f"{name}.*.json"):
            collect(json.loads(path.read_text(encoding="utf-8")), "", methods)
    return frozenset(methods)


def collect(node: dict[str, dict], path: str, methods: set[str]) -> None:
    methods |= {f"{path}{method}" for method in node.get("methods", {})}
    for name, resource in node.get("resources", {}).items():
        collect(resource, f"{path}{name}.", methods)


@functools.lru_cache(None)
def google_permissions() -> frozenset[str]:
    groups = (line.split(": ") for line in lines("google.txt"))
    return frozenset(f"{group}.{verb}" for group, verbs in groups for verb in verbs.split())


@functools.lru_cache(None)
def azure_actions() -> frozenset[str]:
    return frozenset(lines("azure.txt"))


def lines(name: str) -> list[str]:
    text = (NAMES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
