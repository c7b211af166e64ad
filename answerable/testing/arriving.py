"""How tests enter: through a channel, as bytes."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.receiving import receive


def letter(
    text: str,
    *,
    subject: str = "Glimo and its batteries",
    sender: str = "Barbara <barbara@example.net>",
    to: str = "care@example.org",
    message_id: str = "<one@example.net>",
    **headers: str,
) -> bytes:
    """A plain mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    mail["Date"] = "Thu, 02 Jul 2026 18:12:00 +0200"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def arrive(body: bytes, source: Source, *, at: datetime | None = None) -> Case | None:
    """Bytes reach a source and everything that waits there is opened; returns the case of the last message."""
    ids = receive(source, [Raw(body=body)], at=at or now())
    while pipeline.open_waiting(source):
        pass
    return Case.objects.filter(filings__message__sightings__envelope__in=ids).order_by("-filings__id").first()


def happened(case: Case, kind: str) -> bool:
    """Does the journal of the case hold an event of this kind?"""
    return Event.objects.filter(chain=f"case:{case.pk}", kind=kind).exists()
