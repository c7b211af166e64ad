"""Our own words, told to us by a network, are no second message; they settle what nobody knew; windows hang on what is answered."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import wire
from answerable.core.access import House
from answerable.core.wire.calls import HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.replies import answered, answering, outcomes, recognising, sending
from answerable.replies.models import Attempt, Reply
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast
from answerable.testing.networks import PIA, comment, make_number, make_page, message, number_says, page_says, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Source:
    return make_page(cast)


@pytest.fixture
def case(page: Source) -> Case:
    made = arrive(page_says(page, **message("My bill is wrong.")), page)
    assert made is not None
    return made


def answer(case: Case, cast: Cast, *, audience: str = "private") -> Reply:
    return answering.answer(case, text="We look at it.", audience=audience, key="k", by=cast.ada)


def _answers(**told: Any) -> Any:
    return lambda call, **rest: HttpAnswer(200, body=json.dumps(told).encode())


def _silent(call: Any, **rest: Any) -> Any:
    raise NoAnswer("Nobody answered.", sent=True)


@pytest.fixture
def unknown(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> Reply:
    reply = answer(case, cast)
    monkeypatch.setattr(wire, "run", _silent)
    sending.send(reply)
    assert reply.state == Reply.State.UNKNOWN
    return reply


def test_the_echo_of_an_answer_that_arrived_changes_nothing(
    cast: Cast, page: Source, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", _answers(message_id="m_9", recipient_id=PIA))
    sending.send(answer(case, cast))

    arrive(page_says(page, **message("We look at it.", mid="m_9", by_us=True)), page)

    assert Message.objects.count() == 2


def test_an_echo_settles_what_nobody_knew(page: Source, case: Case, unknown: Reply) -> None:
    arrive(page_says(page, **message("We look at it.", mid="m_9", by_us=True)), page)

    unknown.refresh_from_db()
    assert (unknown.state, unknown.external_id) == (Reply.State.SENT, "mid:m_9")
    assert happened(case, "reply_settled")
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "echo",
    [{"words": "We looked at it."}, {"words": "We look at it.", "who": "7310000000000002"}],
    ids=["words", "person"],
)
def test_other_words_and_words_to_somebody_else_settle_nothing(
    page: Source, unknown: Reply, echo: dict[str, str]
) -> None:
    arrive(page_says(page, **message(mid="m_9", by_us=True, **echo)), page)

    unknown.refresh_from_db()
    assert unknown.state == Reply.State.UNKNOWN
    assert Message.objects.count() == 3


def test_an_echo_that_is_faster_than_the_answer_counts_if_that_never_comes(
    cast: Cast, page: Source, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = answer(case, cast)

    def echo_first(call: Any, **rest: Any) -> Any:
        arrive(page_says(page, **message("We look at it.", mid="m_9", by_us=True)), page)
        raise NoAnswer("Nobody answered.", sent=True)

    monkeypatch.setattr(wire, "run", echo_first)
    sending.send(reply)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, "mid:m_9")
    assert Message.objects.count() == 2


def test_our_own_words_in_a_thread_that_nobody_follows_are_set_aside(cast: Cast, page: Source) -> None:
    arrive(page_says(page, **comment("Welcome!", who=page.address, parent="500_77")), page)

    assert not Message.objects.exists()
    assert not Case.objects.exists()


def test_what_we_say_below_our_own_post_is_no_answer_to_those_who_commented_on_it(page: Source) -> None:
    arrive(page_says(page, **comment("My Glimo beeps.")), page)

    arrive(page_says(page, **comment("Welcome!", who=page.address, comment_id="500_9")), page)
    arrive(page_says(page, **comment("We look at it.", who=page.address, comment_id="500_10", parent="500_1")), page)

    assert [each.text for each in Message.objects.order_by("id")] == ["My Glimo beeps.", "We look at it."]


def test_a_key_that_comes_back_settles_what_nobody_knew_and_nothing_else(
    cast: Cast, unknown: Reply, page: Source
) -> None:
    by = House(cast.workspace.pk, "tests")
    assert recognising.by_key("another", "m_9", source=page, by=by) is None

    assert recognising.by_key("k", "mid:m_9", source=page, by=by) == unknown

    assert Reply.objects.get().state == Reply.State.SENT
    assert recognising.by_key("k", "mid:m_10", source=page, by=by) is None
    assert Reply.objects.get().external_id == "mid:m_9"


def test_a_status_of_whatsapp_settles_what_nobody_knew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make_number(cast)
    case = arrive(number_says(**text_of("My Glimo beeps.")), number)
    assert case is not None
    reply = answer(case, cast)
    monkeypatch.setattr(wire, "run", _silent)
    sending.send(reply)

    status = {"id": "wamid.9", "status": "delivered", "timestamp": "1783015930", "recipient_id": "48600100201"}
    arrive(number_says(statuses=[{**status, "biz_opaque_callback_data": "answerable:k"}]), number)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.DELIVERED, "wamid.9")


def test_a_moment_says_of_all_before_it_that_they_were_seen(
    cast: Cast, page: Source, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", _answers(message_id="m_9", recipient_id=PIA))
    first = answer(case, cast)
    sending.send(first)
    monkeypatch.setattr(wire, "run", _answers(message_id="m_10", recipient_id=PIA))
    later = answering.answer(case, text="It is corrected.", audience="private", key="k2", by=cast.ada)
    sending.send(later)
    Reply.objects.filter(pk=later.pk).update(created_at=first.created_at + timedelta(minutes=5))

    moment = int((first.created_at + timedelta(minutes=1)).timestamp() * 1000)
    seen = {
        "sender": {"id": PIA},
        "recipient": {"id": page.address},
        "timestamp": moment,
        "read": {"watermark": moment},
    }
    arrive(page_says(page, messaging=[seen]), page)

    states = Reply.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [Reply.State.SEEN, Reply.State.SENT]


def test_what_is_answered_and_for_how_long_hangs_on_the_audience(cast: Cast, page: Source) -> None:
    arrive(page_says(page, **comment("My Glimo beeps.")), page)
    case = Case.objects.get()
    place = answering.place(case, "public")
    assert place is not None
    assert answered.name(place, "private") == "500_1"
    assert answered.window(place, "private") == timedelta(days=7)

    reply = answer(case, cast)
    sending._announce(reply, f"private:{PIA}")
    arrive(page_says(page, **message("Here I am.")), page)

    assert Case.objects.count() == 1
    assert (answered.name(place, "public"), answered.window(place, "public")) == ("500_1", None)
    assert (answered.name(place, "private"), answered.window(place, "private")) == ("mid:m_1", timedelta(hours=24))


def test_a_started_attempt_ends_once_when_its_echo_was_faster(unknown: Reply) -> None:
    attempt = Attempt.objects.get()
    with pytest.raises(outcomes.Overtaken):
        outcomes.unknown(unknown, Attempt(pk=attempt.pk, reply=unknown, state=Attempt.State.STARTED), words="Again.")
