"""What is said of saved queries: lines of the journal, and notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "query_saved": lambda: ("plus", _("%(who)s saved a query."), ""),
    "query_changed": lambda: ("settings", _("%(who)s changed a query."), ""),
    "query_retired": lambda: ("pause", _("%(who)s switched a query off."), ""),
    "query_resumed": lambda: ("play", _("%(who)s switched a query on again."), ""),
    "query_overshot": lambda: (
        "alert",
        _("A query found far more than was thought: %(posts)s in a day."),
        _("%(to)s was told."),
    ),
    "listening_respelt": lambda: ("settings", _("%(who)s changed how queries are spelt."), ""),
}
NOTICES: Mapping[str, Callable[[], str]] = {
    "query_overshot": lambda: _("A query finds far more than was thought. See whether its words are too wide."),
}
