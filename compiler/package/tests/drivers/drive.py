"""Calls the unpacked entry in this folder as its cloud would: a list of events on stdin, a line for each on stdout.

A line is what came of the event: `401`, `dropped`, or what the handler returned.
"""

import json
import sys
import types

sys.path.insert(0, ".")
platform, events = sys.argv[1], json.load(sys.stdin)


class Request:
    """What an http function on Google is given, as far as an entry looks at it."""

    def __init__(self, body):
        self.body = body

    def get_json(self, silent=False):
        return self.body


class HttpRequest:
    """What an http trigger on Azure is given."""

    method, headers = "GET", {}


class ServiceBusMessage:
    """What a queue trigger on Azure is given."""

    def __init__(self, body):
        self.body = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def get_body(self):
        return self.body


class HttpResponse:
    """What an http trigger on Azure returns."""

    def __init__(self, body, status_code, headers):
        self.status_code = status_code


def aws(event):
    answer = portolan_entry.handle(event, None)
    return answer["statusCode"] if isinstance(answer, dict) else answer


def gcp(event):
    answer = portolan_entry.portolan(Request(event))
    if isinstance(answer, tuple):
        return None if answer[1] == 204 else answer[1]
    return answer


def azure(event):
    answer = portolan_entry.handle(HttpRequest() if event == "http" else ServiceBusMessage(event))
    return answer.status_code if isinstance(answer, HttpResponse) else answer


functions = types.ModuleType("azure.functions")
functions.HttpResponse = HttpResponse
sys.modules.update({"azure": types.ModuleType("azure"), "azure.functions": functions})
import portolan_entry  # noqa: E402  (Azure's package has to be in place)

call = {"aws": aws, "gcp": gcp, "azure": azure}[platform]
for event in events:
    outcome = call(event)
    print("dropped" if outcome is None else outcome)
