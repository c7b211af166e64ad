"""Drawing lots: a share of what arrives is read blind, whatever the detectors say of it. Only so is it known what they miss.

The lot falls with the number of the message, before anybody read it, and nothing of its words or its author plays a part.

1. Of what no detector found, one in fifty is drawn.
2. Of what they found, one in ten is read a second time, blind and by another person: two readings are compared.
3. Of what was drawn where nothing was found, three in twenty are read a second time as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from answerable.core import inserting
from answerable.core.moments import now
from answerable.triage.models import Assessment, Lot

Tier = Assessment.Tier
CHANCES = {Tier.AUDIT: 0.02, Tier.BATCH: 0.1, Tier.REVIEW: 0.1, Tier.URGENT: 0.1}
SECOND = 0.15


def draw(made: Iterable[Assessment], *, chances: Mapping[Assessment.Tier, float] = CHANCES) -> None:
    """Draw among new messages. What the detectors found is drawn as a second reading: its first is on its way."""
    chosen = ((each, chances[Tier(each.tier)]) for each in made)
    lots = [_lot(each, chance) for each, chance in chosen if is_drawn(each.message_id, chance)]
    inserting.insert(lots, once=True)


def draw_second(lot: Lot) -> None:
    """After the first blind reading of what nothing was found in: some are read again by another person."""
    if lot.turn == 1 and is_drawn(lot.message_id, SECOND, turn=2):
        facts = {"tier": lot.tier, "over": lot.over, "language": lot.language, "chance": lot.chance * SECOND}
        made = Lot(workspace_id=lot.workspace_id, message_id=lot.message_id, turn=2, at=now(), **facts)
        inserting.insert([made], once=True)


def is_drawn(message_id: int, chance: float, *, turn: int = 1) -> bool:
    """Does the lot fall on it? The same for the same message, whoever asks."""
    told = sha256(f"lot {turn} of message {message_id}".encode()).digest()
    return int.from_bytes(told[:8]) < chance * 2**64


def _lot(made: Assessment, chance: float) -> Lot:
    return Lot(
        workspace_id=made.workspace_id,
        message_id=made.message_id,
        turn=1 if made.tier == Tier.AUDIT else 2,
        tier=made.tier,
        over=made.over,
        language=made.language,
        chance=chance,
        at=made.at,
    )
