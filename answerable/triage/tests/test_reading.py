"""Reading by people: the queue, lots that are read blind, and what they measure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Case as Choice
from django.db.models import DateTimeField, Value, When

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import House, Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import (
    assessing,
    challenging,
    drawing,
    drifting,
    judging,
    measuring,
    queue_queries,
    queueing,
    reading_blind,
    reading_off,
    weeks,
)
from answerable.triage.models import Drift, DriftNotice, Lot, Measured, ToRead, Verdict

pytestmark = pytest.mark.django_db
AE = "Since I started taking Velorin I have terrible headaches."
PLAIN = "Where can I buy Velorin in Lisbon?"


@pytest.fixture
def nora(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Nora"), ["reviewer"], [cast.front_line])


@pytest.fixture
def olaf(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Olaf"), ["safety_officer"], [cast.front_line])


def house(cast: Cast) -> House:
    return House(cast.workspace.pk, "triage")


def say(cast: Cast, text: str, place: int = 0) -> Message:
    sender = f"p{place}@example.net"
    arrive(letter(text, subject="Hello", sender=sender, message_id=f"<{place}@example.net>"), cast.mailbox)
    return Message.objects.filter(direction="in").latest("pk")


def drawn(message: Message, turn: int = 1) -> Lot:
    """A lot, whatever chance said."""
    made = message.assessments.get()
    told = {"tier": made.tier, "over": made.over, "language": made.language, "chance": 0.02, "at": made.at}
    return Lot.objects.get_or_create(
        message=message, turn=turn, defaults={"workspace_id": message.workspace_id, **told}
    )[0]


def test_what_nothing_was_found_in_does_not_wait_and_what_calls_waits_once(cast: Cast) -> None:
    say(cast, PLAIN)
    assert not ToRead.objects.exists()
    message = say(cast, AE, 1)
    queueing.put(message.assessments.all())
    assert ToRead.objects.get().asked == ["adverse_event"]


def test_changed_words_that_call_for_more_wait_again(cast: Cast, nora: Viewer) -> None:
    message = say(cast, AE)
    reading_off.nothing(ToRead.objects.get(), by=nora)
    Message.objects.filter(pk=message.pk).update(text=f"{AE} I was taken to hospital and nearly died.")
    message.refresh_from_db()
    assessing.assess_again(message, Case.objects.get(), by=house(cast))
    item = ToRead.objects.get()
    assert (item.done_at, item.tier) == (None, "urgent")
    assert item.asked == ["adverse_event", "seriousness"]


def test_only_who_may_review_reads_off_the_queue(cast: Cast, nora: Viewer) -> None:
    say(cast, AE)
    item = ToRead.objects.get()
    for verb in (reading_off.nothing, reading_off.take_back):
        with pytest.raises(NotAllowed):
            verb(item, by=cast.ada)
    with pytest.raises(Conflict):
        reading_off.take_back(item, by=nora)


def test_nobody_takes_back_what_another_person_read(cast: Cast, nora: Viewer, olaf: Viewer) -> None:
    say(cast, AE)
    reading_off.nothing(ToRead.objects.get(), by=nora)
    with pytest.raises(Conflict):
        reading_off.take_back(ToRead.objects.get(), by=olaf)


def test_what_the_law_wants_within_a_day_comes_before_a_stronger_score(cast: Cast, nora: Viewer) -> None:
    first, second = say(cast, AE), say(cast, AE, 1)
    ToRead.objects.filter(message=first).update(score=9)
    soon = now() + timedelta(hours=3)
    due = Choice(When(message=second, then=Value(soon)), default=Value(None), output_field=DateTimeField())
    rows = queue_queries.in_order(queue_queries.waiting(nora), due=due)
    assert [each.message_id for each in rows] == [second.pk, first.pk]
    assert [each.message_id for each in queue_queries.in_order(queue_queries.waiting(nora))] == [first.pk, second.pk]


def test_the_lot_falls_by_number_alone_and_about_as_often_as_it_should() -> None:
    hits = sum(drawing.is_drawn(pk, 0.02) for pk in range(20_000))
    assert 320 < hits < 480
    assert [drawing.is_drawn(7, 0.5), drawing.is_drawn(7, 0.5)] in ([True] * 2, [False] * 2)


def test_what_arrives_is_drawn_and_what_was_found_is_drawn_for_a_second_reading(cast: Cast) -> None:
    plain, event = say(cast, PLAIN), say(cast, AE, 1)
    Lot.objects.all().delete()
    made = [plain.assessments.get(), event.assessments.get()]
    drawing.draw(made, chances=dict.fromkeys(drawing.CHANCES, 1.0))
    assert {(lot.message_id, lot.turn, lot.tier) for lot in Lot.objects.all()} == {
        (plain.pk, 1, "audit"),
        (event.pk, 2, "review"),
    }


def test_a_blind_reader_who_finds_what_was_missed_gives_a_verdict_and_the_house_is_told(
    cast: Cast, nora: Viewer
) -> None:
    message = say(cast, PLAIN)
    lot = reading_blind.answer(drawn(message), ["adverse_event", "seriousness"], by=nora)
    assert lot.user_id == nora.user_id
    assert {*Verdict.objects.filter(there=True).values_list("detector", flat=True)} == {"adverse_event", "seriousness"}
    assert list(queue_queries.missed(nora)) == [lot]
    told = {*DriftNotice.objects.values_list("user_id", flat=True)}
    assert {nora.user_id, cast.ben.user_id, cast.mira.user_id} <= told
    assert cast.ada.user_id not in told
    assert Event.objects.filter(kind="lot_read", data__message=message.pk).count() == 1
    assert drifting.see(by=nora) == 1
    assert not queue_queries.unseen(nora).exists()


def test_nothing_there_is_an_answer_and_nobody_is_told(cast: Cast, nora: Viewer) -> None:
    reading_blind.answer(drawn(say(cast, PLAIN)), [], by=nora)
    assert not Verdict.objects.exists()
    assert not Drift.objects.exists()


def test_a_second_reading_is_for_somebody_else(cast: Cast, nora: Viewer, olaf: Viewer) -> None:
    message = say(cast, AE)
    judging.judge(message, "adverse_event", there=True, reason="said", by=nora)
    lot = drawn(message, turn=2)
    assert list(queue_queries.lots(nora)) == []
    assert list(queue_queries.lots(olaf)) == [lot]
    with pytest.raises(Conflict):
        reading_blind.answer(lot, [], by=nora)


def test_where_two_readings_differ_neither_holds_until_somebody_settles_it(
    cast: Cast, nora: Viewer, olaf: Viewer
) -> None:
    message = say(cast, AE)
    reading_off.nothing(ToRead.objects.get(), by=nora)
    reading_blind.answer(drawn(message, turn=2), ["adverse_event"], by=olaf)
    item = ToRead.objects.get()
    assert (item.done_at, item.asked) == (None, ["adverse_event"])
    assert not Verdict.objects.filter(ended_at=None).exists()
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(("there", "refusal"), [(["no such thing"], Invalid), ([], NotAllowed)])
def test_a_blind_answer_is_refused(cast: Cast, nora: Viewer, there: list[str], refusal: type[Exception]) -> None:
    by = nora if there else cast.ada
    with pytest.raises(refusal):
        reading_blind.answer(drawn(say(cast, PLAIN)), there, by=by)
    assert Lot.objects.get(turn=1).read_at is None


def test_what_was_drawn_teaches_nothing_before_it_was_counted(cast: Cast, nora: Viewer) -> None:
    message = say(cast, PLAIN)
    reading_blind.answer(drawn(message), ["adverse_event"], by=nora)
    free = Verdict.objects.filter(challenging.is_free())
    assert not free.exists()
    measuring.measure(by=house(cast))
    assert free.exists()


def test_a_night_reckons_heaps_from_what_was_read_and_keeps_them(cast: Cast, nora: Viewer) -> None:
    event, plain = say(cast, AE), say(cast, PLAIN, 1)
    Lot.objects.all().delete()
    judging.judge(event, "adverse_event", there=True, reason="said", by=nora)
    reading_blind.answer(drawn(plain), [], by=nora)
    (whole, *_) = measuring.measure(by=house(cast))
    figures = whole.figures
    assert figures["called"] == {"size": 1, "read": 1, "events": 1, "by_lot": False}
    assert figures["nothing"] == {"size": 1, "read": 1, "events": 0, "by_lot": True}
    assert figures["at_once"] is None, "one event is too few for a share"
    assert {each.language for each in Measured.objects.all()} == {"", "en"}
    assert Event.objects.filter(kind="detectors_measured").count() == 1


def test_the_window_ends_where_the_first_unread_lot_begins(cast: Cast) -> None:
    say(cast, AE)
    lot = drawn(say(cast, PLAIN, 1))
    assert measuring.measure(by=house(cast))[0].until == lot.at


def test_agreement_is_of_pairs_of_different_people(cast: Cast, nora: Viewer, olaf: Viewer) -> None:
    message = say(cast, AE)
    judging.judge(message, "adverse_event", there=True, reason="said", by=nora)
    reading_blind.answer(drawn(message, turn=2), ["adverse_event"], by=olaf)
    agreed = measuring.measure(by=house(cast))[0].figures["agreement"]
    assert (agreed["pairs"], agreed["same"]) == (1, 1)


def test_otto_sees_neither_queue_nor_lots_nor_figures(cast: Cast, nora: Viewer) -> None:
    reading_blind.answer(drawn(say(cast, PLAIN)), ["adverse_event"], by=nora)
    drawn(say(cast, AE, 1))
    measuring.measure(by=house(cast))
    assert cast.otto.may(Right.ANSWER)
    for model in (ToRead, Lot, Measured, Drift, DriftNotice):
        assert model._default_manager.exists()
        assert not access.rows(model, cast.otto).exists()


def test_spreads_that_are_alike_are_stable_and_a_shift_is_not() -> None:
    usual = [50, 30, 10, 5, 3, 1, 1, 0, 0, 0]
    assert weeks.stability(usual, [4 * each for each in usual]) < 0.02
    assert weeks.stability(usual[::-1], usual) > weeks.SHIFTED


def test_a_share_is_larger_only_when_chance_does_not_explain_it() -> None:
    assert weeks.is_more((60, 200), (20, 1000))
    assert not weeks.is_more((6, 200), (20, 1000))
    assert not weeks.is_more((50, 60), (20, 1000)), "too few to say"


def test_a_new_name_is_one_that_several_people_write_large() -> None:
    said = [(f"Has anybody tried Zelmora yet? {place}", place) for place in range(5)]
    assert weeks.new_names(said, set()) == ["Zelmora"]
    assert weeks.new_names(said[:4], set()) == []
    assert weeks.new_names(said, {"zelmora"}) == []


def stream(cast: Cast, *, unread: int, read: int, weeks_ago: int) -> None:
    """So many readings of one message, in the middle of a week."""
    made = Message.objects.earliest("pk").assessments.earliest("pk")
    monday = now() - timedelta(days=now().weekday() - 2, weeks=weeks_ago)
    for number in range(unread + read):
        made.pk, made.once, made.at = None, f"{weeks_ago} {number}", monday
        made.unread = "its language is not known" if number < unread else ""
        made.save(force_insert=True)


def test_a_week_that_is_unlike_the_weeks_before_is_told_once(cast: Cast) -> None:
    say(cast, PLAIN)
    stream(cast, unread=0, read=150, weeks_ago=3)
    stream(cast, unread=40, read=80, weeks_ago=1)
    assert [each.sort for each in drifting.watch(cast.workspace.pk, by=house(cast))] == ["unread"]
    assert drifting.watch(cast.workspace.pk, by=house(cast)) == []
    drift = Drift.objects.get()
    assert drift.figures == {"now": [40, 120], "before": [0, 150]}
    assert drift.week.weekday() == 0
    assert DriftNotice.objects.filter(user_id=cast.ben.user_id).count() == 1
    assert Event.objects.filter(kind="detectors_drifted").count() == 1


def test_a_week_like_the_weeks_before_is_not_told(cast: Cast) -> None:
    say(cast, PLAIN)
    stream(cast, unread=5, read=145, weeks_ago=3)
    stream(cast, unread=4, read=116, weeks_ago=1)
    assert drifting.watch(cast.workspace.pk, by=house(cast)) == []
