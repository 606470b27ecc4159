"""Extracts from the azure-mgmt packages which body each ARM resource type has, into one compact JSON.

In:  the installed packages. Their operations say which model is PUT under which path and with which api-version; their
     models say which properties a body has. Two generations of generated code are read: the older one keeps
     `_attribute_map` and `_validation` beside each class, the newer one declares `rest_field`s.
Out: {"types": {type in lower case: {api-version: {name or "*": model}}}, "models": {model: Model}} with
     Model = {"properties": {name: Property}, "discriminator": {"property": name, "models": {value: model}} | null}
     Property = Type plus "required", "readonly", "visibility" (newer: the requests and answers that a property is part of) and
     constraints (minimum, maximum, min_length, max_length, pattern)
     Type = {"kind": "string" | "integer" | "number" | "boolean" | "any"} | {"kind": "enum", "values": […]}
          | {"kind": "list" | "map", "of": Type} | {"kind": "model", "model": name} | {"kind": "object", "properties": {…}}.

Cannot see: what a description says in words (that two properties exclude each other, or a business rule of the service).

usage: arm_facts.py OUT.json
"""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import json
import pathlib
import re
import sys
import typing
from collections.abc import Iterator
from typing import Any

import azure.mgmt

PACKAGES = [
    "apimanagement", "applicationinsights", "authorization", "cosmosdb", "eventgrid", "keyvault", "loganalytics", "msi",
    "servicebus", "storage", "web",
]  # fmt: skip
SCALARS = {
    "str": "string", "int": "integer", "long": "integer", "float": "number", "decimal": "number", "bool": "boolean",
    "iso-8601": "string", "rfc-1123": "string", "date": "string", "time": "string", "duration": "string",
    "bytearray": "string", "base64": "string", "object": "any",
}  # fmt: skip
CONSTRAINTS = ("minimum", "maximum", "min_length", "max_length", "pattern")

Json = dict[str, Any]


def main(out: str) -> None:
    facts: Json = {"types": {}, "models": {}}
    for package in PACKAGES:
        root = pathlib.Path(next(iter(azure.mgmt.__path__))) / package
        for folder in sorted(root.rglob("operations")):
            if "aio" not in folder.parts and "preview" not in str(folder):
                read_operations(folder, ".".join(folder.parent.relative_to(root.parent).parts), facts)
    pathlib.Path(out).write_text(json.dumps(facts, separators=(",", ":")), encoding="utf-8")
    print(f"{len(facts['types'])} resource types, {len(facts['models'])} models")


# --- operations: path and api-version -> model ------------------------------------------------------------------------


def read_operations(folder: pathlib.Path, module: str, facts: Json) -> None:
    models = importlib.import_module(f"azure.mgmt.{module}.models")
    for file in sorted(folder.glob("*.py")):
        functions = list(functions_of(file.read_text(encoding="utf-8")))
        requests = {function.name: put for function in functions if (put := put_request(function))}
        for function in functions:
            body = body_model(function, models)
            for called in called_names(function) & set(requests) if body else ():
                path, version = requests[called]
                kind, name = type_of_path(path)
                versions = facts["types"].setdefault(kind, {})
                versions.setdefault(version, {})[name] = Models(models, module, facts["models"]).name(body)


def functions_of(text: str) -> Iterator[ast.FunctionDef]:
    """The functions and methods of a module that makes any PUT."""
    for node in ast.parse(text).body if '"PUT"' in text else ():
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef):
                yield inner


def put_request(function: ast.FunctionDef) -> tuple[str, str] | None:
    """The path and the api-version of a `build_…_request` function that makes a PUT."""
    if not function.name.startswith("build_"):
        return None
    texts = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    paths = [text for text in texts if text.startswith("/") and "/providers/" in text]
    versions = [text for text in texts if re.fullmatch(r"\d{4}-\d\d-\d\d(-preview)?", text)]
    if "PUT" in texts and paths and versions:
        return paths[0], versions[0]
    return None


def body_model(function: ast.FunctionDef, models: Any) -> str | None:
    """The model that a function takes as its request's body; parts of the path may be enums."""
    for argument in function.args.args:
        found = re.search(r"_models\.(\w+)", ast.unparse(argument.annotation) if argument.annotation else "")
        if found and not is_enum(getattr(models, found.group(1))):
            return found.group(1)
    return None


def is_enum(found: Any) -> bool:
    return inspect.isclass(found) and issubclass(found, enum.Enum)


def called_names(function: ast.FunctionDef) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {call.id for call in calls if isinstance(call, ast.Name)}


def type_of_path(path: str) -> tuple[str, str]:
    """The resource type in lower case, and the fixed name that the path ends in or `*`."""
    namespace, *segments = path.rsplit("/providers/", 1)[1].strip("/").split("/")
    name = segments[-1] if len(segments) % 2 == 0 else "*"
    kinds = segments[::2]
    return "/".join([namespace, *kinds]).lower(), "*" if name.startswith("{") else name.lower()


# --- models -----------------------------------------------------------------------------------------------------------


class Models:
    """Reads the models of one package (and api-version) into `out`, each once."""

    def __init__(self, module: Any, prefix: str, out: Json) -> None:
        self.module, self.prefix, self.out = module, prefix, out

    def name(self, class_name: str) -> str:
        """The name under which a model is kept; reads it on the way."""
        key = f"{self.prefix}.{class_name}"
        if key not in self.out:
            self.out[key] = {}
            model = getattr(self.module, class_name)
            older = hasattr(model, "_attribute_map")
            self.out[key].update(self.read_older(model) if older else self.read_newer(model))
        return key

    def read_older(self, model: Any) -> Json:
        properties: Json = {}
        validation = getattr(model, "_validation", {})
        annotations = annotations_of_init(model)
        for attribute, entry in model._attribute_map.items():
            rules = validation.get(attribute, {})
            declared = self.type_of_text(entry["type"], annotations.get(attribute, ""))
            declared |= {rule: rules[rule] for rule in CONSTRAINTS if rule in rules and type_allows(declared)}
            declared |= {"required": bool(rules.get("required")), "readonly": bool(rules.get("readonly"))}
            place(properties, re.split(r"(?<!\\)\.", entry["key"]), declared)
        return {"properties": properties, "discriminator": self.older_discriminator(model)}

    def older_discriminator(self, model: Any) -> Json | None:
        for attribute, children in getattr(model, "_subtype_map", {}).items():
            models = {value: self.name(child) for value, child in children.items()}
            for child in list(models.values()):
                deeper = self.out[child].get("discriminator")
                models |= deeper["models"] if deeper else {}
            return {"property": model._attribute_map[attribute]["key"].replace("\\.", "."), "models": models}
        return None

    def type_of_text(self, text: str, annotation: str) -> Json:
        """A type as the older generation writes it: `str`, `[Model]`, `{str}`; enums only show in the annotation."""
        if text[0] in "[{":
            return {"kind": "list" if text[0] == "[" else "map", "of": self.type_of_text(text[1:-1], annotation)}
        if text in SCALARS:
            named = re.search(r"_models\.(\w+)", annotation)
            return self.enum_type(named.group(1)) if text == "str" and named else {"kind": SCALARS[text]}
        found = getattr(self.module, text, None)
        if is_enum(found):
            return self.enum_type(text)
        return {"kind": "model", "model": self.name(text)}

    def enum_type(self, class_name: str) -> Json:
        found = getattr(self.module, class_name)
        return {"kind": "enum", "values": [member.value for member in found]} if is_enum(found) else {"kind": "string"}

    def read_newer(self, model: Any) -> Json:
        properties: Json = {}
        discriminator = None
        for parent in reversed(model.__mro__):
            for attribute, field in vars(parent).items():
                if type(field).__name__ != "_RestField":
                    continue
                annotation = parent.__annotations__[attribute]
                name = field._rest_name_input or attribute
                properties[name] = self.type_of_annotation(annotation) | {
                    "required": type(None) not in typing.get_args(annotation),
                    "readonly": field._visibility == ["read"],
                } | ({"visibility": sorted(field._visibility)} if field._visibility else {})
                discriminator = name if field._is_discriminator and parent is model else discriminator
        children = {value: child for value, child in getattr(model, "__mapping__", {}).items() if child is not model}
        models = {value: self.name(child.__name__) for value, child in children.items()} if discriminator else {}
        return {
            "properties": properties,
            "discriminator": {"property": discriminator, "models": models} if models else None,
        }

    def type_of_annotation(self, annotation: Any) -> Json:
        """A type as the newer generation writes it: an annotation whose model names are still text."""
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            class_name = annotation.rsplit(".", 1)[-1]
            found = getattr(self.module, class_name, None)
            if is_enum(found):
                return self.enum_type(class_name)
            return {"kind": "model", "model": self.name(class_name)} if found else {"kind": "any"}
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Union:
            options = [self.type_of_annotation(option) for option in arguments if option is not type(None)]
            return next((option for option in options if option["kind"] == "enum"), options[0])
        if origin in (list, dict):
            return {"kind": "list" if origin is list else "map", "of": self.type_of_annotation(arguments[-1])}
        return {"kind": SCALARS.get(getattr(annotation, "__name__", ""), "string" if is_time(annotation) else "any")}


def is_time(annotation: Any) -> bool:
    return getattr(annotation, "__module__", "") == "datetime"


def type_allows(declared: Json) -> bool:
    return declared["kind"] in ("string", "integer", "number")


def annotations_of_init(model: Any) -> dict[str, str]:
    """The annotations of every constructor in the class's ancestry, as text."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        constructor = vars(parent).get("__init__")
        for name, annotation in getattr(constructor, "__annotations__", {}).items():
            found[name] = str(annotation)
    return found


def place(properties: Json, path: list[str], declared: Json) -> None:
    """Puts a property at a path; the parts before the last are objects without a class of their own."""
    *parents, last = [part.replace("\\.", ".") for part in path]
    for part in parents:
        inner = properties.setdefault(part, {"kind": "object", "properties": {}, "required": False, "readonly": False})
        inner["required"] = inner["required"] or declared["required"]
        properties = inner["properties"]
    properties[last] = declared


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
