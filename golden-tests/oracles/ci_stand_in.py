"""A stand-in for the parts of GitHub's, GitLab's and Azure DevOps' interfaces that comments go through.

It answers on 127.0.0.1 alone, holds everything in memory, and ends with the `with` that it was made for. Before ours it holds
more comments of others than a page has, one of which quotes the marker.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

TOKEN = "a-token-that-nobody-prints"
MARKER = "<!-- portolan-plan: "
OTHERS = [f"comment {number}" for number in range(120)] + [f"look at this:\n{MARKER}todos aws,azure,gcp -->"]
LISTS = re.compile(
    r"/repos/acme/todos/issues/12/comments|/projects/34/merge_requests/12/notes"
    r"|/a%20team/_apis/git/repositories/34/pullRequests/12/threads"
)
ONE = re.compile(
    r"/repos/acme/todos/issues/comments/(\d+)|/projects/34/merge_requests/12/notes/(\d+)"
    r"|/a%20team/_apis/git/repositories/34/pullRequests/12/threads/(\d+)/comments/1"
)


class StandIn:
    """The comments of one request."""

    def __init__(self) -> None:
        self.comments = dict(enumerate(OTHERS, 1))
        self.requests = 0
        self.url = ""

    def ours(self) -> list[str]:
        """The comments that begin with the marker."""
        return [body for body in self.comments.values() if body.startswith(MARKER)]

    def untouched(self) -> bool:
        """Whether what others wrote is as it was."""
        return [self.comments[number] for number in range(1, len(OTHERS) + 1)] == OTHERS

    def count(self) -> int:
        """How often something was asked."""
        return self.requests

    def answer(self, method: str, address: str, headers: Any, body: Any) -> tuple[int, Any]:
        self.requests += 1
        if TOKEN not in (headers.get("PRIVATE-TOKEN"), str(headers.get("Authorization")).removeprefix("Bearer ")):
            return 401, {"message": "who is it?"}
        path, _, query = address.partition("?")
        if LISTS.fullmatch(path) and method == "GET":
            return 200, self.listed(path, dict(urllib.parse.parse_qsl(query)))
        if LISTS.fullmatch(path) and method == "POST":
            number = max(self.comments) + 1
            self.comments[number] = body["comments"][0]["content"] if "comments" in body else body["body"]
            return 201, {"id": number}
        one = ONE.fullmatch(path)
        if one and method == ("PUT" if "/notes/" in path else "PATCH"):
            number = int(next(group for group in one.groups() if group))
            self.comments[number] = body["content"] if "/_apis/" in path else body["body"]
            return 200, {"id": number}
        return 404, {"message": "there is no such thing"}

    def listed(self, path: str, query: dict[str, str]) -> Any:
        if "/_apis/" in path:
            threads = [{"id": number, "comments": [{"id": 1, "content": body}]} for number, body in self.comments.items()]
            return {"value": threads, "count": len(threads)}
        size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        every = [{"id": number, "body": body} for number, body in self.comments.items()]
        return every[(page - 1) * size : page * size]


@contextlib.contextmanager
def serving() -> Iterator[StandIn]:
    """Serves until the `with` ends."""
    stand_in = StandIn()

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            code, answer = stand_in.answer(self.command, self.path, self.headers, body)
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
