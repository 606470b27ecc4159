"""Draws out of npm packages which classes their type declarations have, and with which members.

In:  the archives that `npm pack` fetched, and the file to write.
Out: JSON, a package by its name: `classes` (classes and interfaces: their members and what they extend) and `functions`.
     Members of classes that are declared in several files are put together. Declarations are read, never run.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
import tarfile

# generated messages, and what is there a second time for other module systems
SKIPPED = re.compile(r"/(protos|esm|browser|react-native|workerd|test|system-test|samples)/")
DECLARED = re.compile(r"\b(?:class|interface)\s+(\w+)(?:<[^{]*?>)?\s*(?:extends\s+([^{]+?))?\s*(?:implements\s+[^{]+)?\{")
FUNCTION = re.compile(r"\bfunction\s+(\w+)\s*[<(]|\b(?:const|let|var)\s+(\w+)\s*:")
MEMBER = re.compile(r"(?:^|[;{}\n])\s*(?:(?:public|protected|static|readonly|abstract|async|declare|get|set)\s+)*([\w$]+)\??!?\s*[(:<;]")


def main() -> None:
    """Reads the archives named on the command line and writes the file named last."""
    *archives, out = map(pathlib.Path, sys.argv[1:])
    packages = dict(package(archive) for archive in archives)
    out.write_text(json.dumps(packages, sort_keys=True), encoding="utf-8")


def package(archive: pathlib.Path) -> tuple[str, dict[str, object]]:
    classes: dict[str, dict[str, set[str]]] = {}
    functions: set[str] = set()
    name = ""
    with tarfile.open(archive) as files:
        for file in files:
            if file.name.count("/") == 1 and file.name.endswith("/package.json"):
                name = json.loads(files.extractfile(file).read())["name"]
            if file.name.endswith(".d.ts") and not SKIPPED.search(file.name):
                text = without_comments(files.extractfile(file).read().decode("utf-8", "replace"))
                functions |= {found for pair in FUNCTION.findall(text) for found in pair if found}
                for declared in DECLARED.finditer(text):
                    one = classes.setdefault(declared[1], {"members": set(), "bases": set()})
                    one["members"] |= members(text, declared.end())
                    one["bases"] |= set(re.findall(r"\b([A-Z]\w+)", declared[2] or ""))
    plain = {name: {key: sorted(value) for key, value in one.items()} for name, one in classes.items()}
    return name, {"classes": plain, "functions": sorted(functions)}


def without_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//[^\n]*", r"\1", text).replace("=>", " ")


def members(text: str, start: int) -> set[str]:
    """The names at the outermost level of a body that begins at `start`."""
    depth, at, outermost = 1, start, []
    while depth and at < len(text):
        letter = text[at]
        if letter in "})>":
            depth -= 1
        if depth == 1:
            outermost.append(letter)
        if letter in "{(<":
            depth += 1
        at += 1
    return set(MEMBER.findall("\n" + "".join(outermost)))


if __name__ == "__main__":
    main()
