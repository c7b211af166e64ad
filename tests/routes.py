"""Every address of the house, walked from the resolver, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One pattern, as it is written: "cases/<int:pk>"."""

    pattern: str

    @property
    def parameters(self) -> list[str]:
        return [name for _, name in PARAMETER.findall(self.pattern)]

    @property
    def is_of_api(self) -> bool:
        return self.pattern.startswith("api/")

    def address(self, **values: object) -> str:
        return "/" + PARAMETER.sub(lambda found: str(values[found[2]]), self.pattern)


def routes() -> list[Route]:
    """Each pattern once."""
    return [Route(pattern) for pattern in dict.fromkeys(_walk(get_resolver().url_patterns, ""))]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for each in patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, pattern)
        else:
            yield pattern
