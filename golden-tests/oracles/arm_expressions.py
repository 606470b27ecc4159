"""Reads ARM template expressions: the calls in them, and the text or resource id that they stand for.

In:  one string of a template. Out: its syntax tree (`None` for plain text), and its text with `<…>` where only the
     deployment knows; resource ids of the deployment's own group come out as `Namespace/type/name/type/name`.

A string is an expression when it begins with `[` and ends with `]`, unless it begins with `[[` (Microsoft's "ARM template
syntax and expressions"); then the first bracket is dropped and the rest is plain text.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([()\[\].,]))")
# the functions that we write, with the number of their arguments
FUNCTIONS = {
    "base64": (1, 1), "coalesce": (1, 9), "concat": (1, 99), "createArray": (0, 99), "createObject": (0, 99),
    "environment": (0, 0), "extensionResourceId": (3, 9), "format": (2, 99), "guid": (1, 9), "if": (3, 3), "json": (1, 1),
    "parameters": (1, 1), "reference": (1, 3), "replace": (3, 3), "resourceGroup": (0, 0), "resourceId": (2, 9),
    "string": (1, 1), "subscription": (0, 0), "subscriptionResourceId": (2, 9), "substring": (2, 3), "take": (2, 2),
    "tenant": (0, 0), "toLower": (1, 1), "uniqueString": (1, 9), "uri": (2, 2), "variables": (1, 1),
}  # fmt: skip


class NotOurs(ValueError):
    """Something stands in an expression that ARM does not read, or that we never write."""


@dataclasses.dataclass
class Call:
    """A function call with what is taken out of its result: `.id`, `[0]`."""

    function: str
    arguments: list[Any]
    path: list[str]

    def inner(self) -> Iterator[Call]:
        """This call and every call inside it."""
        yield self
        for argument in self.arguments:
            if isinstance(argument, Call):
                yield from argument.inner()


def parse(text: str) -> Call | None:
    """The call that a string stands for, or None when it is plain text."""
    if text.startswith("[["):
        if not text.endswith("]"):
            raise NotOurs("`[[` in a text that does not end in `]` comes out with both brackets")
        return None
    if not (text.startswith("[") and text.endswith("]")):
        return None
    parser = Parser(text[1:-1])
    tree = parser.value()
    parser.end()
    if not isinstance(tree, Call):
        raise NotOurs("an expression that calls nothing")
    return tree


class Parser:
    """A recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            if not found:
                raise NotOurs(f"`{text[at:].strip()[:12]}` is no part of an expression")
            kind = ("text", "number", "name", "sign")[found.lastindex - 1]
            self.tokens.append((kind, found.group(found.lastindex)))
            at = found.end()
        self.at = 0

    def value(self) -> Any:
        kind, text = self.next()
        if kind == "text":
            return text.replace("''", "'")
        if kind == "number":
            return int(text) if "." not in text else float(text)
        if kind != "name":
            raise NotOurs(f"`{text}` where a value should be")
        self.expect("(")
        arguments = [] if self.peek() == ("sign", ")") else [self.value()]
        while self.peek() == ("sign", ","):
            self.next()
            arguments.append(self.value())
        self.expect(")")
        return checked(Call(text, arguments, self.path()))

    def path(self) -> list[str]:
        parts = []
        while self.peek() in (("sign", "."), ("sign", "[")):
            if self.next()[1] == ".":
                parts.append(self.next()[1])
            else:
                parts.append(str(self.value()))
                self.expect("]")
        return parts

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "the end")

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        kind, text = self.next()
        if (kind, text) != ("sign", sign):
            raise NotOurs(f"`{text}` where `{sign}` should be")

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise NotOurs(f"`{self.peek()[1]}` after the end of the expression")


def checked(call: Call) -> Call:
    if call.function not in FUNCTIONS:
        raise NotOurs(f"{call.function}() is no function we write")
    least, most = FUNCTIONS[call.function]
    if not least <= len(call.arguments) <= most:
        raise NotOurs(f"{call.function}() has {len(call.arguments)} arguments")
    return call


def text_of(value: Any, template: dict[str, Any]) -> str:
    """The text of a template's value, variables followed."""
    if not isinstance(value, str):
        return str(value)
    tree = parse(value)
    if tree is None:
        return value[1:] if value.startswith("[[") else value
    return evaluate(tree, template)


def evaluate(tree: Any, template: dict[str, Any]) -> str:
    if not isinstance(tree, Call):
        return str(tree)
    if tree.function == "variables" and not tree.path and str(tree.arguments[0]) in template.get("variables", {}):
        return text_of(template["variables"][tree.arguments[0]], template)
    arguments = [evaluate(argument, template) for argument in tree.arguments]
    if tree.path or tree.function not in EVALUATED:
        path = "".join(f".{part}" for part in tree.path)
        # a slash in here separates no parts of a name
        return f"<{tree.function}({','.join(arguments)}){path}>".replace("/", "|")
    return EVALUATED[tree.function](arguments)


def join_id(arguments: list[str]) -> str:
    """`Namespace/a/b` with two names is `Namespace/a/<first>/b/<second>`; a subscription or group before it is kept."""
    at = next((index for index, argument in enumerate(arguments) if "/" in argument and "." in argument.split("/")[0]), 0)
    namespace, *kinds = arguments[at].split("/")
    names = arguments[at + 1 :]
    pairs = [f"{kind}/{name}" for kind, name in zip(kinds, names)]
    if len(kinds) != len(names):
        raise NotOurs(f"resourceId of {arguments[at]} with {len(names)} names")
    return "/".join([*arguments[:at], namespace, *pairs])


def format_text(arguments: list[str]) -> str:
    def fill(match: re.Match[str]) -> str:
        index = int(match.group(1))
        if index + 1 >= len(arguments):
            raise NotOurs(f"format() has no argument {index}")
        return arguments[index + 1]

    return re.sub(r"\{(\d+)\}", fill, arguments[0])


EVALUATED = {
    "concat": "".join,
    "format": format_text,
    "resourceId": join_id,
    "extensionResourceId": lambda arguments: f"{arguments[0]}/providers/{join_id(arguments[1:])}",
    "subscriptionResourceId": lambda arguments: f"/subscriptions/<subscription>/providers/{join_id(arguments)}",
}
