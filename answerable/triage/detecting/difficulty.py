"""How the detectors fare by kind of difficulty: where a set says of each text what is hard about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from answerable.triage.detecting.findings import Tier
from answerable.triage.detecting.learning import Labelled
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read


@dataclass
class Kind:
    """Of the verdicts on texts of one kind. `called`: a person looks at once, for that reason; `seen`: a person looks, at
    once or in a batch, for whatever reason; `wrongly`: a person is called for what is not there.
    """

    name: str
    there: int = 0
    called: int = 0
    seen: int = 0
    absent: int = 0
    wrongly: int = 0


def by_kind(labelled: Iterable[Labelled], *, names: Names) -> list[Kind]:
    """The detectors by hand, without anything learned, on texts that have a kind; in the order in which kinds come."""
    found: dict[str, Kind] = defaultdict(lambda: Kind(""))
    for each in labelled:
        if each.kind:
            _count(found[each.kind], each, names)
    for name, kind in found.items():
        kind.name = name
    return list(found.values())


def _count(kind: Kind, each: Labelled, names: Names) -> None:
    reading = read(each.text, names=names)
    for detector, there in each.verdicts.items():
        over = reading.of(detector).over
        kind.there += there
        kind.called += there and over
        kind.seen += there and reading.tier != Tier.AUDIT
        kind.absent += not there
        kind.wrongly += over and not there
