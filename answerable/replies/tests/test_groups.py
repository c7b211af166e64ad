"""One answer for a group: chosen or written once, approved by another person, checked line by line, sent to each once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from answerable.cases.models import Case, Invitation
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import answering, answering_groups, checking_lines, groups, regrouping, sending_groups
from answerable.replies.models import CheckedLine, GroupAnswer, Reply
from answerable.safety.models import Report
from answerable.testing.arriving import happened
from answerable.testing.asking_the_same import (
    answered_in,
    approved,
    confirmed,
    line_of,
    reviewer,
    says_in_public,
    suggested,
    they_ask,
    writes,
)
from answerable.testing.cast import Cast
from answerable.triage import deciding_groups
from answerable.triage.models import Group, GroupMessage

pytestmark = pytest.mark.django_db
ALL = ("en", "pt-br", "pl")


@pytest.fixture
def mira(cast: Cast) -> Viewer:
    return reviewer(cast)


@pytest.fixture
def group(cast: Cast, mira: Viewer) -> Group:
    return confirmed(cast, mira)


def check_all(group: Group, by: Viewer) -> None:
    for line in group.lines.filter(state="in"):
        checking_lines.check(line, by=by)


def out(case: Case) -> list[Message]:
    return list(Message.objects.filter(filing__case=case, direction="out").order_by("pk"))


def case_of(group: Group, name: str) -> Case:
    return Case.objects.get(pk=line_of(group, name).message.filing.case_id)


def test_the_same_question_in_three_languages_is_one_suggestion(cast: Cast, mira: Viewer) -> None:
    they_ask(cast)
    group = suggested(cast, mira)
    assert (group.question, group.state) == ("storage", "suggested")
    assert set(group.lines.values_list("language", flat=True)) == {"en", "pt", "pl"}
    assert Event.objects.get(kind="group_suggested").data["messages"] == 4
    assert regrouping.regroup(cast.workspace.pk, by=mira) == []
    assert group.lines.count() == 4


def test_each_person_gets_the_answer_by_name_in_their_language_on_their_channel(
    cast: Cast, mira: Viewer, group: Group
) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    outcomes = sending_groups.send(group, by=mira)
    assert sending_groups.counted(outcomes)["sent"] == 4
    (caio,) = out(case_of(group, "Caio"))
    assert caio.text == "Olá, Caio. O Velorin pode ficar abaixo de 25 °C por até 14 dias."
    assert caio.conversation is not None
    assert (caio.audience, caio.conversation.source.kind) == ("private", "email")
    assert caio.recipients["to"][0]["value"].startswith("caio")
    assert out(case_of(group, "Marek"))[0].text.startswith("Dzień dobry, Marek.")
    assert happened(case_of(group, "Helen"), "group_line_sent")


def test_when_all_have_their_answer_the_group_is_done(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    sending_groups.send(group, by=mira)
    group.refresh_from_db()
    assert (group.state, group.ended_by_id) == ("done", mira.user_id)
    assert Event.objects.filter(kind="group_done").exists()


def test_pressing_twice_sends_once(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, "en", by=mira)
    checking_lines.check(line_of(group, "Helen"), by=mira)
    assert len(sending_groups.send(group, by=mira)) == 1
    assert sending_groups.send(group, by=mira) == []
    assert Reply.objects.count() == 1


def test_a_line_without_an_approved_answer_in_its_language_does_not_go(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, "en", "pt-br", by=mira)
    with pytest.raises(Conflict, match="no approved answer in this language"):
        checking_lines.check(line_of(group, "Marek"), by=mira)
    checking_lines.check(line_of(group, "Caio"), by=mira)
    sending_groups.send(group, by=mira)
    assert out(case_of(group, "Marek")) == []
    assert Group.objects.get(pk=group.pk).is_open


def test_what_is_not_checked_does_not_leave(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, *ALL, by=mira)
    line = line_of(group, "Helen")
    checking_lines.check(line, by=mira)
    checking_lines.uncheck(line, by=mira)
    assert sending_groups.send(group, by=mira) == []
    assert happened(case_of(group, "Helen"), "group_line_unchecked")


def test_a_text_of_ones_own_goes_only_when_another_person_approved_it(cast: Cast, mira: Viewer, group: Group) -> None:
    answer = answering_groups.write(group, language="en", text="Below 25 °C, {name}.", by=mira)
    with pytest.raises(Conflict, match="Nobody has approved"):
        checking_lines.check(line_of(group, "Owen"), by=mira)
    with pytest.raises(NotAllowed):
        answering_groups.approve(answer, by=mira)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupAnswer.objects.filter(pk=answer.pk).update(approver_id=mira.user_id, approved_at=now())
    with pytest.raises(NotAllowed):
        answering_groups.approve(answer, by=cast.ada)
    answering_groups.approve(answer, by=cast.ben)
    checking_lines.check(line_of(group, "Owen"), by=mira)
    sending_groups.send(group, by=mira)
    assert out(case_of(group, "Owen"))[0].text == "Below 25 °C, Owen."
    assert Event.objects.filter(kind__in=["group_answer_written", "group_answer_approved"]).count() == 2


def test_other_words_for_one_person_need_a_reason_and_are_kept_with_what_they_left(
    cast: Cast, mira: Viewer, group: Group
) -> None:
    answered_in(cast, group, *ALL, by=mira)
    line = line_of(group, "Caio")
    with pytest.raises(Invalid) as refused:
        checking_lines.check(line, text="Olá, Caio. Uma noite fora não é problema.", by=mira)
    assert refused.value.field == "because"
    kept = checking_lines.check(line, text="Olá, Caio. Uma noite não faz mal.", because="One night only.", by=mira)
    assert (kept.fit, kept.because) == ("adapted", "One night only.")
    assert kept.answer.text.startswith("Olá, {name}.")
    sending_groups.send(group, by=mira)
    assert out(case_of(group, "Caio"))[0].text == "Olá, Caio. Uma noite não faz mal."


def test_a_public_question_gets_only_the_way_to_private_in_public(cast: Cast, mira: Viewer) -> None:
    case = says_in_public(cast, "Dorota", "Jadę pod namiot. Jak przechowywać Velorin bez lodówki?")
    group = confirmed(cast, mira)
    answered_in(cast, group, *ALL, by=mira)
    line = group.lines.get(message__filing__case=case)
    checking_lines.check(line, by=mira)
    (outcome,) = sending_groups.send(group, by=mira)
    assert outcome.state == "invited"
    (said,) = out(case)
    assert said.audience == "public"
    assert "Velorin" not in said.text
    assert said.text.startswith("Dziękujemy za pytanie.")
    assert Invitation.objects.filter(case=case).count() == 1
    assert sending_groups.send(group, by=mira) == []
    assert len(out(case)) == 1
    case.refresh_from_db()
    assert case.waiting_since is None
    assert happened(case, "group_line_invited")


def test_who_came_to_private_is_checked_again_and_gets_the_answer_there(cast: Cast, mira: Viewer) -> None:
    case = says_in_public(cast, "Dorota", "Jadę pod namiot. Jak przechowywać Velorin bez lodówki?")
    group = confirmed(cast, mira)
    answered_in(cast, group, *ALL, by=mira)
    line = group.lines.get(message__filing__case=case)
    checking_lines.check(line, by=mira)
    sending_groups.send(group, by=mira)
    code = next(word for word in out(case)[0].text.replace("/i/", " ").split() if _is_code(case, word))
    came = writes(cast, "Dorota", f"Jestem: {code}")
    assert came == case
    assert sending_groups.send(group, by=mira) == []
    checking_lines.check(line, by=mira)
    sending_groups.send(group, by=mira)
    _, private = out(case)
    assert private.audience == "private"
    assert "25 °C" in private.text


def _is_code(case: Case, word: str) -> bool:
    from answerable.cases import inviting

    found = inviting.look(word.strip("."))
    return found is not None and found.case_id == case.pk


def test_what_a_person_must_see_first_is_held_and_gets_none_of_the_answer(cast: Cast, mira: Viewer) -> None:
    writes(cast, "Silvia", "O Velorin ficou no carro, sem geladeira. Usei e desde ontem estou com enjoo e vômito.")
    group = confirmed(cast, mira)
    held = line_of(group, "Silvia")
    assert held.state == "held"
    answered_in(cast, group, *ALL, by=mira)
    with pytest.raises(Conflict, match="taken out"):
        checking_lines.check(held, by=mira)
    with pytest.raises(Conflict, match="looks at this message first"):
        deciding_groups.put_back(held, because="It is only storage.", by=mira)


def test_a_report_that_comes_after_the_check_holds_the_line(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    message, at = line_of(group, "Owen").message, now()
    Report.objects.create(
        workspace=cast.workspace, message=message, number="R-1", sort="adverse_event", received_at=at, opened_at=at
    )
    outcomes = {each.line.message_id: each for each in sending_groups.send(group, by=mira)}
    assert outcomes[message.pk].trouble == "A person looks at this message first. It did not leave."
    assert line_of(group, "Owen").state == "held"
    assert sending_groups.counted(list(outcomes.values()))["sent"] == 3
    assert happened(message.filing.case, "group_line_held")
    assert happened(message.filing.case, "group_line_failed")


def test_a_line_that_fails_says_why_stops_no_other_and_goes_when_pressed_again(
    cast: Cast, mira: Viewer, group: Group
) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    case = case_of(group, "Helen")
    other = case_of(group, "Owen")
    answering.answer(other, text="By hand.", audience="private", key="x", by=cast.ada)
    sending_groups.send(group, by=mira)
    failed = CheckedLine.objects.get(line=line_of(group, "Owen"), ended_at=None)
    assert failed.state == "failed"
    assert "answered this case meanwhile" in failed.trouble
    assert len(out(other)) == 1
    assert len(out(case)) == 1


def test_new_words_of_the_customer_are_read_before_the_answer_leaves(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    line = line_of(group, "Owen")
    more = Message.objects.get(pk=line.message_id)
    more.pk, more.once, more.text = None, "more", "And one more thing."
    more.save()
    from answerable.cases.models import Filing

    Filing.objects.create(message=more, case=line.message.filing.case, why="thread", at=now())
    assert [each.newer for each in groups.items(group, mira) if each.line == line] == [True]
    sending_groups.send(group, by=mira)
    assert out(case_of(group, "Owen")) == []


def test_another_answer_makes_what_was_checked_be_checked_again(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, "en", by=mira)
    checking_lines.check(line_of(group, "Owen"), by=mira)
    answering_groups.choose(group, approved(cast, "en", by=mira, code="VEL-TRIP"), by=mira)
    assert sending_groups.send(group, by=mira) == []
    assert group.answers.filter(language="en").count() == 2


def test_a_wording_that_is_not_in_force_is_not_chosen(cast: Cast, mira: Viewer, group: Group) -> None:
    version = approved(cast, "en", by=mira)
    type(version).objects.filter(pk=version.pk).update(state="withdrawn", withdrawn_at=now(), withdrawn_by=mira.user_id)
    with pytest.raises(Invalid):
        answering_groups.choose(group, version, by=mira)


def test_what_answered_the_same_before_is_offered_first(cast: Cast, mira: Viewer, group: Group) -> None:
    answered_in(cast, group, *ALL, by=mira)
    check_all(group, mira)
    sending_groups.send(group, by=mira)
    approved(cast, "en", by=mira, code="AAA-FIRST")
    again = confirmed(cast, mira)
    assert again.pk != group.pk
    assert groups.choices(again, "en", mira)[0].wording.code == "VEL-STORE-04"


def test_an_agent_may_not_work_on_groups_and_a_stranger_sees_none(cast: Cast, mira: Viewer, group: Group) -> None:
    line = line_of(group, "Helen")
    for verb in (
        lambda by: checking_lines.check(line, by=by),
        lambda by: sending_groups.send(group, by=by),
        lambda by: answering_groups.write(group, language="en", text="x", by=by),
        lambda by: deciding_groups.pull_out(line, because="x", by=by),
        lambda by: deciding_groups.dismiss(group, because="x", by=by),
        lambda by: regrouping.regroup(cast.workspace.pk, by=by),
    ):
        with pytest.raises(NotAllowed):
            verb(cast.ada)
    assert groups.items(group, cast.mira) == []
    assert GroupMessage.objects.filter(group=group, state="in").count() == 4
