"""Reports on record: opened from a message, corrected with a reason, decided with a signature, read with a log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from answerable.cases.models import Case, Filing
from answerable.clocks import knowing
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Read
from answerable.safety import deciding, queries, reporting
from answerable.safety.models import Decision, Report, Version
from answerable.safety.reports import Criterion, Minimum, Span, Status
from answerable.safety.reports import Report as Values
from answerable.safety.tests.by_hand import by_hand_only
from answerable.safety.tests.told import pia
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import PASSWORD, Cast, join, make_user

WORDS = "It made me dizzy."


@pytest.fixture
def case(cast: Cast) -> Case:
    by_hand_only(cast)
    found = arrive(letter(f"{WORDS} I fell."), cast.mailbox)
    assert found is not None
    return found


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Olga"), ["safety_officer"], [cast.front_line])


def message_of(case: Case) -> Message:
    return Filing.objects.filter(case=case).earliest("pk").message


def told(case: Case) -> Values:
    """What Pia's message says, with the words of the message itself."""
    message = message_of(case)
    start = message.text.index("dizzy")
    span = Span(str(message.pk), start, start + 5, "dizzy")
    reaction = replace(pia().reactions[0], words="dizzy", spans=(span,))
    shown = {Minimum.REACTION: Criterion(Status.PRESENT, (span,))}
    return replace(
        pia(), received_at=message.received_at, latest_at=message.received_at, reactions=(reaction,), criteria=shown
    )


def opened(case: Case, cast: Cast) -> Report:
    return reporting.open_report(message_of(case), values=told(case), reason="A suspicion was told.", by=cast.ada)


def test_a_suspicion_becomes_a_report_with_day_zero_and_a_first_version(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    version = report.versions.get()
    assert (report.number, report.received_at) == ("PT-GLIMO-000001", message_of(case).received_at)
    assert (version.number, version.reason, version.is_intact) == (1, "A suspicion was told.", True)
    assert reporting.values_of(version).reactions == told(case).reactions
    assert happened(case, "report_opened")
    assert Event.objects.get(kind="report_opened").data["digest"] == version.digest


def test_a_message_may_bring_two_reports_with_numbers_of_their_own(case: Case, cast: Cast) -> None:
    assert [opened(case, cast).number, opened(case, cast).number] == ["PT-GLIMO-000001", "PT-GLIMO-000002"]


def test_day_zero_is_never_later_than_the_message(case: Case, cast: Cast) -> None:
    later = replace(told(case), received_at=message_of(case).received_at + timedelta(days=1))
    report = reporting.open_report(message_of(case), values=later, reason="Told.", by=cast.ada)
    assert report.received_at == message_of(case).received_at
    assert reporting.values_of(report.versions.get()).received_at == report.received_at


def test_words_that_stand_nowhere_show_nothing(case: Case, cast: Cast) -> None:
    wrong = replace(told(case), criteria={Minimum.PATIENT: Criterion(Status.PRESENT, (Span("1", 0, 4, "Pia!"),))})
    with pytest.raises(Invalid, match="do not stand at"):
        reporting.open_report(message_of(case), values=wrong, reason="Told.", by=cast.ada)
    assert not Report.objects.exists()


def test_a_correction_is_a_version_with_its_reason_and_the_old_one_stays(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    changed = replace(told(case), narrative="She fell down the stairs.")
    version = reporting.correct(report, expected=1, values=changed, reason="She called.", by=cast.ada)
    assert (version.number, version.reason) == (2, "She called.")
    assert report.versions.get(number=1).is_intact
    assert happened(case, "report_corrected")


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_changes_without_a_reason(case: Case, cast: Cast, reason: str) -> None:
    report = opened(case, cast)
    with pytest.raises(Invalid, match="Say in a sentence why"):
        reporting.correct(report, expected=1, values=told(case), reason=reason, by=cast.ada)


def test_a_correction_meets_its_version_and_changes_something(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    with pytest.raises(Conflict, match="Nothing would change"):
        reporting.correct(report, expected=1, values=told(case), reason="Again.", by=cast.ada)
    with pytest.raises(Conflict, match="Somebody else changed"):
        reporting.correct(report, expected=2, values=told(case), reason="Late.", by=cast.ada)


def test_awareness_may_be_found_earlier_and_never_later(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    zero = report.received_at
    later = replace(told(case), received_at=zero + timedelta(seconds=1))
    with pytest.raises(Invalid, match="Awareness never moves later"):
        reporting.correct(report, expected=1, values=later, reason="Oh.", by=cast.ada)
    earlier = replace(told(case), received_at=zero - timedelta(days=2))
    reporting.correct(report, expected=1, values=earlier, reason="The agency knew.", by=cast.ada)
    report.refresh_from_db()
    assert report.received_at == zero - timedelta(days=2)


def test_complete_criteria_are_known_since_the_message_that_shows_them(case: Case, cast: Cast) -> None:
    assert knowing.criteria_met_at(case) is None
    opened(case, cast)
    assert knowing.criteria_met_at(case) == message_of(case).received_at
    assert happened(case, "awareness_noted")


def test_an_incomplete_case_waits_for_the_message_that_completes_it(case: Case, cast: Cast) -> None:
    unclear = replace(told(case), criteria={Minimum.PATIENT: Criterion(Status.UNCLEAR)})
    report = reporting.open_report(message_of(case), values=unclear, reason="Told.", by=cast.ada)
    assert knowing.criteria_met_at(case) is None
    arrive(letter("I am 40.", message_id="<2@example.net>", In_Reply_To="<one@example.net>"), cast.mailbox)
    second = Message.objects.filter(filing__case=case).latest("pk")
    assert second != report.message
    shown = {Minimum.PATIENT: Criterion(Status.PRESENT, (Span(str(second.pk), 0, 8, "I am 40."),))}
    reporting.correct(report, expected=1, values=replace(told(case), criteria=shown), reason="She wrote.", by=cast.ada)
    assert knowing.criteria_met_at(case) == second.received_at


def decided(report: Report, by: Viewer, **said: str) -> Decision:
    usual = {"outcome": "not_reportable", "reason": "Known and not serious.", "password": PASSWORD}
    return deciding.decide(report, expected=1, by=by, **{**usual, **said})


def test_a_signature_has_name_time_meaning_and_the_hash(case: Case, cast: Cast, officer: Viewer) -> None:
    report = opened(case, cast)
    decision = decided(report, officer)
    assert (decision.signed_name, decision.signed_role, decision.outcome) == (
        "Olga",
        "safety_officer",
        "not_reportable",
    )
    assert decision.digest == report.versions.get().digest
    assert decision.is_bound
    assert happened(case, "report_decided")


@pytest.mark.parametrize(
    ("said", "error", "sentence"),
    [
        ({"password": "wrong"}, NotAllowed, "The password is not right. Nothing was signed"),
        ({"password": ""}, NotAllowed, "Nothing was signed"),
        ({"reason": " "}, Invalid, "give its reason"),
        ({"outcome": "maybe"}, Invalid, "Choose a decision"),
    ],
)
def test_nothing_is_signed_by_halves(
    case: Case, cast: Cast, officer: Viewer, said: dict[str, str], error: type[Exception], sentence: str
) -> None:
    report = opened(case, cast)
    with pytest.raises(error, match=sentence):
        decided(report, officer, **said)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ["agent", "specialist", "lead", "coach", "representative", "privacy_officer", "admin"])
def test_only_a_qualified_person_decides(case: Case, cast: Cast, role: str) -> None:
    viewer = join(cast.workspace, make_user("Rita"), [role], [cast.front_line])
    with pytest.raises(NotAllowed, match="Only a safety officer or a medical reviewer"):
        decided(opened(case, cast), viewer)


def test_a_program_cannot_sign(case: Case, cast: Cast, officer: Viewer) -> None:
    with pytest.raises(NotAllowed, match="in person"):
        decided(opened(case, cast), replace(officer, scopes=frozenset({"answer"}), token="robot"))


def test_one_decides_once_and_another_gives_a_second_opinion(case: Case, cast: Cast, officer: Viewer) -> None:
    report = opened(case, cast)
    decided(report, officer)
    with pytest.raises(Conflict, match="decided about this version already"):
        decided(report, officer, outcome="reportable")
    second = join(cast.workspace, make_user("Uma"), ["reviewer"], [cast.front_line])
    decided(report, second, outcome="reportable", reason="Not known in this strength.")
    assert {each.outcome for each in queries.record(report.pk, officer).standing} == {"not_reportable", "reportable"}


def test_a_later_version_needs_a_decision_of_its_own(case: Case, cast: Cast, officer: Viewer) -> None:
    report = opened(case, cast)
    decided(report, officer)
    reporting.correct(report, expected=1, values=replace(told(case), told="More."), reason="She wrote.", by=cast.ada)
    with pytest.raises(Conflict, match="Read the new version first"):
        decided(report, officer)
    found = queries.record(report.pk, officer)
    assert found.standing == []
    assert len(found.decisions) == 1
    assert found.is_intact


@pytest.mark.parametrize("model", [Version, Decision])
def test_the_database_refuses_to_change_or_delete_what_was_signed(
    case: Case, cast: Cast, officer: Viewer, model: type[Version | Decision]
) -> None:
    decided(opened(case, cast), officer)
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_look_at_a_report_is_in_the_read_log(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    queries.record(report.pk, cast.ada)
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=cast.ada.user_id).count() == 1


def test_another_workspace_and_another_team_see_nothing(case: Case, cast: Cast) -> None:
    report = opened(case, cast)
    elsewhere = join(cast.workspace, make_user("Tom"), ["safety_officer"], [cast.device_support])
    for stranger in (cast.otto, elsewhere):
        with pytest.raises(NotThere):
            queries.record(report.pk, stranger)
        assert not queries.reports(stranger).exists()
        assert not queries.of_case(case, stranger).exists()
        assert not access.rows(Version, stranger).exists()
        assert not access.rows(Decision, stranger).exists()
    assert list(queries.of_case(case, cast.ada)) == [report]
    assert not Read.objects.exclude(user_id=cast.ada.user_id).exists()
