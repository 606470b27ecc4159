"""Checks Deployment Manager configurations against Google's API discovery documents.

From:  the documents inside google-api-python-client 2.202.0. Deployment Manager renames some inputs of the APIs it calls and
       fills some in: RENAMED, FILLED_IN and LIFTED say which (its type provider reference and Google's own samples).
Finds: type providers and collections that do not exist; unknown, output-only, missing and wrongly typed properties; values
       outside an enum; path inputs of a wrong form; `dependsOn` and `$(ref.…)` of unknown resources or attributes; `$(` that
       begins no reference; strings that YAML could read as something else; names that are written twice.
Blind: permissions, quotas, and what a provider without a discovery document would accept.
"""

from __future__ import annotations

import difflib
import functools
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import googleapiclient
import oracle
import yaml

DOCUMENTS = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
# providers that Deployment Manager lists, and the three that Google's samples use besides
PROVIDERS = {
    "cloudfunctions-v1", "cloudfunctions-v2beta", "cloudkms-v1", "cloudresourcemanager-v1", "cloudscheduler-v1", "compute-v1",
    "dns-v1", "iam-v1", "logging-v2", "monitoring-v3", "pubsub-v1", "redis-v1", "serviceusage-v1", "sqladmin-v1beta4",
    "storage-v1",
}  # fmt: skip
# Deployment Manager's name of an input -> the API's
RENAMED = {
    "pubsub-v1:projects.topics": {"topic": "name"},
    "pubsub-v1:projects.subscriptions": {"subscription": "name"},
    "cloudfunctions-v2beta:projects.locations.functions": {"function": "functionId"},
}
# inputs it takes from the deployment's own project
FILLED_IN = {"iam-v1:projects.serviceAccounts": {"name"}}
# inputs that it lifts out of a part of the request's body
LIFTED = {"iam-v1:projects.serviceAccounts": "serviceAccount"}
# bindings it makes itself; no document describes them
BINDINGS = {
    "gcp-types/cloudresourcemanager-v1:virtual.projects.iamMemberBinding": "resource",
    "gcp-types/storage-v1:virtual.buckets.iamMemberBinding": "bucket",
    "gcp-types/pubsub-v1:virtual.topics.iamMemberBinding": "resource",
    "gcp-types/cloudfunctions-v2beta:virtual.projects.locations.functions.iamMemberBinding": "resource",
}
ROLE = re.compile(r"roles/[A-Za-z.]+|(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]+|\$\(ref\..*\)")
MEMBER = re.compile(r"allUsers|allAuthenticatedUsers|(user|group|domain|serviceAccount|principal|principalSet):.+")
TYPE = re.compile(r"gcp-types/([a-z]+)-([a-z0-9]+):(.+)")
REFERENCE = re.compile(r"\$\(ref\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_]+)[A-Za-z0-9_.\[\]]*\)")
TOP_LEVEL = {"resources", "outputs"}
IN_RESOURCE = {"name", "type", "action", "properties", "metadata", "accessControl"}
# collections whose resources may carry their policy: those with a method setIamPolicy
CARRIERS = {"pubsub-v1:projects.topics", "pubsub-v1:projects.subscriptions"}


def load(text: str) -> Any:
    """Parses the YAML and refuses every scalar that is neither a quoted string, a number nor a truth value."""
    try:
        doubtful = list(doubtful_scalars(yaml.compose(text)))
        config = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(error) from error
    if doubtful:
        raise ValueError("; ".join(doubtful))
    return config


def doubtful_scalars(node: yaml.Node | None, is_key: bool = False) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"line {node.start_mark.line + 1}: the key {key!r} is written twice"
        for key, value in node.value:
            yield from doubtful_scalars(key, is_key=True)
            yield from doubtful_scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from doubtful_scalars(item)
    elif isinstance(node, yaml.ScalarNode):
        kind = node.tag.rsplit(":", 1)[-1]
        plain_string = kind == "str" and node.style != '"' and not is_key
        if plain_string or kind not in (("str",) if is_key else ("str", "int", "float", "bool")):
            yield f"line {node.start_mark.line + 1}: {node.value!r} is read as {kind} and not quoted"


def names(config: dict[str, Any]) -> Iterator[str]:
    for resource in config.get("resources", []):
        yield resource["name"]


def check(document: oracle.Document) -> None:
    config = document.body
    known = {resource["name"]: resource for resource in config.get("resources", [])}
    for key in set(config) - TOP_LEVEL:
        document.finding(key, "no top-level key that we write")
    if len(known) < len(config.get("resources", [])):
        document.finding("resources", "a name is written twice")
    for name, resource in known.items():
        document.checked.add(name)
        for key in set(resource) - IN_RESOURCE:
            document.finding(f"{name}.{key}", "no key of a resource that we write")
        for dependency in resource.get("metadata", {}).get("dependsOn", []):
            if dependency not in known:
                document.finding(f"{name}.metadata.dependsOn", f"nothing is called {dependency}")
        check_type(document, name, resource)
        if "accessControl" in resource:
            check_policy(document, name, resource)
    for where, text in strings(config, "config"):
        check_references(document, where, text, known)


def check_policy(document: oracle.Document, name: str, resource: dict[str, Any]) -> None:
    """Checks the policy that a resource carries: roles with lists of members, on a collection that has policies."""
    where, control = f"{name}.accessControl", resource["accessControl"]
    if resource.get("type", "").removeprefix("gcp-types/") not in CARRIERS:
        document.finding(where, "resources of this type carry no policy")
    bindings = control.get("gcpIamPolicy", {}).get("bindings") if isinstance(control, dict) else None
    if not isinstance(bindings, list) or set(control) != {"gcpIamPolicy"} or set(control["gcpIamPolicy"]) != {"bindings"}:
        document.finding(where, "want gcpIamPolicy with bindings alone")
        return
    for index, binding in enumerate(bindings):
        here = f"{where}.gcpIamPolicy.bindings[{index}]"
        if not isinstance(binding, dict) or set(binding) != {"role", "members"} or not isinstance(binding["members"], list):
            document.finding(here, "want a role and a list of members")
            continue
        check_forms(document, here, [("role", ROLE, binding["role"])])
        check_forms(document, here, [("member", MEMBER, member) for member in binding["members"]])


def kind_of(resource: dict[str, Any]) -> str:
    """The type of a resource, or the action that stands in its place."""
    return resource.get("type") or resource.get("action", "")


def check_type(document: oracle.Document, name: str, resource: dict[str, Any]) -> None:
    kind, properties = kind_of(resource), resource.get("properties", {})
    if ("type" in resource) == ("action" in resource) or is_action(kind) != ("action" in resource):
        document.finding(name, f"{kind} stands under the wrong key")
    if kind in BINDINGS:
        check_binding(document, name, properties, BINDINGS[kind])
        return
    method, problem = method_of(kind)
    if method is None:
        document.finding(name, f"{kind}: {problem}")
        return
    collection = kind.removeprefix("gcp-types/")
    body = check_inputs(document, name, collection, method, properties)
    schema = method.get("request", {})
    if collection in LIFTED:
        lifted = schema_of(kind, schema)["properties"][LIFTED[collection]]
        own = {key: value for key, value in body.items() if key in schema_of(kind, schema)["properties"]}
        check_value(document, f"{name}.properties", kind, schema, own)
        check_value(document, f"{name}.properties", kind, lifted, {key: body[key] for key in body if key not in own})
    else:
        if schema:
            check_value(document, f"{name}.properties", kind, schema, body)
        elif body:
            document.finding(f"{name}.properties", f"{', '.join(body)}: the method takes none of this")


def check_binding(document: oracle.Document, name: str, properties: dict[str, Any], subject: str) -> None:
    for key in {subject, "role", "member"} ^ set(properties):
        document.finding(f"{name}.properties", f"{key} is {'unknown' if key in properties else 'required and missing'}")
    forms = [(key, form, properties.get(key, "")) for key, form in (("role", ROLE), ("member", MEMBER))]
    check_forms(document, f"{name}.properties", forms)


def check_forms(document: oracle.Document, where: str, forms: list[tuple[str, re.Pattern[str], Any]]) -> None:
    for key, form, value in forms:
        if not form.fullmatch(str(value)):
            document.finding(f"{where}.{key}", f"{value!r} has not the form of a {key}")


def is_action(kind: str) -> bool:
    """Whether this is `<api>.<collection>.<method>`, which repeats the name of the API, and not a collection."""
    match = TYPE.fullmatch(kind)
    return bool(match) and match.group(3).split(".")[0] == match.group(1)


def method_of(kind: str) -> tuple[dict[str, Any] | None, str]:
    """The API method that creates a resource of this type, or why there is none."""
    match = TYPE.fullmatch(kind)
    if not match:
        return None, "not gcp-types/<api>-<version>:<collection>"
    api, version, collection = match.groups()
    if f"{api}-{version}" not in PROVIDERS:
        return None, f"Deployment Manager has no type provider {api}-{version}"
    here, path, wanted = discovery(kind), collection.split("."), ("insert", "create")
    if is_action(kind):
        path, wanted = path[1:-1], (path[-1],)
    for part in path:
        here = here.get("resources", {}).get(part, {})
    methods = here.get("methods", {})
    for name in wanted:
        if name in methods:
            return methods[name], ""
    return None, f"{api} {version} {'has no method' if is_action(kind) else 'creates no'} {collection}"


@functools.lru_cache(None)
def discovery(kind: str) -> dict[str, Any]:
    api, version, _ = TYPE.fullmatch(kind).groups()
    return json.loads((DOCUMENTS / f"{api}.{version}.json").read_text(encoding="utf-8"))


def schema_of(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return discovery(kind)["schemas"][schema["$ref"]] if "$ref" in schema else schema


def check_inputs(
    document: oracle.Document, name: str, collection: str, method: dict[str, Any], properties: dict[str, Any]
) -> dict[str, Any]:
    """Checks what goes into the request's path and query; hands back what is left for its body."""
    body, renamed = dict(properties), RENAMED.get(collection, {})
    for theirs, parameter in renamed.items():
        if theirs not in body:
            document.finding(f"{name}.properties", f"{theirs} is required and missing")
        elif "/" in str(body.pop(theirs)):
            document.finding(f"{name}.properties.{theirs}", "want the last part of the name alone")
        if parameter in body:
            document.finding(f"{name}.properties.{parameter}", f"unknown: Deployment Manager calls it {theirs}")
            del body[parameter]
    in_body = schema_of(f"gcp-types/{collection}", method.get("request", {})).get("properties", {})
    for parameter, declared in method.get("parameters", {}).items():
        if parameter in renamed.values() or parameter in FILLED_IN.get(collection, set()):
            continue
        if parameter in body and parameter not in in_body:
            check_input(document, f"{name}.properties.{parameter}", declared, body.pop(parameter))
        elif declared.get("required"):
            document.finding(f"{name}.properties", f"{parameter} is required and missing")
    return body


def check_input(document: oracle.Document, where: str, declared: dict[str, Any], value: Any) -> None:
    if not isinstance(value, str):
        document.finding(where, f"want a string, got {value!r}")
    elif "pattern" in declared and not REFERENCE.search(value) and not re.search(declared["pattern"], value):
        document.finding(where, f"{value!r} does not match {declared['pattern']}")


def check_value(document: oracle.Document, where: str, kind: str, schema: dict[str, Any], value: Any) -> None:
    schema = schema_of(kind, schema)
    expected = schema.get("type", "any")
    if expected == "any" or (isinstance(value, str) and REFERENCE.search(value)):
        return
    if expected == "object" and isinstance(value, dict):
        check_object(document, where, kind, schema, value)
    elif expected == "array" and isinstance(value, list):
        for index, item in enumerate(value):
            check_value(document, f"{where}[{index}]", kind, schema["items"], item)
    elif expected == "string" and isinstance(value, str):
        if "enum" in schema and value not in schema["enum"]:
            document.finding(where, f"{value!r} is none of {', '.join(schema['enum'])}")
    elif not is_scalar(expected, value):
        document.finding(where, f"want {expected}, got {value!r}")


def is_scalar(expected: str, value: Any) -> bool:
    if expected == "boolean":
        return isinstance(value, bool)
    number = isinstance(value, int) and not isinstance(value, bool)
    return (expected == "integer" and number) or (expected == "number" and (number or isinstance(value, float)))


def check_object(document: oracle.Document, where: str, kind: str, schema: dict[str, Any], value: dict[str, Any]) -> None:
    properties = schema.get("properties", {})
    for key, item in value.items():
        declared = properties.get(key) or schema.get("additionalProperties")
        if declared is None:
            close = difflib.get_close_matches(key, properties, 1)
            document.finding(f"{where}.{key}", f"unknown property{f', near {close[0]}' if close else ''}")
            continue
        if declared.get("readOnly") or str(declared.get("description", "")).startswith("Output only"):
            document.finding(f"{where}.{key}", "only given out by the API, never set")
        check_value(document, f"{where}.{key}", kind, declared, item)
    for key, declared in properties.items():
        if str(declared.get("description", "")).startswith("Required.") and key not in value and key != "name":
            document.finding(where, f"{key} is required and missing")


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


def check_references(document: oracle.Document, where: str, text: str, known: dict[str, dict[str, Any]]) -> None:
    if "$(" in REFERENCE.sub("", text):
        document.finding(where, f"`$(` that begins no reference we mean in {text!r}")
    for name, attribute in REFERENCE.findall(text):
        if name not in known:
            document.finding(where, f"$(ref.{name}.{attribute}): nothing is called {name}")
        elif attribute not in attributes_of(kind_of(known[name])):
            document.finding(where, f"$(ref.{name}.{attribute}): no such attribute")


def attributes_of(kind: str) -> set[str]:
    """What a reference to a resource may name: the properties of what its API gives out."""
    method, _ = method_of(kind)
    if method is None:
        return set()
    found = set()
    for schema in (method.get("request", {}), method.get("response", {})):
        found |= set(schema_of(kind, schema).get("properties", {}))
    return found


if __name__ == "__main__":
    oracle.run(oracle.Oracle("deployment_manager", "config.yaml", names, oracle.each(check), load))
