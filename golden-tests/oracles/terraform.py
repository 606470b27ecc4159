"""Checks Terraform JSON against the schemas of the google and google-beta providers.

From:  the generated classes of the npm packages @cdktf/provider-google and @cdktf/provider-google-beta 16.12.1 (provider
       version 6.50.0), extracted once by terraform_facts.py.
Finds: unknown resource and data source types; unknown, computed-only, missing and wrongly typed attributes; missing and
       repeated blocks; references to resources, attributes, variables and locals that do not exist; `depends_on` of
       nothing; a `provider` where none belongs or the beta one missing; versions that exclude ours; top-level blocks newer
       than Terraform 1.5.7; every `${` and `%{` that does not begin an expression we mean.
Blind: values (enums, patterns, conflicts), attributes that force replacement, permissions, and what a reference's value is.
"""

from __future__ import annotations

import difflib
import functools
import json
import os
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import constraints
import oracle
import terraform_text

CACHE = pathlib.Path(os.environ.get("PORTOLAN_ORACLES", oracle.ROOT / ".oracles"))
TOP_LEVEL = {
    "terraform",
    "provider",
    "resource",
    "data",
    "variable",
    "output",
    "locals",
    "import",
    "moved",
    "check",
    "//",
}
META = {"depends_on", "lifecycle", "provider", "//"}
FUNCTIONS = {
    "base64encode",
    "file",
    "filebase64",
    "filemd5",
    "filesha256",
    "format",
    "jsonencode",
    "replace",
    "sha256",
    "substr",
}
TERRAFORM = "1.5.7"
BETA_ONLY = "google_api_gateway_"


@functools.lru_cache(None)
def facts() -> dict[str, Any]:
    return json.loads((CACHE / "terraform.json").read_text(encoding="utf-8"))


def addresses(config: dict[str, Any]) -> Iterator[str]:
    """Every resource and data source by the words a reference begins with."""
    for section, prefix in (("resource", ""), ("data", "data.")):
        for kind, named in config.get(section, {}).items():
            yield from (f"{prefix}{kind}.{name}" for name in named)


def check(document: oracle.Document) -> None:
    config = document.body
    for key in set(config) - TOP_LEVEL:
        document.finding(key, "no top-level block of Terraform 1.5.7")
    for section in ("resource", "data"):
        for kind, named in config.get(section, {}).items():
            for name, body in named.items():
                check_resource(document, section, kind, name, body)
    check_dependencies(document)
    check_providers(document)
    for where, text in templates(config):
        check_text(document, where, text)


def check_resource(document: oracle.Document, section: str, kind: str, name: str, body: Any) -> None:
    address = f"{'data.' if section == 'data' else ''}{kind}.{name}"
    document.checked.add(address)
    provider = body.get("provider", "google")
    if kind.startswith(BETA_ONLY) != (provider == "google-beta"):
        document.finding(address, f"provider is {provider!r}: the beta one belongs on {BETA_ONLY}* and nowhere else")
    schemas = facts().get(provider, {}).get(section, {})
    if kind not in schemas:
        document.finding(address, f"{provider} has no {section} type {kind}{near(kind, schemas)}")
        return
    check_body(document, address, schemas[kind], {key: value for key, value in body.items() if key not in META})


def check_dependencies(document: oracle.Document) -> None:
    declared = set(addresses(document.body))
    for kind, named in document.body.get("resource", {}).items():
        for name, body in named.items():
            for dependency in body.get("depends_on", []):
                if dependency not in declared:
                    document.finding(f"{kind}.{name}.depends_on", f"nothing is called {dependency}")


def check_body(document: oracle.Document, where: str, schema: dict[str, Any], body: Any) -> None:
    if not isinstance(body, dict):
        document.finding(where, f"want a block, got {json.dumps(body)}")
        return
    attributes, blocks = schema["attributes"], schema["blocks"]
    for key, value in body.items():
        here = f"{where}.{key}"
        if key in blocks:
            check_blocks(document, here, blocks[key], value)
        elif key not in attributes:
            document.finding(here, f"unknown attribute{near(key, [*attributes, *blocks])}")
        elif attributes[key][1] == "computed":
            document.finding(here, "only computed by the provider, never set")
        else:
            check_type(document, here, attributes[key][0], value)
    needed = [name for name, (_, presence) in attributes.items() if presence == "required"]
    needed += [name for name, block in blocks.items() if block["required"]]
    for name in needed:
        if name not in body:
            document.finding(where, f"{name} is required and missing")


def check_blocks(document: oracle.Document, where: str, block: dict[str, Any], value: Any) -> None:
    bodies = value if isinstance(value, list) else [value]
    if len(bodies) > 1 and not block["many"]:
        document.finding(where, f"{len(bodies)} blocks where one is allowed")
    for index, body in enumerate(bodies):
        check_body(document, f"{where}[{index}]" if len(bodies) > 1 else where, block["body"], body)


def check_type(document: oracle.Document, where: str, expected: str, value: Any) -> None:
    collection = re.fullmatch(r"(list|set|map)\((\w+)\)", expected)
    if is_dynamic(value) or expected in ("any", "struct(any)"):
        return
    if collection:
        shape, inner = collection.groups()
        wanted = dict if shape == "map" else list
        if not isinstance(value, wanted):
            document.finding(where, f"want a {shape}, got {json.dumps(value)}")
            return
        for key, item in value.items() if shape == "map" else enumerate(value):
            check_type(document, f"{where}[{json.dumps(key)}]", inner, item)
        return
    kinds = {"string": str, "bool": bool, "number": (int, float)}
    if not isinstance(value, kinds[expected]) or (expected == "number" and isinstance(value, bool)):
        document.finding(where, f"want a {expected}, got {json.dumps(value)}")


def is_dynamic(value: Any) -> bool:
    return isinstance(value, str) and "${" in value.replace("$${", "")


def check_providers(document: oracle.Document) -> None:
    config = document.body
    required = {name for name in config.get("terraform", {}).get("required_providers", {})}
    for name, body in config.get("provider", {}).items():
        if name not in required:
            document.finding(f"provider.{name}", "not among terraform.required_providers")
        if name in facts():
            check_body(document, f"provider.{name}", facts()[name]["provider"][name], body)
    used = {body.get("provider", "google") for named in config.get("resource", {}).values() for body in named.values()}
    for name in sorted(used - required):
        document.finding("terraform.required_providers", f"{name} is used and not required")
    check_versions(document, config.get("terraform", {}))
    if "backend" in config.get("terraform", {}):
        document.finding("terraform.backend", "Infrastructure Manager refuses a backend")


def check_versions(document: oracle.Document, settings: dict[str, Any]) -> None:
    """The template must admit Terraform 1.5.7 and the providers whose schemas it is held against."""
    wanted = {("required_version",): TERRAFORM}
    wanted |= {("required_providers", name, "version"): schemas["version"] for name, schemas in facts().items()}
    for path, version in wanted.items():
        constraint = functools.reduce(lambda value, key: value.get(key, {}), path, settings)
        try:
            if constraint and not constraints.admits(constraint, version):
                document.finding(".".join(["terraform", *path]), f"{constraint!r} does not admit {version}")
        except ValueError as error:
            document.finding(".".join(["terraform", *path]), str(error))


def templates(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every string in which Terraform looks for templates: not in `terraform`, `variable` and the meta-arguments."""
    for section in ("resource", "data"):
        for kind, named in config.get(section, {}).items():
            for name, body in named.items():
                yield from strings({key: value for key, value in body.items() if key not in META}, f"{kind}.{name}")
    for section in ("provider", "locals"):
        yield from strings(config.get(section, {}), section)
    for name, body in config.get("output", {}).items():
        yield from strings(body.get("value"), f"output.{name}")


def strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{where}.{key}", key
            yield from strings(item, f"{where}.{key}")


def check_text(document: oracle.Document, where: str, text: str) -> None:
    try:
        reading = terraform_text.read(text)
    except terraform_text.NotOurs as error:
        document.finding(where, f"{error} in {text!r}")
        return
    for call in reading.calls:
        if call not in FUNCTIONS:
            document.finding(where, f"{call}() is no function we write")
    for reference in reading.references:
        problem = problem_of(document.body, reference)
        if problem:
            document.finding(where, f"${{{'.'.join(reference)}}}: {problem}")


def problem_of(config: dict[str, Any], reference: tuple[str, ...]) -> str | None:
    """What is wrong with a reference, or None."""
    root, rest = reference[0], reference[1:]
    if root == "path":
        return None if rest == ("module",) else "only path.module is meant"
    if root == "var":
        return None if rest[0] in config.get("variable", {}) else "no such variable"
    if root == "local":
        return None if rest[0] in config.get("locals", {}) else "no such local"
    section, path = ("data", rest) if root == "data" else ("resource", reference)
    if len(path) < 2:
        return "neither a resource nor an attribute of one"
    kind, name, *attributes = path
    body = config.get(section, {}).get(kind, {}).get(name)
    if body is None:
        return "not declared in this file"
    schema = facts().get(body.get("provider", "google"), {}).get(section, {}).get(kind)
    return problem_of_path(schema, attributes) if schema else None


def problem_of_path(schema: dict[str, Any], attributes: list[str]) -> str | None:
    if not attributes:
        return "the whole resource, not an attribute"
    first, *rest = [attribute for attribute in attributes if not attribute.isdigit()]
    if first in schema["blocks"]:
        return problem_of_path(schema["blocks"][first]["body"], rest) if rest else None
    if first in schema["attributes"] or first == "id":
        return None
    return f"no attribute {first}{near(first, [*schema['attributes'], *schema['blocks']])}"


def near(word: str, words: Any) -> str:
    close = difflib.get_close_matches(word, list(words), 1)
    return f", near {close[0]}" if close else ""


if __name__ == "__main__":
    oracle.run(oracle.Oracle("terraform", "*main.tf.json", addresses, oracle.each(check)))
