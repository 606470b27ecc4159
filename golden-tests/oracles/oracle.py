"""What all oracles share: finding the templates, planting the faults, counting, and the closing line.

In:  the golden templates of one format (found by file name under `cases/` and `examples/`) and the oracle's own faults.
Out: one line per template with the number of resources checked, every finding below it, one line per planted fault, and a
     last line `N passed, N failed`. The exit code is 0 only when nothing failed.

A template passes when nothing was found in it and the oracle looked at every resource it holds; a fault passes when the
oracle found it, and its base only when nothing was found in it. This module knows no format and no provider.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import pathlib
import sys
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@dataclasses.dataclass
class Document:
    """One template: what it is called, where it lies, what it says, and what an oracle made of it."""

    name: str
    path: pathlib.Path
    body: Any
    checked: set[str] = dataclasses.field(default_factory=set)
    findings: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)

    def finding(self, where: str, what: str) -> None:
        """Notes that `what` is wrong at `where`."""
        self.findings.append(f"{where}: {what}")


@dataclasses.dataclass
class Oracle:
    """A validator: which files it reads, how many resources they hold, and how it checks them (all of them in one call)."""

    name: str
    file_pattern: str
    resources: Callable[[Any], Iterable[str]]
    check: Callable[[list[Document]], None]
    load: Callable[[str], Any] = lambda text: load_json(text)
    folders: tuple[str, ...] = ("cases", "examples")


def load_json(text: str) -> Any:
    """Parses JSON and refuses a key that is written twice, which most readers silently drop."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"the key {twice[0]!r} is written twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=unique)


def each(check: Callable[[Document], None]) -> Callable[[list[Document]], None]:
    """Turns a check of one document into a check of all."""

    def check_all(documents: list[Document]) -> None:
        for document in documents:
            check(document)

    return check_all


def run(oracle: Oracle) -> None:
    """Runs the oracle from the command line and exits with its verdict."""
    arguments = parse_arguments(oracle)
    with tempfile.TemporaryDirectory(prefix="portolan-oracle-") as scratch:
        templates = read_templates(oracle, arguments.paths or [HERE.parent / name for name in oracle.folders])
        base, faults = read_faults(oracle, pathlib.Path(scratch))
        oracle.check([*templates, base, *(fault.document for fault in faults)])
    tally = Tally()
    for template in templates:
        report_template(oracle, template, tally)
    if not templates and not arguments.allow_empty:
        tally.fail("nothing checked: there is no template of this format", [])
    report_template(oracle, base, tally)
    for fault in faults:
        report_fault(fault, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


def parse_arguments(oracle: Oracle) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f"the {oracle.name} oracle")
    parser.add_argument("paths", nargs="*", type=pathlib.Path, help="templates or folders of them; default: all goldens")
    parser.add_argument("--allow-empty", action="store_true", help="do not fail when there is no template to check")
    return parser.parse_args()


@dataclasses.dataclass
class Tally:
    """The count behind the closing line."""

    passed: int = 0
    failed: int = 0

    def pass_(self, line: str) -> None:
        self.passed += 1
        print(f"  ok    {line}")

    def fail(self, line: str, reasons: Iterable[str]) -> None:
        self.failed += 1
        print(f"  FAIL  {line}")
        for reason in reasons:
            print(f"        {reason}")


def read_templates(oracle: Oracle, roots: Iterable[pathlib.Path]) -> list[Document]:
    paths = [path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob(oracle.file_pattern)))]
    return [read_document(oracle, display_name(path), path.resolve()) for path in paths]


def read_document(oracle: Oracle, name: str, path: pathlib.Path) -> Document:
    """Reads a template; one that cannot be parsed is an empty one with a finding."""
    document = Document(name, path, {})
    try:
        document.body = oracle.load(path.read_text(encoding="utf-8"))
    except ValueError as error:
        document.finding("the file", f"cannot be parsed: {error}")
    return document


def display_name(path: pathlib.Path) -> str:
    absolute = path.resolve()
    return str(absolute.relative_to(ROOT)) if absolute.is_relative_to(ROOT) else str(path)


def report_template(oracle: Oracle, document: Document, tally: Tally) -> None:
    held = set(oracle.resources(document.body))
    unseen = [f"{name}: not checked" for name in sorted(held - document.checked)]
    line = f"{document.name}: {len(held & document.checked)} of {len(held)} resources checked"
    if document.findings or unseen:
        tally.fail(line, [*document.findings, *unseen])
    else:
        tally.pass_(line)
    for note in document.notes:
        print(f"        note: {note}")


# --- planted faults ---------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Fault:
    """A copy of the base with one thing wrong, and the words that the finding must hold."""

    title: str
    finds: str
    document: Document


def read_faults(oracle: Oracle, scratch: pathlib.Path) -> tuple[Document, list[Fault]]:
    """Reads `faults/<oracle>/`: a clean base, and in faults.json what to change in it and what must be found then."""
    folder = HERE / "faults" / oracle.name
    base_path = next(path for path in sorted(folder.iterdir()) if path.name != "faults.json")
    text = base_path.read_text(encoding="utf-8")
    base = read_document(oracle, display_name(base_path), base_path)
    faults = []
    for number, entry in enumerate(json.loads((folder / "faults.json").read_text(encoding="utf-8"))):
        planted = plant(entry, text, base.body)
        path = scratch / str(number) / base_path.name
        path.parent.mkdir()
        path.write_text(planted, encoding="utf-8")
        faults.append(Fault(entry["fault"], entry["finds"], read_document(oracle, entry["fault"], path)))
    if not faults:
        sys.exit(f"{folder}: an oracle without planted faults proves nothing")
    return base, faults


def plant(entry: dict[str, Any], text: str, body: Any) -> str:
    if "replace" in entry:
        old, new = entry["replace"]
        if old not in text:
            sys.exit(f"fault {entry['fault']!r}: the base does not hold {old!r}")
        return text.replace(old, new, 1)
    changed = copy.deepcopy(body)
    for pointer, value in entry.get("set", {}).items():
        place, key = locate(changed, pointer)
        if isinstance(place, list) and key == "-":
            place.append(value)
        else:
            place[key] = value
    for pointer in entry.get("remove", []):
        place, key = locate(changed, pointer)
        del place[key]
    if changed == body:
        sys.exit(f"fault {entry['fault']!r} changes nothing")
    return json.dumps(changed, indent=2)


def locate(body: Any, pointer: str) -> tuple[Any, Any]:
    """The container and the key that a JSON pointer (RFC 6901) ends in."""
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for part in parents:
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body, int(last) if isinstance(body, list) and last != "-" else last


def report_fault(fault: Fault, tally: Tally) -> None:
    if any(fault.finds in finding for finding in fault.document.findings):
        tally.pass_(f"planted: {fault.title}")
    else:
        found = fault.document.findings or ["(nothing was found)"]
        tally.fail(f"planted: {fault.title}: missed, no finding holds {fault.finds!r}", found)
