"""Learning at night: from what people said, held against a part that was never learned from, and used only when better."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from answerable.channels.contract import Raw
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.listening import tones
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast
from answerable.triage import jobs, tone_learning, toning
from answerable.triage.models import ToneAssessment, ToneSum
from answerable.triage.tone_learning import is_better

PLACES = ("on the bus", "in the shop", "at home", "on the road")
THINGS = ("meter", "pump", "pen", "sensor", "phone", "router", "cuff", "strip")


def said(cast: Cast, *texts: str, first: int = 0) -> list[Message]:
    """What as many people say, in one batch."""
    letters = (
        letter(text, sender=f"p{number}@example.net", message_id=f"<{number}@x>", subject="")
        for number, text in enumerate(texts, first)
    )
    receive(cast.mailbox, [Raw(each) for each in letters], at=now())
    pipeline.open_waiting(cast.mailbox)
    return list(Message.objects.order_by("-pk")[: len(texts)])


def judged(cast: Cast, texts: Iterable[str] = (), *, first: int = 0) -> None:
    """Thirty-two people say that something glubs, which is no word of any lexicon, and Ada says how that sounds."""
    told = list(texts) or [f"My {thing} always glubs {place}." for place in PLACES for thing in THINGS]
    messages = said(cast, *told, first=first)
    toning.assess(messages, by=house(cast))
    for message in messages:
        toning.judge(message, "tone", "negative", by=cast.ada)


def house(cast: Cast) -> House:
    return House(cast.ada.workspace_id, "triage")


@pytest.fixture(autouse=True)
def _fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tone_learning, "FEWEST", 15)
    monkeypatch.setattr(tone_learning, "FEWEST_RESERVED", 4)


def test_what_people_said_is_learned_measured_and_used(cast: Cast) -> None:
    judged(cast)
    assert tones.read("My lamp always glubs at noon.", "en").tone != "negative"

    jobs.learn_tones(cast.ada.workspace_id)

    made = ToneSum.objects.get()
    assert (made.language, made.number, made.promoted) == ("en", 1, True)
    card = made.card
    assert card["verdicts"] + card["reserved"] == 32
    assert card["won"] > card["lost"] == 0
    assert card["figures"]["tone"]["right"] > card["before"]["tone"]["right"]
    event = Event.objects.get(kind="tone_learned")
    assert (event.data["promoted"], event.data["won"], event.part) == (True, card["won"], "triage")
    later = said(cast, "My lamp always glubs at noon.", first=100)[0]
    toning.assess([later], by=house(cast))
    found = ToneAssessment.objects.get(message=later)
    assert (found.tone, found.used) == ("negative", made)
    assert "glub" not in str(made.numbers) + str(made.card)
    assert access.rows(ToneSum, cast.ada).count() == 1
    assert access.rows(ToneSum, cast.otto).count() == 0
    assert toning.in_use(cast.otto.workspace_id) == {}


def test_a_challenger_that_is_no_better_is_kept_with_its_card_and_never_used(cast: Cast) -> None:
    judged(cast)
    first = tone_learning.learn_all(by=house(cast))[0]
    assert tone_learning.learn_all(by=house(cast)) == [], "nobody said anything new"
    judged(cast, ["My lamp always glubs here."], first=100)

    second = tone_learning.learn_all(by=house(cast))[0]

    assert (second.number, second.promoted, second.numbers) == (2, False, {})
    assert toning.in_use(cast.ada.workspace_id) == {"en": first}
    assert Event.objects.filter(kind="tone_learned", data__promoted=False).count() == 1


def test_what_is_reserved_and_what_teaches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(cast)
    before = tone_learning.lesson(cast.ada.workspace_id, "en")
    judged(cast, ["My lamp always glubs here."], first=100)
    after = tone_learning.lesson(cast.ada.workspace_id, "en")
    assert {each.text for each in before.reserved} <= {each.text for each in after.reserved}, "for ever"
    assert not {each.group for each in after.reserved} & {each.group for each in after.learned}
    gone = Message.objects.filter(text__contains="on the bus")
    gone.update(withdrawn_at=gone[0].received_at)
    left = tone_learning.lesson(cast.ada.workspace_id, "en")
    assert len(left.learned) + len(left.reserved) == 33 - 8, "what its author took back teaches nothing"
    monkeypatch.setattr(tone_learning, "FEWEST", 500)
    assert tone_learning.learn_all(by=house(cast)) == [], "on fewer a difference is chance"


@pytest.mark.parametrize(
    ("won", "lost", "better"), [(0, 0, False), (1, 0, True), (1, 1, False), (5, 3, False), (6, 3, True)]
)
def test_better_is_more_than_chance_does(won: int, lost: int, better: bool) -> None:
    assert is_better(won, lost) is better
