"""Draws out of @aws-cdk/aws-service-spec what AWS's documents say of updates, into one compact JSON.

In:  the npm archive, whose database holds every type of CloudFormation and, of every property, whether a change replaces.
Out: {type: {"properties": {name: [verdict, shape]}, "shapes": {number: {name: [verdict, shape]}}}} with verdict "r" (yes),
     "c" (maybe) or "i" (no), and shape the numbers of the objects below.

usage: behaviour_docs.py ARCHIVE.tgz OUT.json
"""

from __future__ import annotations

import gzip
import json
import pathlib
import sys
import tarfile
from typing import Any

VERDICTS = {"yes": "r", "maybe": "c", "no": "i", None: "i"}

Json = dict[str, Any]


def main(archive: str, out: str) -> None:
    with tarfile.open(archive) as tar:
        database = json.loads(gzip.decompress(tar.extractfile("package/db.json.gz").read()))["schema"]
    types = {entity["$id"]: properties(entity) for entity in database["typeDefinition"]["entities"]}
    facts = {
        entity["cloudFormationType"]: {"properties": (own := properties(entity)), "shapes": below(own, types)}
        for entity in database["resource"]["entities"]
    }
    pathlib.Path(out).write_text(json.dumps(facts, separators=(",", ":"), sort_keys=True), encoding="utf-8")
    print(f"{len(facts)} types")


def properties(entity: Json) -> Json:
    return {
        name: [VERDICTS[body.get("causesReplacement")], references(body["type"])]
        for name, body in entity["properties"].items()
    }


def references(declared: Json) -> list[str]:
    """The objects that a type names, through lists, maps and unions."""
    if declared["type"] == "ref":
        return [declared["reference"]["$ref"]]
    inner = declared.get("types", []) + ([declared["element"]] if "element" in declared else [])
    return sorted({number for one in inner for number in references(one)})


def below(own: Json, types: Json) -> Json:
    found, queue = {}, [number for _, numbers in own.values() for number in numbers]
    while queue:
        number = queue.pop()
        if number not in found:
            found[number] = types[number]
            queue += [other for _, numbers in types[number].values() for other in numbers]
    return found


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
