"""What a source says about itself; each change is in the journal once."""

from __future__ import annotations

from datetime import timedelta

from answerable.channels import connecting, health
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake.receiving import receive
from answerable.testing.cast import Cast


def kinds(source: Source) -> list[str]:
    events = Event.objects.filter(chain=f"source:{source.pk}").order_by("seq")
    return list(events.values_list("kind", flat=True))[1:]


def test_a_row_of_failures_is_one_line_and_its_end_another(cast: Cast) -> None:
    mailbox, at = cast.mailbox, now()
    for minute in range(3):
        health.failed(mailbox, sentence="Nobody answers.", at=at + timedelta(minutes=minute))
    assert (mailbox.failing_since, mailbox.trouble) == (at, "Nobody answers.")
    health.answered(mailbox, at=at + timedelta(minutes=4))
    health.answered(mailbox, at=at + timedelta(minutes=5))
    assert (mailbox.failing_since, mailbox.trouble) == (None, "")
    assert kinds(mailbox) == ["source_failing", "source_recovered"]


def test_a_source_whose_credentials_fail_is_paused_and_says_why(cast: Cast) -> None:
    for _ in range(2):
        health.lost_authorisation(cast.mailbox, sentence="The password is wrong.", at=now())
    assert (cast.mailbox.state, cast.mailbox.trouble) == ("paused", "The password is wrong.")
    assert kinds(cast.mailbox) == ["source_failing", "source_paused"]
    connecting.resume(cast.mailbox, by=cast.root)
    assert (cast.mailbox.state, cast.mailbox.trouble, cast.mailbox.failing_since) == ("on", "", None)


def test_silence_is_measured_from_the_last_word_heard(cast: Cast) -> None:
    mailbox, start = cast.mailbox, cast.mailbox.created_at
    day = timedelta(days=1)
    assert not health.silent(mailbox, at=start + 100 * day)
    mailbox.silence_hours = 24
    assert not health.silent(mailbox, at=start + day)
    assert health.silent(mailbox, at=start + day + timedelta(seconds=1))
    receive(mailbox, [Raw(body=b"x")], at=start + day)
    mailbox.refresh_from_db(fields=["heard_at"])
    assert not health.silent(mailbox, at=start + 2 * day)


def test_being_asked_is_not_being_heard(cast: Cast) -> None:
    cast.mailbox.silence_hours = 24
    health.answered(cast.mailbox, at=now() + timedelta(days=2))
    cast.mailbox.refresh_from_db(fields=["heard_at", "asked_at"])
    assert health.silent(cast.mailbox, at=now() + timedelta(days=2))


def test_the_alarm_of_a_silence_is_raised_once_and_again_for_the_next(cast: Cast) -> None:
    mailbox, start, day = cast.mailbox, cast.mailbox.created_at, timedelta(days=1)
    Source.objects.filter(pk=mailbox.pk).update(silence_hours=24)
    assert health.tell_silence(at=start + day) == []
    assert health.tell_silence(at=start + 2 * day) == [mailbox.pk]
    assert health.tell_silence(at=start + 3 * day) == []
    receive(mailbox, [Raw(body=b"x")], at=start + 3 * day)
    assert health.tell_silence(at=start + 5 * day) == [mailbox.pk]
    assert kinds(mailbox) == ["source_silent", "source_silent"]
