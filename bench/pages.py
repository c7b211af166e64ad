"""The inbox at three sizes and a case of two hundred messages, asked of a real web process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from statistics import median

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.core.moments import now
from answerable.house.state import State
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from bench import bulk, house
from bench.asking import Browser
from bench.figures import Figure, timed
from bench.people import World, signed_in
from bench.words import Words

AIM, CASE_AIM, GROWTH = 30, 60, 1.5
WHY = "it is nearly all Python: see the smallest page, which asks who looks and draws the frame, and the growth"
WHY_CASE = "two hundred messages are built and drawn in Python, about 0.3 ms each; the database takes a tenth of it"
LOOKERS = ("agent of two teams", "lead who sees all")
LONG = 200


def measure(state: State, world: World, *, sizes: Sequence[int], rounds: int) -> list[Figure]:
    """The tables grow from size to size; a quarter more lies in a noisy workspace beside."""
    figures: list[Figure] = []
    medians: dict[str, list[float]] = {name: [] for name in LOOKERS}
    for size in sizes:
        bulk.grow(state, world, size)
        with house.pages() as port:
            if size == sizes[0]:
                smallest = Browser(port, signed_in(world.viewers[LOOKERS[0]])).times(["/keys"], rounds)
                figures.append(Figure("Smallest page for staff, median", median(smallest), "ms"))
            for name in LOOKERS:
                times = Browser(port, signed_in(world.viewers[name])).times(["/"], rounds)
                medians[name].append(median(times))
                figures.append(timed(f"Inbox, {size:,} cases, {name}", times, most=AIM, why=WHY))
    growth = max(each[-1] / each[0] for each in medians.values())
    note = "median at the largest size by median at the smallest, the worse of the two"
    return [*figures, Figure("Inbox, growth", growth, "times", most=GROWTH, note=note)]


def measure_case(world: World, *, rounds: int) -> list[Figure]:
    case = _long_case(world)
    with house.pages() as port:
        times = Browser(port, signed_in(world.viewers["agent of two teams"])).times([f"/cases/{case.pk}"], rounds)
    return [timed(f"Case page, {case.filings.count()} messages", times, most=CASE_AIM, why=WHY_CASE)]


def _long_case(world: World) -> Case:
    words = Words(seed=11)
    for number in range(LONG):
        body = _letter(number, world.mailbox.address, words)
        receive(world.mailbox, [Raw(body=body)], at=now() - timedelta(hours=7 * (LONG - number)))
    while pipeline.open_waiting(world.mailbox):
        pass
    case = Case.objects.filter(subject="A long story").first()
    assert case is not None
    return case


def _letter(number: int, to: str, words: Words) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Pia <pia@customers.example>", to, "A long story"
    mail["Message-ID"], mail["References"] = f"<long.{number}@customers.example>", "<long.0@customers.example>"
    mail.set_content(words.text(60))
    return mail.as_bytes()
