"""Servers on the loopback that stand in for the clouds; all of them end with this process.

AWS is moto. Google's own emulators stand for Firestore and Pub/Sub, where the machine has them. Azurite is Azure's storage and
cosmosdb-server its Cosmos DB. Written here are Cloud Storage (what the client asks of it), Secret Manager, Parameter Manager, what
EventBridge says of entries that it does not take, and functions that are called by requests, with who signs their tokens.
"""

from __future__ import annotations

import atexit
import base64
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from loopback import Quiet, serve

EMULATORS = ("/usr/lib/google-cloud-sdk/platform", "/usr/share/google-cloud-sdk/platform", "~/google-cloud-sdk/platform")
PATIENCE = 300
# Azure documentation, Use the Azurite emulator: the account that every such server has.
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(command: list[Any], port: int, **settings: str) -> str:
    """Starts a server, and gives its address when it listens."""
    log = tempfile.TemporaryFile()
    server = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, env=os.environ | settings)
    atexit.register(server.terminate)
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return f"127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"{command[0]} did not start: {log.read().decode(errors='replace')[-800:]}")


def moto() -> str:
    port = free_port()
    return started([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port], port, AWS_DEFAULT_REGION="eu-west-1")


def azurite(packages: pathlib.Path) -> str:
    port = free_port()
    script = packages / "azurite/dist/src/blob/main.js"
    quiet = ["--inMemoryPersistence", "--skipApiVersionCheck", "--silent"]
    return started(["node", script, "--blobHost", "127.0.0.1", "--blobPort", port, *quiet], port)


def cosmos(packages: pathlib.Path) -> str:
    """Cosmos DB, behind something that mends an answer: the server fails where it is asked for what is not there."""
    port = free_port()
    behind = started(["node", packages / "@vercel/cosmosdb-server/lib/cli.js", "-p", port, "--no-ssl"], port)

    class Mending(Quiet):
        def answer(self) -> None:
            body = self.body()
            request = urllib.request.Request(f"http://{behind}{self.path}", body or None, dict(self.headers), method=self.command)
            try:
                with urllib.request.urlopen(request) as answer:
                    self.say(answer.status, answer.read(), dict(answer.headers))
            except urllib.error.HTTPError as error:
                said = error.read()
                missing = error.code == 500 and self.command == "GET" and b"Cannot read properties of undefined" in said
                self.say(404 if missing else error.code, b"{}" if missing else said, dict(error.headers))

    return serve(Mending)


def emulator(name: str, entry: list[str]) -> str | None:
    """One of Google's emulators; none where the machine lacks it."""
    for root in map(pathlib.Path, map(os.path.expanduser, EMULATORS)):
        if (root / name).is_dir() and shutil.which("java"):
            port = free_port()
            command = [part.replace("{}", str(root / name)) for part in entry]
            return started([*command, "--host=127.0.0.1", f"--port={port}"], port)
    return None


def firestore() -> str | None:
    jar, main = "{}/cloud-firestore-emulator.jar", "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
    return emulator("cloud-firestore-emulator", ["java", "-cp", jar, main])


def pubsub() -> str | None:
    root = next((root for root in map(pathlib.Path, EMULATORS) if (root / "pubsub-emulator/lib").is_dir()), None)
    jar = next(iter((root / "pubsub-emulator/lib").glob("cloud-pubsub-emulator*.jar")), None) if root else None
    return emulator("pubsub-emulator", ["java", "-jar", str(jar)]) if jar else None


def event_bridge(behind: str) -> str:
    """EventBridge, before which stands something that takes a request for `busy` and `closed`, and none of its entries."""

    class Refusing(Quiet):
        def answer(self) -> None:
            body = self.body()
            for name, code in (("busy", "ThrottlingException"), ("closed", "NotAuthorizedForSourceException")):
                if f"event-bus/{name}".encode() in body:
                    entry = {"ErrorCode": code, "ErrorMessage": "not now"}
                    return self.say(200, {"FailedEntryCount": 1, "Entries": [entry]}, {"content-type": "application/x-amz-json-1.1"})
            request = urllib.request.Request(f"{behind}{self.path}", body or None, dict(self.headers), method=self.command)
            with urllib.request.urlopen(request) as answer:
                self.say(answer.status, answer.read(), dict(answer.headers))

    return serve(Refusing)


# --- what is written here ---------------------------------------------------------------------------------------------


def cloud_storage() -> str:
    """What the client asks of Cloud Storage's JSON API: insert, get, delete, list."""
    import google_crc32c

    objects: dict[tuple[str, str], bytes] = {}

    class Storage(Quiet):
        def answer(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            asked = dict(urllib.parse.parse_qsl(url.query))
            path = re.fullmatch(r"(?:/upload|/download)?(?:/storage/v1)?/b/([^/]+)/o(?:/([^/]+))?", url.path)
            if path is None:
                return self.say(400, {"error": {"code": 400, "message": f"not understood: {self.command} {self.path}"}})
            bucket, key = (urllib.parse.unquote(part or "") for part in path.groups())
            if self.command == "POST":
                return self.insert(bucket, asked)
            if key == "":
                return self.listed(bucket, asked.get("prefix", ""))
            if (bucket, key) not in objects:
                return self.say(404, {"error": {"code": 404, "message": f"No such object: {bucket}/{key}"}})
            if self.command == "DELETE":
                del objects[bucket, key]
                return self.say(204, b"")
            if asked.get("alt") == "media":
                return self.say(200, objects[bucket, key], {"content-type": "application/octet-stream"})
            return self.say(200, self.told(bucket, key))

        def insert(self, bucket: str, asked: dict[str, str]) -> None:
            boundary = re.search(r"boundary=[\"']?([^\"';]+)", self.headers["content-type"]).group(1)
            parts = self.body().split(f"--{boundary}".encode())[1:3]
            described, content = (part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for part in parts)
            key = json.loads(described).get("name") or asked["name"]
            if asked.get("ifGenerationMatch") == "0" and (bucket, key) in objects:
                return self.say(412, {"error": {"code": 412, "message": "conditionNotMet"}})
            objects[bucket, key] = content
            return self.say(200, self.told(bucket, key))

        def listed(self, bucket: str, prefix: str) -> None:
            keys = sorted(key for inside, key in objects if inside == bucket and key.startswith(prefix))
            self.say(200, {"kind": "storage#objects", "items": [self.told(bucket, key) for key in keys]})

        def told(self, bucket: str, key: str) -> dict[str, Any]:
            content = objects[bucket, key]
            sum = base64.b64encode(google_crc32c.Checksum(content).digest()).decode()
            about = {"size": str(len(content)), "etag": "CAE=", "generation": "1", "crc32c": sum}
            return {"kind": "storage#object", "bucket": bucket, "name": key, **about}

    return serve(Storage)


def secret_manager() -> str:
    """Secret Manager with one secret."""
    import grpc
    from google.cloud import secretmanager_v1 as manager

    def access(request: Any, context: Any) -> Any:
        if not request.name.endswith("/secrets/signing-key/versions/latest"):
            context.abort(grpc.StatusCode.NOT_FOUND, f"{request.name} not found")
        return manager.AccessSecretVersionResponse(name=request.name, payload={"data": b"s3cret"})

    handler = grpc.unary_unary_rpc_method_handler(
        access, manager.AccessSecretVersionRequest.deserialize, manager.AccessSecretVersionResponse.serialize
    )
    return answering("google.cloud.secretmanager.v1.SecretManagerService", {"AccessSecretVersion": handler})


def parameter_manager() -> str:
    """Parameter Manager with one parameter, which has no format and so is not rendered."""
    import grpc
    from google.cloud import parametermanager_v1 as manager

    def render(request: Any, context: Any) -> Any:
        if not request.name.endswith("/parameters/limit/versions/current"):
            context.abort(grpc.StatusCode.NOT_FOUND, f"{request.name} not found")
        return manager.RenderParameterVersionResponse(payload={"data": "10 à la fois".encode()})

    handler = grpc.unary_unary_rpc_method_handler(
        render, manager.RenderParameterVersionRequest.deserialize, manager.RenderParameterVersionResponse.serialize
    )
    return answering("google.cloud.parametermanager.v1.ParameterManager", {"RenderParameterVersion": handler})


def answering(service: str, handlers: dict[str, Any]) -> str:
    """A server of gRPC with one service."""
    import grpc

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    atexit.register(server.stop, None)
    return f"127.0.0.1:{port}"


def functions() -> str:
    """Functions as AWS, Google and Azure call them: `report` says what it was asked and by whose token, `broken` raises. It is
    Google's metadata server, too, which gives tokens."""

    class Functions(Quiet):
        def answer(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            asked = self.body()
            if self.command == "GET":
                return self.metadata(url)
            aws = re.fullmatch(r"/2015-03-31/functions/([^/]+)/invocations", url.path)
            if aws:
                return self.called(aws.group(1), json.loads(asked), None)
            plain = re.fullmatch(r"/(report|broken|locked)/portolan/invoke", url.path)
            return self.called(plain.group(1), json.loads(asked), self.headers["authorization"]) if plain else self.say(404, b"")

        def called(self, name: str, asked: Any, token: str | None) -> None:
            if name == "report":
                return self.say(200, {"asked": asked, "token": shown(token)})
            if name == "locked":
                return self.say(403, {"message": "no"})
            if token is None:
                error = {"errorType": "ValueError", "errorMessage": "no such day"}
                return self.say(200, error, {"x-amz-function-error": "Unhandled"})
            return self.say(500, b"internal error")

        def metadata(self, url: Any) -> None:
            flavor = {"metadata-flavor": "Google", "content-type": "text/plain"}
            if url.path.endswith("/identity"):
                audience = dict(urllib.parse.parse_qsl(url.query))["audience"]
                return self.say(200, token_for(audience).encode(), flavor)
            if url.path.endswith("/service-accounts/default/"):
                return self.say(200, b'{"email": "a@example.com", "scopes": []}', {**flavor, "content-type": "application/json"})
            return self.say(200, b"", flavor)

    return serve(Functions)


def shown(token: str | None) -> str | None:
    """A token as cases write it: of Google's, for which function it is."""
    if token is None or token.startswith("Bearer token for "):
        return token
    payload = token.split(".")[1]
    audience = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]
    return f"Bearer token for {urllib.parse.urlsplit(audience).path}"


def token_for(audience: str) -> str:
    """A token in the form of one, signed by nobody."""
    parts = ({"alg": "none"}, {"aud": audience, "exp": 2**33}, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
