"""The stories, played to their end through the doors of the house; each line under *must* is looked for afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases.models import Case, Closure, Move, Party, Promise, Push, Remedy, Suggestion, Transfer
from answerable.channels.contract import Raw
from answerable.channels.sandbox import square
from answerable.channels.sandbox.models import Post
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Link
from answerable.core import journal
from answerable.core.errors import Conflict
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.house import seeding
from answerable.house.stories import playing, working
from answerable.house.stories.chat import CHAT
from answerable.house.stories.cracks import CRACKS
from answerable.house.stories.invoice import INVOICE
from answerable.house.stories.stage import Stage, doors
from answerable.house.stories.story import Story
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.replies.models import Reply

pytestmark = pytest.mark.django_db


def told(story: Story) -> Stage:
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    playing.tell(story, stage, since=now() - story.lasts - timedelta(hours=1))
    assert list(journal.verify()) == []
    return stage


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case_id=case.pk).order_by("seq").values_list("kind", flat=True))


def test_300_zl_on_the_invoice() -> None:
    stage = told(INVOICE)
    case = working.living(stage.first_case("Kamil"))

    # Mail, form, given up call, public and private posts are one case, joined with evidence, undoable.
    assert set(case.channels) == {"email", "form", "call", "sandbox"}
    assert Case.objects.filter(state=Case.State.MERGED, merged_into=case).count() == 2
    assert Suggestion.objects.filter(other=case, score__gt=0).exists()
    assert Move.objects.filter(into_case=case, undone_at=None).count() == 2
    assert Link.objects.filter(kept=case.contact, state=Link.State.CONFIRMED).count() == 2

    # Being sent away is a deflection, not an answer; the reminder raised the case.
    assert case.deflections_count == 1
    assert case.raised_count >= 2
    deflection = Reply.objects.get(message__text__contains="Biurem Obsługi")
    assert case.first_answer_at is not None
    assert case.first_answer_at > deflection.created_at

    # It went on in private, was handed over by an accepted offer, and was made good within the rules.
    assert "invitation_claimed" in kinds(case)
    assert Transfer.objects.get(case=case).state == Transfer.State.ACCEPTED
    assert Promise.objects.get(case=case).state == Promise.State.KEPT
    assert Remedy.objects.get(case=case).state == Remedy.State.GIVEN

    # The last public word, the question, and his answer: only that counts.
    assert Reply.objects.filter(message__audience="public", message__text__startswith="Ta sprawa").exists()
    assert Closure.objects.get(case=case, reopened_at=None).whose_word == Closure.Word.CUSTOMER
    assert case.resolved_at is not None
    assert kinds(case).count("case_reopened") == 0


def test_every_crack() -> None:
    stage = told(CRACKS)
    case = working.living(stage.first_case("Barbara"))

    # Reporter and patient are two people on one case; the patient is a minor.
    assert Party.objects.get(case=case, role=Party.Role.AFFECTED).minor
    assert case.contact.name == "Barbara"

    # Offered with context, accepted, given back when nobody answered; bounces are counted and the lead was told.
    states = list(Transfer.objects.filter(case=case).order_by("pk").values_list("state", flat=True))
    assert states == ["accepted", "returned", "accepted"]
    assert case.bounces_count == 1
    assert {"transfer_offered", "transfer_returned", "notice_left"} <= set(kinds(case))

    # The push is an event with a clock, and was answered in time; the given up call is a contact of the same case.
    push = Push.objects.get(case=case)
    assert push.answered_at is not None
    assert push.answered_at < push.answer_by
    assert case.contacts_count == 4
    assert Case.objects.filter(contact=case.contact).count() == 1

    # The replacement was a remedy, promised by a date and kept.
    assert Remedy.objects.get(case=case).kind == "replacement"
    assert Promise.objects.get(case=case).state == Promise.State.KEPT
    assert not case.is_open


def test_only_by_chat() -> None:
    stage = told(CHAT)
    antonio, celia = stage.first_case("Antonio"), stage.first_case("Celia")

    # Being sent to the chat counts as a deflection and answers nothing; the answer that took it over does.
    assert celia.deflections_count == 1
    sent = list(Reply.objects.filter(case=celia).order_by("pk"))
    assert celia.first_answer_at == sent[1].created_at
    assert "deflection_sent" in kinds(celia)

    # He is called, because he wants to be; what was promised on the telephone runs on his case.
    assert antonio.contact.preferred_channel == "call"
    assert Promise.objects.get(case=antonio).state == Promise.State.OPEN
    assert antonio.filings.filter(message__direction="out").count() == 1


def test_a_step_that_comes_before_the_words_are_opened_says_so_and_does_nothing() -> None:
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), mark="early")
    for number in range(4):  # mail, form, call, and a post that its network still has to push
        playing.step(INVOICE, stage, number)
    for door in ("mail", "form", "calls"):
        while pipeline.open_waiting(stage.sources[door]):
            pass

    with pytest.raises(Conflict, match="still opening what Kamil said"):
        playing.step(INVOICE, stage, 4)
    assert not Reply.objects.exists()

    post = Post.objects.get(handle="kamil_early")
    receive(stage.sources["square"], [Raw(body=canonical(square.told(post)))], at=now())
    while pipeline.open_waiting(stage.sources["square"]):
        pass
    playing.step(INVOICE, stage, 4)
    assert Reply.objects.get().message.audience == "public"
