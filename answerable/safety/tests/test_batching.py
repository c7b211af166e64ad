"""Reports leave as one E2B(R3) file: coded only, checked first, kept word for word; what is answered is read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Read
from answerable.safety import authorities, batching, reading_back, reporting
from answerable.safety.e2b import checker, reader
from answerable.safety.models import Acknowledgement, Authority, Batch, BatchReport, Report
from answerable.safety.tests.dossier import make_officer, opened
from answerable.safety.tests.test_acknowledgements import ANSWER, GOOD
from answerable.testing.cast import Cast

EU = {"label": "EudraVigilance", "organisation": "Acme", "sender": "ACME", "receiver": "EVHUMAN"}


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


@pytest.fixture
def authority(officer: Viewer) -> Authority:
    return batching.know(**EU, trial=True, by=officer)


@pytest.fixture
def report(cast: Cast) -> Report:
    return opened(cast, coded=True)


def answer(sent: Batch, report: Report, **said: str) -> bytes:
    text = ANSWER.format(**{**GOOD, **said}).replace("PT-VELORIN-0001", report.number)
    return text.replace(
        'extension="1" root="2.16.840.1.113883.3.989.2.1.3.22"',
        f'extension="{sent.number}" root="2.16.840.1.113883.3.989.2.1.3.22"',
    ).encode()


def test_an_authority_is_put_on_file_and_ended(authority: Authority, officer: Viewer, cast: Cast) -> None:
    assert (authority.batch_receiver, list(authorities.authorities(officer))) == ("EVHUMAN", [authority])
    assert Event.objects.get(kind="authority_kept").data == {"authority": authority.pk, "trial": True}
    batching.forget(authority, by=officer)
    assert Event.objects.filter(kind="authority_ended").exists()
    with pytest.raises(Conflict):
        batching.forget(authority, by=officer)
    with pytest.raises(Invalid) as lacking:
        batching.know(**{**EU, "sender": " "}, trial=False, by=officer)
    assert lacking.value.field == "sender"
    with pytest.raises(NotAllowed):
        batching.know(**EU, trial=False, by=cast.mira)


def test_coded_reports_become_one_file_that_our_checker_finds_no_fault_in(
    authority: Authority, report: Report, officer: Viewer, cast: Cast
) -> None:
    other = opened(cast, coded=True, message_id="<two@example.net>")
    batch = batching.make([report, other], authority=authority, by=officer)
    found = reader.read(batch.document.encode())
    assert not found.unread
    assert [each.text("C.1.1") for each in found.batch.every("N.2.r")] == [report.number, other.number]
    assert found.batch.text("N.1.2") == batch.number == "GLIMO-000001"
    assert batch.is_intact
    assert [each.data["report"] for each in Event.objects.filter(kind="report_batched").order_by("pk")] == [
        report.pk,
        other.pk,
    ]
    told = authorities.told(batch.pk, officer)
    assert not told.refused
    assert Read.objects.filter(what="report", row_id=other.pk, user_id=officer.user_id).exists()


def test_the_same_versions_are_the_same_file_and_a_new_version_another(
    authority: Authority, report: Report, officer: Viewer
) -> None:
    first = batching.make([report], authority=authority, by=officer)
    assert batching.make([report], authority=authority, by=officer) == first
    values = replace(reporting.values_of(report.versions.get()), narrative="A woman felt dizzy and fell.")
    reporting.correct(report, expected=1, values=values, reason="More was told.", by=officer)
    assert batching.make([report], authority=authority, by=officer).number == "GLIMO-000002"


def test_a_draft_never_becomes_a_file(authority: Authority, officer: Viewer, cast: Cast) -> None:
    with pytest.raises(Invalid, match="have no code of MedDRA"):
        batching.make([opened(cast)], authority=authority, by=officer)
    with pytest.raises(Invalid, match="between 1 and 100"):
        batching.make([], authority=authority, by=officer)
    assert not Batch.objects.exists()


def test_what_the_other_side_would_refuse_does_not_leave(authority: Authority, report: Report, officer: Viewer) -> None:
    values = replace(reporting.values_of(report.versions.get()), narrative="")
    reporting.correct(report, expected=1, values=values, reason="The account was wrong.", by=officer)
    with pytest.raises(batching.Refused, match="would make the other side refuse") as refusal:
        batching.make([report], authority=authority, by=officer)
    assert checker.refused(list(refusal.value.findings))
    assert not Batch.objects.exists()


def test_only_a_safety_officer_makes_one_and_otto_sees_none(
    authority: Authority, report: Report, officer: Viewer, cast: Cast
) -> None:
    with pytest.raises(NotAllowed):
        batching.make([report], authority=authority, by=cast.ada)
    batch = batching.make([report], authority=authority, by=officer)
    assert list(authorities.batches(officer)) == [batch]
    for stranger in (cast.otto, cast.mira):
        assert not list(authorities.batches(stranger))
        with pytest.raises(NotThere):
            authorities.told(batch.pk, stranger)


def test_a_file_is_not_seen_by_who_sees_only_some_of_its_reports(
    authority: Authority, report: Report, officer: Viewer, cast: Cast
) -> None:
    both = [report, opened(cast, coded=True, message_id="<two@example.net>")]
    batch = batching.make(both, authority=authority, by=officer)
    case_id = report.message.filing.case_id
    only_one = replace(cast.mira, case_ids=frozenset({case_id}))
    same_case = both[1].message.filing.case_id == case_id
    assert list(authorities.batches(only_one)) == ([batch] if same_case else [])


def test_an_answer_is_kept_with_its_batch_and_told_to_each_report(
    authority: Authority, report: Report, officer: Viewer
) -> None:
    batch = batching.make([report], authority=authority, by=officer)
    refused = reading_back.take(answer(batch, report, message="CR", batch="AR", words="D.5 is wrong"), by=officer)
    (member,) = authorities.of_report(report, officer)
    assert (member.outcome, member.reasons, refused.outcome) == ("refused", ["D.5 is wrong"], "refused")
    taken = answer(batch, report)
    assert reading_back.take(taken, by=officer) == reading_back.take(taken, by=officer)
    member.refresh_from_db()
    assert (member.outcome, member.theirs) == ("taken", "4711")
    assert Acknowledgement.objects.count() == 2
    assert [
        each.data["said"] for each in Event.objects.filter(kind="report_acknowledged_by_authority").order_by("pk")
    ] == ["refused", "taken"]


def test_an_answer_about_something_else_changes_nothing(
    authority: Authority, report: Report, officer: Viewer, cast: Cast
) -> None:
    batch = batching.make([report], authority=authority, by=officer)
    good = answer(batch, report)
    with pytest.raises(Conflict, match="no batch OTHER-1 of yours"):
        reading_back.take(good.replace(batch.number.encode(), b"OTHER-1"), by=officer)
    with pytest.raises(Invalid, match="was not in batch"):
        reading_back.take(good.replace(report.number.encode(), b"PT-X-1"), by=officer)
    with pytest.raises(Invalid, match="no XML"):
        reading_back.take(b"thank you", by=officer)
    with pytest.raises(Conflict):
        reading_back.take(good, by=replace(cast.otto, roles=frozenset({"safety_officer"})))
    assert BatchReport.objects.get().outcome == ""
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("row", ["batch", "answer"])
def test_the_database_refuses_to_change_what_left_and_what_was_answered(
    row: str, authority: Authority, report: Report, officer: Viewer
) -> None:
    batch = batching.make([report], authority=authority, by=officer)
    kept = reading_back.take(answer(batch, report), by=officer) if row == "answer" else batch
    kept.digest = "0" * 64
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.save()
