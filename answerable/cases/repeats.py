"""Keeping true what a case repeats of a message whose words changed or went."""

from __future__ import annotations

from answerable.cases import figures, filing, redirects
from answerable.cases.models import Case
from answerable.conversations.models import Message

NO_SUBJECT = "—"


def renew(message: Message) -> None:
    """Repeat the words of the message's case as they are now."""
    case = _case_of(message)
    if case is not None:
        figures.renew(redirects.lock([case.pk])[case.pk])


def forget_subject(message: Message) -> None:
    """Take the subject off the message's case where it was made from this message. To be called before the words go."""
    case = _case_of(message)
    if case is not None and case.subject == filing.subject_of(message):
        Case.objects.filter(pk=case.pk).update(subject=NO_SUBJECT)


def _case_of(message: Message) -> Case | None:
    return Case.objects.filter(filings__message=message).first()
