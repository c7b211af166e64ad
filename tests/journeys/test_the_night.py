"""Story 4: two hundred messages of a night, over three channels and in three languages, heard, ordered and answered."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.moments import now, told_at
from answerable.house import seeding
from answerable.house.stories import approved, night
from answerable.house.stories.night import messages
from answerable.house.stories.stage import Stage, doors
from answerable.intake.models import Weighed
from answerable.replies import checking_lines, sending_groups
from answerable.replies.models import CheckedLine, Reply
from answerable.safety import (
    batching,
    coding,
    criteria,
    handing_over,
    looking_up,
    outcomes,
    queries,
    referring,
    reporting,
    uncoded,
)
from answerable.safety.e2b import checker, reader
from answerable.safety.models import DictionaryTerm, Referral, Report, SafetySystem
from answerable.safety.reports import Seriousness
from answerable.safety.systems import sandbox
from answerable.safety.tests.dossier import loaded
from answerable.safety.tests.passing_on import line_of, watch_over
from answerable.triage import deciding_groups
from answerable.triage.models import Assessment, GroupMessage

pytestmark = [pytest.mark.django_db, pytest.mark.peers]
ABOUT = {each.text: each for each in messages()}


def test_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one: the night is long."""
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    approved.approve_all(stage)
    with told_at(now() - timedelta(hours=1)):
        night.fall(stage)

    each_is_a_case_or_set_aside_with_its_reason(stage)
    what_may_be_an_event_stands_before_a_person_first(stage)
    each_suspicion_has_its_report_and_its_limits(stage)
    the_report_is_signed_passed_on_and_acknowledged(stage, monkeypatch)
    its_file_for_the_authority_has_no_fault(stage)
    the_same_question_is_one_group(stage)
    each_gets_the_answer_in_their_language_on_their_channel(stage)
    who_comes_to_private_gets_the_answer_there(stage)
    assert list(journal.verify()) == []


def each_is_a_case_or_set_aside_with_its_reason(stage: Stage) -> None:
    kept = Message.objects.filter(workspace=stage.workspace)
    aside = Weighed.objects.filter(workspace=stage.workspace, sort__gt="").select_related("source", "first")
    assert len(messages()) == 200 == kept.count() + aside.count()
    heard_at = set(kept.values_list("conversation__source__label", flat=True)) | {each.source.label for each in aside}
    assert len(heard_at) == 3

    # Only what words found is ever set aside; a copy names its first, the rest the words that show it.
    assert Counter(each.sort for each in aside) == {"giveaway": 10, "copy": 10, "spam": 8}
    assert {each.source.label for each in aside} == {"Talk of the town"}
    assert all(each.first is not None if each.sort == "copy" else each.evidence for each in aside)
    # Two spam posts have words that may tell of an event, and no rule of thumb may put such a thing away.
    assert Counter(said(each).about for each in kept)["spam"] == 2


def what_may_be_an_event_stands_before_a_person_first(stage: Stage) -> None:
    assessed = Assessment.objects.filter(workspace=stage.workspace).select_related("message")
    tiers = {each.message.text.strip(): each.tier for each in assessed}
    for each in messages():
        if each.about in {"event", "device", "special", "offlabel"}:
            assert tiers[each.text] in {Assessment.Tier.URGENT, Assessment.Tier.REVIEW}, each.text


def each_suspicion_has_its_report_and_its_limits(stage: Stage) -> None:
    """The daughter's words: four criteria, each with the words that show it, grave, and day zero when it came in."""
    reported = {said(each.message).about for each in Report.objects.select_related("message")}
    assert {"event", "device", "special"} <= reported
    report = night.report_of("Daughter", stage)
    values = reporting.values_of(report.versions.latest("number"))
    assert criteria.validity(values).valid
    shown = {each.words for each in criteria.spans(values)}
    assert {"My mother", "Velorin"} <= shown
    assert any(Seriousness.HOSPITAL in each.seriousness for each in values.reactions)
    assert report.received_at == report.message.received_at
    rules = {each.rule for each in queries.clocks_of(report, stage.viewer("Sol"))}
    assert {"eu.gvp6.serious", "us.314.80.serious_unexpected", "company.to_safety"} <= rules


def the_report_is_signed_passed_on_and_acknowledged(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    line_of(monkeypatch)
    watch = watch_over(monkeypatch, looking_up, outcomes, handing_over, referring, sandbox)
    sol, report = stage.viewer("Sol"), night.report_of("Daughter", stage)
    assert night.sign("Daughter", stage).is_bound
    sent = handing_over.send(referring.refer(report, system=SafetySystem.objects.get(), by=sol))
    assert sent.state == Referral.State.SENT, "sent is not enough"
    watch.on(minutes=2)
    assert looking_up.look_up(sent).state == Referral.State.ACKNOWLEDGED


def its_file_for_the_authority_has_no_fault(stage: Stage) -> None:
    """The terms are dummies of ours: MedDRA is licensed."""
    sol, report = stage.viewer("Sol"), night.report_of("Daughter", stage)
    loaded(sol)
    term = DictionaryTerm.objects.select_related("dictionary").get(code="10000000")
    for each in uncoded.everything(report.versions.latest("number")):
        number = report.versions.latest("number").number
        coding.code(report, expected=number, place=each.place, number=each.number, term=term, by=sol)
    eu = {"label": "EudraVigilance", "organisation": "Acme", "sender": "ACME", "receiver": "EVHUMAN"}
    batch = batching.make([report], authority=batching.know(**eu, trial=True, by=sol), by=sol)
    found = reader.read(batch.document.encode())
    assert not checker.refused(checker.check(found.batch, at=now()))


def the_same_question_is_one_group(stage: Stage) -> None:
    """Sílvia asks about storage, too; she feels sick, so a person looks at her first. Mira takes one more out herself."""
    lines = night.group_of("storage", stage).lines.filter(ended_at=None).select_related("message")
    inside = [said(each.message) for each in lines if each.state == GroupMessage.State.IN]
    assert {each.about for each in inside} == {"storage"}
    assert len(inside) >= 20
    assert {each.language for each in inside} == {"en", "pt-br", "pl"}
    assert {each.door for each in inside} == {"mail", "square"}
    held = {said(each.message).name for each in lines if each.state == GroupMessage.State.HELD}
    assert "Sílvia" in held

    outlier = next(each for each in lines if said(each.message).name == "Caio")
    deciding_groups.pull_out(
        outlier, because="One night outside is no journey: that wants a look.", by=stage.viewer("Mira")
    )


def each_gets_the_answer_in_their_language_on_their_channel(stage: Stage) -> None:
    outcomes = night.answer_together("storage", stage)
    states = {said(each.line.message).door: each.state for each in outcomes}
    assert states == {"mail": CheckedLine.State.SENT, "square": CheckedLine.State.INVITED}
    assert not {"Sílvia", "Caio"} & {said(each.line.message).name for each in outcomes}
    for each in outcomes:
        asked, reply = said(each.line.message), Reply.objects.get(case__filings__message=each.line.message)
        assert reply.conversation == each.line.message.conversation
        private = each.state == CheckedLine.State.SENT
        assert reply.message.audience == ("private" if private else "public")
        assert ("25 °C" in reply.message.text) is private, "in public stands only the way to private"
        assert any(word in reply.message.text for word in WORDS[asked.language]), reply.message.text
    again = sending_groups.send(night.group_of("storage", stage), by=stage.viewer("Mira"))
    assert again == []


def who_comes_to_private_gets_the_answer_there(stage: Stage) -> None:
    helen, mira = stage.first_case("Helen"), stage.viewer("Mira")
    way = Reply.objects.get(case=helen).message.text
    stage.say("Helen", f"Here is my code: {way.rpartition(' ')[2]}", private=True)
    line = GroupMessage.objects.get(message__filing__case=helen, ended_at=None)
    checking_lines.check(line, by=mira)
    sending_groups.send(line.group, by=mira)
    answer = Reply.objects.filter(case=helen).latest("pk").message
    assert answer.audience == "private"
    assert answer.text.startswith("Hello Helen, Velorin may be kept below 25 °C")


WORDS = {"en": ("Hello ", "Thank you"), "pt-br": ("Olá", "Obrigado"), "pl": ("Dzień dobry", "Dziękujemy")}


def said(message: Message) -> night.Said:
    return ABOUT[message.text.strip()]
