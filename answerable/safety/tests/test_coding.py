"""Coding: a person chooses a term, the report has a new version with its reason, and the same words are offered it again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event
from answerable.safety import coding, deciding, loading, reporting, terms, uncoded
from answerable.safety.models import Coding, DictionaryTerm, Report
from answerable.safety.reports import Device, Product, Term
from answerable.safety.tests.dossier import IMDRF, loaded, make_officer, opened
from answerable.testing.cast import PASSWORD, Cast


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return opened(cast)


def term(code: str = "10000000") -> DictionaryTerm:
    return DictionaryTerm.objects.select_related("dictionary").get(code=code)


def coded(report: Report, by: Viewer, code: str = "10000000", expected: int = 1, place: str = "reaction") -> Report:
    coding.code(report, expected=expected, place=place, number=0, term=term(code), by=by)
    return report


def words_of(found: list[terms.Suggestion]) -> list[tuple[str, int]]:
    return [(each.term.words, each.chosen) for each in found]


def test_terms_that_share_the_beginning_of_a_word_are_suggested_the_nearest_first(officer: Viewer) -> None:
    loaded(officer)
    found = terms.suggested(officer, "tonturas fortes", "severe dizziness", kind="meddra", language="por")
    assert words_of(found) == [("Dizziness made up", 0), ("Tontura inventada", 0)]
    assert words_of(terms.suggested(officer, "tonturas fortes", kind="meddra")) == [("Tontura inventada", 0)]
    assert terms.suggested(officer, "", kind="meddra") == []
    assert words_of(terms.looked_up(officer, "10000002", kind="meddra")) == [("Ache made up", 0)]
    assert terms.looked_up(officer, "10000003", kind="meddra") == [], "no longer current"


def test_a_choice_makes_a_version_with_its_reason_and_is_offered_again(
    report: Report, officer: Viewer, cast: Cast
) -> None:
    dictionary = loaded(officer)
    version = coding.code(report, expected=1, place="reaction", number=0, term=term(), by=officer)
    assert (version.number, version.reason) == (2, "Coded: 10000000, meddra 99.0.")
    assert reporting.values_of(version).reactions[0].term == Term("10000000", "99.0")
    assert Event.objects.filter(kind="report_corrected", data__version=2).exists()
    kept = Coding.objects.get()
    assert (kept.version, kept.dictionary, kept.words) == (version, dictionary, "tonturas fortes")
    again = terms.suggested(officer, "Tonturas  FORTES", kind="meddra")
    assert words_of(again)[0] == ("Tontura inventada", 1)


def test_the_queue_holds_what_has_no_code_and_needs_one(report: Report, officer: Viewer, cast: Cast) -> None:
    def waiting() -> list[str]:
        return [
            each.key
            for version in uncoded.queue(officer)
            for each in uncoded.wanted(version)
            if version.report == report
        ]

    loaded(officer)
    assert waiting() == [f"{report.pk}.reaction.0", f"{report.pk}.taken_for.0"]
    assert not list(uncoded.queue(cast.otto))
    coded(report, officer)
    assert waiting() == []
    other = opened(cast, message_id="<two@example.net>")
    assert other.versions.get() in uncoded.queue(officer)
    deciding.decide(other, expected=1, outcome="not_reportable", reason="No event.", password=PASSWORD, by=officer)
    assert other.versions.get() not in uncoded.queue(officer)


def test_a_place_that_is_not_there_a_term_of_another_kind_and_a_newer_version_are_refused(
    report: Report, officer: Viewer
) -> None:
    loaded(officer)
    loaded(officer, IMDRF, kind="imdrf", release="2026", language="eng")
    with pytest.raises(Invalid, match="nothing to be coded with this term"):
        coding.code(report, expected=1, place="reaction", number=7, term=term(), by=officer)
    with pytest.raises(Invalid, match="nothing to be coded with this term"):
        coded(report, officer, "A01")
    coded(report, officer)
    with pytest.raises(Conflict, match="Somebody else changed this report"):
        coded(report, officer)


def test_who_does_not_review_does_not_code(report: Report, officer: Viewer, cast: Cast) -> None:
    dictionary = loaded(officer)
    with pytest.raises(NotAllowed):
        coded(report, cast.ada)
    with pytest.raises(NotThere):
        terms.one(cast.otto, term().pk)
    loading.end(dictionary, by=officer)
    with pytest.raises(NotThere):
        terms.one(officer, term().pk)


def test_what_a_medicine_was_taken_for_and_what_failed_in_a_device_are_coded_too(
    report: Report, officer: Viewer
) -> None:
    loaded(officer)
    loaded(officer, IMDRF, kind="imdrf", release="2026", language="eng")
    values = reporting.values_of(report.versions.get())
    glimo = Product("Glimo", device=Device(failed=True))
    reporting.correct(
        report, expected=1, values=replace(values, products=(glimo, *values.products)), reason="A device.", by=officer
    )
    coded(report, officer, "A01", 2, "problem")
    coding.code(report, expected=3, place="taken_for", number=1, term=term("10000002"), by=officer)
    told = reporting.values_of(report.versions.latest("number"))
    assert told.products[0].device == Device(failed=True, problems=("A01",))
    assert told.products[1].term_taken_for == Term("10000002", "99.0")
