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
    "wording_ends": lambda: ("hourglass", _("A version of a wording ends soon."), _("Its people were told.")),
    "approval_rule_made": lambda: ("plus", _("%(who)s made a rule for four eyes."), ""),
    "approval_rule_ended": lambda: ("aside", _("%(who)s ended a rule for four eyes."), ""),
    "approval_asked": lambda: ("hourglass", _("%(who)s put an answer before another person."), _("It waits.")),
    "approval_given": lambda: ("check", _("%(who)s approved an answer of %(to)s."), ""),
    "approval_declined": lambda: ("stop", _("%(who)s declined an answer of %(to)s."), _("It did not go out.")),
    "approval_taken_back": lambda: ("undo", _("%(who)s took back an answer that waited for approval."), ""),
}
NOTICES: Mapping[str, Callable[[], str]] = {
    "wording_ends_30": lambda: _("A wording ends within 30 days. Read it again, and propose its next version."),
    "wording_ends_7": lambda: _("A wording ends within 7 days. After its last day no answer with it goes out."),
    "approval_declined": lambda: _(
        "Your answer was declined. The text is your draft again; the reason stands beside it."
    ),
}
