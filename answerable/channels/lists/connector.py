"""Lists as a channel. There is no way back: an answer goes to the address of the author, where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from answerable.channels.common import tables
from answerable.channels.contract import Can, Family, Item, LeftOut, Proved, Raw, Spec, Unreadable
from answerable.core.errors import Invalid

SPEC = Spec(
    kind="lists",
    label="Lists (CSV, JSON lines)",
    icon="book",
    family=Family.PROGRAM,
    can=frozenset({Can.HEAR_PRIVATE, Can.HEAR_COMMENTS}),
    settings=tables.settings_of(audience="private"),
    docs="answerable/channels/lists/README.md",
    files=True,
    proved=Proved.SAMPLES,
)


class Lists:
    """Reads rows."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        try:
            return [tables.said(raw, settings)]
        except Invalid as error:
            raise Unreadable(error.template, **error.facts) from error

    def slices(self, lines: Iterable[bytes], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
        return tables.slices(lines, settings)


connector = Lists()
