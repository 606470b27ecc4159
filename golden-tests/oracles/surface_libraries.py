"""What the pinned libraries have: classes and their methods, in Python by importing them, in JavaScript by their declared types.

A pool is what a class of a surface may name: the members of every class that its symbols are.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import pathlib
import re
from typing import Any

TYPES = pathlib.Path(__file__).resolve().parents[2] / ".oracles/sdks.json"

# modules of Azure whose asynchronous clients stand in a module of their own; surfaces leave `aio` out
ASYNCHRONOUS = re.compile(r"^(azure\.[\w.]+)\.(\w+(?:\.\w+)?)$")

# packages that give the classes of others by names of their own
GIVES = {
    "firebase-admin": ["@google-cloud/firestore", "@google-cloud/storage", "@firebase/database-types"],
    "FirebaseFirestore": ["@google-cloud/firestore"],
    "@google-cloud/bigquery": ["@google-cloud/common"],
}
# events and streams of Node.js itself
NODE = {"on", "once", "off", "pipe", "removeListener", "removeAllListeners"}
# made when the library is loaded, from roles and entities: @google-cloud/storage, src/acl.ts, `AclRoleAccessorMethods`
AT_RUN_TIME = {
    "@google-cloud/storage": {
        "addAllUsers", "addAllAuthenticatedUsers", "addDomain", "addGroup", "addProject", "addUser",
        "deleteAllUsers", "deleteGroup", "deleteUser",
    },
}  # fmt: skip


@functools.lru_cache(None)
def python_object(symbol: str) -> Any:
    """What a symbol is in Python; None where there is no such thing."""
    parts = symbol.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    return None


def python_class(symbol: str) -> list[Any]:
    """The classes that a symbol makes, the asynchronous twin among them."""
    twin = ASYNCHRONOUS.sub(r"\1.aio.\2", symbol)
    found = [python_object(name) for name in dict.fromkeys((symbol, twin))]
    owners = [one if inspect.isclass(one) else getattr(one, "__self__", None) for one in found]
    return [one for one in owners if inspect.isclass(one)]


def python_missing(owner: Any, parameters: list[str]) -> list[str]:
    """The parameters that a callable does not take."""
    try:
        known = inspect.signature(owner).parameters
    except (TypeError, ValueError):
        return []
    if any(parameter.kind == inspect.Parameter.VAR_KEYWORD for parameter in known.values()):
        return []
    return [parameter for parameter in parameters if parameter not in known]


@functools.lru_cache(None)
def types() -> dict[str, Any]:
    return json.loads(TYPES.read_text(encoding="utf-8"))


def node_split(symbol: str) -> tuple[str, str]:
    """The package of a symbol, and the last name behind it; no name where the package itself is called."""
    package, name = re.match(r"(@[^/]+/[^/.]+|[^@/.]+)(?:/[^.]*)?\.?(.*)$", symbol).groups()
    return package, name.split(".")[-1]


def node_packages(package: str) -> list[dict[str, Any]]:
    names = [package, *GIVES.get(package, [])]
    return [types()[name] for name in names if name in types()]


def node_has(symbol: str) -> bool:
    """Whether a package has something of a symbol's name: a class, a function, or a member of a namespace."""
    package, name = node_split(symbol)
    known = node_packages(package)
    if not name:
        return bool(known)
    inside = lambda one: any(name in declared["members"] for declared in one["classes"].values())  # noqa: E731
    return any(name in one["classes"] or name in one["functions"] or inside(one) for one in known)


def node_members(symbols: list[str]) -> set[str]:
    """The members of the classes that symbols name; where none names a class, those of all classes of their packages."""
    pool: set[str] = set()
    for package, name in map(node_split, symbols):
        pool |= node_class(package, name, frozenset())
    if not pool:
        for package, _ in map(node_split, symbols):
            for one in node_packages(package):
                pool |= {member for declared in one["classes"].values() for member in declared["members"]}
    for package, _ in map(node_split, symbols):
        pool |= AT_RUN_TIME.get(package, set())
    return pool | NODE


def node_class(package: str, name: str, seen: frozenset[str]) -> set[str]:
    members: set[str] = set()
    for one in node_packages(package):
        declared = one["classes"].get(name)
        if declared and name not in seen:
            members |= set(declared["members"])
            for base in declared["bases"]:
                members |= node_class(package, base, seen | {name})
    return members
