"""Away, asleep, followed, pushed, handed out, idle: who holds a case then, and who is told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases import (
    absenting,
    accompanying,
    assigning,
    closing,
    custody_jobs,
    dealing,
    idling,
    leaving,
    returning,
    snoozing,
    telling,
    transferring,
)
from answerable.cases.models import Case, Notice, Push, Snooze
from answerable.core import access, admitting, moments, viewers
from answerable.core.access import House, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership, Team, User
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return held(cast)


def held(cast: Cast, number: int = 1, **words: str) -> Case:
    return take(queued(cast, number, **words), cast.ada)


def queued(cast: Cast, number: int = 1, **words: str) -> Case:
    mail = letter("Which batteries does it take?", message_id=f"<{number}@x>", sender=f"p{number}@example.net", **words)
    made = arrive(mail, cast.mailbox)
    assert made is not None
    return made


def take(case: Case, by: Viewer) -> Case:
    return assigning.take(case, expected=assigning.holder_mark(case), by=by)


def writes_again(cast: Cast, number: int = 1) -> None:
    mail = letter("Still.", message_id=f"<{number}b@x>", sender=f"p{number}@example.net", In_Reply_To=f"<{number}@x>")
    arrive(mail, cast.mailbox)


def answered(cast: Cast, case: Case) -> None:
    answering.answer(case, text="We look into it.", audience="private", key=f"k{case.pk}", by=cast.ada)
    case.refresh_from_db()
    assert case.waiting_for == "customer"


def member(viewer: Viewer) -> Membership:
    return Membership.objects.get(user_id=viewer.user_id, workspace_id=viewer.workspace_id)


def again(viewer: Viewer) -> Viewer:
    return viewers.of_membership(member(viewer))


def user(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user_id)


def holder(case: Case) -> str:
    case.refresh_from_db()
    return str(case.holder_user or case.holder_team)


def told(viewer: Viewer) -> list[str]:
    return list(Notice.objects.filter(user_id=viewer.user_id).order_by("pk").values_list("kind", flat=True))


def house(cast: Cast) -> House:
    return House(cast.workspace.pk, "tests")


# Away


def test_what_waits_for_us_goes_back_when_somebody_is_away(cast: Cast, case: Case) -> None:
    other = held(cast, 2)
    answered(cast, other)
    assert absenting.away(member(cast.ada), until=now() + 24 * HOUR, reason="Holiday", by=cast.ada) == 1
    assert (holder(case), holder(other)) == ("Front line", "Ada")
    assert happened(case, "case_returned")
    assert Event.objects.get(kind="member_away").data["user"] == cast.ada.user_id
    writes_again(cast, 2)
    assert holder(other) == "Front line"


def test_a_case_that_opens_again_goes_past_who_is_away(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    absenting.away(member(cast.ada), by=cast.ada)
    writes_again(cast)
    case.refresh_from_db()
    assert case.is_open
    assert holder(case) == "Front line"


def test_an_absence_to_come_begins_by_itself(cast: Cast, case: Case) -> None:
    begin = now() + 10 * HOUR
    assert absenting.away(member(cast.ada), since=begin, until=begin + HOUR, by=cast.ada) == 0
    assert returning.from_those_not_here(at=begin - HOUR) == 0
    assert returning.from_those_not_here(at=begin) == 1
    assert holder(case) == "Front line"
    assert returning.from_those_not_here(at=begin) == 0


def test_what_was_offered_to_who_is_away_comes_back_and_nothing_new_goes_there(cast: Cast, case: Case) -> None:
    mark = assigning.holder_mark(case)
    made = transferring.offer(case, context="x", expected=mark, to_user=user(cast.mira), by=cast.ada)
    absenting.away(member(cast.mira), by=cast.mira)
    made.refresh_from_db()
    assert made.state == "returned"
    with pytest.raises(Invalid, match="away or left"):
        transferring.offer(case, context="x", expected=mark, to_user=user(cast.mira), by=cast.ada)
    absenting.back(member(cast.mira), by=cast.mira)
    assert transferring.offer(case, context="x", expected=mark, to_user=user(cast.mira), by=cast.ada)
    with pytest.raises(Conflict, match="here already"):
        absenting.back(member(cast.mira), by=cast.mira)


def test_only_oneself_or_a_lead_says_that_somebody_is_away(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        absenting.away(member(cast.ben), by=cast.ada)
    with pytest.raises(NotAllowed):
        absenting.away(member(cast.ada), by=cast.otto)
    with pytest.raises(Invalid):
        absenting.away(member(cast.ada), until=now() - HOUR, by=cast.ada)
    assert absenting.away(member(cast.ada), by=cast.ben) == 1


def test_an_account_that_is_shut_holds_nothing(cast: Cast, case: Case) -> None:
    assert leaving.deactivate(member(cast.ada), by=cast.root) == 1
    assert holder(case) == "Front line"
    assert viewers.of_user(user(cast.ada)) is None
    assert Event.objects.filter(kind="account_shut").exists()
    admitting.open_again(member(cast.ada), by=cast.root)
    assert viewers.of_user(user(cast.ada)) is not None
    with pytest.raises(Conflict, match="leads a team"):
        leaving.deactivate(member(cast.ben), by=cast.root)


def test_who_was_shut_out_by_other_means_holds_nothing_either(cast: Cast, case: Case) -> None:
    User.objects.filter(pk=cast.ada.user_id).update(is_active=False)
    custody_jobs.return_from_those_not_here(0)
    assert holder(case) == "Front line"


# Asleep


def test_a_snoozed_case_wakes_at_its_time(cast: Cast, case: Case) -> None:
    promised = case.promised_at
    made = snoozing.snooze(case, until=now() + HOUR, reason="The lab answers then.", by=cast.ada)
    case.refresh_from_db()
    assert (case.waiting_for, case.promised_at) == ("date", promised)
    assert happened(case, "case_snoozed")
    assert snoozing.due(at=made.until - timedelta(seconds=1)) == []
    assert snoozing.due(at=made.until) == [made]
    assert snoozing.wake_due([case.pk], because="time", by=house(cast)) == 1
    assert snoozing.wake_due([case.pk], because="time", by=house(cast)) == 0
    case.refresh_from_db()
    assert (case.waiting_for, case.waiting_since) == ("", None)
    assert told(cast.ada) == ["case_woke"]
    assert happened(case, "case_woke")


def test_the_customer_wakes_it_at_once(cast: Cast, case: Case) -> None:
    snoozing.snooze(case, until=now() + HOUR, reason="Later.", by=cast.ada)
    writes_again(cast)
    case.refresh_from_db()
    assert (case.waiting_for, Snooze.objects.get().woke_because) == ("", "wrote")
    with pytest.raises(Conflict, match="awake"):
        snoozing.wake(case, by=cast.ada)


def test_a_case_that_wakes_for_somebody_who_is_away_goes_to_the_queue(cast: Cast, case: Case) -> None:
    snoozing.snooze(case, until=now() + HOUR, reason="Later.", by=cast.ada)
    absenting.away(member(cast.ada), by=cast.ada)
    assert holder(case) == "Ada"
    snoozing.wake(case, by=cast.ben)
    assert holder(case) == "Front line"


def test_a_second_snooze_takes_the_place_of_the_first(cast: Cast, case: Case) -> None:
    for hours in (1, 2):
        snoozing.snooze(case, until=now() + hours * HOUR, reason="Later.", by=cast.ada)
    assert Snooze.objects.filter(woke_at=None).count() == 1


@pytest.mark.parametrize(("hours", "reason"), [(-1, "x"), (24 * 200, "x"), (1, " ")])
def test_a_snooze_without_an_end_or_a_reason_is_refused(cast: Cast, case: Case, hours: int, reason: str) -> None:
    with pytest.raises(Invalid):
        snoozing.snooze(case, until=now() + hours * HOUR, reason=reason, by=cast.ada)
    assert not Snooze.objects.exists()


# Followed and pushed


def rui(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Rui"), ["representative"], [cast.device_support])


def test_who_follows_a_case_sees_it_and_pushes_it_and_is_answered(cast: Cast, case: Case) -> None:
    him = rui(cast)
    assert not access.rows(Case, him).exists()
    accompanying.follow(case, user=user(him), by=cast.ada)
    him = again(him)
    assert access.rows(Case, him).get() == case
    pushed = accompanying.push(case, text="She waits for nine days.", by=him)
    assert pushed.answer_by - pushed.at == 4 * HOUR
    assert told(cast.ada) == ["case_pushed"]
    with pytest.raises(Conflict, match="last push"):
        accompanying.push(case, text="And now?", by=him)
    accompanying.answer(pushed, text="A new meter leaves today.", by=cast.ada)
    assert told(him) == ["case_followed", "push_answered"]
    with pytest.raises(Conflict, match="answered already"):
        accompanying.answer(pushed, text="Again.", by=cast.ben)
    for kind in ("case_followed", "case_pushed", "push_answered"):
        assert happened(case, kind)
    accompanying.unfollow(case, by=him)
    assert happened(case, "case_unfollowed")
    assert not access.rows(Case, again(him)).exists()
    with pytest.raises(NotAllowed, match="Only who follows"):
        accompanying.push(case, text="Hello?", by=him)


def test_a_push_that_nobody_answers_reaches_the_lead_once(cast: Cast, case: Case) -> None:
    him = rui(cast)
    accompanying.follow(case, user=user(him), by=cast.ada)
    pushed = accompanying.push(case, text="Hello?", by=again(him))
    assert accompanying.unanswered(at=pushed.answer_by - HOUR) == []
    assert accompanying.unanswered(at=pushed.answer_by) == [pushed]
    assert accompanying.tell_lead(pushed, by=house(cast))
    assert not accompanying.tell_lead(pushed, by=house(cast))
    assert told(cast.ben) == ["push_unanswered"]
    assert happened(case, "push_unanswered")


def test_an_answer_to_the_customer_answers_the_push_before_it(cast: Cast, case: Case) -> None:
    him = rui(cast)
    accompanying.follow(case, user=user(him), by=cast.ada)
    accompanying.push(case, text="Hello?", by=again(him))
    assert accompanying.customer_answered([case.pk]) == 0
    answered(cast, case)
    assert accompanying.customer_answered([case.pk]) == 1
    push = Push.objects.get()
    assert (push.answered_by_id, push.answer) == (cast.ada.user_id, "")


def test_a_representative_adds_nobody_else(cast: Cast, case: Case) -> None:
    him = rui(cast)
    accompanying.follow(case, user=user(him), by=cast.ada)
    with pytest.raises(NotAllowed):
        accompanying.follow(case, user=user(cast.mira), by=again(him))


# What is next


def test_what_is_next_is_what_is_due_first_and_fits(cast: Cast) -> None:
    later, first = queued(cast, 1), queued(cast, 2)
    Case.objects.filter(pk=first.pk).update(promised_at=later.promised_at - HOUR, product="Pulsa", language="pl")
    dealing.set_skills(member(cast.ada), skills="Glimo, en", capacity=None, by=cast.ben)
    Case.objects.filter(pk=later.pk).update(product="GLIMO", language="en")
    assert dealing.next_for(by=cast.ada) == later
    assert dealing.next_for(by=cast.ada) is None
    dealing.set_skills(member(cast.ada), skills="pulsa, PL", capacity=2, by=cast.ben)
    assert dealing.next_for(by=cast.ada) == first
    assert happened(first, "case_taken")
    queued(cast, 3)
    with pytest.raises(Conflict, match="your limit"):
        dealing.next_for(by=cast.ada)
    with pytest.raises(NotAllowed):
        dealing.set_skills(member(cast.ben), skills="", capacity=9, by=cast.ada)


def test_what_is_on_offer_is_next_for_nobody(cast: Cast) -> None:
    case = queued(cast)
    transferring.offer(
        case, context="x", expected=assigning.holder_mark(case), to_team=cast.device_support, by=cast.ben
    )
    assert dealing.next_for(by=cast.ada) is None


def test_cases_are_handed_out_in_turn(cast: Cast) -> None:
    eve = join(cast.workspace, make_user("Eve"), ["agent"], [cast.front_line])
    join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line])
    Membership.objects.filter(user_id=cast.ben.user_id).update(capacity=0)
    Membership.objects.filter(user_id=cast.root.user_id).update(capacity=0)
    cases = [queued(cast, number) for number in range(4)]
    assert dealing.deal(cast.front_line, by=house(cast)) == 0
    Team.objects.filter(pk=cast.front_line.pk).update(hands_out=True)
    custody_jobs.deal([case.pk for case in cases])
    assert [holder(case) for case in cases] == ["Ada", "Eve", "Ada", "Eve"]
    assert happened(cases[0], "case_dealt")
    absenting.away(member(eve), by=eve)
    custody_jobs.deal_all(0)
    assert {holder(case) for case in cases} == {"Ada"}


def test_where_nobody_fits_the_lead_is_told_once(cast: Cast) -> None:
    Team.objects.filter(pk=cast.front_line.pk).update(hands_out=True)
    Membership.objects.filter(workspace=cast.workspace).update(capacity=0)
    case = queued(cast)
    for _ in range(2):
        assert dealing.deal(cast.front_line, by=house(cast)) == 0
        telling.see(case, by=cast.ben)
    assert holder(case) == "Front line"
    assert told(cast.ben) == ["nobody_fits"]


def test_what_is_filed_defers_the_handing_out(cast: Cast) -> None:
    case = queued(cast)
    jobs = ProcrastinateJob.objects.filter(task_name="answerable.cases.custody_jobs.deal")
    assert [job.args for job in jobs] == [{"case_ids": [case.pk]}]


def test_eight_who_ask_for_what_is_next_get_eight_cases(committed_cast: Cast) -> None:
    cast, got, together = committed_cast, list[int](), threading.Barrier(8)
    people = [join(cast.workspace, make_user(f"P{n}"), ["agent"], [cast.front_line]) for n in range(8)]
    for number in range(8):
        queued(cast, number)

    def ask(who: Viewer) -> None:
        try:
            together.wait(10)
            with transaction.atomic():
                case = dealing.next_for(by=who)
            got.extend([case.pk] if case else [])
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(got)) == len(got) == 8


# Idle


def test_a_holder_who_does_nothing_is_told_and_then_the_case_goes_back(cast: Cast, case: Case) -> None:
    team = cast.front_line
    Team.objects.filter(pk=team.pk).update(idle_hours=8)
    team.refresh_from_db()
    start = now()

    def at(hours: float) -> tuple[int, int]:
        moment = start + timedelta(hours=hours)
        with moments.told_at(moment):
            return idling.look(team, at=moment, by=house(cast))

    assert at(7.9) == (0, 0)
    assert at(8.1) == (1, 0)
    assert told(cast.ada) == ["idle"]
    assert at(9) == (0, 0)
    Notice.objects.update(seen_at=now())
    assert at(9.5) == (0, 0)
    assert at(10.1) == (0, 1)
    assert holder(case) == "Front line"
    assert told(cast.ben) == ["idle_returned"]


def test_somebody_who_does_something_keeps_the_case(cast: Cast, case: Case) -> None:
    Team.objects.filter(pk=cast.front_line.pk).update(idle_hours=8)
    cast.front_line.refresh_from_db()
    assert idling.teams() == [cast.front_line]
    start = now()
    with moments.told_at(start + 7 * HOUR):
        snoozing.snooze(case, until=now() + HOUR, reason="Later.", by=cast.ada)
        snoozing.wake(case, by=cast.ada)
    assert idling.look(cast.front_line, at=start + 14 * HOUR, by=house(cast)) == (0, 0)
    assert idling.look(cast.front_line, at=start + 16 * HOUR, by=house(cast)) == (1, 0)
