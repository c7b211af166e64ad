"""A message as the standard numbers it: elements by their number, in groups that repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Null:
    """Why there is no value: NI no information, MSK known and not told, UNK unknown, ASKU asked in vain, NASK not asked."""

    flavor: str

    def __str__(self) -> str:
        return f"({self.flavor})"


Value = str | Null


@dataclass
class Group:
    """One occurrence of a group: "E.i" is one reaction. Where it stood in a file is known, and makes no difference."""

    name: str
    elements: dict[str, Value] = field(default_factory=dict)
    groups: dict[str, list[Group]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def add(self, name: str, **elements: Value) -> Group:
        """A further occurrence of a group inside this one."""
        group = Group(name, dict(elements))
        self.groups.setdefault(name, []).append(group)
        return group

    def put(self, element: str, value: Value | None) -> None:
        """Say an element; nothing and an empty text say nothing."""
        if value is not None and value != "":
            self.elements[element] = value

    def every(self, name: str) -> list[Group]:
        """The occurrences of a group directly inside this one."""
        return self.groups.get(name, [])

    def text(self, element: str) -> str:
        """The value as text; empty where there is none."""
        value = self.elements.get(element, "")
        return value if isinstance(value, str) else ""

    def empty(self) -> bool:
        return not self.elements and not any(self.groups.values())

    def walk(self, trail: tuple[Group, ...] = (), place: str = "") -> Iterator[tuple[tuple[Group, ...], str]]:
        """This group and all inside it: the way down to each, and its place, as "N.2.r[1] E.i[2]"."""
        here = (*trail, self)
        yield here, place
        for name, groups in self.groups.items():
            for number, group in enumerate(groups, 1):
                yield from group.walk(here, f"{place} {name}[{number}]".strip())


def batch() -> Group:
    """An empty batch of messages."""
    return Group("N.1")
