"""Servers on the loopback that oracles write themselves: they answer every method, say nothing, and end with this process."""

from __future__ import annotations

import abc
import http.server
import json
import threading
from typing import Any


class Quiet(http.server.BaseHTTPRequestHandler, abc.ABC):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    @abc.abstractmethod
    def answer(self) -> None:
        """Answers a request of any method."""

    def body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def say(self, status: int, body: bytes | Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        dropped = {"content-length", "transfer-encoding", "connection", "date", "server", "content-encoding"}
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            if name.lower() not in dropped:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


def serve(handler: type[Quiet]) -> str:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"
