"""Matching a new message against 100,000 open cases: of a stranger, of a known customer, and of one who names an order."""

from __future__ import annotations

import time
from datetime import timedelta

from answerable.cases import matching
from answerable.cases.models import Case
from answerable.cases.traits import Traits, of_person, of_words
from answerable.core.moments import now
from bench.bulk import FIRST
from bench.figures import Figure, timed
from bench.people import World
from bench.words import Words

AIM = 20
WARM_UP = 5


def measure(world: World, *, rounds: int) -> list[Figure]:
    words = Words(seed=31)
    known = list(Case.objects.filter(workspace=world.ours, state="open").order_by("-pk")[: rounds * 7 : 7])
    count = Case.objects.filter(workspace=world.ours, state="open").count()
    sides = [_side(words, number, known[number % len(known)]) for number in range(rounds)]
    for side in sides[:WARM_UP]:
        matching.find(side, workspace_id=world.ours.pk)
    figures = [_timed(side, world) for side in sides]
    found = sum(hits for _, hits in figures)
    name = f"Matching a new message against {count:,} open cases"
    return [timed(name, [took for took, _ in figures], most=AIM, note=f"{found} likely cases in {rounds} messages")]


def _timed(side: Traits, world: World) -> tuple[float, int]:
    begin = time.perf_counter()
    found = matching.find(side, workspace_id=world.ours.pk)
    return (time.perf_counter() - begin) * 1000, len(found)


def _side(words: Words, number: int, case: Case) -> Traits:
    """A third each: somebody new, a customer with an open case, somebody new who names another's order."""
    at, sort = now() - timedelta(hours=number % 48), number % 3
    order = f"Order AB{case.pk - FIRST}" if sort == 2 else ""
    seen = of_words(words.sentence(6), f"{words.text(60)}\n{order}\n{number % 300} PLN")
    person = of_person(value=f"new{number}@customers.example", display=f"Person {number}")
    return Traits(case.contact_id if sort == 1 else None, seen | person, "", at, at)
