"""How much is found, for people: the newest figures with what they stand on, what was missed, what drifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox import review_words
from answerable.triage import queue_queries
from answerable.triage.models import Drift, Measured

MOST = 20


@dataclass(frozen=True)
class Share:
    """A share with its interval, in percent, and of how many; `lacks` says why there is none."""

    name: str
    figure: Mapping[str, Any] | None
    lacks: str = ""


@dataclass(frozen=True)
class Drifted:
    """One drift: its sentence, what the figures are in words, and the messages that were missed."""

    drift: Drift
    sentence: str
    words: str
    messages: list[Message]


def languages() -> dict[str, str]:
    return {"": _("All together"), "en": _("English"), "pt": _("Portuguese"), "pl": _("Polish")}


def heaps(measured: Measured) -> list[tuple[str, Mapping[str, Any]]]:
    """What came, by what became of it."""
    names = {
        "called": _("A person was called at once"),
        "batch": _("For a person in a batch"),
        "nothing": _("Nothing was found: read by lot"),
        "aside": _("Set aside by listening: read by lot"),
    }
    return [(name, measured.figures[key]) for key, name in names.items() if measured.figures.get(key)]


def shares(measured: Measured) -> list[Share]:
    figures = measured.figures
    lacks = _lacks(figures)
    return [
        Share(_("Of what must be on file, found at once"), figures["at_once"], lacks),
        Share(_("Found at once or in a batch"), figures["in_all"], lacks),
    ]


def drifts(viewer: Viewer) -> list[Drifted]:
    return [_drifted(each, viewer) for each in queue_queries.drifts(viewer)[:MOST]]


def _lacks(figures: Mapping[str, Any]) -> str:
    unread = figures["nothing"]["size"] and not figures["nothing"]["read"]
    if unread:
        return _("Not measured yet: nobody read of the sample.")
    return _("Not measured yet: too few events were seen, or some heap was not read.")


def _drifted(drift: Drift, viewer: Viewer) -> Drifted:
    keys = drift.figures.get("messages", [])
    seen = access.rows(Message, viewer).filter(pk__in=keys).select_related("filing__case") if keys else []
    return Drifted(drift, review_words.NOTICES[drift.sort](), _words(drift), list(seen))


def _words(drift: Drift) -> str:
    figures = drift.figures
    match drift.sort:
        case Drift.Sort.UNREAD | Drift.Sort.WORDS:
            told = dict(zip(("some", "of", "before", "of_before"), (*figures["now"], *figures["before"]), strict=True))
            return _("%(some)s of %(of)s; in the four weeks before, %(before)s of %(of_before)s.") % told
        case Drift.Sort.NAMES:
            return ", ".join(figures["names"])
        case Drift.Sort.SCORES:
            return _("Stability index %(shift)s; from 0.25 on it is told.") % {"shift": figures["shift"]}
        case _:
            return ""
