"""Does what the neutral client's cases say, step by step, in Python and in Node and in both by turns, on every cloud and on files.

From:  the client as packages get it, the clouds' real SDKs, and on the loopback moto 5.2.5, Azurite, cosmosdb-server and Google's
       own emulators of Firestore and Pub/Sub (where the machine lacks those, that is said and their steps are left out).
Finds: answers that are not the same everywhere, values that do not come back as they went in, what one language writes and
       the other does not read, conditions that do not hold, errors of the wrong kind or without the SDK's own behind them.
Blind: Service Bus, Key Vault and Event Grid beyond the SDK's own door (messages are the SDK's, the wire is not), Cloud Storage,
       Secret Manager, Parameter Manager and functions beyond what the client asks of them, and whatever the servers do otherwise
       than the clouds.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Any

import boto3
import client_servers as servers
import oracle

CLIENT = oracle.ROOT / "stdlib/runtime"
NODE = oracle.HERE / "client_node"
PACKAGES = oracle.ROOT / ".oracles/client-node"
RUNS = ("python", "node", "mixed")
# What is wrong before a cloud is asked is each language's own kind of error.
REFUSALS = {"refusal": ("ValueError", "TypeError", "RangeError")}
TABLES = {
    "shows": {
        "key": {"show": "string", "number": "number"},
        "indexes": {"by-date": {"show": "string", "date": "string"}, "by-id": {"id": "string"}},
        "ttl": "expires",
    },
    "items": {"key": {"id": "string"}},
    "orders": {"key": {"customer": "string", "id": "string"}, "ttl": "ttl"},
}


def held(body: dict[str, Any]) -> list[str]:
    steps = body.get("steps", [])
    return [f"{cloud} {run} {at}" for cloud in clouds(body) for run in RUNS for at in range(len(steps))]


def clouds(body: dict[str, Any]) -> list[str]:
    """Where a case can be tried on this machine."""
    return [name for name in body.get("on", []) if name not in MISSING.get(body["kind"], ())]


MISSING: dict[str, set[str]] = {}


def check(documents: list[oracle.Document]) -> None:
    install()
    with tempfile.TemporaryDirectory(prefix="portolan-client-") as scratch:
        backends = {"local": Local(pathlib.Path(scratch)), "aws": Aws(), "gcp": Google(), "azure": Azure()}
        for name, backend in backends.items():
            workers = {language: Worker(language, backend.environment()) for language in ("python", "node")}
            for number, document in enumerate(documents):
                for run in RUNS:
                    if name in clouds(document.body):
                        check_run(document, name, run, f"{number}{run[0]}", backend, workers)
            for worker in workers.values():
                worker.end()
    for document in documents:
        lacking = sorted(MISSING.get(document.body["kind"], set()) & set(document.body["on"]))
        if lacking:
            document.notes.append(f"skipped on {', '.join(lacking)}: this machine has no emulator of it")


def check_run(document: oracle.Document, name: str, run: str, mark: str, backend: Any, workers: dict[str, Any]) -> None:
    """Each run has resources of its own."""
    names = backend.furnish(document.body["kind"], mark)
    for worker in workers.values():
        worker.say({"environment": names})
    for at, step in enumerate(document.body["steps"]):
        document.checked.add(f"{name} {run} {at}")
        if name in step.get("not", ()):
            continue
        said = workers[spoken(run, at, step, name)].say({**step, "name": f"{step.get('name', '')}-{mark}"})
        wrong = difference(step, said, name)
        if wrong:
            document.finding(f"{name} {run} step {at} ({step.get('on') or step['settle']} {step['do']})", wrong)


def spoken(run: str, at: int, step: dict[str, Any], name: str) -> str:
    """Who does a step: what is kept stays with who has it, and so do Azure's messages, which are in memory."""
    if run != "mixed":
        return run
    kept = "keep" in step or "settle" in step or "kept" in json.dumps(step)
    return "node" if kept or name == "azure" and step.get("on") in ("queue", "topic", "bus") else ("python", "node")[at % 2]


def difference(step: dict[str, Any], said: dict[str, Any], name: str) -> str | None:
    if "raises" in step:
        if said.get("raises") not in REFUSALS.get(step["raises"], (step["raises"],)):
            return f"raises {said.get('raises') or 'nothing'} and not {step['raises']}: {json.dumps(said)[:300]}"
        if step.get("says", "") not in said["says"]:
            return f"says {said['says']!r}, not {step['says']!r}"
        behind = said["cause"] is None and name != "local" and not step.get("alone")
        return "has no error of the SDK behind it" if behind else None
    if "gives" not in said:
        return f"raises {json.dumps(said)[:400]}"
    heard = [event_of(message, name) for message in said["gives"]] if step.get("events") else said["gives"]
    given, wanted = plain(heard, name), plain(step.get("gives"), name)
    if step.get("sorted"):
        given, wanted = (sorted(all, key=json.dumps) for all in (given, wanted))
    # Texts are compared, so that 1 is not 1.0 and not true.
    return None if json.dumps(given, sort_keys=True) == json.dumps(wanted, sort_keys=True) else f"gives {json.dumps(given)[:400]}"


def event_of(message: dict[str, Any], name: str) -> dict[str, Any]:
    """What whoever listens to a bus is told, in the words of CloudEvents; that it has an id and a time is shown."""
    body, attributes = json.loads(message["body"]), message["attributes"]
    if name == "aws":
        told = {"type": body["detail-type"], "subject": (body["resources"] or [None])[0], "data": body["detail"]} | {
            key: body[key] for key in ("id", "time", "source")
        }
    elif name == "gcp":
        told = {key.removeprefix("ce-"): value for key, value in attributes.items()} | {"data": body}
    else:
        told = body
    shown = {key: told.get(key) for key in ("type", "source", "subject", "data")}
    return {**shown, "whole": all(isinstance(told.get(key), str) and told[key] != "" for key in ("id", "time"))}


def plain(value: Any, name: str) -> Any:
    """A value less what differs each time: what has an `etag` shows that it has one, and a message its time."""
    if isinstance(value, list):
        return [plain(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    if "attempt" in value:
        shown = {key: value[key] for key in ("body", "encoding", "attributes")}
        fields = ["id", "time", "attempt", "body", "encoding", "attributes"]
        return {**shown, "attempt": None if name == "gcp" else value["attempt"], "shape": [*value] in (fields, [*shown, "attempt"])}
    return {key: isinstance(one, str) and one != "" if key == "etag" else plain(one, name) for key, one in value.items()}


# --- who does it ------------------------------------------------------------------------------------------------------


def install() -> None:
    """The packages for Node, once for each lock."""
    lock = (NODE / "package-lock.json").read_bytes()
    stamp = PACKAGES / "stamp"
    if stamp.exists() and stamp.read_text() == hashlib.sha256(lock).hexdigest():
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    PACKAGES.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NODE / name, PACKAGES)
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=PACKAGES, check=True)
    stamp.write_text(hashlib.sha256(lock).hexdigest())


class Worker:
    """A process that does steps."""

    def __init__(self, language: str, environment: dict[str, str]) -> None:
        system = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
        if language == "python":
            command = [sys.executable, str(oracle.HERE / "client_steps.py")]
            environment = {**environment, "PYTHONPATH": str(CLIENT / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
        else:
            command = ["node", "--no-warnings", f"--import={NODE / 'register.mjs'}", str(NODE / "steps.mjs")]
            environment = {**environment, "PORTOLAN_LOOPBACK": "1"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        self.language = language
        self.process = subprocess.Popen(command, cwd=PACKAGES, env=system | environment, **pipes)

    def say(self, step: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(step) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the process for {self.language} ended at {step}")
        return json.loads(line)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


# --- where ------------------------------------------------------------------------------------------------------------


def variable(name: str, mark: str, kind: str, part: str = "") -> str:
    return f"{name}_{mark}_{kind}{part}".replace("-", "_").upper()


def keys_of(mark: str) -> dict[str, str]:
    return {variable(name, mark, "table", "_keys"): json.dumps(keys) for name, keys in TABLES.items()}


class Local:
    """Files in a folder."""

    def __init__(self, scratch: pathlib.Path) -> None:
        self.folder = scratch

    def environment(self) -> dict[str, str]:
        return {"PORTOLAN_LOCAL": str(self.folder)}

    def furnish(self, kind: str, mark: str) -> dict[str, str]:
        values = (("secrets", f"signing-key-{mark}", "s3cret\n"), ("parameters", f"limit-{mark}", "10 à la fois\n"))
        for folder, name, text in (*values, ("functions", f"report-{mark}.json", '{"asked":{"day":1},"token":null}')):
            (self.folder / folder).mkdir(exist_ok=True)
            (self.folder / folder / name).write_text(text)
        return keys_of(mark)


class Aws:
    def __init__(self) -> None:
        self.endpoint, self.functions = f"http://{servers.moto()}", f"http://{servers.functions()}"
        self.events = f"http://{servers.event_bridge(self.endpoint)}"
        self.credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}

    def environment(self) -> dict[str, str]:
        ends = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_LAMBDA": self.functions}
        ends |= {"AWS_ENDPOINT_URL_EVENTBRIDGE": self.events, "AWS_ENDPOINT_URL_EVENTS": self.events}
        return {"AWS_LAMBDA_FUNCTION_NAME": "tried", **ends, **self.credentials}

    def furnish(self, kind: str, mark: str) -> dict[str, str]:
        session = boto3.session.Session("x", "x", region_name="eu-west-1")
        make = getattr(self, f"make_{kind}")
        return make(mark, lambda service: session.client(service, endpoint_url=self.endpoint))

    def make_bucket(self, mark: str, aws: Any) -> dict[str, str]:
        aws("s3").create_bucket(Bucket=f"uploads-{mark}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        return {variable("uploads", mark, "bucket"): f"uploads-{mark}", variable("nowhere", mark, "bucket"): "is-not-there"}

    def make_queue(self, mark: str, aws: Any) -> dict[str, str]:
        fifo = aws("sqs").create_queue(QueueName=f"ordered-{mark}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        work = aws("sqs").create_queue(QueueName=f"work-{mark}")["QueueUrl"]
        return {variable("work", mark, "queue"): work, variable("ordered", mark, "queue"): fifo}

    def make_topic(self, mark: str, aws: Any) -> dict[str, str]:
        topic = aws("sns").create_topic(Name=f"released-{mark}")["TopicArn"]
        queue = aws("sqs").create_queue(QueueName=f"heard-{mark}")["QueueUrl"]
        arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        return {variable("released", mark, "topic"): topic, variable("heard", mark, "queue"): queue}

    def make_table(self, mark: str, aws: Any) -> dict[str, str]:
        for name, keys in TABLES.items():
            indexes = keys.get("indexes", {})
            named = {**keys["key"], **{name: kind for index in indexes.values() for name, kind in index.items()}}
            types = [{"AttributeName": name, "AttributeType": kind[0].upper()} for name, kind in named.items()]
            secondary = [{"IndexName": index, "KeySchema": schema(key), "Projection": {"ProjectionType": "ALL"}} for index, key in indexes.items()]
            more = {"GlobalSecondaryIndexes": secondary} if secondary else {}
            shape = {"AttributeDefinitions": types, "KeySchema": schema(keys["key"]), "BillingMode": "PAY_PER_REQUEST"}
            aws("dynamodb").create_table(TableName=f"{name}-{mark}", **shape, **more)
        return {variable(name, mark, "table"): f"{name}-{mark}" for name in TABLES} | keys_of(mark)

    def make_secret(self, mark: str, aws: Any) -> dict[str, str]:
        arn = aws("secretsmanager").create_secret(Name=f"signing-key-{mark}", SecretString="s3cret")["ARN"]
        return {variable("signing-key", mark, "secret"): arn, variable("empty", mark, "secret"): "is-not-there"}

    def make_parameter(self, mark: str, aws: Any) -> dict[str, str]:
        aws("ssm").put_parameter(Name=f"limit-{mark}", Value="10 à la fois", Type="String")
        return {variable(name, mark, "parameter"): f"{name}-{mark}" for name in ("limit", "empty")}

    def make_bus(self, mark: str, aws: Any) -> dict[str, str]:
        bus = aws("events").create_event_bus(Name=f"orders-{mark}")["EventBusArn"]
        queue = aws("sqs").create_queue(QueueName=f"heard-{mark}")["QueueUrl"]
        arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        aws("events").put_rule(Name=f"all-{mark}", EventBusName=bus, EventPattern='{"source": [{"prefix": ""}]}')
        aws("events").put_targets(Rule=f"all-{mark}", EventBusName=bus, Targets=[{"Id": "heard", "Arn": arn}])
        buses = {variable(name, mark, "bus"): bus.replace("orders", name) for name in ("busy", "closed")}
        return {**buses, variable("orders", mark, "bus"): bus, variable("heard", mark, "queue"): queue}

    def make_function(self, mark: str, aws: Any) -> dict[str, str]:
        return {variable(name, mark, "function"): name for name in ("report", "broken", "locked")}


def schema(key: dict[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(key, ("HASH", "RANGE"))]


class Google:
    def __init__(self) -> None:
        self.firestore, self.pubsub = servers.firestore(), servers.pubsub()
        for kind, there in (("table", self.firestore), ("queue", self.pubsub), ("topic", self.pubsub), ("bus", self.pubsub)):
            if not there:
                MISSING.setdefault(kind, set()).add("gcp")
        self.functions = servers.functions()
        self.storage, self.secrets = f"http://{servers.cloud_storage()}", servers.secret_manager()
        self.parameters = servers.parameter_manager()

    def environment(self) -> dict[str, str]:
        emulators = {"FIRESTORE_EMULATOR_HOST": self.firestore or "", "PUBSUB_EMULATOR_HOST": self.pubsub or ""}
        metadata = {"GCE_METADATA_HOST": self.functions, "GCE_METADATA_IP": self.functions}
        own = {"STORAGE_EMULATOR_HOST": self.storage, "SECRET_MANAGER": self.secrets, "PARAMETER_MANAGER": self.parameters, **metadata}
        return {"K_SERVICE": "tried", "GOOGLE_CLOUD_PROJECT": "acme", "METADATA_SERVER_DETECTION": "assume-present", **emulators, **own}

    def furnish(self, kind: str, mark: str) -> dict[str, str]:
        return getattr(self, f"make_{kind}")(mark)

    def make_bucket(self, mark: str) -> dict[str, str]:
        return {variable(name, mark, "bucket"): f"{name}-{mark}" for name in ("uploads", "nowhere")}

    def make_queue(self, mark: str, topics: tuple[str, ...] = ("work", "ordered"), kind: str = "queue") -> dict[str, str]:
        from google.cloud import pubsub_v1

        os.environ["PUBSUB_EMULATOR_HOST"] = self.pubsub or ""
        names = {}
        with pubsub_v1.SubscriberClient() as subscriber:
            for name in topics:
                topic, subscription = (f"projects/acme/{each}/{name}-{mark}" for each in ("topics", "subscriptions"))
                pubsub_v1.PublisherClient().create_topic(name=topic)
                subscriber.create_subscription(name=subscription, topic=topic)
                names |= {variable(name, mark, kind): topic, variable(name, mark, "queue", "_subscription"): subscription}
        return names

    def make_topic(self, mark: str) -> dict[str, str]:
        return self.heard("released", "topic", mark)

    def heard(self, name: str, kind: str, mark: str) -> dict[str, str]:
        """A topic, and a subscription that is what `heard` takes messages from."""
        names = self.make_queue(mark, (name,), kind)
        heard = names.pop(variable(name, mark, "queue", "_subscription"))
        return {**names, variable("heard", mark, "queue", "_subscription"): heard}

    def make_bus(self, mark: str) -> dict[str, str]:
        return self.heard("orders", "bus", mark)

    def make_parameter(self, mark: str) -> dict[str, str]:
        named = {name: f"projects/acme/locations/global/parameters/{name}/versions/current" for name in ("limit", "empty")}
        return {variable(name, mark, "parameter"): version for name, version in named.items()}

    def make_table(self, mark: str) -> dict[str, str]:
        return {variable(name, mark, "table"): f"{name}-{mark}" for name in TABLES} | keys_of(mark)

    def make_secret(self, mark: str) -> dict[str, str]:
        names = {"signing-key": "signing-key", "empty": "empty"}
        return {variable(name, mark, "secret"): f"projects/acme/secrets/{named}" for name, named in names.items()}

    def make_function(self, mark: str) -> dict[str, str]:
        names = ("report", "broken", "locked")
        return {variable(name, mark, "function", "_url"): f"http://{self.functions}/{name}" for name in names}


class Azure:
    def __init__(self) -> None:
        packages = PACKAGES / "node_modules"
        self.storage = f"http://{servers.azurite(packages)}/devstoreaccount1"
        self.cosmos = f"http://{servers.cosmos(packages)}"
        self.functions = f"http://{servers.functions()}"

    def environment(self) -> dict[str, str]:
        return {"WEBSITE_SITE_NAME": "tried"}

    def furnish(self, kind: str, mark: str) -> dict[str, str]:
        return getattr(self, f"make_{kind}")(mark)

    def make_bucket(self, mark: str) -> dict[str, str]:
        from azure.storage.blob import ContainerClient

        ContainerClient(self.storage, f"uploads-{mark}", credential=servers.AZURE_KEY).create_container()
        names = {variable(name, mark, "bucket"): f"{name}-{mark}" for name in ("uploads", "nowhere")}
        return names | {variable(name, mark, "bucket", "_endpoint"): self.storage for name in ("uploads", "nowhere")}

    def make_queue(self, mark: str, names: tuple[str, ...] = ("work", "ordered"), kind: str = "queue") -> dict[str, str]:
        namespace = {variable(name, mark, kind, "_namespace"): "acme.servicebus.windows.net" for name in names}
        sessions = {variable(name, mark, kind, "_sessions"): "true" for name in names if name == "ordered"}
        return namespace | sessions | {variable(name, mark, kind): f"{name}-{mark}" for name in names}

    def make_topic(self, mark: str) -> dict[str, str]:
        return self.make_queue(mark, ("released",), "topic") | self.make_queue(mark, ("heard",))

    def make_table(self, mark: str) -> dict[str, str]:
        from azure.cosmos import CosmosClient, PartitionKey

        cosmos = CosmosClient(self.cosmos, servers.AZURE_KEY, enable_endpoint_discovery=False)
        database = cosmos.create_database_if_not_exists("portolan")
        names = keys_of(mark)
        for name, keys in TABLES.items():
            database.create_container(f"{name}-{mark}", PartitionKey(f"/{next(iter(keys['key']))}"))
            parts = {"": f"{name}-{mark}", "_endpoint": self.cosmos, "_database": "portolan"}
            names |= {variable(name, mark, "table", part): value for part, value in parts.items()}
        return names

    def make_secret(self, mark: str) -> dict[str, str]:
        names = {variable(name, mark, "secret"): name for name in ("signing-key", "empty")}
        return names | {variable(name, mark, "secret", "_endpoint"): "https://acme.vault.azure.net" for name in ("signing-key", "empty")}

    def make_parameter(self, mark: str) -> dict[str, str]:
        names = {variable(name, mark, "parameter"): name for name in ("limit", "empty")}
        return names | {variable(name, mark, "parameter", "_endpoint"): "https://acme.vault.azure.net" for name in ("limit", "empty")}

    def make_bus(self, mark: str) -> dict[str, str]:
        names = ("orders", "closed")
        ends = {variable(name, mark, "bus", "_endpoint"): f"https://{name}-{mark}.example/api/events" for name in names}
        return ends | self.make_queue(mark, ("heard",))

    def make_function(self, mark: str) -> dict[str, str]:
        names = ("report", "broken", "locked")
        urls = {variable(name, mark, "function", "_url"): f"{self.functions}/{name}" for name in names}
        return urls | {variable(name, mark, "function", "_audience"): "app-of-ours" for name in names}


if __name__ == "__main__":
    cases = oracle.Oracle("client", "*.json", held, check)
    cases.folders = ("oracles/client",)
    oracle.run(cases)
