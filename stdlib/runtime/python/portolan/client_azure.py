"""The verbs on Azure, over Azure's libraries."""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import islice
from typing import Any, Iterator, Mapping

from .client_calls import Answer, post
from .client_errors import AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError
from .client_messages import told, utc
from .client_place import Place, once, sdk
from .client_ranges import Range, order
from .client_values import Event, Item, Keys, canonical, checked_item, percent, plain_number

# Cosmos DB's own (Azure documentation, Resource model: system-generated properties).
SYSTEM = {"_rid", "_self", "_etag", "_attachments", "_ts"}


@once
def credential() -> Any:
    return sdk("azure.identity", "azure-identity").DefaultAzureCredential()


@contextmanager
def failures(place: Place, what: str = "", conflict: type[PortolanError] = Failed) -> Iterator[None]:
    """Azure's errors become ours. `conflict` is what a condition that does not hold means."""
    core = sdk("azure.core.exceptions", "azure-core")
    about = f"{place.verb} of {place}{what}"
    try:
        yield
    except core.HttpResponseError as error:
        # 412 and 409 are conditions; 404 is one, too, where something had to exist.
        if error.status_code in (409, 412):
            raise conflict(about) from error
        if error.status_code == 404:
            raise NotFound(about) from error
        if error.status_code in (401, 403):
            raise Denied(about) from error
        raise Failed(f"{about}: status {error.status_code}") from error
    except core.AzureError as error:
        raise Failed(f"{about}: {error}") from error


@once
def container(endpoint: str, name: str) -> Any:
    return sdk("azure.storage.blob", "azure-storage-blob").ContainerClient(endpoint, name, credential=credential())


class Bucket:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.bucket = container(place.told("ENDPOINT"), place.told())

    def read(self, key: str) -> bytes:
        with failures(self.place, f", {key}"):
            return self.bucket.download_blob(key).readall()

    def write(self, key: str, body: bytes, content_type: str) -> None:
        self.put(key, body, content_type, True)

    def create(self, key: str, body: bytes, content_type: str) -> None:
        self.put(key, body, content_type, False)

    def put(self, key: str, body: bytes, content_type: str, overwrite: bool) -> None:
        settings = sdk("azure.storage.blob", "azure-storage-blob").ContentSettings(content_type=content_type)
        with failures(self.place, f", {key}", AlreadyExists):
            self.bucket.upload_blob(key, body, overwrite=overwrite, content_settings=settings)

    def delete(self, key: str) -> None:
        try:
            with failures(self.place, f", {key}"):
                self.bucket.delete_blob(key)
        except NotFound:
            pass

    def list(self, prefix: str) -> Iterator[dict[str, Any]]:
        with failures(self.place):
            for found in self.bucket.list_blobs(name_starts_with=prefix or None):
                yield {"key": found.name, "size": found.size, "etag": (found.etag or "").strip('"')}


@once
def service_bus(namespace: str) -> Any:
    return sdk("azure.servicebus", "azure-servicebus").ServiceBusClient(namespace, credential())


@once
def sender(namespace: str, kind: str, name: str) -> tuple[Any, threading.Lock]:
    """A sender, which one thread may use at a time, and the lock for that."""
    client = service_bus(namespace)
    made = client.get_queue_sender(name) if kind == "queue" else client.get_topic_sender(name)
    return made, threading.Lock()


@once
def sessions(namespace: str) -> Any:
    """A client that tries once: nobody's turn coming in time is an answer."""
    return sdk("azure.servicebus", "azure-servicebus").ServiceBusClient(namespace, credential(), retry_total=0)


class Receiver:
    """What took messages and settles them, which one thread may use at a time."""

    def __init__(self, link: Any) -> None:
        self.link, self.lock = link, threading.Lock()

    def take(self, limit: int, wait: int) -> list[Any]:
        with self.lock:
            # A wait of nothing is not taken for one by the library.
            return self.link.receive_messages(max_message_count=limit, max_wait_time=max(wait, 1))

    def settle(self, how: str, taken: Any) -> None:
        with self.lock:
            getattr(self.link, how)(taken)


class Session(Receiver):
    """The messages of one group: nobody else takes of them until all that were taken are settled, or their time is over."""

    held: list[Session] = []

    def take(self, limit: int, wait: int) -> list[Any]:
        taken = super().take(limit, wait)
        self.open = len(taken)
        self.let_go() if self.open == 0 else Session.held.append(self)
        return taken

    def settle(self, how: str, taken: Any) -> None:
        super().settle(how, taken)
        self.open -= 1
        if self.open == 0:
            self.let_go()

    def let_go(self) -> None:
        if self in Session.held:
            Session.held.remove(self)
        self.link.close()

    def is_over(self) -> bool:
        return self.link.session.locked_until_utc <= datetime.now(timezone.utc)


@once
def receiver(namespace: str, name: str) -> Receiver:
    return Receiver(service_bus(namespace).get_queue_receiver(name))


def session(namespace: str, name: str, wait: int) -> Session:
    """The next group that has messages and is nobody's."""
    for over in [held for held in Session.held if held.is_over()]:
        over.let_go()
    following = sdk("azure.servicebus", "azure-servicebus").NEXT_AVAILABLE_SESSION
    link = sessions(namespace).get_queue_receiver(name, session_id=following, max_wait_time=wait)
    return Session(link)


def send(place: Place, body: str, attributes: Mapping[str, str], group: str | None) -> None:
    bus = sdk("azure.servicebus", "azure-servicebus")
    message = bus.ServiceBusMessage(body, application_properties=dict(attributes), session_id=group)
    with failures(place):
        to, lock = sender(place.told("NAMESPACE"), place.kind, place.told())
        with lock:
            to.send_messages(message)


class Queue:
    def __init__(self, place: Place) -> None:
        self.place = place

    def send(self, body: str, attributes: Mapping[str, str], group: str | None) -> None:
        send(self.place, body, attributes, group)

    def receive(self, limit: int, wait: int) -> list[tuple[dict[str, Any], Any]]:
        at = (self.place.told("NAMESPACE"), self.place.told())
        # Connecting is a part of the wait for a group.
        patience = max(wait, 5)
        with failures(self.place):
            of = session(*at, patience) if self.is_fifo else receiver(*at)
            try:
                taken = of.take(limit, wait)
            except sdk("azure.servicebus.exceptions", "azure-servicebus").OperationTimeoutError:
                if not self.is_fifo:
                    raise
                of.let_go()
                return []
        return [(message(one), (of, one)) for one in taken]

    def ack(self, receipt: Any) -> None:
        self.settle("complete_message", receipt)

    def release(self, receipt: Any) -> None:
        self.settle("abandon_message", receipt)

    def settle(self, how: str, receipt: Any) -> None:
        of, taken = receipt
        with failures(self.place):
            of.settle(how, taken)

    @property
    def is_fifo(self) -> bool:
        return os.environ.get(f"{self.place.variable}_SESSIONS") == "true"


def message(taken: Any) -> dict[str, Any]:
    named = (taken.application_properties or {}).items()
    attributes = {plain_text(name): plain_text(value) for name, value in named}
    body = b"".join(taken.body)
    return told(taken.message_id, utc(taken.enqueued_time_utc), (taken.delivery_count or 0) + 1, body, attributes)


def plain_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else json.dumps(value, default=str)


class Topic:
    def __init__(self, place: Place) -> None:
        self.place = place

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        send(self.place, body, attributes, None)


@once
def items(endpoint: str, database: str, name: str) -> Any:
    return cosmos(endpoint).get_database_client(database).get_container_client(name)


@once
def cosmos(endpoint: str) -> Any:
    return sdk("azure.cosmos", "azure-cosmos").CosmosClient(endpoint, credential())


class Table:
    """A container of Cosmos DB."""

    def __init__(self, place: Place) -> None:
        self.place, self.keys = place, Keys.of(place)
        if [*self.keys.key][0] == "id" and len(self.keys.key) > 1:
            raise Failed(f"{place}: Cosmos DB keeps the sort key in `id`, so the partition key cannot be called that")
        self.items = items(place.told("ENDPOINT"), place.told("DATABASE"), place.told())

    def read(self, key: Mapping[str, Any]) -> Item | None:
        key = self.keys.exactly(key)
        try:
            with failures(self.place):
                return self.item(self.items.read_item(item_id(key, self.keys), partition_key=self.partition(key)))
        except NotFound:
            return None

    def query(self, hash: Any, index: str | None, range: Range, limit: int | None, descending: bool) -> Iterator[Item]:
        name, sort = self.keys.pair(index)
        hash = self.keys.part(name, self.keys.named(index)[name], hash)
        values = {"@hash": hash if name != "id" or "id" not in self.keys.key else item_id({name: hash}, self.keys)}
        within = {"partition_key": values["@hash"]} if name == next(iter(self.keys.key)) else {}
        conditions = [f"{self.field(name)} = @hash"]
        ends = self.keys.within_range(index, range) if range.values() else []
        if sort == "id" and self.keys.key.get("id") == "string":
            # The text of an id is not always the attribute's, and neither is its order.
            found = [*self.found(f"SELECT * FROM c WHERE {conditions[0]}", values, **within)]
            held = [one for one in found if not ends or range.holds(one["id"])]
            return islice(sorted(held, key=lambda one: order(one["id"]), reverse=descending), limit)
        if sort:
            values |= {f"@end{at}": value for at, value in enumerate(ends)}
            conditions += [*compared(range, self.field(sort)), f"IS_DEFINED({self.field(sort)})"]
        text = f"SELECT * FROM c WHERE {' AND '.join(conditions)}"
        if sort:
            text += f" ORDER BY {self.field(sort)} {'DESC' if descending else 'ASC'}"
        return islice(self.found(text, values, **within), limit)

    def field(self, name: str) -> str:
        """An attribute in a query. An `id` that is a text and a key is the document's own."""
        own = name == "id" and self.keys.key.get("id") == "string" or name == "id" and len(self.keys.key) == 1
        return f"c[{json.dumps(name if own else stored(name))}]"

    def scan(self) -> Iterator[Item]:
        return self.found("SELECT * FROM c", {})

    def found(self, query: str, values: Mapping[str, Any], **within: Any) -> Iterator[Item]:
        parameters = [{"name": name, "value": value} for name, value in values.items()]
        where = within or {"enable_cross_partition_query": True}
        with failures(self.place):
            for found in self.items.query_items(query, parameters=parameters, **where):
                yield self.item(found)

    def write(self, values: Mapping[str, Any], when: str | None, unchanged: Any) -> None:
        values = checked_item(values, self.keys)
        id, document = item_id(values, self.keys), self.document(values)
        conflict = {"absent": AlreadyExists, "present": NotFound}.get(when, Changed)
        with failures(self.place, conflict=conflict):
            if when == "absent":
                self.items.create_item(document)
            elif when == "present":
                self.items.replace_item(id, document)
            elif unchanged is not None:
                self.replace_unchanged(id, document, unchanged)
            else:
                self.items.upsert_item(document)

    def replace_unchanged(self, id: str, document: dict[str, Any], etag: str) -> None:
        match = sdk("azure.core", "azure-core").MatchConditions.IfNotModified
        missing = sdk("azure.core.exceptions", "azure-core").ResourceNotFoundError
        try:
            self.items.replace_item(id, document, etag=etag, match_condition=match)
        except missing as error:
            raise Changed(f"write of {self.place}") from error

    def delete(self, key: Mapping[str, Any]) -> None:
        key = self.keys.exactly(key)
        try:
            with failures(self.place):
                self.items.delete_item(item_id(key, self.keys), partition_key=self.partition(key))
        except NotFound:
            pass

    def partition(self, key: Mapping[str, Any]) -> Any:
        first = next(iter(self.keys.key))
        return key[first] if first != "id" else item_id(key, self.keys)

    def document(self, values: Mapping[str, Any]) -> dict[str, Any]:
        id = item_id(values, self.keys)
        document = {stored(name): value for name, value in values.items()}
        if "id" in self.keys.key and values["id"] == id:
            del document["_id"]
        expires = values.get(self.keys.ttl) if self.keys.ttl else None
        if isinstance(expires, (int, float)) and not isinstance(expires, bool):
            # Cosmos DB counts seconds from the last write, and takes no less than one.
            document["ttl"] = max(1, int(expires - time.time()))
        return {**document, "id": id}

    def item(self, document: Mapping[str, Any]) -> Item:
        values = {}
        for name, value in document.items():
            if name in SYSTEM or name == "ttl" or name == "id" and ("_id" in document or "id" not in self.keys.key):
                continue
            values[name[1:] if name.startswith("_") else name] = untyped(value)
        first = {name: values[name] for name in self.keys.key if name in values}
        return Item({**first, **values}, document.get("_etag"))


def item_id(values: Mapping[str, Any], keys: Keys) -> str:
    """The text of the last key. What Cosmos DB refuses in an id is in percent (Resource.Id, remarks)."""
    text = canonical(values[[*keys.key][-1]])
    if text in (".", ".."):
        # Alone in an address they would be steps in it.
        return text.replace(".", "%2E")
    encoded = "".join(percent(letter) if letter in "/\\?#%" else letter for letter in text)
    return f"{encoded[:-1]}%20" if encoded.endswith(" ") else encoded


def stored(name: str) -> str:
    """The name that an attribute has in a document: those that Cosmos DB takes for itself begin with a further `_`."""
    return f"_{name}" if name in ("id", "ttl") or name.startswith("_") else name


def compared(range: Range, sort: str) -> list[str]:
    if range.prefix is not None:
        return [f"STARTSWITH({sort}, @end0)"]
    ends = [">" if range.low_excluded else ">="] if range.low is not None else []
    ends += ["<" if range.high_excluded else "<="] if range.high is not None else []
    return [f"{sort} {end} @end{at}" for at, end in enumerate(ends)]


def untyped(value: Any) -> Any:
    if isinstance(value, list):
        return [untyped(one) for one in value]
    if isinstance(value, dict):
        return {name: untyped(one) for name, one in value.items()}
    return value if value is None or isinstance(value, (bool, str)) else plain_number(value)


@once
def vault(endpoint: str) -> Any:
    return sdk("azure.keyvault.secrets", "azure-keyvault-secrets").SecretClient(endpoint, credential())


class Secret:
    def __init__(self, place: Place) -> None:
        self.place = place

    def read(self) -> str:
        with failures(self.place):
            return vault(self.place.told("ENDPOINT")).get_secret(self.place.told()).value or ""


class Parameter(Secret):
    """A value in a vault that is there for parameters alone."""


@once
def event_grid(endpoint: str) -> Any:
    return sdk("azure.eventgrid", "azure-eventgrid").EventGridPublisherClient(endpoint, credential())


class Bus:
    def __init__(self, place: Place) -> None:
        self.place = place

    def publish(self, event: Event) -> None:
        cloud_event = sdk("azure.core.messaging", "azure-core").CloudEvent
        told = {"id": event.id, "time": event.time, "subject": event.subject, "data": json.loads(event.data)}
        written = cloud_event(event.source, event.type, datacontenttype="application/json", **told)
        with failures(self.place):
            event_grid(self.place.told("ENDPOINT")).send(written)


class Function:
    def __init__(self, place: Place) -> None:
        self.place = place

    def invoke(self, input: Any) -> Any:
        audience = self.place.told("AUDIENCE")
        with failures(self.place):
            token = credential().get_token(f"{audience}/.default").token
        return Answer(self.place, *post(self.place, self.place.told("URL"), token, input)).value()
