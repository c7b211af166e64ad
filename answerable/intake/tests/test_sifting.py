"""What of a stream of everybody is kept, and why; what is not is counted, and nothing of it stays."""

from __future__ import annotations

import pytest

from answerable.channels.contract import Handle
from answerable.channels.models import Source
from answerable.conversations import knowing
from answerable.conversations.identifying import identify
from answerable.conversations.models import Basis, Message, Relevance
from answerable.core.access import House
from answerable.core.models import Team, User
from answerable.core.moments import now
from answerable.intake.models import Envelope, PassedBy
from answerable.listening import saving
from answerable.listening.models import Found, Glimpse, Query
from answerable.testing.cast import Cast, make_mailbox
from answerable.testing.everybody import did, hear, listening, said, take, taken_back

pytestmark = pytest.mark.django_db
WEAK = "Hey, weak CGM sensor signal alert. STFU. Thanks."


@pytest.fixture
def source(cast: Cast) -> Source:
    return listening(cast)


def known(cast: Cast, source: Source, name: str = "miguel") -> Basis:
    """Somebody whose contract is on file."""
    identity = identify(Handle("bluesky", did(name), "miguel.example.com"), source=source, at=now())
    return knowing.put_on_file(identity, sort="contract", words="Trial of Pulsa, signed on 2 May", by=cast.ada)


def passed_by() -> int:
    return sum(PassedBy.objects.values_list("number", flat=True))


def test_a_known_person_who_speaks_of_a_topic_is_heard_although_the_post_names_nobody(
    cast: Cast, source: Source
) -> None:
    basis = known(cast, source)
    hear(source, [said(1, "Lovely weather."), said(2, WEAK, by="miguel"), said(3, WEAK)])

    message = Message.objects.get()
    (reason,) = message.reasons.all()
    assert (reason.why, reason.topic, reason.basis_id) == ("known", "device_trouble", basis.pk)
    shown = [message.text[start:end] for start, end in reason.evidence["spans"]]
    assert shown == ["weak", "CGM", "sensor signal alert"]
    assert passed_by() == 2


def test_without_a_basis_nobody_is_heard_whatever_they_say(cast: Cast, source: Source) -> None:
    identify(Handle("bluesky", did("miguel"), "miguel.example.com"), source=source, at=now())
    hear(source, [said(1, WEAK, by="miguel")])
    assert (Envelope.objects.count(), passed_by()) == (0, 1)


def test_a_basis_that_ended_serves_nothing_any_more_and_what_it_brought_stays(cast: Cast, source: Source) -> None:
    basis = known(cast, source)
    hear(source, [said(1, WEAK, by="miguel")])
    knowing.end(basis, by=cast.ada)
    hear(source, [said(2, WEAK, by="miguel")])
    assert (Message.objects.count(), passed_by()) == (1, 1)
    assert Relevance.objects.get().basis == basis


def test_a_known_person_who_speaks_of_the_weather_is_not_listened_to(cast: Cast, source: Source) -> None:
    known(cast, source)
    hear(source, [said(1, "Lovely weather over the harbour.", by="miguel")])
    assert (Envelope.objects.count(), passed_by()) == (0, 1)


def test_a_basis_of_another_workspace_is_none_of_ours(cast: Cast, source: Source) -> None:
    theirs = make_mailbox(
        Team.objects.get(workspace=cast.otto.workspace_id),
        by=House(cast.otto.workspace_id, "tests"),
        address="care@other.example",
    )
    identity = identify(Handle("bluesky", did("miguel")), source=theirs, at=now())
    knowing.put_on_file(identity, sort="contract", words="Theirs", by=cast.otto)
    hear(source, [said(1, WEAK, by="miguel")])
    assert Envelope.objects.filter(source=source).count() == 0


def test_what_was_kept_and_is_taken_back_in_the_same_breath_is_taken_back(cast: Cast, source: Source) -> None:
    known(cast, source)
    hear(source, [said(1, WEAK, by="miguel"), taken_back(2, 1, by="miguel"), taken_back(3, 9)])
    assert Message.objects.get().withdrawn_at is not None
    assert Envelope.objects.count() == 2


def test_the_same_batch_again_after_a_break_changes_nothing_of_what_is_kept(cast: Cast, source: Source) -> None:
    known(cast, source)
    batch = [said(1, WEAK, by="miguel"), said(2, "Lovely weather.")]
    hear(source, batch)
    hear(source, batch)
    assert (Message.objects.count(), Relevance.objects.count()) == (1, 1)


def saved(cast: Cast, text: str, name: str = "Glimo") -> Query:
    holder = User.objects.get(pk=cast.ben.user_id)
    return saving.save(name=name, text=text, team=cast.front_line, holder=holder, by=cast.ben)


def test_what_a_saved_query_wants_is_kept_with_its_version_and_its_words(cast: Cast, source: Source) -> None:
    query = saved(cast, "glimo NEAR/3 beeps")
    hear(source, [said(1, "My Glimo always beeps at night."), said(2, "My phone beeps.")])

    (reason,) = Message.objects.get().reasons.all()
    assert (reason.why, reason.version) == ("query", query.versions.get())
    assert [reason.message.text[start:end] for start, end in reason.evidence["spans"]] == ["Glimo", "beeps"]
    assert passed_by() == 1
    assert Found.objects.get(query=query).posts == 1


def test_a_reason_names_the_version_of_its_moment_also_when_it_is_opened_later(cast: Cast, source: Source) -> None:
    query = saved(cast, "glimo")
    take(source, [said(1, "My Glimo beeps.")])
    holder, team = User.objects.get(pk=cast.ben.user_id), cast.front_line
    saving.change(query, expected=1, name="Glimo", text="velorin", team=team, holder=holder, by=cast.ben)
    hear(source, [said(2, "My Glimo beeps again."), said(3, "Velorin is out of stock.")])

    numbers = Message.objects.order_by("pk").values_list("reasons__version__number", flat=True)
    assert list(numbers) == [1, 2]


def test_several_queries_are_several_reasons_and_one_message(cast: Cast, source: Source) -> None:
    saved(cast, "glimo")
    saved(cast, "beeps", "Beeping")
    hear(source, [said(1, "My Glimo beeps.")])
    assert list(Relevance.objects.order_by("pk").values_list("version__query__name", flat=True)) == ["Glimo", "Beeping"]


def test_a_language_that_the_network_does_not_say_is_told_by_the_words(cast: Cast, source: Source) -> None:
    saved(cast, "glimo lang:pl")
    mine = "Mój Glimo znowu piszczy w środku nocy i nie daje mi spać."
    hear(source, [said(1, mine, language=""), said(2, "My Glimo beeps in the middle of the night.", language="")])
    assert Message.objects.get().text == mine


def test_a_mention_says_also_which_queries_ask_for_it(cast: Cast) -> None:
    source = listening(cast, words="Glimo")
    saved(cast, "beeps", "Beeping")
    hear(source, [said(1, "@care.glimo.example my Glimo beeps.")])
    assert list(Relevance.objects.order_by("pk").values_list("why", flat=True)) == ["mention", "query"]


def test_of_what_went_by_a_sample_stays_without_its_author(cast: Cast, source: Source) -> None:
    hear(source, [said(1, "Lovely weather, @pia.example.com.")])
    glimpse = Glimpse.objects.get()
    assert "pia" not in glimpse.text
    assert "Lovely weather" in glimpse.text
