"""Does what it is told with the neutral client for Python: one step a line on stdin, what it gave or raised a line on stdout.

The SDKs are the real ones. Where they would not talk to a server on the loopback, they are told to: keys in place of
identities for Azure's storage and Cosmos DB, an answer in place of a vault, memory in place of Service Bus and Event Grid.
"""

from __future__ import annotations

import base64
import datetime
import io
import itertools
import json
import os
import sys
import types
from typing import Any

import portolan
from client_servers import AZURE_KEY

KEPT: dict[str, Any] = {}
VALUES = {"signing-key": "s3cret", "limit": "10 à la fois"}


def main() -> None:
    if os.environ.get("WEBSITE_SITE_NAME"):
        stand_in_on_azure()
    if os.environ.get("SECRET_MANAGER"):
        stand_in_on_google()
    for line in sys.stdin:
        print(json.dumps(done(json.loads(line))), flush=True)


def done(step: dict[str, Any]) -> dict[str, Any]:
    try:
        given = act(step)
    except Exception as error:
        cause = error.__cause__
        return {"raises": type(error).__name__, "says": str(error), "cause": type(cause).__name__ if cause else None}
    if "keep" in step:
        KEPT[step["keep"]] = (given or [None])[0] if isinstance(given, list) else given
    return {"gives": given}


def act(step: dict[str, Any]) -> Any:
    if "environment" in step:
        return os.environ.update(step["environment"])
    if "settle" in step:
        return getattr(KEPT[step["settle"]], step["do"])()
    subject = getattr(portolan, step["on"])(step["name"])
    options = {name: read(value) for name, value in step.get("options", {}).items()}
    given = getattr(subject, step["do"])(*map(read, step.get("with", [])), **options)
    return written([*given] if isinstance(given, types.GeneratorType) or hasattr(given, "__next__") else given)


def read(value: Any) -> Any:
    if isinstance(value, dict) and "base64" in value:
        return base64.b64decode(value["base64"])
    if isinstance(value, dict) and "kept" in value:
        return KEPT[value["kept"]]
    return value


def written(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


# --- servers that the SDKs would not talk to ------------------------------------------------------------------------


def stand_in_on_azure() -> None:
    from azure.cosmos import CosmosClient
    from azure.eventgrid import EventGridPublisherClient
    from azure.eventgrid._legacy import EventGridPublisherClient as Inner
    from azure.keyvault.secrets import SecretClient
    from azure.storage.blob import ContainerClient
    from portolan import client_azure
    from portolan.client_place import once

    client_azure.credential = Identity
    client_azure.container = once(lambda endpoint, name: ContainerClient(endpoint, name, credential=AZURE_KEY))
    client_azure.cosmos = once(lambda endpoint: CosmosClient(endpoint, AZURE_KEY, enable_endpoint_discovery=False))
    bus = ServiceBus()
    client_azure.service_bus = client_azure.sessions = once(lambda namespace: bus)
    client_azure.vault = once(lambda endpoint: SecretClient(endpoint, Identity(), transport=answering(vault)))

    def grid(endpoint: str) -> Any:
        # The SDK hands no transport on to the client that it is made of.
        client = EventGridPublisherClient(endpoint, Identity())
        client._publish = Inner(endpoint, Identity(), transport=answering(lambda request: event_grid(request, bus))).send
        return client

    client_azure.event_grid = once(grid)


class Identity:
    def get_token(self, *scopes: str, **_: Any) -> Any:
        return types.SimpleNamespace(token=f"token for {scopes[0]}", expires_on=2**33)

    def get_token_info(self, *scopes: str, **_: Any) -> Any:
        return self.get_token(*scopes)


def vault(request: Any) -> tuple[int, Any]:
    """A vault with two values."""
    name = request.url.split("?")[0].rstrip("/").rpartition("/secrets/")[2]
    if name not in VALUES:
        return 404, {}
    return 200, {"value": VALUES[name], "id": f"https://vault.example/secrets/{name}/1"}


def event_grid(request: Any, bus: ServiceBus) -> tuple[int, Any]:
    """A topic of Event Grid, to which a queue of Service Bus listens; `closed` lets nobody in."""
    host = request.url.split("/")[2]
    if host.startswith("closed"):
        return 403, {}
    for event in json.loads(request.body):
        assert event["specversion"] == "1.0" and event["datacontenttype"] == "application/json"
        bus.take(host.split(".")[0].replace("orders", "heard"), azure_message(json.dumps(event)))
    return 200, ""


def azure_message(body: str) -> Any:
    return types.SimpleNamespace(body=[body.encode()], session_id=None, application_properties={})


def answering(answer: Any) -> Any:
    """A transport that answers by itself."""
    import requests
    import urllib3
    from azure.core.pipeline.transport import RequestsTransport

    class Answering(requests.adapters.BaseAdapter):
        def send(self, request: Any, **_: Any) -> Any:
            status, body = answer(request)
            content, headers = io.BytesIO(json.dumps(body).encode()), {"content-type": "application/json"}
            raw = urllib3.HTTPResponse(content, headers, status, preload_content=False)
            return requests.adapters.HTTPAdapter().build_response(request, raw)

        def close(self) -> None:
            pass

    session = requests.Session()
    session.mount("https://", Answering())
    return RequestsTransport(session=session, session_owner=False)


class ServiceBus:
    """Queues and topics in memory, which take the SDK's own messages."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Any]] = {}
        self.number = itertools.count(1)

    def get_queue_sender(self, name: str) -> Any:
        return types.SimpleNamespace(send_messages=lambda message: self.take(name, message))

    def get_topic_sender(self, name: str) -> Any:
        # Who listens to a topic is a queue of its own name.
        return self.get_queue_sender(name.replace("released", "heard"))

    def take(self, name: str, message: Any) -> None:
        received = types.SimpleNamespace(
            message_id=str(next(self.number)),
            enqueued_time_utc=datetime.datetime.now(datetime.timezone.utc),
            delivery_count=0,
            body=[*message.body],
            session_id=message.session_id,
            application_properties={name.encode(): value for name, value in (message.application_properties or {}).items()},
        )
        self.waiting.setdefault(name, []).append(received)

    def get_queue_receiver(self, name: str, session_id: Any = None, max_wait_time: float = 60) -> Any:
        if session_id is not None:
            return Session(self, name)
        if name.startswith("ordered"):
            raise ValueError("an entity that requires sessions has no receiver without one")
        here = self.waiting.setdefault(name, [])
        taken: list[Any] = []

        def receive_messages(max_message_count: int, max_wait_time: float) -> list[Any]:
            taken[:] = here[:max_message_count]
            del here[:max_message_count]
            return [*taken]

        def abandon_message(message: Any) -> None:
            message.delivery_count += 1
            here.insert(0, message)

        settled = {"complete_message": taken.remove, "abandon_message": abandon_message}
        return types.SimpleNamespace(receive_messages=receive_messages, **settled)


class Session:
    """The messages of one group, locked until it is closed; which group is known when it is first asked."""

    locked: set[str] = set()

    def __init__(self, bus: ServiceBus, name: str) -> None:
        self.here, self.group = bus.waiting.setdefault(name, []), ""
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
        self.session = types.SimpleNamespace(locked_until_utc=ends)

    def receive_messages(self, max_message_count: int, max_wait_time: float) -> list[Any]:
        from azure.servicebus.exceptions import OperationTimeoutError

        free = [message.session_id for message in self.here if message.session_id not in Session.locked]
        if not free:
            raise OperationTimeoutError()
        self.group = free[0]
        Session.locked.add(self.group)
        self.taken = [message for message in self.here if message.session_id == self.group][:max_message_count]
        return [*self.taken]

    def complete_message(self, message: Any) -> None:
        self.here.remove(message)

    def abandon_message(self, message: Any) -> None:
        message.delivery_count += 1

    def close(self) -> None:
        Session.locked.discard(self.group)


def stand_in_on_google() -> None:
    import grpc
    from google.cloud.parametermanager import ParameterManagerClient
    from google.cloud.parametermanager_v1.services.parameter_manager.transports import ParameterManagerGrpcTransport
    from google.cloud.secretmanager_v1.services.secret_manager_service import SecretManagerServiceClient, transports
    from portolan import client_gcp

    channel = grpc.insecure_channel(os.environ["SECRET_MANAGER"])
    transport = transports.SecretManagerServiceGrpcTransport(channel=channel)
    client_gcp.secrets = lambda: SecretManagerServiceClient(transport=transport)
    channel = grpc.insecure_channel(os.environ["PARAMETER_MANAGER"])
    client = ParameterManagerClient(transport=ParameterManagerGrpcTransport(channel=channel))
    client_gcp.parameters = lambda location: client


if __name__ == "__main__":
    main()
