"""What an authority answers to a batch: taken, refused, and why, message by message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from answerable.core.errors import Invalid
from answerable.safety.e2b.groups import Group
from answerable.safety.e2b.reader import parse, read_by
from answerable.safety.e2b.shapes import shape_of

ROOT = "MCCI_IN200101UV01"


class Outcome(StrEnum):
    """What became of a batch or a message. Unknown is a value: what we do not know was not taken."""

    TAKEN = "taken"
    PARTLY = "partly taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


OF_BATCH = {"AA": Outcome.TAKEN, "AE": Outcome.PARTLY, "AR": Outcome.REFUSED}
OF_MESSAGE = {"CA": Outcome.TAKEN, "CR": Outcome.REFUSED, "CE": Outcome.REFUSED}


@dataclass(frozen=True)
class OfMessage:
    """The answer about one report. `number` is ours (C.1.1 as we sent it), `theirs` is the number that they gave it."""

    number: str
    theirs: str
    outcome: Outcome
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Acknowledgement:
    """The answer about a batch: its number as we sent it, when they made the answer, and each report in it."""

    batch: str
    sender: str
    made_at: str
    outcome: Outcome
    reasons: tuple[str, ...]
    messages: tuple[OfMessage, ...]

    @property
    def taken(self) -> bool:
        """Is every report of the batch with them? Only then a referral is done."""
        return self.outcome is Outcome.TAKEN and all(each.outcome is Outcome.TAKEN for each in self.messages)

    def sentences(self) -> Iterator[str]:
        yield f"Batch {self.batch} at {self.sender}: {self.outcome}."
        yield from (f"  {reason}" for reason in self.reasons)
        for each in self.messages:
            yield f"Report {each.number}: {each.outcome}{f', there as {each.theirs}' if each.theirs else ''}."
            yield from (f"  {reason}" for reason in each.reasons)


def read(data: bytes) -> Acknowledgement:
    """The answer in a file. Raises `Invalid` for what is none, or names no batch of ours."""
    group = read_by(shape_of("ack"), parse(data, ROOT)).batch
    if not group.text("ACK.A.1"):
        raise Invalid("The answer does not say which batch it is about. Nothing was changed. Ask its sender.")
    return Acknowledgement(
        batch=group.text("ACK.A.1"),
        sender=group.text("ACK.M.2"),
        made_at=group.text("ACK.M.4"),
        outcome=OF_BATCH.get(group.text("ACK.A.4"), Outcome.UNKNOWN),
        reasons=_reasons(group, "ACK.A.5"),
        messages=tuple(_message(each) for each in group.every("ACK.B.r")),
    )


def _message(group: Group) -> OfMessage:
    return OfMessage(
        number=group.text("ACK.B.r.1"),
        theirs=group.text("ACK.B.r.2"),
        outcome=OF_MESSAGE.get(group.text("ACK.B.r.6"), Outcome.UNKNOWN),
        reasons=_reasons(group, "ACK.B.r.7"),
    )


def _reasons(group: Group, name: str) -> tuple[str, ...]:
    """Several reasons come in one text, with semicolons between."""
    texts = (each.text(name) for each in group.every(name))
    return tuple(reason.strip() for text in texts for reason in text.split(";") if reason.strip())
