"""The page of one report: read beside its words, changed with a reason, decided with a signature."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.core.access import Viewer
from answerable.core.models import Read
from answerable.inbox import report_sheet
from answerable.inbox.tests.test_safety_desk import as_, case_of, limit, make_report, words_of
from answerable.safety import reporting
from answerable.safety.models import Decision, Report, Version
from answerable.safety.reports import Minimum, Status
from answerable.safety.reports import Report as Values
from answerable.testing.arriving import happened
from answerable.testing.cast import PASSWORD, Cast, join, make_user


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Sol"), ["safety_officer"], [cast.front_line])


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(cast)


def latest(report: Report) -> Values:
    return reporting.values_of(report.versions.latest("number"))


def send(report: Report, by: Viewer, *, expected: int = 1, reason: str = "She wrote.", **sheet: str) -> Any:
    """The form as a browser sends it, with some fields changed."""
    base = report.versions.get(number=min(expected, report.versions.count()) or 1)
    named = {name.replace("__", "."): text for name, text in sheet.items()}
    given = {**report_sheet.written(reporting.values_of(base), by.time_zone), **named}
    return as_(by).post(f"/safety/{report.pk}/versions", {**given, "expected": expected, "reason": reason})


def sign(report: Report, by: Viewer, **given: Any) -> Any:
    usual = {"expected": 1, "outcome": "reportable", "reason": "Hospital.", "password": PASSWORD}
    return as_(by).post(f"/safety/{report.pk}/decisions", {**usual, **given})


def test_the_page_shows_words_marks_criteria_limits_and_who_looked(report: Report, cast: Cast, officer: Viewer) -> None:
    send(report, cast.ada, criteria__reaction__shown_by="dizzy")
    limit(report, 1, cast)
    page = words_of(officer, f"/safety/{report.pk}")
    assert "made me <mark>dizzy<i>Reaction</i></mark>." in page
    assert "us.803.50" in page
    assert "The last day does not move." in page
    assert "<dt>First seen</dt><dd><time" in page, "looking here is a first look"
    assert "Sol</span>" in page.partition("Who read this report")[2]
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=officer.user_id).count() == 1


def test_a_change_is_a_version_with_its_reason_and_says_what_changed(report: Report, cast: Cast) -> None:
    answer = send(report, cast.ada, patient__age="71", criteria__reaction__shown_by="dizzy")
    assert answer.status_code == 303
    assert latest(report).patient.age == "71"
    assert latest(report).criteria[Minimum.REACTION].status is Status.PRESENT
    assert happened(case_of(report), "report_corrected")
    page = words_of(cast.ada, f"/safety/{report.pk}").partition("what changed")[2]
    assert "She wrote." in page
    assert "<dt>Patient, Age</dt><dd><ins>71</ins></dd>" in page
    assert "<dt>Criterion: Reaction, words that show it</dt><dd><ins>“dizzy”</ins></dd>" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "Say in a sentence why"),
        ({"patient__shown_by": "x", "criteria__patient__shown_by": "never said"}, "stand in no message of this case"),
        ({"patient__born": "soon"}, "cannot be read there"),
    ],
)
def test_a_mistake_comes_back_beside_its_field_with_nothing_lost(
    report: Report, cast: Cast, change: dict[str, Any], sentence: str
) -> None:
    answer = send(report, cast.ada, **{"patient__history": "A long story.", **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'aria-invalid="true"' in page
    assert "A long story." in page
    assert report.versions.count() == 1


def test_who_was_second_sees_both_changes_and_keeps_both(report: Report, cast: Cast) -> None:
    send(report, cast.ada, patient__age="71", patient__initials="A")
    answer = send(report, cast.ben, reason="He called.", patient__weight_kg="80", patient__initials="B")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this report while you wrote" in page
    assert "they “A”, you “B”" in page
    assert 'name="expected" value="2"' in page
    assert report.versions.count() == 2
    send(report, cast.ben, expected=2, reason="He called.", patient__weight_kg="80", patient__initials="B")
    patient = latest(report).patient
    assert (patient.age, patient.weight_kg, patient.initials) == ("71", "80", "B")


def test_the_ends_of_lines_that_a_browser_sends_change_nothing(report: Report, cast: Cast) -> None:
    send(report, cast.ada, narrative="One line.\nAnother.")
    answer = send(report, cast.ada, expected=2, narrative="One line.\r\nAnother.")
    assert answer.status_code == 409
    assert "Nothing would change" in answer.content.decode()


def test_day_zero_is_earlier_or_it_stays(report: Report, cast: Cast) -> None:
    answer = send(report, cast.ada, received_at="2126-01-01T10:00")
    assert answer.status_code == 422
    assert "Awareness never moves later" in answer.content.decode()


def test_a_decision_is_signed_with_the_password(report: Report, officer: Viewer) -> None:
    assert sign(report, officer).status_code == 303
    assert Decision.objects.get().is_bound
    page = words_of(officer, f"/safety/{report.pk}")
    assert "Reportable, Sol" in page
    assert "You have decided about this version" in page


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"password": "wrong"}, 403, "The password is not right"),
        ({"outcome": "perhaps"}, 422, "Choose a decision"),
        ({"expected": 0}, 409, "Read the new version first"),
    ],
)
def test_a_signature_that_fails_keeps_the_reason_and_never_the_password(
    report: Report, officer: Viewer, given: dict[str, object], status: int, sentence: str
) -> None:
    answer = sign(report, officer, **given)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "Hospital." in page) == (status, True, True)
    assert PASSWORD not in page
    assert f'action="/safety/{report.pk}/decisions#decide"' in page  # A page this long opens again where one was.
    assert not Decision.objects.exists()


def test_nobody_guesses_a_password_at_a_signature(report: Report, officer: Viewer) -> None:
    for _ in range(10):
        assert sign(report, officer, password="wrong").status_code == 403
    refused = sign(report, officer)
    assert (refused.status_code, "That was tried too often" in refused.content.decode()) == (409, True)
    assert not Decision.objects.exists()


def test_the_palette_finds_a_report_by_its_number(report: Report, cast: Cast) -> None:
    asked = f"/palette?q={report.number[-8:]}"
    assert f"/safety/{report.pk}" in words_of(cast.ada, asked)
    coach = join(cast.workspace, make_user("Kim"), ["coach"], [cast.front_line])
    assert f"/safety/{report.pk}" not in words_of(coach, asked)


def test_who_reads_and_does_not_write_sees_all_of_it_without_a_form(report: Report, cast: Cast) -> None:
    privacy = join(cast.workspace, make_user("Pat"), ["privacy_officer"], [cast.front_line])
    page = words_of(privacy, f"/safety/{report.pk}")
    assert "<dt>Reaction 1, Serious because of</dt><dd>Hospital stay, or a longer one</dd>" in page
    assert 'id="form"' not in page
    assert 'name="password"' not in page


def test_a_second_opinion_stands_beside_the_first(report: Report, cast: Cast, officer: Viewer) -> None:
    second = join(cast.workspace, make_user("Uma"), ["reviewer"], [cast.front_line])
    sign(report, officer)
    sign(report, second, outcome="not_reportable", reason="Known.")
    page = words_of(officer, f"/safety/{report.pk}")
    assert "Not reportable, Uma" in page
    assert "Two opinions differ" in page


def test_a_signature_does_not_hold_for_a_later_version(report: Report, cast: Cast, officer: Viewer) -> None:
    sign(report, officer)
    send(report, cast.ada, patient__age="71")
    page = words_of(officer, f"/safety/{report.pk}")
    assert "this decides nothing any more" in page
    assert "Changed since it was decided" in page
    assert Version.objects.filter(report=report).count() == 2
