"""What is said of wordings and of answers that wait for approval: lines of the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "wording_begun": lambda: ("plus", _("%(who)s began a wording."), ""),
    "wording_proposed": lambda: (
        "book",
        _("%(who)s wrote a version of a wording."),
        _("It waits for another person’s approval."),
    ),
    "wording_approved": lambda: ("check", _("%(who)s approved a version of a wording."), ""),
    "wording_declined": lambda: ("stop", _("%(who)s declined a version of a wording."), ""),
    "wording_withdrawn": lambda: (
        "stop",
        _("%(who)s withdrew a version of a wording."),
        _("It may not be said any more."),
    ),
}
