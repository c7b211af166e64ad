"""What the journal and the bell say of reading: what was read, drawn by lot, missed, and what drifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "message_read": lambda: ("review", _("%(who)s read a message of the review queue."), ""),
    "reading_taken_back": lambda: (
        "undo",
        _("%(who)s took the own last reading back."),
        _("It waits to be read again."),
    ),
    "lot_read": lambda: (
        "eye",
        _("%(who)s read a message that was drawn by lot, without seeing what the detectors found."),
        "",
    ),
    "aside_lot_read": lambda: (
        "eye",
        _("%(who)s read a post that was set aside and drawn by lot, without seeing why."),
        "",
    ),
    "aside_lots_drawn": lambda: ("aside", _("Of what was set aside, some was drawn by lot, to be read."), ""),
    "detectors_measured": lambda: ("chart", _("It was reckoned how much the detectors find on this stream."), ""),
    "detectors_drifted": lambda: ("alert", _("Something about the stream or the detectors changed."), ""),
}
NOTICES: Mapping[str, Callable[[], str]] = {
    "scores": lambda: _("The scores of the detectors are spread differently from the weeks before."),
    "unread": lambda: _("More messages than before are in no language that the detectors know."),
    "words": lambda: _("More messages than before use words that nobody used until now."),
    "names": lambda: _("Several people use names that nobody used until now."),
    "missed": lambda: _("Something was missed: a blind reader found what no detector did."),
}
