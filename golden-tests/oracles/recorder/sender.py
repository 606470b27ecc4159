"""The function that the oracle of the recorder invokes: it sends requests as AWS's own client makes them.

In:  an event with `calls`, which boto3 makes one after the other, or with `services`, of which every operation is written by
     botocore's serializers in every protocol it has for them.
Out: for calls, what boto3 named each; for services, the operations in the order in which they were sent.
"""

import http.client
import os
import string
import urllib.parse

import boto3
import botocore.loaders
import botocore.serialize
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.config import Config
from botocore.model import ServiceModel

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
SCOPE = "20250101/eu-west-1"
ONCE = Config(retries={"max_attempts": 0}, read_timeout=20)


def send(event, context):
    if "services" in event:
        left_out = event.get("left_out", {})
        return [sent for service in event["services"] for sent in send_service(service, left_out.get(service, []))]
    return {title: call(entry) for title, entry in event["calls"].items()}


# --- calls ------------------------------------------------------------------------------------------------------------


def call(entry):
    service, operation = entry["call"].split()
    client = boto3.client(service, config=ONCE.merge(Config(**entry.get("config", {}))))
    change = entry.get("sends", {})
    client.meta.events.register_last("before-send.*.*", lambda request, **_: altered(request, change))
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        getattr(client, method)(**filled(entry.get("input", {})))
    except Exception as error:
        # What the backend thinks of it does not matter: it was sent.
        return type(error).__name__
    return "answered"


def altered(request, change):
    """Plants a fault in what is about to be sent."""
    for name, value in change.get("headers", {}).items():
        if value is None:
            del request.headers[name]
        else:
            request.headers[name] = value
    if "path" in change:
        parts = urllib.parse.urlsplit(request.url)
        request.url = urllib.parse.urlunsplit(parts._replace(path=change["path"]))
    if change.get("nothing"):
        raise ConnectionError("not sent")


def filled(value):
    """The input with the names of the app's resources in it."""
    if isinstance(value, str):
        return string.Template(value).safe_substitute(os.environ)
    if isinstance(value, list):
        return [filled(item) for item in value]
    if isinstance(value, dict):
        return {filled(name): filled(item) for name, item in value.items()}
    return value


# --- whole services ---------------------------------------------------------------------------------------------------


def send_service(name, left_out):
    description = botocore.loaders.Loader().load_service_model(name, "service-2")
    model = ServiceModel(description, name)
    metadata = description["metadata"]
    known = [each for each in metadata.get("protocols", [metadata["protocol"]]) if each in botocore.serialize.SERIALIZERS]
    for operation in model.operation_names:
        if operation in left_out:
            continue
        for protocol in known:
            write(model.operation_model(operation), metadata, protocol)
        yield f"{name} {operation}"


def write(operation, metadata, protocol):
    serializer = botocore.serialize.SERIALIZERS[protocol]()
    shape = operation.input_shape
    request = serializer.serialize_to_request(minimal(shape) if shape else {}, operation)
    # The environment asks clients to leave it out.
    request.pop("host_prefix", None)
    variable = f"AWS_ENDPOINT_URL_{metadata['serviceId'].replace(' ', '_').upper()}"
    prepare_request_dict(request, os.environ.get(variable, ENDPOINT))
    request["context"] = {}
    prepared = create_request_object(request).prepare()
    parts = urllib.parse.urlsplit(prepared.url)
    signs = metadata.get("signingName", metadata["endpointPrefix"])
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in prepared.headers.items()}
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential=1/{SCOPE}/{signs}/aws4_request, Signature=0"
    headers.pop("Expect", None)
    target = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    body = prepared.body if isinstance(prepared.body, (bytes, str)) or prepared.body is None else b""
    connection.request(prepared.method, target, body, headers)
    connection.getresponse().read()
    connection.close()


def minimal(shape, depth=0):
    """A value for a shape: what is required, and no more."""
    kind = shape.type_name
    if kind == "structure":
        # What is nested deeper than this goes round in circles.
        names = shape.required_members if depth < 12 else []
        names = names[:1] if getattr(shape, "is_tagged_union", False) else names
        return {name: minimal(shape.members[name], depth + 1) for name in names}
    if kind == "list":
        return [minimal(shape.member, depth + 1)] if depth < 12 else []
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(3, shape.metadata.get("min", 3))
    values = {"blob": b"x", "boolean": True, "timestamp": 0, "float": 1.0, "double": 1.0}
    return values.get(kind, max(1, shape.metadata.get("min", 1)))
