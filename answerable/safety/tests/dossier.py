"""A report on record for tests of coding and leaving, a safety officer, and dictionaries with words of ours that mean nothing."""

from __future__ import annotations

from dataclasses import replace

from answerable.cases.models import Case, Filing
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.safety import loading, reporting, taking_in
from answerable.safety.models import Dictionary, Report
from answerable.safety.reports import Criterion, Minimum, Span, Status
from answerable.safety.tests.by_hand import by_hand_only
from answerable.safety.tests.told import pia
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user

WORDS = "Depois da segunda dose de Velorin tive tonturas fortes."
LLT = "\n".join(
    f"{10000000 + number}${words}$10000000$$$$$$${'Y' if current else 'N'}$$"
    for number, (words, current) in enumerate(
        [
            ("Tontura inventada", True),
            ("Dizziness made up", True),
            ("Ache made up", True),
            ("Old dizziness made up", False),
        ]
    )
)
IMDRF = "code,term,definition\nA01,Battery problem of ours,x\nA02,Signal problem of ours,x\n"


def make_officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Olga"), ["safety_officer"], [cast.front_line])


def opened(cast: Cast, *, coded: bool = False, message_id: str = "<pia@example.net>", text: str = WORDS) -> Report:
    """Pia's report, whose reaction stands in her own letter."""
    by_hand_only(cast)
    case = arrive(letter(text, message_id=message_id, sender="Pia <pia@example.net>"), cast.mailbox)
    assert case is not None
    message = first_of(case)
    start = message.text.index("tonturas")
    span = Span(str(message.pk), start, start + len("tonturas fortes"), "tonturas fortes")
    told = pia()
    reaction = replace(told.reactions[0], spans=(span,), term=told.reactions[0].term if coded else None)
    values = replace(
        told,
        received_at=message.received_at,
        latest_at=message.received_at,
        reactions=(reaction,),
        criteria={Minimum.REACTION: Criterion(Status.PRESENT, (span,))},
    )
    return reporting.open_report(message, values=values, reason="A suspicion was told.", by=cast.ada)


def first_of(case: Case) -> Message:
    return Filing.objects.filter(case=case).select_related("message").latest("pk").message


def loaded(
    by: Viewer,
    text: str = LLT,
    *,
    kind: str = "meddra",
    release: str = "99.0",
    language: str = "por",
    name: str = "llt.asc",
) -> Dictionary:
    """Handed in, and taken in as the job does it."""
    made = loading.load(kind=kind, release=release, language=language, name=name, pieces=[text.encode()], by=by)
    taking_in.take_in(made)
    made.refresh_from_db()
    return made
