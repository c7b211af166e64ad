"""What verdicts teach: learned from some authors, measured on others, and in use only once a person signed for it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from answerable.channels.contract import Raw
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import PASSWORD, Cast
from answerable.triage import assessing, challenging, comparing, judging, promoting
from answerable.triage.models import Assessment, Learned, Lot

pytestmark = pytest.mark.django_db
EVENTS = ("all wobbly with it", "so wobbly that it was no fun", "wobbly and off my feet")
OTHERS = ("happy with the parcel", "at the shop with it", "waiting for the parcel")
WHO = ("I was", "She is", "He was", "They are", "We were", "You are")
EACH = 54
ROW: dict[str, Any] = {
    "events": 12,
    "others": 9,
    "before": {"found": 3, "order": 0.5},
    "after": {"found": 7, "order": 0.6},
}


@pytest.fixture
def judged(cast: Cast) -> Cast:
    """What was said by many, and what Ada says that it is."""
    said = [f"{who} {what}." for what, who in product(EVENTS + OTHERS, WHO)] * 3
    raws = [
        Raw(body=letter(text, subject="Hello", sender=f"p{n}@example.net", message_id=f"<{n}@x>"))
        for n, text in enumerate(said)
    ]
    receive(cast.mailbox, raws, at=now())
    while pipeline.open_waiting(cast.mailbox):
        pass
    for message in Message.objects.order_by("pk"):
        there = "wobbly" in message.text
        judging.judge(message, "adverse_event", there=there, reason="said" if there else "meaning", by=cast.ada)
    Lot.objects.all().delete()  # what chance draws teaches nothing before it is counted; here nothing is drawn
    return cast


def house(cast: Cast) -> House:
    return House(cast.workspace.pk, "tests")


def challenge(cast: Cast) -> Learned | None:
    return challenging.challenge(cast.workspace.pk, by=house(cast))


def promote(learned: Learned, cast: Cast, password: str = PASSWORD) -> Learned:
    return promoting.promote(learned, because="It finds more.", password=password, by=cast.root)


def test_verdicts_teach_and_nothing_changes_until_somebody_signs(judged: Cast) -> None:
    made = challenge(judged)
    assert made is not None
    (row,) = made.figures
    assert (row["detector"], row["language"], made.messages) == ("adverse_event", "en", 2 * EACH)
    assert row["learned_from"] + row["events"] + row["others"] == 2 * EACH, "nobody is on both sides"
    assert row["before"]["found"] == 0
    assert comparing.is_better(made.figures)
    assert assessing.in_use(judged.workspace.pk)[1] == []
    assert Event.objects.get(kind="detectors_learned").data["learned"] == made.pk
    assert challenge(judged) is None, "no verdict is new"
    _sign_and_read(made, judged)


def _sign_and_read(made: Learned, cast: Cast) -> None:
    with pytest.raises(Invalid, match="not your password"):
        promote(made, cast, password="wrong")
    with pytest.raises(NotAllowed):
        promoting.promote(made, because="x", password=PASSWORD, by=cast.ada)
    promoted = promote(made, cast)
    assert promoted.signature.startswith("Root, ")
    assert promoted.signature.endswith(promoting.digest(made))
    assert Event.objects.get(kind="detectors_promoted").data["signature"] == promoted.signature
    with pytest.raises(Conflict, match="in use already"):
        promote(made, cast)
    arrive(letter("My sister was so wobbly with it.", message_id="<new@x>", subject="Hello"), cast.mailbox)
    read = Assessment.objects.latest("pk")
    assert (read.over, read.detectors[-2:]) == (["adverse_event"], "+1")
    part = read.parts["adverse_event"]
    assert part["bias"] + sum(each["weight"] for each in part["parts"]) == pytest.approx(read.scores["adverse_event"])
    assert "wobbly" not in str(read.parts), "places are kept, not words"
    promoting.step_back(promoted, because="Too many calls.", password=PASSWORD, by=cast.root)
    assert assessing.in_use(cast.workspace.pk)[1] == []
    assert Event.objects.get(kind="detectors_stepped_back").data["why"] == "Too many calls."


def test_few_verdicts_teach_nothing(cast: Cast) -> None:
    case = arrive(letter("I was all wobbly with it."), cast.mailbox)
    assert case is not None
    assert challenge(cast) is None
    judging.judge(case.filings.get().message, "adverse_event", there=True, reason="said", by=cast.ada)
    assert challenge(cast) is None


@pytest.mark.parametrize(
    ("changed", "better"),
    [
        ({}, True),
        ({"events": 9}, False),
        ({"others": 0}, False),
        ({"after": {"found": 2, "order": 0.9}}, False),
        ({"after": {"found": 7, "order": 0.4}}, False),
        ({"after": {"found": 3, "order": 0.5}}, False),
    ],
)
def test_better_is_more_found_and_nothing_worse_on_enough(changed: dict[str, Any], better: bool) -> None:
    assert comparing.is_better([{**ROW, **changed}]) is better


def keep(cast: Cast, number: int, **changed: Any) -> Learned:
    kept = {"heads": {"version": 1, "heads": []}, "messages": 1, "last_verdict": number, "data": "", "at": now()}
    return Learned.objects.create(workspace=cast.workspace, number=number, **kept, **changed)


def test_what_is_not_better_is_refused_and_one_is_in_use(cast: Cast) -> None:
    with pytest.raises(Conflict, match="not better"):
        promote(keep(cast, 1), cast)
    first, second = keep(cast, 2, figures=[ROW]), keep(cast, 3, figures=[ROW])
    promote(first, cast)
    promote(second, cast)
    first.refresh_from_db()
    assert first.ended_at
    assert promote(first, cast).is_in_use, "what was in use may come back"
    with pytest.raises(IntegrityError), transaction.atomic():
        Learned.objects.filter(pk=second.pk).update(ended_at=None)


def test_another_workspace_sees_nothing_of_it(cast: Cast) -> None:
    keep(cast, 1)
    assert access.rows(Learned, cast.root).exists()
    assert not access.rows(Learned, cast.otto).exists()


def test_the_page_shows_the_figures_and_takes_the_signature(cast: Cast) -> None:
    side = {"found": 0, "interval": [0.1, 0.9], "wrongly": 0, "order": 0.5}
    row = {"detector": "press", "language": "pl", **ROW, "before": side, "after": {**side, "found": 5}}
    kept, client = keep(cast, 1, figures=[row]), Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    shown = client.get("/settings/detectors").content.decode()
    assert "Press (pl)" in shown
    assert "How much is found" in shown
    given = {"because": "It finds more.", "password": "wrong"}
    assert client.post(f"/settings/detectors/{kept.pk}/promotion", given).status_code == 422
    given["password"] = PASSWORD
    assert client.post(f"/settings/detectors/{kept.pk}/promotion", given).status_code == 303
    assert "It finds more." in client.get("/settings/detectors").content.decode()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    assert client.get("/settings/detectors").status_code == 403
