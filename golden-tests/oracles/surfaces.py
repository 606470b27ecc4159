"""Checks what is written by hand of Google's and Azure's SDKs: surfaces of Python and JavaScript, and the tables of operations.

From:  the libraries themselves, pinned in requirements-sdks.txt (Python, imported) and sdks.txt (npm, their type declarations);
       the discovery documents of Google's APIs; the names of permissions and actions in names/.
Finds: symbols, methods and members that a library does not have; parameters that a callable of Python does not take; what is
       marked `old` and is still there; operations of Google that no API has; permissions and actions that do not exist.
Blind: what a method does, and which permission an operation needs: that is authored from the services' documents. Parameters of
       JavaScript, whose declarations are not read that closely. Libraries of Go, Java and Ruby. vertexai, which brings some
       300 MB with it. Operations of Azure's data planes, which no document lists by name.
"""

from __future__ import annotations

import oracle
import surface_libraries as libraries
import surface_rows as names
import surface_text as text

# its package is not installed: see the head
UNSEEN = "surface google.vertex"


def load(whole: str) -> list[dict[str, object]]:
    """The parts of a file: a table, or a surface; the planted file has several."""
    return [part(one) for one in whole.split("\n---\n")]


def part(one: str) -> dict[str, object]:
    if not any(line.startswith("surface ") for line in one.splitlines()):
        return {"table": "azure" if "Microsoft." in one else "google", "rows": text.rows(one)}
    classes = text.classes(one)
    symbols = [line.name for declared in classes for line in declared.lines if line.kind in ("new", "type", "call")]
    node = any(symbol.startswith("@") or "-" in symbol.split(".")[0] for symbol in symbols)
    seen = node or UNSEEN not in one
    return {"language": "node" if node else "python", "classes": classes if seen else []}


def held(body: list[dict[str, object]]) -> list[str]:
    lines = [line.place for one in body for declared in one.get("classes", []) for line in declared.lines]
    return lines + [row.place for one in body for row in one.get("rows", [])]


def check(document: oracle.Document) -> None:
    for one in document.body:
        for row in one.get("rows", []):
            check_row(document, one["table"], row)
            document.checked.add(row.place)
        for declared in one.get("classes", []):
            symbols = [line.name for other in one["classes"] for line in other.symbols()]
            checks = {"node": check_node, "python": check_python}
            checks[one["language"]](document, declared, symbols)


def check_row(document: oracle.Document, table: str, row: text.Row) -> None:
    if table == "google" and not names.google_has(row.service, row.operation):
        document.finding(row.place, "no API of Google has such a method")
    known = names.google_permissions() if table == "google" else names.azure_actions()
    if row.permission != "-" and row.permission not in known:
        document.finding(row.place, f"there is no {row.permission}")


def check_node(document: oracle.Document, declared: text.Class, symbols: list[str]) -> None:
    own = [line.name for line in declared.symbols()]
    pool = libraries.node_members(own or symbols)
    for line in declared.lines:
        known = libraries.node_has(line.name) if line.kind in ("new", "type", "call") else line.name in pool
        expect(document, line, known)


def check_python(document: oracle.Document, declared: text.Class, _: list[str]) -> None:
    owners = [owner for line in declared.symbols() for owner in libraries.python_class(line.name)]
    if declared.name and not owners and any(line.kind == "method" and not line.old for line in declared.lines):
        document.finding(declared.lines[0].place, f"no symbol says which class {declared.name} is")
    for line in declared.lines:
        if line.kind in ("new", "type", "call"):
            found = [one for one in [libraries.python_object(line.name)] if one is not None]
        else:
            found = [getattr(owner, line.name) for owner in owners if hasattr(owner, line.name)]
        # members are mostly set by constructors, which no class shows
        expect(document, line, bool(found) or line.kind == "member")
        if found and line.kind != "type":
            for parameter in libraries.python_missing(found[0], line.parameters):
                document.finding(line.place, f"takes no {parameter}")


def expect(document: oracle.Document, line: text.Named, known: bool) -> None:
    if line.old and known:
        document.finding(line.place, "is marked old and is still there")
    if not line.old and not known:
        document.finding(line.place, "is not there")
    document.checked.add(line.place)


if __name__ == "__main__":
    surfaces = oracle.Oracle("surfaces", "*.surface", held, oracle.each(check), load)
    data = "../compiler/sdk/data"
    tables = (f"{data}/gcp/operations.txt", f"{data}/azure/operations.txt")
    surfaces.folders = (f"{data}/python", f"{data}/javascript", *tables)
    oracle.run(surfaces)
