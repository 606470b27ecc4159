"""Stands in for the host of Azure Functions and its Python worker: indexes the functions of the app in the working directory, and
decodes, calls and encodes with the library of the platform.

Speaks lines of JSON over the connection to `PORTOLAN_HOST`, an address and a port. First the app's functions:
`{"functions": {name: binding}}`. Then for each line that it reads (`function`, `invocation`, `data`, `metadata`) one more:
`{"returns": …}`, `{"raises": true}`, or `{"status", "headers", "cookies", "body"}` with the body in base64. Ends with the connection.
"""

from __future__ import annotations

import base64
import inspect
import json
import os
import socket
import sys
import types
from http.cookies import SimpleCookie
from typing import Any

sys.path.insert(0, os.getcwd())

import azure.functions as func  # noqa: E402
from azure.functions import meta  # noqa: E402
from function_app import app  # noqa: E402

CONVERTERS = meta.get_binding_registry()
KEPT = {"type", "route", "methods", "authLevel", "schedule", "connection", "queueName", "topicName", "subscriptionName"}
KEPT |= {"eventHubName", "consumerGroup", "cardinality", "databaseName", "containerName", "leaseContainerName"}
KEPT |= {"maxItemsPerInvocation", "startFromBeginning"}


def main() -> None:
    functions = {function.get_function_name(): function for function in app.get_functions()}
    address, port = os.environ["PORTOLAN_HOST"].rsplit(":", 1)
    with socket.create_connection((address, int(port))) as host, host.makefile("rw", encoding="utf-8") as lines:
        write(lines, {"functions": {name: binding(function) for name, function in functions.items()}})
        for line in lines:
            native = json.loads(line)
            write(lines, call(functions[native["function"]], native))


def write(lines: Any, value: Any) -> None:
    lines.write(json.dumps(value) + "\n")
    lines.flush()


def binding(function: Any) -> dict[str, Any]:
    """What the host is told of a function's trigger, and how often it tries again."""
    said = function.get_trigger().get_dict_repr()
    kept = {name: value for name, value in said.items() if name in KEPT and value is not None}
    if "methods" in kept:
        kept["methods"] = sorted(getattr(method, "value", method) for method in kept["methods"])
    kept.update({name: kept[name].value for name in ("authLevel", "cardinality") if hasattr(kept.get(name), "value")})
    retry = function.get_setting("retry_policy")
    return {**kept, "retries": int(retry.max_retry_count)} if retry else kept


def call(function: Any, native: dict[str, Any]) -> dict[str, Any]:
    trigger = function.get_trigger()
    user = function.get_user_function()
    kind = inspect.signature(user).parameters[trigger.name].annotation
    try:
        converter = CONVERTERS.get(trigger.type)
        metadata = {name: datum(value) for name, value in native["metadata"].items()}
        if not converter.check_input_type_annotation(kind):
            raise TypeError(f"{trigger.type} does not hand over {kind}")
        given = converter.decode(datum(native["data"]), trigger_metadata=metadata)
        context = types.SimpleNamespace(invocation_id=native["invocation"], function_name=native["function"], function_directory=os.getcwd())
        context.thread_local_storage = context.trace_context = context.retry_context = None
        returned = user(**{trigger.name: given, "context": context})
        if inspect.iscoroutine(returned):
            returned = loop().run_until_complete(returned)
    except Exception as error:  # noqa: BLE001
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return {"raises": True}
    return written(returned) if trigger.type == "httpTrigger" else {"returns": returned}


def loop() -> Any:
    import asyncio

    if not hasattr(loop, "one"):
        loop.one = asyncio.new_event_loop()
    return loop.one


def datum(said: dict[str, Any]) -> meta.Datum:
    kind, value = said["type"], said["value"]
    if kind == "bytes":
        value = base64.b64decode(value)
    elif kind == "collection_bytes":
        value = types.SimpleNamespace(bytes=[base64.b64decode(item) for item in value])
    elif kind == "json":
        value = json.dumps(value)
    elif kind == "http":
        maps = {name: {key: meta.Datum(text, "string") for key, text in value[name].items()} for name in ("headers", "params", "query")}
        texts = {name: meta.Datum(value[name], "string") for name in ("method", "url")}
        value = {**texts, **maps, "body": datum(value["body"])}
    return meta.Datum(value, kind)


def written(returned: Any) -> dict[str, Any]:
    encoded = CONVERTERS.get("http").encode(returned, expected_type=func.HttpResponse).value
    headers: dict[str, str] = {}
    for name, value in encoded["headers"].items():
        headers[name.lower()] = value.value
    cookies = [text(cookie) for cookie in encoded["cookies"] or []]
    return {"status": int(encoded["status_code"].value), "headers": headers, "cookies": cookies, "body": base64.b64encode(encoded["body"].value).decode()}


def text(cookie: SimpleCookie) -> str:
    """A cookie as the host writes it: what the worker tells it is a name, a value and attributes."""
    ((_, morsel),) = cookie.items()
    attributes = [("Path", morsel["path"]), ("Domain", morsel["domain"]), ("Expires", morsel["expires"]), ("Max-Age", morsel["max-age"])]
    said = [f"{morsel.key}={morsel.coded_value}", *(f"{name}={value}" for name, value in attributes if value)]
    return "; ".join([*said, *(name for name in ("Secure", "HttpOnly") if morsel[name.lower()])])


if __name__ == "__main__":
    main()
