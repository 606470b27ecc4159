"""Checks ARM templates against the typed models of the azure-mgmt packages, and the template's own references.

From:  azure-mgmt-{apimanagement, applicationinsights, authorization, cosmosdb, eventgrid, keyvault, loganalytics, msi,
       servicebus, storage, web}, both generations of their models, extracted once by arm_facts.py.
Finds: unknown resource types and apiVersions; unknown, read-only, missing and wrongly typed properties, values outside an
       enum, a range or a pattern, at any depth; expressions that do not parse or call what we never write; parameters,
       variables, dependsOn, resourceId and reference of nothing; a resource that uses another without depending on it;
       cycles; role assignments whose scope is not a resource of the template.
Blind: business rules of the services, quotas, whether a built-in role's GUID is the right one, and what a deployment of
       the same template a second time would refuse.
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

import arm_expressions
import oracle

CACHE = pathlib.Path(os.environ.get("PORTOLAN_ORACLES", oracle.ROOT / ".oracles"))
ENVELOPE = {"type", "apiVersion", "name", "dependsOn", "scope", "condition", "metadata", "comments"}
SECTIONS = {"$schema", "contentVersion", "metadata", "parameters", "variables", "resources", "outputs"}
START_TIME = ("name", "type", "apiVersion", "scope", "condition", "dependsOn")
# published (ARM template reference), but in no package: checked against the version on the right
ALSO_PUBLISHED = {("microsoft.servicebus", "2024-01-01"): "2026-01-01"}
# what the user allows by hand may lie on the whole group
BY_HAND = re.compile(r"[^.]+\.allow(-\d+)?(-role-\d+)?(-place-\d+)?\.grant")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Json = dict[str, Any]


@functools.lru_cache(None)
def facts() -> Json:
    return json.loads((CACHE / "arm.json").read_text(encoding="utf-8"))


def labels(template: Json) -> Iterator[str]:
    for index, resource in enumerate(template.get("resources", [])):
        yield f"resources[{index}] {resource.get('metadata', {}).get('address', resource['name'])}"


def held(template: Json) -> Iterator[str]:
    """Every resource, those that are added to other groups included."""
    for label, resource in zip(labels(template), template.get("resources", [])):
        yield label
        yield from (inner for inner, _ in inner_resources(label, resource))


def inner_resources(label: str, resource: Json) -> Iterator[tuple[str, Json]]:
    """The resources of a deployment inside the template."""
    inner = resource.get("properties", {}).get("template", {})
    for index, inside in enumerate(inner.get("resources", []) if isinstance(inner, dict) else []):
        yield f"{label} > resources[{index}] {inside['type']}", inside


def check(document: oracle.Document) -> None:
    template = document.body
    for section in set(template) - SECTIONS:
        document.finding(section, "no section of a template")
    for label, resource in zip(labels(template), template.get("resources", [])):
        document.checked.add(label)
        check_resource(document, label, resource)
    if check_strings(document) and check_names(document):
        References(document).check()


# --- bodies against models --------------------------------------------------------------------------------------------


def check_resource(document: oracle.Document, label: str, resource: Json) -> None:
    if "address" not in resource.get("metadata", {}):
        document.finding(label, "carries no metadata.address")
    if "resources" in resource:
        document.finding(label, "holds child resources: the flat form is meant")
    if resource["type"].lower() == "microsoft.resources/deployments":
        check_deployment(document, label, resource)
    else:
        check_body(document, label, resource)


def check_deployment(document: oracle.Document, label: str, resource: Json) -> None:
    """What is added to another resource group; no package has a model of the deployment itself."""
    if set(resource) - ENVELOPE - {"properties", "resourceGroup", "subscriptionId"}:
        document.finding(label, "a deployment to another group has properties, resourceGroup and subscriptionId")
    for inner, inside in inner_resources(label, resource):
        document.checked.add(inner)
        check_body(document, inner, inside)


def check_body(document: oracle.Document, label: str, resource: Json) -> None:
    model, problem = model_of(resource, document.body)
    if model is None:
        document.finding(label, problem)
        return
    body = {key: value for key, value in resource.items() if key not in ENVELOPE}
    check_object(document, label, facts()["models"][model], body, model, envelope=True)


def model_of(resource: Json, template: Json) -> tuple[str | None, str]:
    """The model of a resource's body, or why there is none."""
    kind, version = resource["type"].lower(), resource.get("apiVersion", "")
    versions = facts()["types"].get(kind)
    if versions is None:
        near = difflib.get_close_matches(kind, facts()["types"], 1)
        return None, f"unknown type {resource['type']}{f', near {near[0]}' if near else ''}"
    version = ALSO_PUBLISHED.get((kind.split("/")[0], version), version)
    if version not in versions:
        return None, f"{resource['type']} has no apiVersion {version!r}, only {', '.join(sorted(versions))}"
    by_name = versions[version]
    name = last_name(resource["name"], template)
    model = by_name.get(name.lower(), by_name.get("*"))
    return model, f"{resource['type']} may be called {' or '.join(by_name)}, not {name!r}"


def last_name(name: str, template: Json) -> str:
    """The last part of a name, out of its expression when it is one; an expression that cannot be read is found later."""
    try:
        return arm_expressions.text_of(name, template).rsplit("/", 1)[-1]
    except arm_expressions.NotOurs:
        return name


def check_object(document: oracle.Document, where: str, model: Json, body: Any, name: str, envelope: bool = False) -> None:
    if not isinstance(body, dict):
        if not is_expression(body):
            document.finding(where, f"want an object, got {json.dumps(body)}")
        return
    discriminator = model.get("discriminator")
    if discriminator:
        chosen = body.get(discriminator["property"])
        if chosen not in discriminator["models"]:
            options = ", ".join(discriminator["models"])
            document.finding(f"{where}.{discriminator['property']}", f"{chosen!r} is none of {options}")
            return
        name = discriminator["models"][chosen]
        model = facts()["models"][name]
    properties = model["properties"]
    for key, value in body.items():
        declared = properties.get(key) or properties.get("")
        if declared is None:
            near = difflib.get_close_matches(key, properties, 1)
            document.finding(f"{where}.{key}", f"unknown property{f', near {near[0]}' if near else ''}")
        elif declared["readonly"]:
            document.finding(f"{where}.{key}", "read-only")
        else:
            check_value(document, f"{where}.{key}", declared, value, name)
    for key, declared in properties.items():
        needed = declared["required"] and not declared["readonly"]
        if needed and key not in body and not (envelope and key in ENVELOPE):
            document.finding(where, f"{key} is required and missing")


def check_value(document: oracle.Document, where: str, declared: Json, value: Any, name: str) -> None:
    kind = declared["kind"]
    if kind == "any" or is_expression(value):
        return
    if kind == "model":
        check_object(document, where, facts()["models"][declared["model"]], value, declared["model"])
    elif kind == "object":
        check_object(document, where, declared, value, f"{name}.{where.rsplit('.', 1)[-1]}")
    elif kind in ("list", "map"):
        check_collection(document, where, declared, value, name)
    elif kind == "enum":
        if value not in declared["values"]:
            document.finding(where, f"{json.dumps(value)} is none of {', '.join(map(str, declared['values']))}")
    else:
        check_scalar(document, where, declared, value)


def check_collection(document: oracle.Document, where: str, declared: Json, value: Any, name: str) -> None:
    wanted = list if declared["kind"] == "list" else dict
    if not isinstance(value, wanted):
        document.finding(where, f"want a {declared['kind']}, got {json.dumps(value)}")
        return
    for key, item in enumerate(value) if wanted is list else value.items():
        check_value(document, f"{where}[{json.dumps(key)}]", declared["of"], item, name)


def check_scalar(document: oracle.Document, where: str, declared: Json, value: Any) -> None:
    kinds = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
    number = declared["kind"] in ("integer", "number")
    if not isinstance(value, kinds[declared["kind"]]) or (number and isinstance(value, bool)):
        document.finding(where, f"want a {declared['kind']}, got {json.dumps(value)}")
        return
    size = len(value) if isinstance(value, str) else value
    low, high = (declared.get(a, declared.get(b)) for a, b in (("minimum", "min_length"), ("maximum", "max_length")))
    if (low is not None and size < low) or (high is not None and size > high):
        document.finding(
            where,
            f"{json.dumps(value)} is outside {low if low is not None else ''}..{high if high is not None else ''}",
        )
    if isinstance(value, str) and "pattern" in declared and not re.search(declared["pattern"], value):
        document.finding(where, f"{value!r} does not match {declared['pattern']}")


def is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("[") and not value.startswith("[[") and value.endswith("]")


# --- expressions and references ---------------------------------------------------------------------------------------


def strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every string of a value, keys of maps included: ARM reads expressions in both."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, f"{where}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{where}.{key}", key
            yield from strings(item, f"{where}.{key}")


def check_strings(document: oracle.Document) -> bool:
    """Reads every string; says whether all of them can be read."""
    readable = True
    for where, text in strings({key: document.body.get(key) for key in SECTIONS - {"$schema"}}, ""):
        try:
            tree = arm_expressions.parse(text)
            arm_expressions.evaluate(tree, document.body)
        except arm_expressions.NotOurs as error:
            document.finding(where.lstrip("."), f"{error} in {text!r}")
            readable = False
            continue
        for call in tree.inner() if tree else ():
            if call.function in ("parameters", "variables") and str(call.arguments[0]) not in document.body.get(
                call.function, {}
            ):
                document.finding(where.lstrip("."), f"{call.function}('{call.arguments[0]}') is not declared")
                readable = False
    return readable


def check_names(document: oracle.Document) -> bool:
    """A name has as many parts as its type has after the namespace; says whether all have."""
    fits = True
    for label, resource in zip(labels(document.body), document.body.get("resources", [])):
        name = arm_expressions.text_of(resource["name"], document.body)
        if name.count("/") + 1 != resource["type"].count("/"):
            document.finding(label, f"the name {name} has not as many parts as the type {resource['type']}")
            fits = False
    return fits


class References:
    """The resources of a template by id, and which of them each one uses."""

    def __init__(self, document: oracle.Document) -> None:
        self.document, self.template = document, document.body
        self.resources = list(zip(labels(self.template), self.template.get("resources", [])))
        self.ids = {label: self.id_of(resource) for label, resource in self.resources}
        self.labels = {id_.lower(): label for label, id_ in self.ids.items()}

    def check(self) -> None:
        if len(self.labels) < len(self.resources):
            self.document.finding("resources", "two resources have the same id")
        self.check_declared_and_used()
        depends: dict[str, set[str]] = {}
        for label, resource in self.resources:
            depends[label] = self.dependencies(label, resource) | self.referenced(label, resource)
            self.check_scope(label, resource)
        self.check_cycles(depends)
        for label, resource in self.resources:
            self.check_uses(label, resource, depends)
        for where, call in calls(self.template.get("outputs", {}), "outputs"):
            self.check_target(where, call)

    def id_of(self, resource: Json) -> str:
        names = arm_expressions.text_of(resource["name"], self.template).split("/")
        id_ = arm_expressions.join_id([resource["type"], *names])
        if "resourceGroup" in resource:
            return f"/subscriptions/{resource['subscriptionId']}/resourceGroups/{resource['resourceGroup']}/providers/{id_}"
        scope = resource.get("scope")
        return f"{arm_expressions.text_of(scope, self.template)}/providers/{id_}" if scope else id_

    def check_declared_and_used(self) -> None:
        used = {(call.function, str(call.arguments[0])) for _, call in calls(self.template, "") if call.arguments}
        for section in ("parameters", "variables"):
            for name in self.template.get(section, {}):
                if (section, name) not in used:
                    self.document.finding(f"{section}.{name}", "declared and never used")

    def dependencies(self, label: str, resource: Json) -> set[str]:
        found = set()
        for dependency in resource.get("dependsOn", []):
            target = self.labels.get(arm_expressions.text_of(dependency, self.template).lower())
            if target is None:
                self.document.finding(f"{label}.dependsOn", f"{dependency} is nothing in the template")
            else:
                found.add(target)
        return found

    def referenced(self, label: str, resource: Json) -> set[str]:
        """What `reference()` inside a resource makes it wait for; it may not stand where the deployment starts."""
        found = set()
        for key, value in resource.items():
            for where, call in calls(value, f"{label}.{key}"):
                if call.function != "reference":
                    continue
                if key in START_TIME:
                    self.document.finding(where, "reference() is not known when the deployment starts")
                found.add(self.labels.get(arm_expressions.evaluate(call.arguments[0], self.template).lower()))
        return found - {None}

    def check_target(self, where: str, call: arm_expressions.Call) -> str | None:
        """The resource that a resourceId or reference names; one that is not there is a finding."""
        if call.function == "reference":
            id_ = arm_expressions.evaluate(call.arguments[0], self.template)
        elif call.function in ("resourceId", "extensionResourceId"):
            id_ = arm_expressions.evaluate(whole(call), self.template)
        else:
            return None
        target = self.labels.get(id_.lower())
        if target is None and not is_external(id_):
            self.document.finding(where, f"{id_} is nothing in the template")
        return target

    def check_uses(self, label: str, resource: Json, depends: dict[str, set[str]]) -> None:
        reachable = closure(label, depends)
        used = {self.parent_of(self.ids[label])}
        for key, value in resource.items():
            for where, call in calls(value, f"{label}.{key}"):
                used.add(self.check_target(where, call))
        for target in sorted(used - {None, label} - reachable):
            self.document.finding(label, f"uses {target} and does not depend on it")

    def parent_of(self, id_: str) -> str | None:
        return self.labels.get(id_.rsplit("/", 2)[0].removesuffix("/providers").lower())

    def check_scope(self, label: str, resource: Json) -> None:
        kind = resource["type"].lower()
        if kind == "microsoft.authorization/roleassignments":
            self.check_role_assignment(label, resource)
        if kind.startswith("microsoft.documentdb/") and kind.endswith("/sqlroleassignments"):
            scope = arm_expressions.text_of(resource["properties"].get("scope", ""), self.template)
            target = scope.replace("/dbs/", "/sqlDatabases/").replace("/colls/", "/containers/")
            if target.lower() not in self.labels or "/dbs/" not in scope:
                self.document.finding(f"{label}.properties.scope", f"{scope} is no database or container of the template")

    def check_role_assignment(self, label: str, resource: Json) -> None:
        scope = arm_expressions.text_of(resource.get("scope", ""), self.template)
        if scope.lower() not in self.labels and not BY_HAND.fullmatch(resource.get("metadata", {}).get("address", "")):
            self.document.finding(f"{label}.scope", f"{scope or 'the whole group'} is no resource of the template")
        if not resource["name"].startswith("[guid("):
            self.document.finding(f"{label}.name", "want a guid() of what is assigned")
        role = arm_expressions.text_of(resource["properties"].get("roleDefinitionId", ""), self.template)
        if role.lower() not in self.labels and not GUID.fullmatch(role.rsplit("/", 1)[-1]):
            self.document.finding(f"{label}.properties.roleDefinitionId", f"{role} is neither built in nor in the template")

    def check_cycles(self, depends: dict[str, set[str]]) -> None:
        for label in depends:
            if label in closure(label, depends):
                self.document.finding(label, "waits for itself")


def calls(value: Any, where: str) -> Iterator[tuple[str, arm_expressions.Call]]:
    for here, text in strings(value, where):
        tree = arm_expressions.parse(text)
        for call in tree.inner() if tree else ():
            yield here, call


def whole(call: arm_expressions.Call) -> arm_expressions.Call:
    """The call without what is taken out of its result."""
    return arm_expressions.Call(call.function, call.arguments, [])


def is_external(id_: str) -> bool:
    """Ids of other groups, and what only a parameter names."""
    return id_.startswith(("/subscriptions/", "<parameters("))


def closure(label: str, depends: dict[str, set[str]]) -> set[str]:
    """Everything that a resource waits for, directly or through others."""
    found: set[str] = set()
    waiting = list(depends[label])
    while waiting:
        target = waiting.pop()
        if target not in found:
            found.add(target)
            waiting += depends[target]
    return found


if __name__ == "__main__":
    oracle.run(oracle.Oracle("arm", "azuredeploy*.json", held, oracle.each(check)))
