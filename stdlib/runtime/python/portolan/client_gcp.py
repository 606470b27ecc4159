"""The verbs on Google Cloud, over Google's libraries."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Iterator, Mapping

from .client_calls import Answer, post
from .client_errors import AlreadyExists, Changed, Denied, Failed, NotFound, PortolanError
from .client_messages import told, utc
from .client_place import Place, once, sdk
from .client_ranges import Range
from .client_values import Event, Item, Keys, canonical, checked_item, percent, plain_number


@contextmanager
def failures(place: Place, what: str = "", conflict: type[PortolanError] = Failed) -> Iterator[None]:
    """Google's errors become ours. `conflict` is what a precondition that does not hold means."""
    core = sdk("google.api_core.exceptions", "google-api-core")
    auth = sdk("google.auth.exceptions", "google-auth")
    about = f"{place.verb} of {place}{what}"
    try:
        yield
    except (core.FailedPrecondition, core.PreconditionFailed, core.AlreadyExists) as error:
        raise conflict(about) from error
    except core.NotFound as error:
        raise NotFound(about) from error
    except (core.Forbidden, core.Unauthorized) as error:
        raise Denied(about) from error
    except (core.GoogleAPIError, auth.GoogleAuthError) as error:
        raise Failed(f"{about}: {error}") from error


@once
def storage() -> Any:
    return sdk("google.cloud.storage", "google-cloud-storage").Client()


class Bucket:
    def __init__(self, place: Place) -> None:
        self.place, self.bucket = place, place.told()

    def object(self, key: str) -> Any:
        return storage().bucket(self.bucket).blob(key)

    def read(self, key: str) -> bytes:
        with failures(self.place, f", {key}"):
            return self.object(key).download_as_bytes()

    def write(self, key: str, body: bytes, content_type: str) -> None:
        with failures(self.place, f", {key}"):
            self.object(key).upload_from_string(body, content_type=content_type)

    def create(self, key: str, body: bytes, content_type: str) -> None:
        with failures(self.place, f", {key}", AlreadyExists):
            self.object(key).upload_from_string(body, content_type=content_type, if_generation_match=0)

    def delete(self, key: str) -> None:
        try:
            with failures(self.place, f", {key}"):
                self.object(key).delete()
        except NotFound:
            pass

    def list(self, prefix: str) -> Iterator[dict[str, Any]]:
        with failures(self.place):
            for found in storage().list_blobs(self.bucket, prefix=prefix or None):
                yield {"key": found.name, "size": found.size, "etag": found.etag}


@once
def publisher() -> Any:
    return sdk("google.cloud.pubsub_v1", "google-cloud-pubsub").PublisherClient()


@once
def subscriber() -> Any:
    return sdk("google.cloud.pubsub_v1", "google-cloud-pubsub").SubscriberClient()


def publish(place: Place, body: str, attributes: Mapping[str, str], group: str | None) -> None:
    """One message, sent before this returns: what is left to a thread is lost when the instance sleeps."""
    generated = sdk("google.pubsub_v1", "google-cloud-pubsub").PublisherClient
    message = {"data": body.encode(), "attributes": dict(attributes), "ordering_key": group or ""}
    with failures(place):
        generated.publish(publisher(), topic=place.told(), messages=[message])


class Queue:
    def __init__(self, place: Place) -> None:
        self.place = place

    def send(self, body: str, attributes: Mapping[str, str], group: str | None) -> None:
        publish(self.place, body, attributes, group)

    def receive(self, limit: int, wait: int) -> list[tuple[dict[str, Any], str]]:
        core = sdk("google.api_core.exceptions", "google-api-core")
        with failures(self.place):
            try:
                # One second is the least in which an answer is likely at all.
                request = {"subscription": self.subscription, "max_messages": limit}
                taken = subscriber().pull(request=request, timeout=max(wait, 1), retry=None)
            except (core.DeadlineExceeded, core.RetryError):
                return []
        return [(message(one), one.ack_id) for one in taken.received_messages]

    def ack(self, receipt: str) -> None:
        with failures(self.place):
            subscriber().acknowledge(request={"subscription": self.subscription, "ack_ids": [receipt]})

    def release(self, receipt: str) -> None:
        request = {"subscription": self.subscription, "ack_ids": [receipt], "ack_deadline_seconds": 0}
        with failures(self.place):
            subscriber().modify_ack_deadline(request=request)

    @property
    def subscription(self) -> str:
        return self.place.told("SUBSCRIPTION")


def message(taken: Any) -> dict[str, Any]:
    inside = taken.message
    # Pub/Sub counts deliveries only where there is a dead letter, and is 0 elsewhere.
    attempt = taken.delivery_attempt or None
    return told(inside.message_id, utc(inside.publish_time), attempt, inside.data, inside.attributes)


class Topic:
    def __init__(self, place: Place) -> None:
        self.place = place

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        publish(self.place, body, attributes, None)


@once
def firestore() -> tuple[Any, str]:
    """The client, and the project that databases are in. Firestore's own emulator is asked where its variable is set."""
    services = sdk("google.cloud.firestore_v1.services.firestore", "google-cloud-firestore")
    emulator = os.environ.get("FIRESTORE_EMULATOR_HOST")
    if emulator:
        transports = sdk("google.cloud.firestore_v1.services.firestore.transports", "google-cloud-firestore")
        channel = sdk("grpc", "grpcio").insecure_channel(emulator)
        transport = transports.FirestoreGrpcTransport(channel=channel)
        return services.FirestoreClient(transport=transport), os.environ.get("GOOGLE_CLOUD_PROJECT", "local")
    credentials, project = sdk("google.auth", "google-auth").default()
    return services.FirestoreClient(credentials=credentials), os.environ.get("GOOGLE_CLOUD_PROJECT") or project


class Table:
    """A Firestore database; the items are the documents of the collection `items`."""

    def __init__(self, place: Place) -> None:
        self.place, self.name, self.keys = place, place.told(), Keys.of(place)

    def read(self, key: Mapping[str, Any]) -> Item | None:
        key = self.keys.exactly(key)
        try:
            with failures(self.place):
                return self.item(self.client.get_document(request={"name": self.document(key)}, metadata=self.metadata))
        except NotFound:
            return None

    def query(self, hash: Any, index: str | None, range: Range, limit: int | None, descending: bool) -> Iterator[Item]:
        query = self.asked(hash, index, range, "DESCENDING" if descending else "ASCENDING")
        return self.found({**query, "limit": limit} if limit else query)

    def scan(self) -> Iterator[Item]:
        return self.found({"from_": [{"collection_id": "items"}]})

    def write(self, values: Mapping[str, Any], when: str | None, unchanged: Any) -> None:
        values = checked_item(values, self.keys)
        fields = {name: self.typed(name, value) for name, value in values.items()}
        write: dict[str, Any] = {"update": {"name": self.document(values), "fields": fields}}
        if when:
            write["current_document"] = {"exists": when == "present"}
        if unchanged is not None:
            write["current_document"] = {"update_time": unchanged}
        conflict = {"absent": AlreadyExists, "present": NotFound}.get(when, Changed)
        try:
            self.commit(write, conflict)
        except NotFound as error:
            # A document that is gone has no time that could be compared.
            raise (Changed if unchanged is not None else NotFound)(*error.args) from error.__cause__

    def delete(self, key: Mapping[str, Any]) -> None:
        self.commit({"delete": self.document(self.keys.exactly(key))}, Failed)

    def commit(self, write: dict[str, Any], conflict: type[PortolanError]) -> None:
        with failures(self.place, conflict=conflict):
            self.client.commit(request={"database": self.database, "writes": [write]}, metadata=self.metadata)

    def found(self, query: dict[str, Any]) -> Iterator[Item]:
        request = {"parent": f"{self.database}/documents", "structured_query": query}
        with failures(self.place):
            for answer in self.client.run_query(request=request, metadata=self.metadata):
                if "document" in answer:
                    yield self.item(answer.document)

    def asked(self, hash: Any, index: str | None, range: Range, direction: str) -> dict[str, Any]:
        names, kinds = self.keys.pair(index), self.keys.named(index)
        filters = [self.compared(names[0], "EQUAL", self.keys.part(names[0], kinds[names[0]], hash))]
        if range.values():
            self.keys.within_range(index, range)
            filters += [self.compared(self.keys.sort(index), *end) for end in ends(range)]
        query: dict[str, Any] = {
            "from_": [{"collection_id": "items"}],
            "where": {"composite_filter": {"op": "AND", "filters": filters}},
        }
        if names[1]:
            query["order_by"] = [{"field": {"field_path": path(names[1])}, "direction": direction}]
        return query

    def compared(self, name: str, op: str, value: Any) -> dict[str, Any]:
        return {"field_filter": {"field": {"field_path": path(name)}, "op": op, "value": self.typed(name, value)}}

    def item(self, document: Any) -> Item:
        generated = type(document).pb(document)
        values = {name: self.untyped(name, value) for name, value in generated.fields.items()}
        return Item({**{name: values[name] for name in self.keys.key if name in values}, **values}, document.update_time)

    def typed(self, name: str, value: Any) -> dict[str, Any]:
        """A value in Firestore's words. What expires is a moment there."""
        if name == self.keys.ttl and isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"timestamp_value": datetime.fromtimestamp(value, timezone.utc)}
        return typed(value)

    def untyped(self, name: str, value: Any) -> Any:
        if name == self.keys.ttl and value.WhichOneof("value_type") == "timestamp_value":
            return plain_number(value.timestamp_value.seconds + value.timestamp_value.nanos / 1e9)
        return untyped(value)

    def document(self, values: Mapping[str, Any]) -> str:
        return f"{self.database}/documents/items/{document_id(values, self.keys)}"

    @property
    def client(self) -> Any:
        return firestore()[0]

    @property
    def database(self) -> str:
        return f"projects/{firestore()[1]}/databases/{self.name}"

    @property
    def metadata(self) -> list[tuple[str, str]]:
        # Says which database a request is for, before it is read.
        return [("google-cloud-resource-prefix", self.database)]


def document_id(values: Mapping[str, Any], keys: Keys) -> str:
    """The keys in percent, joined by colons; what Firestore keeps for itself is in percent, too."""
    joined = ":".join(percent(canonical(values[name])) for name in keys.key)
    if joined in (".", ".."):
        return joined.replace(".", "%2E")
    return f"%5F{joined[1:]}" if joined.startswith("__") and joined.endswith("__") else joined


def path(name: str) -> str:
    """A field whose name is no plain word stands in backticks (Firestore, Constraints on field paths)."""
    if name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit():
        return name
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def ends(range: Range) -> list[tuple[str, Any]]:
    if range.prefix is not None:
        # Texts are sorted by their bytes, and this is the last of all letters.
        return [("GREATER_THAN_OR_EQUAL", range.prefix), ("LESS_THAN_OR_EQUAL", range.prefix + "\U0010ffff")]
    low = [("GREATER_THAN" if range.low_excluded else "GREATER_THAN_OR_EQUAL", range.low)]
    high = [("LESS_THAN" if range.high_excluded else "LESS_THAN_OR_EQUAL", range.high)]
    return [*(low if range.low is not None else []), *(high if range.high is not None else [])]


def typed(value: Any) -> dict[str, Any]:
    """A value in Firestore's words."""
    if value is None:
        return {"null_value": 0}
    if isinstance(value, bool):
        return {"boolean_value": value}
    if isinstance(value, int):
        return {"integer_value": value}
    if isinstance(value, float):
        return {"double_value": value}
    if isinstance(value, str):
        return {"string_value": value}
    if isinstance(value, list):
        return {"array_value": {"values": [typed(one) for one in value]}}
    return {"map_value": {"fields": {name: typed(one) for name, one in value.items()}}}


def untyped(value: Any) -> Any:
    """A value of Firestore's; what others wrote and JSON cannot say is a text."""
    word = value.WhichOneof("value_type")
    match word:
        case "null_value" | None:
            return None
        case "array_value":
            return [untyped(one) for one in value.array_value.values]
        case "map_value":
            return {name: untyped(one) for name, one in value.map_value.fields.items()}
        case "timestamp_value":
            return utc(value.timestamp_value.ToDatetime(timezone.utc))
        case "double_value":
            return plain_number(value.double_value)
        case "geo_point_value":
            return {"latitude": value.geo_point_value.latitude, "longitude": value.geo_point_value.longitude}
        case _:
            return getattr(value, word)


@once
def secrets() -> Any:
    return sdk("google.cloud.secretmanager", "google-cloud-secret-manager").SecretManagerServiceClient()


class Secret:
    def __init__(self, place: Place) -> None:
        self.place = place

    def read(self) -> str:
        with failures(self.place):
            version = secrets().access_secret_version(name=f"{self.place.told()}/versions/latest")
        return version.payload.data.decode()


@once
def parameters(location: str) -> Any:
    """A client; what is not global is asked for in its region (Parameter Manager documentation, Service endpoints)."""
    regional = {"api_endpoint": f"parametermanager.{location}.rep.googleapis.com"}
    options = None if location == "global" else regional
    library = sdk("google.cloud.parametermanager", "google-cloud-parametermanager")
    return library.ParameterManagerClient(client_options=options)


class Parameter:
    def __init__(self, place: Place) -> None:
        self.place, self.version = place, place.told()

    def read(self) -> str:
        with failures(self.place):
            answer = parameters(self.version.split("/")[3]).render_parameter_version(name=self.version)
        # Only what has a format is rendered.
        return (answer.rendered_payload or answer.payload.data).decode()


class Bus:
    """A topic whose messages are CloudEvents in the binary content mode (CloudEvents, Google Cloud Pub/Sub protocol binding)."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def publish(self, event: Event) -> None:
        told = {"specversion": "1.0", "id": event.id, "source": event.source, "type": event.type, "time": event.time}
        told |= {"subject": event.subject} if event.subject else {}
        attributes = {f"ce-{name}": value for name, value in told.items()}
        publish(self.place, event.data, {**attributes, "content-type": "application/json"}, None)


class Function:
    def __init__(self, place: Place) -> None:
        self.place = place

    def invoke(self, input: Any) -> Any:
        url = self.place.told("URL")
        return Answer(self.place, *post(self.place, url, identity(self.place, url), input)).value()


def identity(place: Place, audience: str) -> str:
    """A token that says who this function is, for one audience."""
    token = sdk("google.oauth2.id_token", "google-auth")
    request = sdk("google.auth.transport.requests", "google-auth[requests]").Request()
    with failures(place):
        return token.fetch_id_token(request, audience)
