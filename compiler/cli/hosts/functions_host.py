"""Stands in for the host of Azure Functions and its Python worker: indexes the functions of the app in the working directory, and
decodes, calls and encodes with the library of the platform.

Speaks lines of JSON over the connection to `PORTOLAN_HOST`, an address and a port. First the app's functions:
`{"functions": {name: binding}}`. Then for each line that it reads (`function`, `invocation`, `data`, `metadata`) one more:
`{"returns": …}`, `{"raises": true}`, or `{"status", "headers", "cookies", "body"}` with the body in base64. Ends with the connection.
"""

import asyncio
import base64
import inspect
import json
import os
import socket
import sys
import types

sys.path.insert(0, os.getcwd())

import azure.functions as func  # noqa: E402
from azure.functions import meta  # noqa: E402
from function_app import app  # noqa: E402

CONVERTERS = meta.get_binding_registry()
LOOP = asyncio.new_event_loop()
TOLD = ("type", "route", "methods", "authLevel", "schedule", "connection", "queueName", "topicName", "subscriptionName")


def main():
    address, port = os.environ["PORTOLAN_HOST"].rsplit(":", 1)
    functions = {function.get_function_name(): function for function in app.get_functions()}
    with socket.create_connection((address, int(port))) as connection, connection.makefile("rw", encoding="utf-8") as lines:
        write(lines, {"functions": {name: binding(function) for name, function in functions.items()}})
        for line in lines:
            native = json.loads(line)
            write(lines, call(functions[native["function"]], native))


def write(lines, value):
    lines.write(json.dumps(value) + "\n")
    lines.flush()


def binding(function):
    """What the host is told of a function's trigger."""
    said = function.get_trigger().get_dict_repr()
    told = {name: getattr(said[name], "value", said[name]) for name in TOLD if said.get(name) is not None}
    if "methods" in told:
        told["methods"] = sorted(getattr(method, "value", method) for method in told["methods"])
    return told


def call(function, native):
    trigger = function.get_trigger()
    user = function.get_user_function()
    converter = CONVERTERS.get(trigger.type)
    try:
        metadata = {name: datum(value) for name, value in native["metadata"].items()}
        given = converter.decode(datum(native["data"]), trigger_metadata=metadata)
        returned = user(**{trigger.name: given, "context": context(native)})
        if inspect.iscoroutine(returned):
            returned = LOOP.run_until_complete(returned)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return {"raises": True}
    return written(returned) if trigger.type == "httpTrigger" else {"returns": returned}


def context(native):
    """The invocation context, as far as the library describes it."""
    return types.SimpleNamespace(
        invocation_id=native["invocation"],
        function_name=native["function"],
        function_directory=os.getcwd(),
        thread_local_storage=None,
        trace_context=None,
        retry_context=None,
    )


def datum(said):
    kind, value = said["type"], said["value"]
    if kind == "bytes":
        value = base64.b64decode(value)
    elif kind == "json":
        value = json.dumps(value)
    elif kind == "http":
        texts = {name: meta.Datum(value[name], "string") for name in ("method", "url")}
        maps = {name: {key: meta.Datum(text, "string") for key, text in value[name].items()} for name in ("headers", "params", "query")}
        value = {**texts, **maps, "body": datum(value["body"])}
    return meta.Datum(value, kind)


def written(returned):
    encoded = CONVERTERS.get("http").encode(returned, expected_type=func.HttpResponse).value
    return {
        "status": int(encoded["status_code"].value),
        "headers": {name.lower(): value.value for name, value in encoded["headers"].items()},
        "cookies": [cookie.output(header="").strip() for cookie in encoded["cookies"] or []],
        "body": base64.b64encode(encoded["body"].value).decode(),
    }


if __name__ == "__main__":
    main()
