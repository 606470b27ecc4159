"""The behaviour table of CloudFormation: from cfn-lint's resource schemas and what AWS's documents say, to the text of the table.

From:  cfn-lint (create-only, conditional, read-only, write-only, handlers, order of lists, defaults) and service-spec.json, drawn
       out of @aws-cdk/aws-service-spec (whether the documents say that a change replaces).
A list is a set where the schema says `insertionOrder: false`; `uniqueItems` alone does not say that order means nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import behaviour_text as table
import cfnlint

Json = dict[str, Any]

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data/schemas"
ORDERS = {"delete_then_create": "d", "create_then_delete": "c"}
# what a service never gives back and calls by such a name is a secret
SECRET = re.compile(r"password|secret(?!.*(arn|name)$)|token|passphrase|credential|private_?key|api_?key", re.I)


def text(docs: pathlib.Path) -> str:
    """The whole table."""
    spoken = json.loads(docs.read_text(encoding="utf-8"))
    schemas = [json.loads(file.read_text(encoding="utf-8")) for file in (SCHEMAS / "resources").glob("*.json")]
    types = [Reader(schema, spoken.get(schema["typeName"])).type() for schema in schemas]
    known = {schema["typeName"] for schema in schemas}
    types += [Reader({"typeName": name, "properties": {}}, spoken[name]).type() for name in spoken if name not in known]
    return table.text(sources(), types)


def sources() -> list[table.Source]:
    date = json.loads((SCHEMAS / "version.json").read_text(encoding="utf-8"))["schema_date"][:10]
    return [
        table.Source("schema", "cfn-lint", cfnlint.version.__version__, date, "MIT-0"),
        table.Source("docs", "@aws-cdk/aws-service-spec", *docs_version(), "Apache-2.0"),
    ]


def docs_version() -> tuple[str, str]:
    """The version in the pins, and the day beside it."""
    pins = (pathlib.Path(__file__).parent / "packages-behaviour.txt").read_text(encoding="utf-8")
    found = re.search(r"# published (\S+)\n@aws-cdk/aws-service-spec@(\S+)", pins)
    return found.group(2), found.group(1)


@dataclasses.dataclass(frozen=True)
class Marks:
    """What a schema's lists of paths say of a place: words here, and lists of paths further below."""

    here: frozenset[str] = frozenset()
    below: tuple[tuple[tuple[str, ...], str], ...] = ()

    def step(self, name: str) -> Marks:
        inner = [(path[1:], word) for path, word in self.below if path[0] == name]
        # some schemas name a property of a list's elements without a step for the element
        inner += [(path, word) for path, word in self.below if name == "*" and path[0] != "*"]
        return Marks(
            frozenset(word for path, word in inner if not path), tuple((path, word) for path, word in inner if path)
        )


class Reader:
    """Reads one type out of both sources, side by side."""

    def __init__(self, schema: Json, spoken: Json | None) -> None:
        self.schema, self.spoken = schema, spoken
        self.shapes: dict[Any, table.Shape] = {}
        self.silent = not schema["properties"]
        handlers = schema.get("handlers")
        # "If the update handler isn't specified, CloudFormation can't update the resource and replaces it instead":
        # "Resource type schema" of the CloudFormation CLI
        self.fixed = handlers is not None and "update" not in handlers

    def type(self) -> table.Type:
        root = self.shape(self.members([self.schema]), self.spoken and self.spoken["properties"], self.marks())
        return table.Type(
            self.schema["typeName"],
            self.first("r" if self.fixed else "i") + ("-" if self.spoken is None else "i"),
            root,
            ORDERS.get(self.schema.get("replacementStrategy", ""), ""),
            self.fixed,
            [path.removeprefix("/properties/") for path in self.schema.get("primaryIdentifier", [])],
        )

    def first(self, verdict: str) -> str:
        return "-" if self.silent else verdict

    def marks(self) -> Marks:
        words = {
            "createOnlyProperties": "r", "conditionalCreateOnlyProperties": "c", "readOnlyProperties": "R",
            "writeOnlyProperties": "W", "propertyTransform": "T",
        }  # fmt: skip
        paths = [(steps(path), word) for key, word in words.items() for path in self.schema.get(key, ())]
        return Marks(below=tuple(paths))

    def shape(self, members: dict[str, list[Json]], spoken: Json | None, marks: Marks) -> table.Shape:
        key = (
            tuple(sorted((name, *map(id, nodes)) for name, nodes in members.items())),
            tuple(sorted(spoken)) if spoken else None, id(spoken) if spoken and marks.below else None, marks.below,
        )  # fmt: skip
        if key not in self.shapes:
            self.shapes[key] = shape = table.Shape()
            for name in sorted({*members, *(spoken or ())}):
                said = spoken.get(name) if spoken else None
                shape.properties[name] = self.property(name, members.get(name), said, marks.step(name))
        return self.shapes[key]

    def property(self, name: str, nodes: list[Json] | None, said: list[Any] | None, marks: Marks) -> table.Property:
        alternatives = list(self.alternatives(nodes or []))
        schema = "r" if self.fixed or "r" in marks.here else "c" if "c" in marks.here else "i"
        verdicts = (schema if nodes else "-") + (said[0] if said else "-")
        flags = set(marks.here & {"R", "W", "T"})
        if "W" in flags and SECRET.search(name):
            flags.add("S")
        lists = [node for node in alternatives if "array" in types_of(node)]
        if lists and all(node.get("insertionOrder") is False for node in lists):
            flags.add("U")
        found = table.Property(verdicts, flags, key=self.key(lists))
        defaults = [node["default"] for node in [*(nodes or []), *alternatives] if "default" in node]
        if defaults and "R" not in flags:
            found.default = defaults[0]
        self.hold(found, alternatives, said[1] if said else [], marks)
        return found

    def key(self, lists: list[Json]) -> str:
        """Tags are told apart by their keys."""
        items = [set(self.members(self.items(node))) for node in lists]
        return "Key" if items and all({"Key", "Value"} <= names <= {"Key", "Value", "PropagateAtLaunch"} for names in items) else ""

    def hold(self, found: table.Property, alternatives: list[Json], numbers: list[str], marks: Marks) -> None:
        """Says what is below a property."""
        spoken: Json = {}
        for number in numbers:
            spoken |= self.spoken["shapes"][number]
        while True:
            members = self.members(alternatives)
            items = [item for node in alternatives for item in self.items(node)]
            values = [value for node in alternatives for value in self.values(node)]
            if not items and (members or (spoken and not values and not any("object" in types_of(n) for n in alternatives))):
                found.below = self.shape(members, spoken or None, marks)
                return
            if items or any("array" in types_of(node) for node in alternatives):
                found.containers, alternatives, marks = found.containers + "[", items, marks.step("*")
            elif values:
                found.containers, alternatives, marks = found.containers + "{", values, marks.step("*")
            else:
                opaque = any("object" in types_of(node) or not types_of(node) for node in alternatives)
                found.below = "?" if opaque else None
                return
            alternatives = list(self.alternatives(alternatives))
            if len(found.containers) > 4:
                found.below = "?"
                return

    def members(self, nodes: list[Json]) -> dict[str, list[Json]]:
        """The named properties of a node, over all its alternatives."""
        found: dict[str, list[Json]] = {}
        for node in self.alternatives(nodes):
            for name, inner in node.get("properties", {}).items():
                if isinstance(inner, dict) and inner not in found.setdefault(name, []):
                    found[name].append(inner)
        return found

    def items(self, node: Json) -> list[Json]:
        items = node.get("items")
        return items if isinstance(items, list) else [items] if isinstance(items, dict) else []

    def values(self, node: Json) -> list[Json]:
        values = list(node.get("patternProperties", {}).values())
        rest = node.get("additionalProperties")
        return values + ([rest] if isinstance(rest, dict) else [])

    def alternatives(self, nodes: list[Json], seen: set[int] | None = None) -> Iterator[Json]:
        """The nodes themselves with references followed, and what they are combined of."""
        seen = set() if seen is None else seen
        for node in nodes:
            while "$ref" in node:
                node = self.resolve(node["$ref"])
            if id(node) in seen:
                continue
            seen.add(id(node))
            inner = [one for word in ("anyOf", "oneOf", "allOf") for one in node.get(word, ()) if isinstance(one, dict)]
            constrains = inner and not types_of(node) and "properties" not in node
            if not constrains:
                yield node
            told = [one for one in inner if types_of(one) or "$ref" in one or "properties" in one or not types_of(node)]
            yield from self.alternatives([one for one in told if one.keys() != {"required"}], seen)

    @functools.cache  # noqa: B019 (a reader lives as long as its type)
    def resolve(self, reference: str) -> Json:
        node: Any = self.schema
        for part in reference.split("#/", 1)[1].split("/"):
            node = node[part]
        return node


def types_of(node: Json) -> list[str]:
    declared = node.get("type", [])
    if not declared and ("properties" in node or "patternProperties" in node):
        return ["object"]
    if not declared and "items" in node:
        return ["array"]
    if not declared and ("enum" in node or "pattern" in node or "const" in node):
        return ["string"]
    return declared if isinstance(declared, list) else [declared]


def steps(path: str) -> tuple[str, ...]:
    parts = path.strip("/").split("/")
    return tuple("*" if part in ("items", "[*]", "*") else part for part in parts if part != "properties")
