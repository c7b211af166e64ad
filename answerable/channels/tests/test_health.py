"""What a source says about itself; each change is in the journal once."""

from __future__ import annotations

from datetime import timedelta

from answerable.channels import connecting, health, queries, telling
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
    assert kinds(mailbox) == ["gap_began", "source_failing", "source_recovered", "gap_ended"]


def test_a_source_whose_credentials_fail_is_paused_and_says_why(cast: Cast) -> None:
    for _ in range(2):
        health.lost_authorisation(cast.mailbox, sentence="The password is wrong.", at=now())
    assert (cast.mailbox.state, cast.mailbox.trouble) == ("paused", "The password is wrong.")
    assert kinds(cast.mailbox) == ["gap_began", "source_failing", "source_paused", "notice_left", "notice_left"]
    connecting.resume(cast.mailbox, by=cast.root)
    assert (cast.mailbox.state, cast.mailbox.trouble, cast.mailbox.failing_since) == ("on", "", None)
    assert cast.mailbox.unauthorised_since is None


def test_the_lead_and_the_admins_are_told_of_a_lost_authorisation_until_they_looked(cast: Cast) -> None:
    health.lost_authorisation(cast.mailbox, sentence="The password is wrong.", at=now())
    told = [cast.ben, cast.root]
    everyone = [cast.ada, cast.ben, cast.mira, cast.root, cast.otto]
    assert [each for each in everyone if queries.unseen(each)] == told

    assert [telling.see(by=each) for each in (cast.ben, cast.ben, cast.otto)] == [1, 0, 0]
    assert [each for each in told if queries.unseen(each)] == [cast.root]
    assert Event.objects.filter(kind="notice_seen", user_id=cast.ben.user_id).count() == 1

    connecting.resume(cast.mailbox, by=cast.root)
    health.lost_authorisation(cast.mailbox, sentence="It is still wrong.", at=now())
    assert [queries.unseen(each).count() for each in told] == [1, 1]


def test_new_credentials_switch_the_source_on_and_a_new_name_alone_does_not(cast: Cast) -> None:
    mailbox = cast.mailbox
    health.lost_authorisation(mailbox, sentence="The password is wrong.", at=now())
    values = {**mailbox.settings, "address": mailbox.address}
    connecting.change(mailbox, label="Renamed", team=cast.front_line, values=values, by=cast.root)
    assert Source.objects.get(pk=mailbox.pk).state == "paused"

    renewed = {**values, "smtp_password": "right"}
    connecting.change(mailbox, label="Renamed", team=cast.front_line, values=renewed, by=cast.root)
    assert (mailbox.state, mailbox.trouble, mailbox.unauthorised_since) == ("on", "", None)
    assert kinds(mailbox)[-2:] == ["source_resumed", "gap_ended"]


def test_a_pause_by_a_person_outlasts_a_change_of_settings(cast: Cast) -> None:
    mailbox = cast.mailbox
    connecting.pause(mailbox, by=cast.root)
    values = {**mailbox.settings, "address": mailbox.address, "smtp_password": "right"}
    connecting.change(mailbox, label="Renamed", team=cast.front_line, values=values, by=cast.root)
    assert Source.objects.get(pk=mailbox.pk).state == "paused"


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
