"""Ranges of sort keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Range:
    """What a sort key is limited to: ends, which may be excluded, or what a text begins with."""

    low: Any = None
    high: Any = None
    low_excluded: bool = False
    high_excluded: bool = False
    prefix: str | None = None

    @classmethod
    def of(cls, equals: Any, at_least: Any, at_most: Any, above: Any, below: Any, prefix: str | None) -> Range:
        """As a query says it. What cannot be said together is refused."""
        ends = [equals is not None, at_least is not None or above is not None, at_most is not None or below is not None]
        twice = at_least is not None and above is not None or at_most is not None and below is not None
        if twice or (equals is not None or prefix is not None) and sum([*ends, prefix is not None]) > 1:
            raise ValueError("a range has one lower and one upper end, or is said by `equals` or `prefix` alone")
        if prefix is not None and (not isinstance(prefix, str) or prefix == ""):
            raise ValueError(f"`prefix` is a text that is not empty, not {prefix!r}")
        if equals is not None:
            return cls(equals, equals)
        low, high = (above if at_least is None else at_least), (below if at_most is None else at_most)
        return cls(low, high, above is not None, below is not None, prefix)

    def values(self) -> list[Any]:
        """Every value that it names."""
        return [value for value in (self.low, self.high, self.prefix) if value is not None]

    def holds(self, value: Any) -> bool:
        """Whether a value is inside."""
        if self.prefix is not None:
            return isinstance(value, str) and value.startswith(self.prefix)
        ranked = order(value)
        if self.low is not None and (ranked < order(self.low) or self.low_excluded and ranked == order(self.low)):
            return False
        return self.high is None or ranked < order(self.high) or not self.high_excluded and ranked == order(self.high)


def order(value: Any) -> Any:
    """What values sort by: texts by their bytes, numbers by size."""
    return value.encode() if isinstance(value, str) else value
