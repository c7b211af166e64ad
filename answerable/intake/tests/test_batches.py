"""Many mails opened together come out as if each had been opened alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.conversations.models import Contact, Message
from answerable.core import journal
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.budget import TooSlow
from answerable.intake.models import Envelope, Sighting
from answerable.intake.receiving import receive
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast

ANSWER = {"In_Reply_To": "<one@example.net>", "subject": "Re: Glimo and its batteries"}


def store(cast: Cast, *bodies: bytes) -> None:
    receive(cast.mailbox, [Raw(body) for body in bodies], at=now())


def test_a_mail_and_its_answers_of_one_batch_are_one_case(cast: Cast) -> None:
    store(
        cast,
        letter("Which batteries does it take?"),
        *(letter(f"Still {n}", message_id=f"<{n}@x>", **ANSWER) for n in range(3)),
    )

    assert pipeline.open_waiting(cast.mailbox) == 4

    case = Case.objects.get()
    assert (case.filings.count(), case.contacts_count, case.last_text) == (4, 4, "Still 2")
    kinds = Event.objects.filter(chain=f"case:{case.pk}").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["case_opened", *["message_filed"] * 4, *["message_assessed"] * 4, "clock_started"]
    assert list(journal.verify()) == []


def test_one_mail_twice_in_a_batch_is_one_message_sighted_twice(cast: Cast) -> None:
    store(cast, letter("It beeps."), b"Received: by another way\r\n" + letter("It beeps."))

    pipeline.open_waiting(cast.mailbox)

    assert (Message.objects.count(), Case.objects.count(), Sighting.objects.count()) == (1, 1, 2)


def test_new_people_of_a_batch_are_each_one_contact(cast: Cast) -> None:
    people = [f"P <p{n % 2}@example.net>" for n in range(6)]
    store(
        cast,
        *(letter("Hello", subject="", message_id=f"<{n}@x>", sender=sender) for n, sender in enumerate(people)),
    )

    pipeline.open_waiting(cast.mailbox)

    assert (Contact.objects.count(), Case.objects.count()) == (2, 6)


LAST = {"subject": "Another problem", "message_id": "<last@x>"}


def test_what_breaks_a_batch_is_found_and_the_others_are_filed(cast: Cast) -> None:
    store(cast, letter("First"), letter("Bad", message_id="<bad@x>"), letter("Last", **LAST))
    bad = Envelope.objects.order_by("id")[1]
    Envelope.objects.filter(pk=bad.pk).update(file="0" * 64)

    pipeline.open_waiting(cast.mailbox)

    states = Envelope.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["filed", "quarantined", "filed"]
    assert Case.objects.count() == 2


def test_one_bad_mail_among_many_is_found_in_few_steps(cast: Cast, django_assert_max_num_queries: Any) -> None:
    store(cast, *(letter("Hello", message_id=f"<{n}@x>", sender=f"P <p{n}@example.net>") for n in range(64)))
    bad = Envelope.objects.order_by("id")[40]
    Envelope.objects.filter(pk=bad.pk).update(file="0" * 64)

    with django_assert_max_num_queries(300):
        assert pipeline.open_waiting(cast.mailbox) == 64

    assert list(Envelope.objects.exclude(state="filed").values_list("pk", "state")) == [(bad.pk, "quarantined")]
    assert Case.objects.count() == 63


def test_a_slow_mail_is_waited_for_twice_at_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once among all, once alone: not in each half of a half again."""
    waited: list[int] = []
    really = pipeline._read

    def read(envelope: Envelope, settings: Mapping[str, Any]) -> Any:
        if envelope.pk == slow.pk:
            waited.append(envelope.pk)
            raise TooSlow
        return really(envelope, settings)

    store(cast, *(letter("Hello", message_id=f"<{n}@x>", sender=f"P <p{n}@example.net>") for n in range(8)))
    slow = Envelope.objects.order_by("id")[5]
    monkeypatch.setattr(pipeline, "_read", read)

    pipeline.open_waiting(cast.mailbox)

    assert waited == [slow.pk, slow.pk]
    assert list(Envelope.objects.exclude(state="filed").values_list("pk", "state")) == [(slow.pk, "quarantined")]


def test_a_stranger_who_quotes_a_thread_takes_it_from_nobody(cast: Cast) -> None:
    store(cast, letter("Which batteries does it take?"))
    store(cast, letter("Me too", message_id="<two@x>", sender="Eve <eve@example.net>", **ANSWER))
    store(cast, letter("Any news?", message_id="<three@x>", **ANSWER))

    pipeline.open_waiting(cast.mailbox)

    first, second = Case.objects.order_by("id")
    assert (first.filings.count(), second.filings.count()) == (2, 1)
    assert second.suggestions.get().other == first


def test_a_large_batch_asks_the_database_no_more_than_a_small_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    store(
        cast, *(letter("Hello", message_id=f"<{n}@x>", sender=f"P <p{n}@example.net>") for n in range(pipeline.BATCH))
    )

    with django_assert_max_num_queries(50):
        assert pipeline.open_waiting(cast.mailbox) == pipeline.BATCH

    assert Case.objects.count() == pipeline.BATCH
