"""The behaviour table of Deployment Manager's types: the collections of the APIs behind its type providers.

From:  the discovery documents inside google-api-python-client, for the type providers that deployment_manager.py lists.
Deployment Manager replaces nothing: it asks the API for the update, and what the API cannot update it refuses ("Updating a
deployment"). So what a document calls immutable is impossible, and so is everything of a collection without a method that
updates, and what goes into a resource's own path. Of the rest the documents say nothing: most APIs mark no field.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterator
from typing import Any

import behaviour_text as table
import deployment_manager as rules

Json = dict[str, Any]

IMMUTABLE = re.compile(r"\bimmutable\b|can(not| only) be (changed|modified|updated|set at creation)", re.I)
READ_ONLY = re.compile(r"^\W*output[ -]only|\[output only\]", re.I)
INPUT_ONLY = re.compile(r"^\W*input[ -]only|\[input only\]", re.I)
SECRET = re.compile(r"(password|privateKey|clientSecret|rawKey|sharedSecret|accessToken|authToken)$")
# parameters that every method of an API has
COMMON = {"alt", "fields", "key", "prettyPrint", "quotaUser", "userIp", "callback", "requestId", "validateOnly", "provisionalUserProject"}


def text() -> str:
    """The whole table."""
    documents = {name: rules.discovery(f"gcp-types/{name}:x") for name in sorted(rules.PROVIDERS)}
    types = [kind for name, document in documents.items() for kind in Api(name, document).types()]
    version = importlib.metadata.version("google-api-python-client")
    date = max(re.sub(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", document["revision"]) for document in documents.values())
    return table.text([table.Source("discovery", "google-api-python-client", version, date, "Apache-2.0")], types)


class Api:
    """Reads the collections of one API."""

    def __init__(self, name: str, document: Json) -> None:
        self.name, self.document = name, document
        self.shapes: dict[tuple[str, str], table.Shape] = {}

    def types(self) -> Iterator[table.Type]:
        for collection, methods in collections(self.document, ""):
            create = methods.get("insert") or methods.get("create")
            if create:
                updatable = any(name in methods for name in ("patch", "update"))
                yield self.type(f"{self.name}:{collection}", create, updatable)

    def type(self, collection: str, create: Json, updatable: bool) -> table.Type:
        usual = "-" if updatable else "x"
        self.shapes = {}
        root = table.Shape()
        body = self.resolve(create.get("request", {}))
        root.properties |= self.shape(body, usual).properties
        if collection in rules.LIFTED:
            root.properties |= self.shape(self.resolve(body["properties"][rules.LIFTED[collection]]), usual).properties
        renamed = {parameter: theirs for theirs, parameter in rules.RENAMED.get(collection, {}).items()}
        for parameter, declared in create.get("parameters", {}).items():
            in_path = declared.get("location") == "path" or parameter.endswith("Id")
            if parameter not in COMMON and parameter not in root.properties:
                root.properties[renamed.get(parameter, parameter)] = table.Property("x" if in_path else usual)
        for parameter in set(renamed) & set(root.properties):
            root.properties[renamed[parameter]] = table.Property("x")
        return table.Type(f"gcp-types/{collection}", usual, root, fixed=not updatable)

    def shape(self, schema: Json, usual: str) -> table.Shape:
        key = (schema.get("id", str(id(schema))), usual)
        if key not in self.shapes:
            self.shapes[key] = shape = table.Shape()
            for name, declared in schema.get("properties", {}).items():
                shape.properties[name] = self.property(name, declared, usual)
        return self.shapes[key]

    def property(self, name: str, declared: Json, usual: str) -> table.Property:
        said = declared.get("description", "")
        found = table.Property("x" if IMMUTABLE.search(said) else usual)
        flags = {"R": declared.get("readOnly") or READ_ONLY.search(said), "W": INPUT_ONLY.search(said), "S": SECRET.search(name)}
        found.flags = {flag for flag, holds in flags.items() if holds}
        if "default" in declared:
            found.default = scalar(declared)
        while True:
            declared = self.resolve(declared)
            if "items" in declared:
                found.containers, declared = found.containers + "[", declared["items"]
            elif "additionalProperties" in declared:
                found.containers, declared = found.containers + "{", declared["additionalProperties"]
            else:
                break
        if declared.get("properties"):
            found.below = self.shape(declared, usual)
        elif declared.get("type") in ("any", "object"):
            found.below = "?"
        return found

    def resolve(self, schema: Json) -> Json:
        return self.document["schemas"][schema["$ref"]] if "$ref" in schema else schema


def collections(node: Json, prefix: str) -> Iterator[tuple[str, Json]]:
    for name, inner in sorted(node.get("resources", {}).items()):
        yield f"{prefix}{name}", inner.get("methods", {})
        yield from collections(inner, f"{prefix}{name}.")


def scalar(declared: Json) -> Any:
    """A default, which documents write as text."""
    return json.loads(declared["default"]) if declared.get("type") in ("boolean", "integer") else declared["default"]
