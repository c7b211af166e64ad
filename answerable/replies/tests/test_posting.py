"""An answer that a person posts by hand is an answer when they say where it stands, and not before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases import closing, deflecting
from answerable.cases.figures import renew
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.clocks import keeping, targeting
from answerable.clocks.models import Clock
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import answering, checking, drafting, posting, sending, settling
from answerable.replies.models import Attempt, Reply
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

PLACE = "https://forum.example/t/12#post-31"
STANDS_AT = "https://forum.example/t/12#post-33"
ENTRY = f"<item><guid>{PLACE}</guid><link>{PLACE}</link><author>Pia</author><description>It beeps.</description></item>"


@pytest.fixture
def forum(cast: Cast) -> Source:
    values, by = {"feed": "https://forum.example/latest.rss"}, House(cast.workspace.pk, "tests")
    return connecting.connect("feed", label="Forum", team=cast.front_line, values=values, by=by)


@pytest.fixture
def case(forum: Source) -> Case:
    made = arrive(post(), forum, at=now() - timedelta(hours=2))
    assert made is not None
    return made


def post(entry: str = ENTRY, external_id: str = PLACE) -> bytes:
    feed = {"title": "", "language": "en", "author": ""}
    return json.dumps({"form": "xml", "entry": entry, "feed": feed, "id": external_id, "edited": False}).encode()


def say(case: Case, cast: Cast, text: str = "Thank you. Since when?", key: str = "k") -> Reply:
    return answering.answer(case, text=text, audience="public", key=key, by=cast.ada)


def test_it_waits_with_its_place_and_is_never_sent_by_itself(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    assert (reply.state, reply.place, reply.attempts.get().state) == ("by_hand", PLACE, "by_hand")
    assert not ProcrastinateJob.objects.filter(task_name="answerable.replies.jobs.send").exists()
    sending.send(reply)
    settling.look_up(reply)
    assert settling.find_interrupted() == []
    assert Reply.objects.get().state == "by_hand"
    assert happened(case, "reply_queued")
    assert happened(case, "reply_waits_for_hand")


def test_the_same_key_twice_waits_once(cast: Cast, case: Case) -> None:
    assert say(case, cast) == say(case, cast)
    assert Attempt.objects.count() == 1


def first_answer(case: Case) -> datetime | None:
    return Case.objects.get(pk=case.pk).first_answer_at


def test_until_it_is_posted_it_is_no_answer(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    renew(Case.objects.get(pk=case.pk))
    assert first_answer(case) is None
    assert Case.objects.get(pk=case.pk).waiting_since is None

    posting.confirm(reply, address=STANDS_AT, by=cast.ada)

    answered = first_answer(case)
    assert answered is not None
    assert answered > reply.created_at
    assert (Case.objects.get(pk=case.pk).waiting_since, Case.objects.get(pk=case.pk).waiting_for) == (
        answered,
        "customer",
    )
    renew(Case.objects.get(pk=case.pk))
    again = first_answer(case)
    assert again is not None
    assert abs(again - answered) < timedelta(seconds=1)


def test_a_person_says_where_it_stands_and_the_journal_keeps_who(cast: Cast, case: Case) -> None:
    posted = posting.confirm(say(case, cast), address=f" {STANDS_AT} ", by=cast.ben)
    assert (posted.state, posted.external_id, posted.attempts.get().state) == ("sent", STANDS_AT, "sent")
    assert posted.attempts.get().handed_over_at is not None
    event = Event.objects.get(kind="reply_posted")
    assert (event.user_id, event.data["address"]) == (cast.ben.user_id, STANDS_AT)
    assert happened(case, "reply_sent")


def test_an_answer_to_it_is_heard_in_the_same_case(cast: Cast, case: Case, forum: Source) -> None:
    posting.confirm(say(case, cast), address=STANDS_AT, by=cast.ada)
    again = ENTRY.replace("post-31", "post-34").replace("beeps", "beeps since Monday")
    assert arrive(post(again, PLACE.replace("31", "34")), forum) == case


@pytest.mark.parametrize(
    "address",
    ["", "here", "javascript:alert(1)", "https://", "https://a b", "ftp://x.example", "https://x/" + "a" * 400],
)
def test_an_address_that_leads_nowhere_is_refused(cast: Cast, case: Case, address: str) -> None:
    with pytest.raises(Invalid):
        posting.confirm(say(case, cast), address=address, by=cast.ada)
    assert Reply.objects.get().state == "by_hand"


def test_one_address_holds_one_answer(cast: Cast, case: Case) -> None:
    posting.confirm(say(case, cast), address=STANDS_AT, by=cast.ada)
    second = answering.answer(case, text="It is solved.", key="k2", last_word=True, audience="public", by=cast.ada)
    with pytest.raises(Invalid):
        posting.confirm(second, address=STANDS_AT, by=cast.ada)


def test_it_is_confirmed_once(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    posting.confirm(reply, address=STANDS_AT, by=cast.ada)
    with pytest.raises(Conflict):
        posting.confirm(reply, address=STANDS_AT + "4", by=cast.ben)
    with pytest.raises(Conflict):
        posting.take_back(reply, by=cast.ben)
    assert Event.objects.filter(kind="reply_posted").count() == 1


def test_taken_back_it_goes_into_the_draft_again(cast: Cast, case: Case) -> None:
    taken = posting.take_back(say(case, cast), by=cast.ada)
    assert (taken.state, taken.attempts.get().state) == ("taken_back", "taken_back")
    draft = drafting.of(case, by=cast.ada)
    assert draft is not None
    assert (draft.text, draft.audience) == ("Thank you. Since when?", "public")
    assert Event.objects.get(kind="reply_taken_back").user_id == cast.ada.user_id
    case.refresh_from_db()
    assert case.first_answer_at is None
    with pytest.raises(Conflict):
        posting.confirm(taken, address=STANDS_AT, by=cast.ada)


def test_a_draft_that_somebody_writes_meanwhile_stays(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    drafting.save(case, text="Other words.", audience="public", by=cast.ada)
    posting.take_back(reply, by=cast.ada)
    kept = drafting.of(case, by=cast.ada)
    assert kept is not None
    assert kept.text == "Other words."


def test_one_that_sends_the_person_elsewhere_counts_as_none_also_when_posted(cast: Cast, case: Case) -> None:
    words = "Please call our hotline."
    assert deflecting.find(words)
    posting.confirm(say(case, cast, text=words), address=STANDS_AT, by=cast.ada)
    case.refresh_from_db()
    assert case.first_answer_at is None


def test_what_is_posted_after_the_closing_makes_nobody_wait(cast: Cast, case: Case) -> None:
    reply = say(case, cast)
    closing.close(case, disposition="solved", what_solved_it="A new one.", by=cast.ada)
    posting.confirm(reply, address=STANDS_AT, by=cast.ada)
    case.refresh_from_db()
    assert (case.is_open, case.first_answer_at) == (False, None)


def test_whoever_only_reads_confirms_and_takes_back_nothing(cast: Cast, case: Case) -> None:
    reply, coach = say(case, cast), replace(cast.ada, roles=frozenset({"coach"}))
    with pytest.raises(NotAllowed):
        posting.confirm(reply, address=STANDS_AT, by=coach)
    with pytest.raises(NotAllowed):
        posting.take_back(reply, by=coach)


def test_the_checks_say_before_that_it_is_posted_by_hand(cast: Cast, case: Case) -> None:
    conversation = answering.place(case, "public")
    found = checking.check(case, text="Thank you.", audience="public", conversation=conversation)
    assert [(each.code, each.blocks) for each in found] == [("by_hand", False)]
    with pytest.raises(answering.Blocked):
        say(case, cast, text="Your number is 12345678.")
    with pytest.raises(answering.Blocked):
        answering.answer(case, text="Privately.", audience="private", key="p", by=cast.ada)


def test_clocks_run_until_it_is_posted(cast: Cast, forum: Source) -> None:
    targeting.set_target(service="first_answer", minutes=120, by=cast.root)
    case = arrive(post(), forum)
    assert case is not None
    reply, by = say(case, cast), House(cast.workspace.pk, "tests")
    keeping.keep({case.pk}, by=by)
    assert Clock.objects.get(case=case, rule="first_answer").stopped_at is None
    posting.confirm(reply, address=STANDS_AT, by=cast.ada)
    keeping.keep({case.pk}, by=by)
    case.refresh_from_db()
    reply.message.refresh_from_db()
    clock = Clock.objects.get(case=case, rule="first_answer")
    assert clock.stopped_at == reply.message.posted_at


def test_seen_by_the_channel_it_waits_still_for_the_word_of_a_person(cast: Cast, case: Case, forum: Source) -> None:
    connecting.change(
        forum, label="Forum", team=cast.front_line, values={**forum.settings, "own_names": "Glimo Care"}, by=cast.root
    )
    reply = say(case, cast)
    echo = f"<item><guid>{STANDS_AT}</guid><author>Glimo Care</author><description>{reply.message.text}</description></item>"
    assert arrive(post(echo, STANDS_AT), Source.objects.get(pk=forum.pk)) is None
    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == ("by_hand", STANDS_AT)
    assert first_answer(case) is None
    posting.confirm(reply, address=STANDS_AT, by=cast.ada)
    assert first_answer(case) is not None
    assert case.filings.count() == 2
    changed = json.dumps(json.loads(post(echo.replace("Since when", "Since which day"), STANDS_AT)) | {"edited": True})
    assert arrive(changed.encode(), Source.objects.get(pk=forum.pk)) is None
    assert case.filings.count() == 2
