"""The behaviour table of Azure's resource types.

From:  the azure-mgmt packages in requirements-behaviour.txt, read as arm_facts.py reads them: which body each type has, and of which
       requests a property is part. One that is part of `create` and not of `update` cannot be changed: ARM replaces nothing, so
       that this is impossible.
The older of two generations of these packages does not know requests, and of the newer many say nothing but where a location
stands. Of such types nobody says that a change is made in place; hand-written rows do, for those that we write.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pathlib
import pkgutil
import re
from typing import Any

import arm_facts
import azure.mgmt
import behaviour_text as table

Json = dict[str, Any]

# what ARM itself has on every resource, and what it does with a change: rows of `*` in azure.rows
ENVELOPE = {"id", "type", "systemData"}
SECRET = re.compile(r"(password|connectionString|clientSecret|accessKey|primaryKey|secondaryKey|sharedKey|privateKey|accountKey|passphrase)$", re.I)


def text() -> str:
    """The whole table."""
    facts: Json = {"types": {}, "models": {}}
    for package in sorted(module.name for module in pkgutil.iter_modules(azure.mgmt.__path__) if module.ispkg):
        root = pathlib.Path(next(iter(azure.mgmt.__path__))) / package
        for folder in sorted(root.rglob("operations")):
            if "aio" not in folder.parts and "preview" not in str(folder):
                arm_facts.read_operations(folder, ".".join(folder.parent.relative_to(root.parent).parts), facts)
    types = [Reader(name, versions, facts["models"]).type() for name, versions in facts["types"].items()]
    return table.text([source()], types)


def source() -> table.Source:
    """How many packages there are (the pins name their versions), and the day of the newest, as its release notes say."""
    found = {one.metadata["Name"]: one for one in importlib.metadata.distributions()}
    packages = [one for name, one in found.items() if name.startswith("azure-mgmt-") and name != "azure-mgmt-core"]
    released = [re.search(rf"{re.escape(one.version)} \((\d{{4}}-\d\d-\d\d)\)", one.read_text("METADATA")) for one in packages]
    days = [found.group(1) for found in released if found]
    return table.Source("models", "azure-mgmt", f"{len(packages)}-packages", max(days), "MIT")


class Reader:
    """Reads one type: its body in the newest version of its API."""

    def __init__(self, name: str, versions: Json, models: Json) -> None:
        self.name, self.models = name, models
        self.bodies = list(versions[max(versions)].values())
        self.shapes: dict[tuple[str, ...], table.Shape] = {}

    def type(self) -> table.Type:
        members = self.members(self.bodies)
        usual = "i" if self.knows_requests(members, set()) else "-"
        root = self.shape(("root",), members, usual)
        for name in ENVELOPE & set(root.properties):
            root.properties[name].flags.add("R")
        for name in {"name", "type", "location"}:
            root.properties.setdefault(name, table.Property(usual)).verdicts = "x"
            root.properties[name].flags.discard("R")
        return table.Type(self.name, usual, root)

    def members(self, names: list[str]) -> dict[str, list[Json]]:
        """The properties of models and of what their discriminators tell apart."""
        found: dict[str, list[Json]] = {}
        for name in names:
            model = self.models[name]
            children = (model.get("discriminator") or {}).get("models", {}).values()
            for one in [name, *children]:
                for property, declared in self.models[one].get("properties", {}).items():
                    found.setdefault(property, []).append(declared)
        return found

    def knows_requests(self, members: dict[str, list[Json]], seen: set[str]) -> bool:
        """Whether any property but the location says that it is part of `create` alone."""
        for name, declared in members.items():
            for one in declared:
                if name != "location" and is_fixed(one):
                    return True
                _, inner = unwrap(one)
                if inner["kind"] == "model" and inner["model"] not in seen:
                    seen.add(inner["model"])
                    if self.knows_requests(self.members([inner["model"]]), seen):
                        return True
        return False

    def shape(self, key: tuple[str, ...], members: dict[str, list[Json]], usual: str) -> table.Shape:
        if key not in self.shapes:
            self.shapes[key] = shape = table.Shape()
            for name, declared in members.items():
                shape.properties[name] = self.property(name, declared, usual)
        return self.shapes[key]

    def property(self, name: str, declared: list[Json], usual: str) -> table.Property:
        found = table.Property("x" if all(map(is_fixed, declared)) else usual)
        found.flags |= {"R"} if all(one["readonly"] for one in declared) else set()
        found.flags |= {"W"} if all("read" not in one.get("visibility", ["read"]) for one in declared) else set()
        found.flags |= {"S"} if SECRET.search(name) else set()
        # in some bodies of one type a property is a map, in others an object
        unwrapped = sorted(map(unwrap, declared), key=lambda one: one[1]["kind"] not in ("model", "object"))
        containers, inner = unwrapped[0][0], [one for _, one in unwrapped]
        found.containers = containers
        members = self.members(sorted({one["model"] for one in inner if one["kind"] == "model"}))
        for one in inner:
            for property, deeper in one.get("properties", {}).items():
                members.setdefault(property, []).append(deeper)
        if members:
            found.below = self.shape(tuple(sorted(str(id(one)) for all in members.values() for one in all)), members, usual)
            found.key = "name" if "[" in containers and "name" in members else ""
        elif any(one["kind"] == "model" for one in inner):
            found.below = "?"
        elif any(one["kind"] == "any" for one in inner):
            found.below = "?"
        return found


def is_fixed(declared: Json) -> bool:
    visibility = declared.get("visibility", [])
    return "create" in visibility and "update" not in visibility


def unwrap(declared: Json) -> tuple[str, Json]:
    containers = ""
    while declared["kind"] in ("list", "map"):
        containers += "[" if declared["kind"] == "list" else "{"
        declared = declared["of"]
    return containers, declared
