"""Checks the behaviour tables: what a change of a property does, by provider's type.

From:  the packages that they are made of (behaviour_data.py), read again.
Finds: a table that is not what its packages say; rows about types and properties that no package knows, without a citation, of
       words that are none, or about the order of what is no list; rows that say what the sources say without them.
Blind: whether what a package says is so, and whether the document that a row cites says what the row does.
"""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import behaviour_data
import behaviour_text as table
import oracle

VERDICTS = {"in-place": "i", "conditional": "c", "replace": "r", "impossible": "x", "unknown": None}
ORDERS = {"ordered", "set"}
FLAGS = {"read-only", "write-only", "sensitive", "assigned", "rewritten", "anything", "below", "delete-first", "create-first"}
# what Terraform reads and is told, and what Deployment Manager adds to the APIs: no package names them
OWN = re.compile(r"(data|provider)\.\w+|gcp-types/[\w-]+:virtual\..*|gcp-types/([a-z]+)-\w+:\2\..*|microsoft\.resources/deployments")


def load(text: str) -> dict[str, Any]:
    """The rows of a file by their number, with their citations; and, of a planted file, types as a table has them."""
    rows, _, excerpt = text.partition("\n---\n")
    body: dict[str, Any] = {"rows": {}, "excerpt": excerpt}
    citation = ""
    for number, line in enumerate(rows.splitlines(), 1):
        if line.startswith("cite "):
            citation = line.removeprefix("cite ").strip()
        elif line and not line.startswith("#"):
            name, path, *words = line.split()
            steps = [step for step in path.split("/") if step != "."]
            body["rows"][f"{number} {name} {path}"] = {"type": name, "path": steps, "words": words, "citation": citation}
    return body


def held(body: dict[str, Any]) -> list[str]:
    return [*body.get("rows", {}), "the table"]


def check(document: oracle.Document) -> None:
    format = document.path.stem
    types = table.types_of(behaviour_data.table(format))
    check_table(document, format, types)
    for place, row in document.body["rows"].items():
        check_words(document, place, row)
        check_place(document, place, row, types, format)
        document.checked.add(place)


def check_table(document: oracle.Document, format: str, types: dict[str, list[str]]) -> None:
    excerpt = document.body["excerpt"]
    committed = document.path.with_suffix(".deflate")
    written = table.types_of("\n" + excerpt) if excerpt else table.types_of(table.read(committed))
    for name in sorted(written.keys() if excerpt else written.keys() | types.keys()):
        if written.get(name) != types.get(name):
            document.finding(name, "the table does not say what the packages do: cargo xtask behaviour")
    if not excerpt and table.read(committed) != behaviour_data.table(format):
        document.finding("the table", "is not what the packages say: cargo xtask behaviour")
    document.checked.add("the table")


def check_words(document: oracle.Document, place: str, row: dict[str, Any]) -> None:
    if not row["citation"]:
        document.finding(place, "has no citation")
    for word in row["words"]:
        key, _, value = word.partition("=")
        if key == "default" and value:
            json.loads(value)
        elif not (key == "by" and value) and word not in {*VERDICTS, *ORDERS, *FLAGS}:
            document.finding(place, f"{word} is no word of a row")


def check_place(document: oracle.Document, place: str, row: dict[str, Any], types: dict[str, list[str]], format: str) -> None:
    name = row["type"].lower() if format == "azure" else row["type"]
    if name == "*" or OWN.fullmatch(name):
        return
    if name not in types:
        document.finding(place, "no package knows this type")
        return
    line = table.line_at(types[name], row["path"])
    if line is None:
        document.finding(place, "no package knows this property")
        return
    if any(word in ORDERS or word.startswith("by=") for word in row["words"]) and not re.search(r" >\[", line):
        document.finding(place, "is no list")
    usual = re.search(r" =(\S+)", types[name][0]).group(1)
    said = re.search(r" =(\S+)", line)
    said = set((said.group(1) if said else usual).replace("-", ""))
    verdicts = {VERDICTS[word] for word in row["words"] if word in VERDICTS}
    if row["path"] and verdicts and said == verdicts and row["words"][1:] == []:
        document.finding(place, "the sources say so themselves")


if __name__ == "__main__":
    rows = oracle.Oracle("behaviour", "*.rows", held, oracle.each(check), load)
    rows.folders = ("../compiler/behaviour/data",)
    oracle.run(rows)
