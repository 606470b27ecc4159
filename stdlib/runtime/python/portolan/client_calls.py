"""Calling a function by a request, where the cloud's SDK has no call for it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from .client_errors import Denied, Failed, NotFound
from .client_place import Place

# An hour is the longest that a function may take on any cloud.
SECONDS = 3600


def post(place: Place, url: str, token: str, input: Any) -> tuple[int, bytes]:
    """Asks a function. The answer, whatever its status."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    address = f"{url.rstrip('/')}/portolan/invoke"
    request = urllib.request.Request(address, json.dumps(input).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError as error:
        raise Failed(f"invoke of {place}: {error}") from error


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    place: Place
    status: int
    body: bytes

    def value(self) -> Any:
        """What it returned."""
        about = f"invoke of {self.place}"
        if self.status in (401, 403):
            raise Denied(about)
        if self.status == 404:
            raise NotFound(about)
        if not 200 <= self.status < 300:
            raise Failed(f"{about}: status {self.status}")
        return json.loads(self.body) if self.body else None
