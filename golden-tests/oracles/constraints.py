"""Reads Terraform's version constraints: whether one admits a version.

In:  `>= 6.50.0, < 8.0.0` and `6.50.0`. Out: yes or no; a constraint that cannot be read is an error.
"""

from __future__ import annotations

import operator
import re

TERM = re.compile(r"(=|!=|>=|<=|>|<|~>)?\s*(\d+(?:\.\d+){0,2})")
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def admits(constraint: str, version: str) -> bool:
    """Whether every term of the constraint holds for the version."""
    return all(term_admits(term.strip(), numbers(version)) for term in constraint.split(","))


def term_admits(term: str, version: tuple[int, ...]) -> bool:
    found = TERM.fullmatch(term)
    if not found:
        raise ValueError(f"no version constraint: {term!r}")
    sign, bound = found.group(1) or "=", found.group(2)
    if sign == "~>":
        # all parts but the last written one are fixed
        fixed = bound.count(".")
        return version >= numbers(bound) and version[:fixed] == numbers(bound)[:fixed]
    return COMPARE[sign](version, numbers(bound))


def numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))
