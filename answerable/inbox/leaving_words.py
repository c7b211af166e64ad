"""What is said of dictionaries, of reports that leave, and of what authorities answer: lines of the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "dictionary_handed_in": lambda: (
        "book",
        _("%(who)s handed in a dictionary."),
        _("It is in use when every line of it was read."),
    ),
    "dictionary_ended": lambda: ("stop", _("%(who)s took a dictionary out of use."), ""),
    "authority_kept": lambda: ("law", _("%(who)s put on file who takes reports."), ""),
    "authority_ended": lambda: ("stop", _("%(who)s let no further report go to an authority."), ""),
    "report_exported": lambda: ("download", _("%(who)s exported a report."), ""),
    "report_batched": lambda: (
        "law",
        _("%(who)s made an E2B(R3) file with a report."),
        _("That it was made does not say that it was sent."),
    ),
    "report_acknowledged_by_authority": lambda: ("law", _("An authority answered about a report."), ""),
}
OUTCOMES: Mapping[str, str | Promise] = {
    "taken": gettext_lazy("taken"),
    "partly taken": gettext_lazy("partly taken"),
    "refused": gettext_lazy("refused"),
    "unknown": gettext_lazy("unknown"),
}
"""What an authority said of a whole file."""
