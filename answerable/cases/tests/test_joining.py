"""Merging: one case, no closure, every number leads on, and replies to the merged one arrive in the living one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from answerable.cases import assigning, closing, filing, joining, noting, redirects, undoing
from answerable.cases.models import Case, Filing, Follower, Move, Party, Promise, Snooze, Suggestion, Transfer
from answerable.conversations.models import Link, Reference
from answerable.core import granting, journal
from answerable.core.access import House, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Grant
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]

ROB = "Rob <rob@example.net>"


def write(cast: Cast, name: str, *, text: str = "", **headers: str) -> Case:
    """A mail under the id of its name, about something that no other name speaks of; returns its case."""
    text = text or " ".join(f"{name}{each}" for each in ("alarm", "strap", "invoice", "screen"))
    case = arrive(letter(text, message_id=f"<{name}@example.net>", subject=f"{name}subject", **headers), cast.mailbox)
    assert case is not None
    return case


@pytest.fixture
def first(cast: Cast) -> Case:
    return write(cast, "first", text="Which batteries does it take?")


@pytest.fixture
def second(cast: Cast) -> Case:
    return write(cast, "second", text="Where is my refund?")


def test_a_merged_case_goes_on_in_the_other_with_every_message(cast: Cast, first: Case, second: Case) -> None:
    noting.note(second, text="Called her.", key="n", by=cast.ada)
    move = joining.merge(second, into=first, reason="The same batteries.", by=cast.ada)

    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.state, second.merged_into, second.holder_user, second.holder_team) == ("merged", first, None, None)
    assert (first.filings.count(), second.filings.count(), first.contacts_count) == (3, 0, 2)
    assert set(first.filings.values_list("why", flat=True)) == {"new_problem", "note"}
    assert set(move.messages.values_list("why", flat=True)) == {"new_problem", "note"}
    assert first.last_text == "Where is my refund?"
    assert redirects.living(second) == first


def test_both_histories_say_so(cast: Cast, first: Case, second: Case) -> None:
    joining.merge(second, into=first, reason="The same batteries.", by=cast.ada)
    lines = Event.objects.filter(kind="case_merged").order_by("pk")
    assert [line.case_id for line in lines] == [first.pk, second.pk]
    assert lines[0].data["number"] == second.number
    assert lines[0].data["into_number"] == first.number
    assert "same batteries" not in str(lines[0].data)


def test_a_merge_is_no_closure(cast: Cast, first: Case, second: Case) -> None:
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    assert not happened(second, "case_closed")
    assert not second.closures.exists()
    assert Case.objects.get(pk=second.pk).resolved_at is None


def test_the_living_case_owes_what_is_due_first_and_began_with_the_first_word(cast: Cast, first: Case) -> None:
    mail = letter("Nobody calls me back.", subject="Silence", message_id="<older@example.net>")
    mail = mail.replace(b"02 Jul 2026", b"01 Jul 2026")
    earlier = arrive(mail, cast.mailbox, at=now() - timedelta(days=3))
    assert earlier is not None
    joining.merge(earlier, into=first, reason="The same.", by=cast.ada)
    first.refresh_from_db()
    assert first.promised_at == earlier.promised_at
    assert first.first_word_at == earlier.first_word_at


@pytest.mark.parametrize("name", ["first", "second"])
def test_an_answer_to_either_thread_arrives_in_the_living_case(
    cast: Cast, first: Case, second: Case, name: str
) -> None:
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    assert write(cast, "again", In_Reply_To=f"<{name}@example.net>") == first
    assert Case.objects.get(pk=second.pk).state == "merged"


def test_the_number_of_a_merged_case_in_a_subject_leads_to_the_living_one(
    cast: Cast, first: Case, second: Case
) -> None:
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    mail = letter("And now?", message_id="<new@example.net>", subject=f"Re: secondsubject [#{second.number}]")
    assert Reference.objects.filter(value=f"subject:{second.number}").exists()
    assert arrive(mail, cast.mailbox) == first


def test_a_thread_that_we_only_began_leads_to_the_living_case_too(cast: Cast, first: Case, second: Case) -> None:
    thread = answering.place(second, "private")
    assert thread is not None
    thread.pk = None
    thread.save()
    Reference.objects.filter(value=f"case:{second.number}").update(conversation=thread)
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    assert filing._newest_cases({thread.pk}) == {thread.pk: second.pk}
    assert redirects.living(second) == first


def test_a_number_that_a_stranger_quotes_in_a_thread_of_theirs_opens_nothing(cast: Cast, first: Case) -> None:
    quoting = {"In_Reply_To": f"<case:{first.number}>", "sender": ROB}
    arrive(letter("I am away.", message_id="<a@x.net>", Auto_Submitted="auto-replied", **quoting), cast.mailbox)
    case = arrive(letter("Let me in.", message_id="<b@x.net>", In_Reply_To="<a@x.net>", sender=ROB), cast.mailbox)
    assert case != first


def test_an_answer_from_a_page_that_is_out_of_date_goes_to_the_living_case(
    cast: Cast, first: Case, second: Case
) -> None:
    stale = Case.objects.get(pk=second.pk)
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    reply = answering.answer(stale, text="We look.", audience="private", key="k", by=cast.ada)
    assert reply.case == first
    assert reply.message.filing.case == first
    noting.note(stale, text="Called.", key="n", by=cast.ada)
    assert second.filings.count() == 0


def test_numbers_lead_on_through_every_merge(cast: Cast, first: Case, second: Case) -> None:
    third = write(cast, "third")
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    joining.merge(first, into=third, reason="The same.", by=cast.ada)
    assert redirects.ends([first.pk, second.pk, third.pk]) == {
        first.pk: third.pk,
        second.pk: third.pk,
        third.pk: third.pk,
    }


def test_into_a_merged_case_means_into_the_living_one(cast: Cast, first: Case, second: Case) -> None:
    third = write(cast, "third")
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    move = joining.merge(third, into=second, reason="The same.", by=cast.ada)
    assert move.into_case == first


def test_what_goes_on_elsewhere_is_not_merged_again_nor_into_what_goes_on_in_it(
    cast: Cast, first: Case, second: Case
) -> None:
    joining.merge(second, into=first, reason="The same.", by=cast.ada)
    with pytest.raises(Conflict, match="one case already"):
        joining.merge(first, into=second, reason="The same.", by=cast.ada)
    third = write(cast, "third")
    with pytest.raises(Conflict, match="goes on in"):
        joining.merge(second, into=third, reason="The same.", by=cast.ada)
    assert Move.objects.count() == 1


def test_a_ring_of_redirects_ends_in_a_refusal(cast: Cast, first: Case, second: Case) -> None:
    Case.objects.filter(pk=first.pk).update(state="merged", merged_into=second, holder_team=None)
    Case.objects.filter(pk=second.pk).update(state="merged", merged_into=first, holder_team=None)
    with pytest.raises(Conflict, match="does not end"):
        redirects.living(Case.objects.get(pk=first.pk))


def test_a_closed_case_opens_again_for_an_open_one_and_stays_closed_for_a_closed_one(cast: Cast) -> None:
    for name, opens in (("open", True), ("shut", False)):
        case, target = write(cast, f"{name}uno"), write(cast, f"{name}altro")
        closing.close(target, disposition="withdrawn", by=cast.ada)
        if not opens:
            closing.close(case, disposition="withdrawn", by=cast.ada)
        joining.merge(case, into=target, reason="The same.", by=cast.ada)
        target.refresh_from_db()
        assert (target.is_open, happened(target, "case_reopened")) == (opens, opens)


def test_what_hangs_on_the_case_goes_with_it(cast: Cast, first: Case, second: Case) -> None:
    at = now()
    promise = Promise.objects.create(case=second, text="A call", due_at=at, at=at)
    party = Party.objects.create(case=second, contact=second.contact, role="affected", at=at)
    Snooze.objects.create(case=second, user_id=cast.ada.user_id, reason="Later", at=at, until=at)
    offer = Transfer.objects.create(
        case=second, from_team=cast.front_line, to_team=cast.device_support, context="x", at=at, answer_by=at
    )
    followers = [Follower.objects.create(case=second, user_id=who.user_id, at=at) for who in (cast.mira, cast.ben)]
    Follower.objects.create(case=first, user_id=cast.ben.user_id, at=at)
    granting.grant(second.pk, why="follows", user_id=cast.mira.user_id, by=cast.ada)

    move = joining.merge(second, into=first, reason="The same.", by=cast.ada)

    for row in (promise, party, followers[0]):
        row.refresh_from_db()
        assert row.case == first
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert not Snooze.objects.filter(woke_at=None).exists()
    assert Follower.objects.filter(case=first, ended_at=None).count() == 2
    assert Grant.objects.filter(case_id=first.pk, user_id=cast.mira.user_id).exists()

    undoing.undo(move, by=cast.ada)
    for row in (promise, party, followers[0]):
        row.refresh_from_db()
        assert row.case == second
    assert not Grant.objects.filter(case_id=first.pk).exists()


def test_cases_of_two_people_are_merged_only_by_who_confirms_it_and_says_why(cast: Cast, first: Case) -> None:
    rob = write(cast, "rob", sender=ROB)
    with pytest.raises(Invalid, match="two people"):
        joining.merge(rob, into=first, reason="The same.", by=cast.ada)
    with pytest.raises(Invalid, match="how you know"):
        joining.merge(rob, into=first, reason=" ", confirm=True, by=cast.ada)
    with pytest.raises(Invalid, match="two people"):
        joining.merge(rob, into=first, reason="The same.", confirm=True, by=House(cast.workspace.pk, "matching"))
    joining.merge(rob, into=first, reason="She writes from his address.", confirm=True, by=cast.ada)
    link = Link.objects.get()
    assert (link.state, link.kept, link.joined) == ("suggested", first.contact, rob.contact)


def test_without_a_reason_nothing_is_merged(cast: Cast, first: Case, second: Case) -> None:
    with pytest.raises(Invalid, match="why"):
        joining.merge(second, into=first, reason="", by=cast.ada)
    joining.merge(second, into=first, reason="", evidence=[{"sort": "words", "weight": 0.4}], by=cast.ada)


def test_who_may_not_answer_merges_nothing(cast: Cast, first: Case, second: Case) -> None:
    coach = join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line])
    with pytest.raises(NotAllowed):
        joining.merge(second, into=first, reason="The same.", by=coach)
    with pytest.raises(NotAllowed):
        joining.merge(second, into=first, reason="The same.", by=cast.otto)


def test_the_suggestion_that_led_to_it_is_decided(cast: Cast, first: Case, second: Case) -> None:
    suggestion = Suggestion.objects.create(workspace=cast.workspace, case=second, other=first, at=now())
    move = joining.merge(second, into=first, reason="The same.", by=cast.ada)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.move, suggestion.decided_by_id) == ("confirmed", move, cast.ada.user_id)
    undoing.undo(move, reason="Two problems.", by=cast.ada)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.reason) == ("declined", "Two problems.")


def at_once(verbs: list[Callable[[], object]]) -> list[str]:
    """Each in a thread of its own with a connection of its own, all at the same moment; says what became of each."""
    together, outcomes = threading.Barrier(len(verbs)), list[str]()

    def carry_out(verb: Callable[[], object]) -> None:
        try:
            together.wait(10)
            verb()
            outcomes.append("done")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=carry_out, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def test_of_two_who_merge_two_cases_into_each_other_one_wins_and_the_other_is_told(committed_cast: Cast) -> None:
    cast = committed_cast

    def merge(one: Case, other: Case, by: Viewer) -> Callable[[], object]:
        return partial(joining.merge, one, into=other, reason="The same.", by=by)

    for mark in "abcde":
        one, other = write(cast, f"uno{mark * 3}"), write(cast, f"altro{mark * 3}")
        assert at_once([merge(one, other, cast.ada), merge(other, one, cast.ben)]) == ["done", "told"]
        assert Case.objects.filter(pk__in=[one.pk, other.pk], state="merged").count() == 1
    assert list(journal.verify()) == []


def test_a_message_that_arrives_during_a_merge_lies_in_the_living_case(committed_cast: Cast) -> None:
    cast = committed_cast
    for mark in "abcde":
        one, other = write(cast, f"uno{mark * 3}"), write(cast, f"altro{mark * 3}")
        done = at_once(
            [
                partial(joining.merge, one, into=other, reason="The same.", by=cast.ada),
                partial(write, cast, f"tardi{mark * 3}", In_Reply_To=f"<uno{mark * 3}@example.net>"),
                partial(assigning.take, one, expected=assigning.holder_mark(one), by=cast.ben),
            ]
        )
        assert done.count("done") >= 2
        assert not Filing.objects.filter(case__state="merged").exists()
        assert other.filings.count() == 3
