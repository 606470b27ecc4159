"""Extracts the schemas of the Google Terraform providers from the CDKTF packages into one compact JSON.

In:  the npm archives of @cdktf/provider-google and @cdktf/provider-google-beta, whose generated classes say for every
     resource and data source which attributes and blocks it has, of which type, and which are required or computed.
Out: {provider: {"version": text, "resource" | "data" | "provider": {type: Body}}} with
     Body = {"attributes": {name: [type, "required" | "optional" | "computed"]},
             "blocks": {name: {"many": bool, "set": bool, "required": bool, "body": Body}}}.

Cannot see: enums, patterns, conflicts between attributes, and the number of blocks beyond "one" and "many".

usage: terraform_facts.py ARCHIVE.tgz... OUT.json
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import sys
import tarfile
from typing import Any

TERRAFORM_TYPE = re.compile(r'^(\w+)\.tfResourceType = "([\w-]+)";', re.M)
ENCODER = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", re.M | re.S)
CLASS = re.compile(r"^class (\w+) extends cdktf\.(\w+) \{(.*?)^\}", re.M | re.S)
SYNTHESIS = re.compile(r"^    synthesizeHclAttributes\(\) \{(.*?)^    \}", re.M | re.S)
ENTRY = re.compile(
    r'^ +(\w+): \{\n +value: (.*),\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",', re.M
)
COMPUTED = re.compile(r"^ +// (\w+) - computed: true, optional: false, required: false$", re.M)
INTERFACE = re.compile(r"^export interface (\w+)(?: extends [^{]*)? \{(.*?)^\}", re.M | re.S)
REQUIRED_MEMBER = re.compile(r"^    readonly (\w+):", re.M)
MEMBER_OF_VALUE = re.compile(r"\((?:struct\.|this\._)(\w+)")
BODY_ENCODER = re.compile(r"(\w+)ToHclTerraform")
KINDS = {"TerraformResource": "resource", "TerraformDataSource": "data", "TerraformProvider": "provider"}
SCALARS = {"string": "string", "number": "number", "boolean": "bool"}


def main(archives: list[str], out: str) -> None:
    facts = {}
    for archive in archives:
        with tarfile.open(archive) as tar:
            provider, facts_of_provider = read_provider(tar)
            facts[provider] = facts_of_provider
    pathlib.Path(out).write_text(json.dumps(facts, separators=(",", ":")), encoding="utf-8")
    for provider, schemas in facts.items():
        print(f"{provider}: {len(schemas['resource'])} resources, {len(schemas['data'])} data sources")


def read_provider(tar: tarfile.TarFile) -> tuple[str, dict[str, Any]]:
    schemas: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS.values()}
    sources, package = read_sources(tar)
    for source in sources:
        named = TERRAFORM_TYPE.search(source)
        if named:
            kind, body = Module(source).read(named.group(1))
            schemas[kind][named.group(2)] = body
    provider = package["cdktf"]["provider"]
    return provider["name"].rsplit("/", 1)[-1], {"version": provider["version"], **schemas}


def read_sources(tar: tarfile.TarFile) -> tuple[list[str], dict[str, Any]]:
    """The code and declarations of each module, without source maps (a large module has many files), and package.json."""
    modules: dict[str, str] = {}
    package = {}
    for member in tar:
        path = re.fullmatch(r"package/lib/([^/]+)/.*(\.js|\.d\.ts)", member.name)
        if path:
            source = tar.extractfile(member).read().decode("utf-8").split("\n//# sourceMappingURL", 1)[0]
            modules[path.group(1)] = modules.get(path.group(1), "") + source + "\n"
        elif member.name == "package/package.json":
            package = json.load(tar.extractfile(member))
    return list(modules.values()), package


@dataclasses.dataclass
class Module:
    """The source of one resource or data source."""

    source: str

    def __post_init__(self) -> None:
        self.encoders = dict(ENCODER.findall(self.source))
        self.classes = {name: (parent, body) for name, parent, body in CLASS.findall(self.source)}
        self.required = {name.lower(): set(REQUIRED_MEMBER.findall(body)) for name, body in INTERFACE.findall(self.source)}
        self.computed = {name.lower(): COMPUTED.findall(body) for name, (_, body) in self.classes.items()}

    def read(self, class_name: str) -> tuple[str, dict[str, Any]]:
        """The kind and the body of the Terraform type that the module defines."""
        parent, body = self.classes[class_name]
        synthesis = SYNTHESIS.search(body)
        attributes = synthesis.group(1) if synthesis else ""
        return KINDS[parent], self.body(attributes, f"{class_name}config".lower(), class_name.lower())

    def body(self, code: str, interface: str, class_name: str) -> dict[str, Any]:
        attributes: dict[str, list[str]] = {}
        blocks: dict[str, dict[str, Any]] = {}
        for name, value, is_block, shape, storage in ENTRY.findall(code):
            required = MEMBER_OF_VALUE.search(value).group(1) in self.required.get(interface, set())
            if is_block == "true":
                encoder = BODY_ENCODER.search(value).group(1)
                inner = self.body(self.encoders[encoder], encoder.lower(), f"{encoder}OutputReference".lower())
                many = "listMapperHcl" in value
                blocks[name] = {"many": many, "set": shape == "set", "required": required, "body": inner}
            else:
                attributes[name] = [type_of(shape, storage), "required" if required else "optional"]
        for name in self.computed.get(class_name, []):
            attributes.setdefault(name, ["any", "computed"])
        return {"attributes": attributes, "blocks": blocks}


def type_of(shape: str, storage: str) -> str:
    for word, scalar in SCALARS.items():
        if storage == word:
            return scalar
        if storage == f"{word}List":
            return f"{shape}({scalar})"
        if storage == f"{word}Map":
            return f"map({scalar})"
    return "any" if shape == "simple" else f"{shape}(any)"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1:-1], sys.argv[-1])
