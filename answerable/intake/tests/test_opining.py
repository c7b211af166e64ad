"""What people say of what was weighed: it comes back, it teaches, and it is counted."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.intake import emptying, learning, opining, sampling
from answerable.intake.models import Envelope, Lesson, Opinion, Weighed
from answerable.listening.setting_aside import Sort
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.everybody import hear, listening, said

SPAM = "Glimo covers for you, shop now and use my code ANNA for your order, click here"
LAKE = (
    "Canoe trip on Lake Velorin, tent up at noon, camp with Jo",
    "Lake Velorin by canoe, our tent leaks, camp is fun",
    "We camp by the lake, Velorin at dawn, canoe and tent",
    "Tent, canoe, camp fire: Velorin is a great lake",
    "A week of canoe and tent, the lake of Velorin, best camp",
    "Rain in the tent, calm lake, Velorin camp, canoe ready",
)
CALLS = (
    "The people at Velorin never answer my mails",
    "Where in Leeds is Velorin on the shelf today please?",
    "My pharmacy says that Velorin is out of stock",
    "Velorin costs more since March, why?",
    "Can I order Velorin by post?",
    "The leaflet of Velorin is printed far too small",
    "Who sells Velorin at night?",
    "Velorin was delivered in a torn box",
    "Is Velorin free of lactose?",
    "The new box of Velorin does not open",
)
OURS = "The people at Velorin never answer the telephone and I have now called them {} times"


@pytest.fixture
def source(cast: Cast) -> Source:
    return listening(cast, words="Glimo, Velorin")


def spam(source: Source) -> Weighed:
    hear(source, [said(1, SPAM, by="anna")])
    return Weighed.objects.get()


def test_what_is_taken_back_becomes_a_message_and_a_case(cast: Cast, source: Source) -> None:
    case = opining.say(spam(source), Opinion.OURS, by=cast.ada)
    row, envelope, message = Weighed.objects.get(), Envelope.objects.get(), Message.objects.get()
    assert case == Case.objects.get()
    assert happened(case, "taken_back")
    assert message.text == SPAM
    assert message.received_at == envelope.received_at == case.opened_at
    assert (row.sort, row.is_aside, row.text, row.author, envelope.state) == ("spam", False, "", "", "filed")
    event = Event.objects.get(kind="weighed_judged")
    assert (event.user_id, event.data["says"], event.data["sort"]) == (cast.ada.user_id, "ours", "spam")


def test_to_say_it_twice_changes_nothing(cast: Cast, source: Source) -> None:
    row = spam(source)
    opining.say(row, Opinion.OURS, by=cast.ada)
    assert opining.say(row, Opinion.OURS, by=cast.ada) is None
    assert Case.objects.count() == Event.objects.filter(kind="weighed_judged").count() == 1


def test_another_word_takes_the_place_of_the_first_and_the_journal_keeps_both(cast: Cast, source: Source) -> None:
    row = spam(source)
    opining.say(row, Opinion.UNSURE, by=cast.ada)
    opining.say(row, Sort.GIVEAWAY, by=cast.ben)
    assert Opinion.objects.get().says == "giveaway"
    assert [event.data["says"] for event in Event.objects.filter(kind="weighed_judged").order_by("pk")] == [
        "unsure",
        "giveaway",
    ]
    assert not Case.objects.exists()


def test_a_copy_that_is_taken_back_is_a_case_of_its_author(cast: Cast, source: Source) -> None:
    hear(source, [said(1, OURS.format("nine"), by="anna"), said(2, OURS.format("nine"), by="bob")])
    copy = Weighed.objects.get(sort="copy")
    case = opining.say(copy, Opinion.OURS, by=cast.ada)
    assert case is not None
    assert Case.objects.count() == 2
    assert copy.first_id == Weighed.objects.get(sort="").pk


def test_what_cannot_be_said_is_refused(cast: Cast, source: Source) -> None:
    row = spam(source)
    with pytest.raises(Invalid):
        opining.say(row, "nonsense", by=cast.ada)
    with pytest.raises(NotAllowed):
        opining.say(row, Opinion.OURS, by=join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line]))
    emptying._empty(Weighed.objects.all())
    with pytest.raises(Conflict, match="words are gone"):
        opining.say(row, Opinion.OURS, by=cast.ada)
    assert not Opinion.objects.exists()


def teach(cast: Cast, source: Source) -> Lesson:
    """Six posts of a lake and ten of ours were kept; people say which is which."""
    hear(source, [said(number, text, by=f"camper{number}") for number, text in enumerate(LAKE)])
    hear(source, [said(20 + number, word, by=f"caller{number}") for number, word in enumerate(CALLS)])
    for row in Weighed.objects.filter(source=source, pk__in=[each.pk for each in Weighed.objects.order_by("pk")[:6]]):
        opining.say(row, Sort.OTHER_MEANING, by=cast.ada)
    return Lesson.objects.latest("pk")


def test_another_meaning_is_learned_from_five_verdicts_and_every_change_is_written(cast: Cast, source: Source) -> None:
    lesson = teach(cast, source)
    assert {"canoe", "lake", "tent", "camp"} <= lesson.words.keys()
    assert not {"velorin", "the"} & lesson.words.keys()
    assert lesson.stood_on == {"other": 6, "ours": 10}
    assert Event.objects.filter(kind="setting_aside_learned").count() == Lesson.objects.count() >= 1
    hear(source, [said(40, "A canoe, a tent and the long lake called Velorin, we camp here", by="new")])
    row = Weighed.objects.latest("pk")
    assert (row.sort, row.author != "") == ("other_meaning", True)
    hear(source, [said(41, "Is Velorin out of stock? I need it by the weekend", by="other")])
    assert Weighed.objects.latest("pk").sort == ""


def test_a_person_may_say_that_a_word_is_no_sign_and_it_is_not_learned_again(cast: Cast, source: Source) -> None:
    lesson = teach(cast, source)
    changed = learning.forget_word(lesson, "tent", by=cast.ben)
    assert "tent" not in changed.words
    assert (changed.user_id, changed.stood_on["never"]) == (cast.ben.user_id, ["tent"])
    with pytest.raises(Conflict):
        learning.forget_word(lesson, "camp", by=cast.ben)
    opining.say(Weighed.objects.filter(opinion=None)[0], Opinion.OURS, by=cast.ada)
    newest = Lesson.objects.latest("pk")
    assert "tent" not in newest.words


def test_a_gate_goes_up_where_too_much_was_wrong(cast: Cast, source: Source) -> None:
    """Twenty verdicts are needed; of what stands at 1.1 all are ours."""
    row = spam(source)
    others = [
        Weighed(
            workspace=cast.workspace,
            source=source,
            envelope=row.envelope,
            external_id=str(n),
            at=row.at,
            sort="spam",
            score=1.2,
        )
        for n in range(19)
    ]
    for other in Weighed.objects.bulk_create(others):
        Opinion.objects.create(weighed=other, says="ours", user_id=cast.ada.user_id, at=row.at)
    opining.say(row, Sort.SPAM, by=cast.ada)
    lesson = Lesson.objects.get(sort="spam")
    assert (lesson.gate, lesson.stood_on) == (1.5, {"right": 1, "wrong": 19})
    hear(source, [said(7, "Glimo cases, use my code EVA, shop now", by="eva")])
    assert Weighed.objects.latest("pk").sort == ""


def test_a_sample_measures_once_all_of_it_was_read(cast: Cast, source: Source) -> None:
    with pytest.raises(Conflict):
        sampling.draw(by=cast.ada)
    hear(
        source,
        [said(1, SPAM, by="anna"), *(said(2 + n, text, by=f"b{n}") for n, text in enumerate((*CALLS[:2], OURS)))],
    )
    sample = sampling.draw(by=cast.ada)
    assert Event.objects.get(kind="sample_drawn").data == {"sample": sample.pk, "drawn": 4, "aside": 1, "kept": 3}
    assert sampling.figures(sample) is None
    for drawn in sampling.unread(sample):
        opining.say(drawn.weighed, Sort.SPAM if drawn.was_aside else Opinion.OURS, by=cast.ada)
    figures = sampling.figures(sample)
    assert figures is not None
    assert (figures.right, figures.aside_read, figures.missed, figures.kept_read) == (1, 1, 0, 3)
    assert figures.precision is not None
    assert figures.recall is not None
    assert figures.precision[0] == figures.recall[0] == 1
    assert 0 < figures.recall[1] < figures.precision[1] < 0.05
    assert sampling.unread(sample) == []
