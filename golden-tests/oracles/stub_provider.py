"""A Terraform provider that has Google's schemas and no behaviour, so that the real Terraform can validate offline.

It speaks the server side of Terraform's plugin protocol 5 over gRPC on the loopback interface. Terraform itself checks a
configuration against the schemas that it is given; the calls that would check more are answered with "nothing to say".
The messages are written by hand, field by field, with the numbers of HashiCorp's tfplugin5.proto.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from concurrent import futures
from typing import Any

import grpc

LIST = 2
NUMBER_OF_KIND = {"resource": 2, "data": 3}


def serve(facts: dict[str, Any]) -> tuple[grpc.Server, int]:
    """Starts a provider with these schemas on a free port; it ends when the server is stopped."""
    schemas = schema_response(facts)
    answers: dict[str, Callable[[bytes], bytes]] = {
        "GetSchema": lambda request: schemas,
        # request and response carry the configuration in the same field
        "PrepareProviderConfig": lambda request: request,
        "ValidateResourceTypeConfig": lambda request: b"",
        "ValidateDataSourceConfig": lambda request: b"",
        "Stop": lambda request: b"",
    }
    server = grpc.server(futures.ThreadPoolExecutor(4))
    handlers = {name: grpc.unary_unary_rpc_method_handler(reply(answer)) for name, answer in answers.items()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("tfplugin5.Provider", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def reattach(port: int) -> dict[str, Any]:
    """How TF_REATTACH_PROVIDERS names a provider that already runs."""
    address = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
    return {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True, "Addr": address}


def reply(answer: Callable[[bytes], bytes]) -> Callable[[bytes, Any], bytes]:
    return lambda request, context: answer(request)


def schema_response(facts: dict[str, Any]) -> bytes:
    (provider,) = facts["provider"].values()
    message = field(1, schema(provider))
    for kind, number in NUMBER_OF_KIND.items():
        for name, body in facts[kind].items():
            message += field(number, field(1, name) + field(2, schema(body)))
    return message


def schema(body: dict[str, Any]) -> bytes:
    return field(2, block(body))


def block(body: dict[str, Any]) -> bytes:
    message = b""
    for name, (kind, presence) in body["attributes"].items():
        message += field(2, attribute(name, kind, presence))
    for name, inner in body["blocks"].items():
        limits = field(4, 1) * inner["required"] + field(5, 1) * (not inner["many"])
        message += field(3, field(1, name) + field(2, block(inner["body"])) + field(3, LIST) + limits)
    return message


def attribute(name: str, kind: str, presence: str) -> bytes:
    flags = {"required": (4,), "optional": (5, 6), "computed": (6,)}[presence]
    return field(1, name) + field(2, json.dumps(type_of(kind))) + b"".join(field(flag, 1) for flag in flags)


def type_of(kind: str) -> Any:
    """A type of the facts as Terraform writes types in JSON."""
    shape, _, inner = kind.rstrip(")").partition("(")
    if shape in ("any", "struct"):
        return "dynamic"
    return [shape, type_of(inner)] if inner else shape


def field(number: int, value: str | bytes | int) -> bytes:
    """One field of a protocol buffer message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def providers(facts: dict[str, dict[str, Any]]) -> tuple[list[grpc.Server], str]:
    """Starts a provider for each set of facts; returns the servers and the value of TF_REATTACH_PROVIDERS."""
    servers: list[grpc.Server] = []
    running: dict[str, Any] = {}
    for name, provider_facts in facts.items():
        server, port = serve(provider_facts)
        servers.append(server)
        running[f"registry.terraform.io/hashicorp/{name}"] = reattach(port)
    return servers, json.dumps(running)


def stop(servers: Iterable[grpc.Server]) -> None:
    for server in servers:
        server.stop(None)
