"""Reports for tests: Pia who tells of herself, Rob who tells of his mother. Both about products that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime

from answerable.safety.e2b.from_report import Sending
from answerable.safety.reports import (
    AgeGroup,
    Criterion,
    Device,
    Minimum,
    Outcome,
    Patient,
    Product,
    Qualification,
    Reaction,
    Report,
    Reporter,
    Role,
    Seriousness,
    Sex,
    Situation,
    Sort,
    Span,
    Status,
    Term,
)

POST = "Depois da segunda dose de Velorin tive tonturas fortes e fui internada. Pia"
DUMMY = Term("10000000", "99.0")
AT = datetime(2026, 7, 3, 10, 15, tzinfo=UTC)
SENDING = Sending("Acme", "ACME", "EVHUMAN", "EVHUMAN", "2026-0001", AT, zone="Europe/Lisbon")


def span(words: str, text_id: str = "1", text: str = POST) -> Span:
    start = text.index(words)
    return Span(text_id, start, start + len(words), words)


def pia() -> Report:
    """One serious reaction to a medicine, coded by a dummy, told by the patient herself."""
    dizzy = Reaction(
        words="tonturas fortes",
        language="por",
        translation="severe dizziness",
        seriousness=(Seriousness.HOSPITAL,),
        outcome=Outcome.RECOVERING,
        onset=date(2026, 6, 30),
        country="PT",
        term=DUMMY,
        spans=(span("tonturas fortes"),),
    )
    velorin = Product("Velorin", lot="L-17", dose="20", dose_unit="mg", started=date(2026, 6, 1), taken_for="dor")
    return Report(
        number="PT-ACME-0001",
        sort=Sort.ADVERSE_EVENT,
        received_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
        latest_at=datetime(2026, 7, 2, 9, 0, tzinfo=UTC),
        country="PT",
        narrative="After the second dose of Velorin a woman felt severe dizziness and was taken to hospital.",
        told=POST,
        told_language="por",
        reporters=(Reporter(Qualification.CONSUMER, given_name="Pia", email="pia@example.org"),),
        patient=Patient(initials="P. S.", age="40", sex=Sex.FEMALE),
        reactions=(dizzy,),
        products=(velorin,),
        situations=(Situation.OVERDOSE,),
        criteria={Minimum.REACTION: Criterion(Status.PRESENT, (span("tonturas fortes"),))},
    )


def rob() -> Report:
    """A device that failed: Rob tells of his mother, an adult of whom no more is known."""
    glimo = Device(
        common_name="glucose sensor",
        product_code="ABC",
        model="G2",
        serial="SN-9",
        udi="(01)00000000000000(10)L9",
        maker="Acme",
        maker_country="PT",
        failed=True,
        problems=("A0101",),
        handled_by=Qualification.CONSUMER,
        kept_for_study=True,
        remedies=("replacement",),
    )
    return Report(
        number="US-ACME-0002",
        sort=Sort.TECHNICAL_COMPLAINT,
        received_at=AT,
        latest_at=AT,
        country="US",
        narrative="The sensor fell off during the night, and the receiver showed no value until the morning.",
        reporters=(Reporter(given_name="Rob", family_name="Reis", telephone="+1 555 0100"),),
        patient=Patient(age_group=AgeGroup.ELDERLY),
        products=(Product("Glimo", Role.SUSPECT, lot="L9", device=glimo),),
    )
