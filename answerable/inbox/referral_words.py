"""What referral says: its notices, its lines of the journal, and the names of its states and differences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from answerable.core.web import times
from answerable.safety.models import Referral
from answerable.safety.reconciliation import Gap

TIMES = re.compile(r"(\d+) time(?:s|\(s\))")
MOMENT = re.compile(r"(sent|due|there|there since) (\d{4}-\d\d-\d\d \d\d:\d\d)")

NOTICES: Mapping[str, Callable[[], str]] = {
    "referral_refused": lambda: _("A safety system refused a report. Read why, correct it, and send it again."),
    "referral_overdue": lambda: _("A report was not acknowledged by a safety system in time."),
    "referral_different": lambda: _(
        "A safety system acknowledged other contents than we sent. Ask them what they hold."
    ),
    "referral_unclear": lambda: _(
        "A safety system answered, and whether it took the report is not clear. Read the answer."
    ),
    "answer_about_nothing": lambda: _("A safety system answered about a report that we never sent there."),
    "safety_system_failing": lambda: _("A safety system takes nothing now. Reports wait and are tried again."),
    "reconciliation_differs": lambda: _("The balance with a safety system does not agree. Each difference is named."),
    "reconciliation_missed": lambda: _("There was no balance with a safety system today: its list could not be read."),
}
SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "safety_system_made": lambda: ("plus", _("%(who)s connected a safety system."), ""),
    "safety_system_changed": lambda: ("settings", _("%(who)s changed the settings of a safety system."), ""),
    "safety_system_instructed": lambda: ("settings", _("%(who)s said what goes to a safety system by itself."), ""),
    "safety_system_paused": lambda: ("pause", _("%(who)s paused the way to a safety system."), _("Reports wait; time limits run on.")),
    "safety_system_resumed": lambda: ("play", _("%(who)s opened the way to a safety system again."), ""),
    "safety_system_ended": lambda: ("stop", _("%(who)s ended the way to a safety system."), ""),
    "safety_system_failing": lambda: ("alert", _("A safety system takes nothing now."), _("Reports wait and are tried again.")),
    "safety_system_works": lambda: ("check", _("A safety system takes reports again."), ""),
    "report_referred": lambda: ("send", _("%(who)s put version %(version)s of a report on its way to the safety system."), ""),
    "referral_sent": lambda: ("send", _("A report went to the safety system."), _("It is done when they acknowledge it.")),
    "referral_unknown": lambda: ("help", _("Whether a report arrived at the safety system is not known."), _("It is looked up there, and not sent again blindly.")),
    "referral_found": lambda: ("check", _("A report in doubt is in the safety system."), ""),
    "referral_not_there": lambda: ("undo", _("A report in doubt is not in the safety system."), _("It goes out again under the same key.")),
    "referral_acknowledged": lambda: ("check", _("The safety system acknowledged a report."), ""),
    "referral_refused": lambda: ("x", _("The safety system refused a report."), ""),
    "referral_different": lambda: ("alert", _("The safety system acknowledged other contents than we sent."), _("It counts as not acknowledged.")),
    "referral_unclear": lambda: ("help", _("The safety system answered, and whether it took the report is not clear."), ""),
    "referral_overdue": lambda: ("alert", _("A report was not acknowledged by the safety system in time."), ""),
    "referral_repeated": lambda: ("undo", _("%(who)s sent a report to the safety system once more."), ""),
    "referral_settled": lambda: ("sign", _("%(who)s said what became of a report on its way to the safety system."), ""),
    "safety_reconciled": lambda: ("law", _("Both sides of a safety system were compared."), _("Differences: %(differences)s")),
    "safety_not_reconciled": lambda: ("alert", _("The list of a safety system could not be read today."), ""),
    "discrepancy_settled": lambda: ("sign", _("%(who)s said what a difference with a safety system is."), ""),
}  # fmt: skip
GAPS: Mapping[str, Callable[[], str]] = {
    Gap.NOT_THERE: lambda: _("They do not hold it"),
    Gap.NOT_ACKNOWLEDGED: lambda: _("They hold it, and have not acknowledged it"),
    Gap.ACKNOWLEDGED_NOT_THERE: lambda: _("They acknowledged it, and do not hold it"),
    Gap.OVERDUE: lambda: _("It was due, and they do not hold it"),
    Gap.DOUBLED: lambda: _("They hold it more than once"),
    Gap.DIFFERENT: lambda: _("They hold other contents"),
    Gap.LATE: lambda: _("They got it later than it was due"),
    Gap.NOT_OURS: lambda: _("They hold it, and it is not from us"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    Referral.State.WAITING: ("", "hourglass"),
    Referral.State.SENDING: ("", "send"),
    Referral.State.SENT: ("soon", "send"),
    Referral.State.UNKNOWN: ("soon", "help"),
    Referral.State.ACKNOWLEDGED: ("good", "check"),
    Referral.State.REFUSED: ("late", "x"),
}
LISTED_BY: Mapping[str, Callable[[], str]] = {
    "program": lambda: _("asked for by this desk"),
    "file": lambda: _("from a file that somebody handed in"),
    "mailbox": lambda: _("from a mail"),
    "folder": lambda: _("from a file in the folder"),
}


def gap(name: str) -> str:
    return GAPS[name]() if name in GAPS else name


def listed_by(name: str) -> str:
    return LISTED_BY[name]() if name in LISTED_BY else name


def difference(words: str, now: datetime) -> str:
    """What a comparison wrote of a difference, in the reader's language and time: "due Mon 30 Nov, 13:13"."""
    return ", ".join(_clause(each, now) for each in words.split(", "))


def _clause(words: str, now: datetime) -> str:
    if words == "never sent":
        return f"{_('Sent')}: {_('not yet')}"
    if counted := TIMES.fullmatch(words):
        return f"{counted[1]} ×"
    told = MOMENT.fullmatch(words)
    if told is None:
        return words
    when = times.full(datetime.fromisoformat(told[2]).replace(tzinfo=UTC), now)
    if told[1] == "due":
        return _("due %(when)s") % {"when": when}
    return f"{_('Sent') if told[1] == 'sent' else _('They hold')}: {when}"
