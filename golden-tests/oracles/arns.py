"""Compares a policy's resource (an ARN with wildcards) with the ARN formats that AWS publishes for an action.

A resource fits a format when some ARN of that format matches it and its first name is exact: `…:table/shows/index/*` fits
`…:table/${TableName}/index/${IndexName}`; a table's own ARN does not, and neither does `…:table/*/index/*`.
"""

from __future__ import annotations

import functools
import re

VARIABLE = re.compile(r"\$\{([^}]+)\}")
PLACE = {"Partition", "Region", "Account"}
# names in which a slash is an ordinary character
WITH_SLASH = {
    "ApiSpecificResourcePath",
    "LogGroupName",
    "LogStreamName",
    "ObjectName",
    "ParameterNameWithoutLeadingSlash",
    "SecretId",
}

Token = tuple[str, str]


def fits(resource: str, formats: list[str]) -> bool:
    """Whether the resource is of one of the kinds that the formats describe, with an exact first name."""
    resource = plain(resource)
    return any(resource == "*" if format == "*" else fits_one(resource, format) for format in formats)


def plain(resource: str) -> str:
    """The resource without what names the same thing more closely: IAM's quoted wildcards are ordinary characters, a
    secret's six last characters are unknown before it exists, and a function's version or alias follows its name."""
    resource = re.sub(r"\$\{[*?$]\}", "x", resource)
    resource = re.sub(r"(:secret:.*-)\?{6}$", r"\1abc123", resource)
    return re.sub(r"(:lambda:[^:]*:[^:]*:function:[^:*?]+):[\w$-]+$", r"\1", resource)


def fits_one(resource: str, format: str) -> bool:
    tokens = tokens_of(format)

    @functools.lru_cache(None)
    def match(at: int, token: int) -> bool:
        if token == len(tokens):
            return set(resource[at:]) <= {"*"}
        kind, text = tokens[token]
        here = resource[at : at + 1]
        if here == "*":
            absorbed = kind in ("literal", "loose") and match(at, token + 1)
            return absorbed or match(at + 1, token)
        if kind == "literal":
            return here == text and match(at + 1, token + 1)
        if not here or here in text or here == "?":
            return False
        return match(at + 1, token + 1) or match(at + 1, token)

    return match(0, 0)


@functools.lru_cache(None)
def tokens_of(format: str) -> list[Token]:
    """Single literal characters, and variables as (`exact` or `loose`, the characters that they exclude)."""
    tokens: list[Token] = []
    exact_name_seen = False
    for part in re.split(r"(\$\{[^}]+\})", format):
        variable = VARIABLE.fullmatch(part)
        if not variable:
            tokens += [("literal", character) for character in part]
            continue
        name = variable.group(1)
        excluded = ":" if name in WITH_SLASH else ":/"
        if name in PLACE or not exact_name_seen:
            tokens.append(("exact", excluded))
        else:
            tokens.append(("loose", excluded))
        exact_name_seen = exact_name_seen or name not in PLACE
    return tokens
