"""How many stored mails one process takes in per second, through the real pipeline."""

from __future__ import annotations

import time
from statistics import median

from answerable.channels.contract import Raw
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from bench.figures import Figure
from bench.mails import mails
from bench.people import World
from bench.words import Words

ROUNDS = 5
AIM = 300


def measure(world: World, *, count: int) -> list[Figure]:
    """Every round stores its mails first; only the opening is timed."""
    words = Words()
    rates = [_round(world, count, words) for _ in range(ROUNDS)]
    outcomes = dict(Envelope.objects.values_list("state").order_by("state").distinct().values_list("state", "reason"))
    note = f"one process, {ROUNDS} rounds of {count} mails, {min(rates):.0f} to {max(rates):.0f}; {', '.join(outcomes)}"
    return [Figure("Mails filed per second, median", median(rates), "/s", least=AIM, note=note)]


def _round(world: World, count: int, words: Words) -> float:
    raws = [Raw(body=body) for body in mails(count, to=world.mailbox.address, words=words)]
    for start in range(0, count, 100):
        receive(world.mailbox, raws[start : start + 100], at=now())
    begin = time.perf_counter()
    while pipeline.open_waiting(world.mailbox):
        pass
    return count / (time.perf_counter() - begin)
