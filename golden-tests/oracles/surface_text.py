"""Reads surfaces and tables of operations as text: what they name, without a judgement.

`compiler/sdk/src/surface.rs` says how a surface is written, the head of `compiler/sdk/data/gcp/operations.txt` how a table is.
"""

from __future__ import annotations

import dataclasses
import re


@dataclasses.dataclass
class Named:
    """A symbol, method or member that a line names, with its parameters."""

    kind: str  # new, type, call, method, member
    name: str
    parameters: list[str]
    old: bool
    place: str


@dataclasses.dataclass
class Class:
    """A class of a surface and what its lines name; functions stand in one without a name."""

    name: str
    lines: list[Named]

    def symbols(self) -> list[Named]:
        return [line for line in self.lines if line.kind in ("new", "type")]


def classes(text: str) -> list[Class]:
    """The classes of a surface."""
    all_classes = [Class("", [])]
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or line.startswith("#") or words[0] in ("surface", "service"):
            continue
        if words[0] == "class":
            all_classes.append(Class(words[1].rstrip(":"), []))
            continue
        old = words[0] == "old"
        rest = line.strip().removeprefix("old ").strip()
        target = all_classes[0] if rest.startswith("call ") else all_classes[-1]
        target.lines.extend(named(rest, old, target.name, number))
    return all_classes


def named(line: str, old: bool, owner: str, number: int) -> list[Named]:
    before, _, behind = line.partition("(")
    inside = behind.partition(")")[0] if behind else ""
    parameters = [re.split(r"[=~+%]", word.lstrip("*"))[0] for word in inside.split() if not word.startswith("{")]
    parameters = [parameter for parameter in parameters if parameter != "self"]
    word, _, symbols = before.strip().partition(" ")
    if word in ("new", "type", "call"):
        return [Named(word, symbol, parameters, old, f"{number} {symbol}") for symbol in symbols.split()]
    if line.startswith("["):
        return []
    if line.startswith("."):
        name = line[1:].split()[0]
        return [Named("member", name, [], old, f"{number} {owner}.{name}")]
    return [Named("method", name, parameters, old, f"{number} {owner}.{name}") for name in before.strip().split("|")]


@dataclasses.dataclass
class Row:
    """A line of a table: an operation of a service, and the permission it needs (`-`: none)."""

    service: str
    operation: str
    permission: str
    place: str


def rows(text: str) -> list[Row]:
    """The lines of a table of operations."""
    service, prefixes, all_rows = "", {}, []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or line.startswith("#") or words[0] in ("client", "path"):
            continue
        if words[0].startswith("["):
            service, prefixes = words[0].strip("[]"), {}
        elif words[0] == "action":
            prefixes[words[1]] = words[2]
        elif words[0] == "same":
            all_rows += [Row(service, name, f"{service}.{name}", f"{number} {service} {name}") for name in words[1:]]
        else:
            permission = re.sub(r"^@(\w+)", lambda found: prefixes.get(found[1], "?"), words[1])
            all_rows.append(Row(service, words[0], permission, f"{number} {service} {words[0]}"))
    return all_rows
