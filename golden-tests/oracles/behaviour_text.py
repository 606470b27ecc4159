"""How a behaviour table is written: the text inside `compiler/behaviour/data/*.deflate`, which `compiler/behaviour` reads.

    source WORD NAME VERSION DATE LICENCE     the sources, in the order in which verdicts are written
    :TYPE =VERDICTS [o=ORDER] [fixed] [id=PATH,PATH]
    NAME [>HOLDS] [=VERDICTS] [FLAGS] [K:KEY] [d:JSON]
    #N                                        the shape N of this type begins: the properties of objects somewhere below

VERDICTS has a character for each source: `i` in place, `c` replaced under conditions, `r` replaced, `x` impossible, `-` says
nothing; a property without it has its type's. HOLDS says what is below: `[` a list of, `{` a map of, then the number of a shape,
`?` (anything at all) or nothing (scalars). FLAGS: R read-only, W write-only, S sensitive, U an unordered list, A assigned by the
service when absent, T rewritten by the service. ORDER: `d` deletes first, `c` creates first. fixed: the type has no update.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import zlib
from collections.abc import Iterable
from typing import Any

FLAGS = "RWSUAT"
NOTHING = object()


@dataclasses.dataclass
class Shape:
    """The properties of an object."""

    properties: dict[str, Property] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Property:
    """One property: verdicts of the sources, flags, and what is below it."""

    verdicts: str
    flags: set[str] = dataclasses.field(default_factory=set)
    containers: str = ""
    below: Shape | str | None = None
    key: str = ""
    default: Any = NOTHING


@dataclasses.dataclass
class Type:
    """One type of a provider."""

    name: str
    verdicts: str
    root: Shape
    order: str = ""
    fixed: bool = False
    identifiers: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Source:
    """Where facts are from."""

    word: str
    name: str
    version: str
    date: str
    licence: str


def text(sources: Iterable[Source], types: Iterable[Type]) -> str:
    """The whole table."""
    lines = [" ".join(["source", *dataclasses.astuple(source)]) for source in sources]
    for kind in sorted(types, key=lambda kind: kind.name):
        lines += type_lines(kind)
    return "\n".join(lines) + "\n"


def type_lines(kind: Type) -> list[str]:
    head = [f":{kind.name}", f"={kind.verdicts}"]
    head += [f"o={kind.order}"] if kind.order else []
    head += ["fixed"] if kind.fixed else []
    head += ["id=" + ",".join(kind.identifiers)] if kind.identifiers else []
    lines, numbers, queue = [" ".join(head)], {id(kind.root): 0}, [kind.root]
    for shape in queue:
        lines += [f"#{numbers[id(shape)]}"] if shape is not kind.root else []
        for name, property in sorted(shape.properties.items()):
            if isinstance(property.below, Shape) and id(property.below) not in numbers:
                numbers[id(property.below)] = len(queue)
                queue.append(property.below)
            lines.append(property_line(kind, name, property, numbers))
    return lines


def property_line(kind: Type, name: str, property: Property, numbers: dict[int, int]) -> str:
    below = numbers[id(property.below)] if isinstance(property.below, Shape) else property.below or ""
    words = [name]
    words += [f">{property.containers}{below}"] if property.containers or below != "" else []
    words += [f"={property.verdicts}"] if property.verdicts != kind.verdicts else []
    words += ["".join(flag for flag in FLAGS if flag in property.flags)] if property.flags else []
    words += [f"K:{property.key}"] if property.key else []
    words += ["d:" + json.dumps(property.default, separators=(",", ":"))] if property.default is not NOTHING else []
    return " ".join(words)


def write(path: pathlib.Path, content: str) -> None:
    """Writes a table compressed, unless the file says the same already: other versions of zlib pack otherwise."""
    if not path.exists() or read(path) != content:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        path.write_bytes(packer.compress(content.encode()) + packer.flush())


def read(path: pathlib.Path) -> str:
    """The text of a compressed table."""
    return zlib.decompress(path.read_bytes(), -15).decode()


# --- reading ----------------------------------------------------------------------------------------------------------


def types_of(content: str) -> dict[str, list[str]]:
    """The lines of each type."""
    blocks = content.split("\n:")[1:]
    return {block.split()[0]: block.rstrip("\n").split("\n") for block in blocks}


def line_at(lines: list[str], path: list[str]) -> str | None:
    """The line of a property of a type; the line of the list or map for what is inside of one. None: nobody knows it."""
    shapes: list[dict[str, str]] = [{}]
    for line in lines[1:]:
        if line.startswith("#"):
            shapes.append({})
        else:
            shapes[-1][line.split(" ", 1)[0]] = line
    here, containers, below = lines[0], "", "0"
    for step in path:
        if containers and (step == "*" or containers[0] == "{"):
            containers = containers[1:]
            continue
        if below == "?":
            return here
        found = shapes[int(below)].get(step) if below else None
        if found is None:
            return None
        here = found
        holds = next((word[1:] for word in found.split(" ") if word.startswith(">")), "")
        below = holds.lstrip("[{")
        containers = holds[: len(holds) - len(below)]
    return here
