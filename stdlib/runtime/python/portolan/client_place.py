"""Where something is: its name in the spec, and what the environment says it is called on this cloud."""

from __future__ import annotations

import functools
import importlib
import os
import re
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable

from .client_errors import MissingPackage, NotDeclared

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Place:
    """A resource or function, and the verb that it is used for."""

    kind: str
    name: str
    verb: str = ""

    @property
    def variable(self) -> str:
        """`UPLOADS_BUCKET`."""
        return f"{self.name}_{self.kind}".replace("-", "_").upper()

    def told(self, part: str = "") -> str:
        """What a variable of the environment says: `UPLOADS_BUCKET`, or one that the kind adds to it."""
        variable = f"{self.variable}_{part}" if part else self.variable
        told = os.environ.get(variable)
        if not told:
            uses = f"uses: {{ {self.name}: {self.verb} }}"
            raise NotDeclared(f"`{variable}` is not set: the function in portolan.yaml needs `{uses}`")
        return told

    def __str__(self) -> str:
        return f"the {self.kind} `{self.name}`"


def named(kind: str, name: str) -> Place:
    """A place by the name that the spec gives it."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a {kind} in a spec")
    return Place(kind, name)


def sdk(module: str, package: str) -> ModuleType:
    """A module of a provider's SDK, imported when it is first needed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # Something else that is missing inside of the SDK is not ours to explain.
        if error.name and not f"{module}.".startswith(f"{error.name}."):
            raise
        raise MissingPackage(f"`{module}` is not installed: add `{package}` to requirements.txt") from error


def once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Makes each thing once in a process, whatever thread asks first."""
    made: dict[tuple[Any, ...], Any] = {}
    lock = threading.RLock()

    @functools.wraps(make)
    def get(*key: Any) -> Any:
        if key not in made:
            with lock:
                if key not in made:
                    made[key] = make(*key)
        return made[key]

    get.forget = made.clear  # type: ignore[attr-defined]
    return get
