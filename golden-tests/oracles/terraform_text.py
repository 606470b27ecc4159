"""Reads the strings of Terraform JSON the way Terraform does: literal text, escapes, `${…}` and `%{…}`.

In:  one string. Out: the references and function calls in it, and what is wrong with it.

The reader knows only what our templates are meant to hold: references, calls, indexes, lists, objects and literals.
Operators, conditionals, `for` and template directives are findings: user text that became code looks like them.
"""

from __future__ import annotations

import dataclasses
import re

NUMBER = re.compile(r"-?\d+(\.\d+)?")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
ESCAPE = re.compile(r'\\(n|r|t|"|\\|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})')


class NotOurs(ValueError):
    """Something stands in a template that we never write."""


@dataclasses.dataclass
class Reading:
    """What a string refers to: `("google_pubsub_topic", "jobs", "id")`, and which functions it calls."""

    references: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    calls: list[str] = dataclasses.field(default_factory=list)
    dynamic: bool = False


def read(text: str) -> Reading:
    """Reads a whole JSON string; raises NotOurs on anything beyond our small language."""
    reader = Reader(text)
    reader.template(quoted=False)
    return reader.reading


class Reader:
    """A recursive descent over one string."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.reading = text, 0, Reading()

    def template(self, quoted: bool) -> None:
        while self.at < len(self.text):
            if quoted and self.take('"'):
                return
            if self.take("$${") or self.take("%%{"):
                continue
            if self.take("%{"):
                raise NotOurs("a template directive `%{`")
            if self.take("${"):
                self.reading.dynamic = True
                self.expression()
                self.expect("}")
            elif quoted and self.text[self.at] == "\\":
                self.match(ESCAPE, "an escape")
            else:
                self.at += 1
        if quoted:
            raise NotOurs("a string without its end")

    def expression(self) -> None:
        self.space()
        if self.take('"'):
            self.template(quoted=True)
        elif self.take("["):
            self.sequence("]")
        elif self.take("{"):
            self.object()
        elif NUMBER.match(self.text, self.at):
            self.match(NUMBER, "a number")
        else:
            self.name()
        self.space()

    def name(self) -> None:
        first = self.match(IDENTIFIER, "a reference or a function")
        if first in ("true", "false", "null"):
            return
        if self.take("("):
            self.reading.calls.append(first)
            self.sequence(")")
            self.path([])
        else:
            self.path([first])

    def path(self, parts: list[str]) -> None:
        while True:
            if self.take("."):
                parts.append(self.match(NUMBER if self.peek().isdigit() else IDENTIFIER, "an attribute"))
            elif self.take("["):
                start = self.at
                self.expression()
                self.expect("]")
                parts.append(self.text[start : self.at - 1].strip())
            else:
                break
        if len(parts) > 1:
            self.reading.references.append(tuple(parts))
        elif parts:
            raise NotOurs(f"the bare word `{parts[0]}`")

    def sequence(self, end: str) -> None:
        self.space()
        while not self.take(end):
            self.expression()
            if not self.take(","):
                self.expect(end)
                return
            self.space()

    def object(self) -> None:
        self.space()
        while not self.take("}"):
            if self.take('"'):
                self.template(quoted=True)
            else:
                self.match(IDENTIFIER, "a key")
            self.space()
            if not (self.take("=") or self.take(":")):
                raise NotOurs("an object without `=`")
            self.expression()
            self.take(",")
            self.space()

    def take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.take(token):
            raise NotOurs(f"`{self.text[self.at : self.at + 12] or 'the end'}` where `{token}` should be")

    def match(self, pattern: re.Pattern[str], meant: str) -> str:
        found = pattern.match(self.text, self.at)
        if not found:
            raise NotOurs(f"`{self.text[self.at : self.at + 12] or 'the end'}` where {meant} should be")
        self.at = found.end()
        return found.group(0)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def space(self) -> None:
        while self.peek() in (" ", "\t", "\n") and self.peek():
            self.at += 1
