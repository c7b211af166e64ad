"""What a notice says: why somebody of the house should look at a case, a source, an incident, a query or the detectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from answerable.cases.models import Notice
from answerable.channels.models import SourceNotice
from answerable.inbox import listening_words, radar_words, referral_words, review_words, safety_words, wording_words
from answerable.listening.models import QueryNotice
from answerable.metrics.models import IncidentNotice
from answerable.replies.models import WordingNotice
from answerable.safety.models import SafetyNotice

SENTENCES: Mapping[str, Callable[[], str]] = {
    "transfer_offered": lambda: _("A case is offered to you."),
    "transfer_declined": lambda: _("Your offer was declined. You hold the case."),
    "transfer_returned": lambda: _("An offer came back: nobody answered in time."),
    "case_followed": lambda: _("You follow this case now."),
    "case_pushed": lambda: _("Somebody asks for movement. You owe them an answer."),
    "push_answered": lambda: _("Your push was answered."),
    "push_unanswered": lambda: _("Nobody answered a push in time."),
    "case_woke": lambda: _("A case woke."),
    "nobody_fits": lambda: _("Nobody of the team fits this case or has room for it."),
    "idle": lambda: _("Nothing was done about a case that you hold. It goes back into the queue soon."),
    "idle_returned": lambda: _("A case went back into the queue: its holder did nothing."),
    "clock_warned": lambda: _("A clock of a case runs out soon."),
    "clock_breached": lambda: _("A clock of a case ran out."),
    "clocks_breached": lambda: _("Clocks of more than ten cases ran out. This case is over longest."),
    "not_solved": lambda: _("The customer says that it is not solved."),
    "promise_broken": lambda: _("A promise was not kept."),
    "remedy_waits": lambda: _("A remedy waits for your approval."),
    "authorisation_lost": lambda: _("A source has lost its authorisation. Authorise it anew."),
    "authorisation_ends_14": lambda: _("The authorisation of a source ends within 14 days. Authorise it anew."),
    "authorisation_ends_7": lambda: _("The authorisation of a source ends within 7 days. Authorise it anew."),
    "authorisation_ends_1": lambda: _("The authorisation of a source ends within a day. Authorise it anew."),
    "cap_near": lambda: _("A source has spent four fifths of what it may cost this month."),
    "cap_rests": lambda: _("A source listens no longer this month: what is left of its money is kept for answers."),
    "cap_reached": lambda: _("A source has spent what it may cost this month. Answers wait until you raise the cap."),
    **listening_words.NOTICES,
    **radar_words.NOTICES,
    **referral_words.NOTICES,
    **review_words.NOTICES,
    **safety_words.NOTICES,
    **wording_words.NOTICES,
}


def sentence(notice: Notice | SourceNotice | IncidentNotice | WordingNotice | SafetyNotice | QueryNotice) -> str:
    tell = SENTENCES.get(notice.kind)
    return tell() if tell else notice.kind.replace("_", " ").capitalize() + "."
