"""What words found is weighed: set aside with its reason, and never where it must be read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases.models import Case
from answerable.channels.contract import Withdrawn
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.models import Event, Workspace
from answerable.core.moments import now
from answerable.intake import emptying, replaying
from answerable.intake.models import Envelope, Weighed
from answerable.intake.weighing import may_be_event
from answerable.testing.cast import Cast
from answerable.testing.everybody import did, hear, listening, said
from answerable.triage.detecting.findings import Tier
from answerable.triage.detecting.reading import read

pytestmark = pytest.mark.django_db
SPAM = "Glimo covers for you, shop now and use my code ANNA for your order, click here"
FIRST = "The people at Glimo never answer their telephone and I have now called them nine times"
EVENT = "My mother took Velorin and then she had a bad rash and was in hospital for a week"


@pytest.fixture
def source(cast: Cast) -> Source:
    return listening(cast, words="Glimo, Velorin")


def test_spam_is_set_aside_with_its_reason_and_the_words(cast: Cast, source: Source) -> None:
    hear(source, [said(1, SPAM, by="anna")])
    row, envelope = Weighed.objects.get(), Envelope.objects.get()
    assert (row.sort, row.author, row.text) == ("spam", did("anna"), SPAM)
    shown = {one["name"]: [SPAM[start:end] for start, end in one["spans"]] for one in row.evidence}
    assert shown == {"look_at_my_profile": ["use my code"], "offer": ["shop now", "click here"]}
    assert (envelope.state, envelope.reason) == ("set_aside", "It is spam by its words. It can be taken back.")
    assert Event.objects.filter(kind="envelope_set_aside", data__envelope=envelope.pk).exists()
    assert not Message.objects.exists()


def test_what_is_said_to_us_is_never_weighed(cast: Cast, source: Source) -> None:
    hear(source, [said(1, f"@care.glimo.example {SPAM}", by="anna")])
    assert not Weighed.objects.exists()
    assert Case.objects.count() == 1


def test_what_is_kept_is_weighed_too_and_its_words_stand_in_the_message_alone(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna")])
    row = Weighed.objects.get()
    assert (row.sort, row.text, row.author, len(row.bands)) == ("", "", "", 8)
    assert Case.objects.count() == 1


def test_a_copy_by_somebody_else_is_linked_to_the_first_and_keeps_its_author(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna")])
    hear(source, [said(2, f"RT @anna: {FIRST}", by="bob"), said(3, FIRST + " today", by="cleo")])
    first, *copies = Weighed.objects.order_by("pk")
    assert [(row.sort, row.author, row.first_id) for row in copies] == [
        ("copy", did("bob"), first.pk),
        ("copy", did("cleo"), first.pk),
    ]
    assert Case.objects.count() == 1
    assert [row.bands for row in copies] == [[], []]


def test_two_copies_in_one_batch_know_of_each_other(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna"), said(2, FIRST, by="bob")])
    first, copy = Weighed.objects.order_by("pk")
    assert (first.sort, copy.sort, copy.first_id) == ("", "copy", first.pk)


def test_nobody_is_their_own_copy(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna"), said(2, FIRST, by="anna")])
    assert set(Weighed.objects.values_list("sort", "first")) == {("", None)}


def test_a_copy_of_what_was_said_long_ago_is_new(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna")])
    Weighed.objects.update(at=now() - timedelta(days=4))
    hear(source, [said(2, FIRST, by="bob")])
    assert set(Weighed.objects.values_list("sort", flat=True)) == {""}


def test_what_may_tell_of_an_adverse_event_is_kept_and_names_its_first(cast: Cast, source: Source) -> None:
    hear(
        source,
        [said(1, EVENT, by="anna"), said(2, EVENT, by="bob"), said(3, f"{EVENT}. Use my code, shop now", by="eve")],
    )
    rows = list(Weighed.objects.order_by("pk"))
    assert [row.sort for row in rows] == ["", "", ""]
    assert rows[1].first_id == rows[0].pk
    assert Case.objects.count() == 3


@pytest.mark.parametrize("text", [EVENT, "Ταν ταραν ταν ταραν ταν Glimo ταν"])
def test_what_cannot_be_read_may_be_one(text: str) -> None:
    assert may_be_event(text)
    assert not may_be_event(FIRST)


def test_what_the_topic_of_adverse_events_has_words_for_may_be_one() -> None:
    """The two lists were written apart; either is enough."""
    assert read("Redness at the site, win a prize").tier == Tier.AUDIT
    assert may_be_event("Redness at the site, win a prize")


def test_another_workspace_has_copies_of_its_own(cast: Cast, source: Source) -> None:
    hear(source, [said(1, FIRST, by="anna")])
    Weighed.objects.update(workspace=Workspace.objects.get(pk=cast.otto.workspace_id))
    hear(source, [said(2, FIRST, by="bob")])
    assert set(Weighed.objects.values_list("sort", flat=True)) == {""}


def test_an_envelope_that_is_opened_again_finds_what_was_decided(cast: Cast, source: Source) -> None:
    hear(source, [said(1, SPAM, by="anna"), said(2, FIRST, by="bob")])
    for envelope in Envelope.objects.order_by("pk"):
        hops = replaying.replay(envelope.pk, by=cast.ben)
        assert hops[-1].name == "done"
    assert Weighed.objects.count() == 2
    assert sorted(Envelope.objects.values_list("state", flat=True)) == ["filed", "set_aside"]


def test_what_its_author_takes_back_is_read_by_nobody(cast: Cast, source: Source) -> None:
    hear(source, [said(1, SPAM, by="anna")])
    external_id = Weighed.objects.get().external_id
    assert emptying.withdrawn(Withdrawn(external_id), source=source)
    row, envelope = Weighed.objects.get(), Envelope.objects.get()
    assert (row.text, row.author, bytes(envelope.body), row.sort) == ("", "", b"", "spam")
    assert not emptying.withdrawn(Withdrawn(external_id), source=source)


def test_words_go_after_a_while_and_numbers_after_days(cast: Cast, source: Source) -> None:
    hear(source, [said(1, SPAM, by="anna"), said(2, FIRST, by="bob")])
    assert emptying.empty_due() == 0
    Weighed.objects.update(at=now() - timedelta(days=4))
    assert emptying.empty_due() == 0
    assert set(Weighed.objects.values_list("same", flat=True)) == {None}
    Weighed.objects.update(at=now() - timedelta(days=91))
    assert emptying.empty_due() == 1
    assert not Weighed.objects.exclude(text="").exists()
    assert Message.objects.get().text == FIRST
