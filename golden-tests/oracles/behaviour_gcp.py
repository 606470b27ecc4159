"""The behaviour table of Google's Terraform resources.

From:  terraform.json, drawn out of the schemas of both providers (what each resource has, what is computed, lists and sets), and
       names/google_force_new.txt (what a change replaces, what the service fills in).
A resource that the second does not name has no verdicts: what its properties do is unknown. The resources for IAM are all built
by one of four functions of the provider, so that what a change of them replaces is a rule (IAM).
"""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import behaviour_text as table

Json = dict[str, Any]

NAMES = pathlib.Path(__file__).parent / "names/google_force_new.txt"
# what a change of does not replace: tpgiamresource/resource_iam_*.go
IAM = {"_iam_member": set(), "_iam_binding": {"members"}, "_iam_policy": {"policy_data"}, "_iam_audit_config": {"audit_log_config"}}
SECRET = re.compile(r"(^|_)(password|passwd|private_key|secret_data|client_secret|auth_token|access_token|secret_key|raw_key|shared_secret)(_wo)?$")


def text(schemas: pathlib.Path) -> str:
    """The whole table."""
    drawn = json.loads(schemas.read_text(encoding="utf-8"))
    bodies: dict[str, list[Json]] = {}
    for provider in ("google", "google-beta"):
        for name, body in drawn[provider]["resource"].items():
            bodies.setdefault(name, []).append(body)
    facts = read_facts()
    types = [resource(name, bodies.get(name, []), facts) for name in {*bodies, *facts}]
    return table.text(sources(drawn), types)


def sources(drawn: Json) -> list[table.Source]:
    version, date = re.search(r"terraform-provider-google (\S+) and", NAMES.read_text(encoding="utf-8")), "2026-08-21"
    return [
        table.Source("provider", "terraform-provider-google", version.group(1), date, "MPL-2.0"),
        table.Source("schema", "@cdktf/provider-google", drawn["google"]["version"], "2026-03-19", "MPL-2.0"),
    ]


def read_facts() -> dict[str, tuple[set[str], set[str]]]:
    """Of each resource, the paths that are replaced and those that the service fills in."""
    facts = {}
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, *words = line.split()
            at = words.index("/") if "/" in words else len(words)
            facts[name] = (set(words[:at]), set(words[at + 1 :]))
    return facts


def resource(name: str, bodies: list[Json], facts: dict[str, tuple[set[str], set[str]]]) -> table.Type:
    own = {attribute for body in bodies for attribute in {**body["attributes"], **body["blocks"]}}
    ruled = next((kept for end, kept in IAM.items() if name.endswith(end)), None)
    forced, assigned = facts.get(name) or (own - ruled - {"id", "etag"} if ruled is not None else set(), set())
    known = name in facts or ruled is not None
    root = shape(bodies, forced, assigned, "i" if known else "-")
    return table.Type(name, "i" if known else "-", root)


def shape(bodies: list[Json], forced: set[str], assigned: set[str], usual: str) -> table.Shape:
    found = table.Shape()
    for name in {first(path) for path in forced | assigned}:
        found.properties[name] = table.Property("r" if name in forced else usual, {"A"} if name in assigned else set())
        if within(forced | assigned, name):
            found.properties[name].below = shape([], within(forced, name), within(assigned, name), usual)
    for body in bodies:
        for name, (declared, presence) in body["attributes"].items():
            property = found.properties.setdefault(name, table.Property(usual))
            property.containers, property.below = holds(declared)
            property.flags |= {"U"} if declared.startswith("set(") else set()
            property.flags |= {"R"} if presence == "computed" else set()
            property.flags |= {"S"} if SECRET.search(name) else set()
            property.flags |= {"W"} if name.endswith("_wo") else set()
        for name, block in body["blocks"].items():
            property = found.properties.setdefault(name, table.Property(usual))
            inner = [other["blocks"][name]["body"] for other in bodies if name in other["blocks"]]
            property.containers = "[" if block["many"] else ""
            property.flags |= {"U"} if block["many"] and block["set"] else set()
            property.below = shape(inner, within(forced, name), within(assigned, name), usual)
    return found


def holds(declared: str) -> tuple[str, str | None]:
    containers = {"list": "[", "set": "[", "map": "{"}.get(declared.split("(")[0], "")
    return containers, "?" if "any" in declared else None


def first(path: str) -> str:
    return path.split(".", 1)[0]


def within(paths: set[str], name: str) -> set[str]:
    return {path[len(name) + 1 :] for path in paths if path.startswith(f"{name}.")}
