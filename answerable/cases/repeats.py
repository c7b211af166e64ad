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


def retitle(message: Message, *, before: str) -> None:
    """Repeat them, and in its subject as well where that was made from what stood there before."""
    case = _case_of(message)
    if case is not None and case.subject == before.strip()[:400]:
        Case.objects.filter(pk=case.pk).update(subject=filing.subject_of(message))
    renew(message)


def forget_subject(message: Message) -> None:
    """Take the subject off the message's case where it was made from this message. To be called before the words go."""
    case = _case_of(message)
    if case is not None and case.subject == filing.subject_of(message):
        Case.objects.filter(pk=case.pk).update(subject=NO_SUBJECT)


def _case_of(message: Message) -> Case | None:
    return Case.objects.filter(filings__message=message).first()
