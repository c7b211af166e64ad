"""Dictionaries of a workspace's own: handed in, looked through, taken whole or not at all, taken out of use."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.core import files
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.safety import loading, taking_in, terms
from answerable.safety.models import Dictionary, DictionaryTerm
from answerable.safety.tests.dossier import IMDRF, LLT, loaded, make_officer
from answerable.testing.cast import Cast


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


def test_a_file_is_handed_in_once_and_a_job_takes_it_in(officer: Viewer) -> None:
    first, again = (
        loading.load(kind="meddra", release="99.0", language="por", name="llt.asc", pieces=[LLT.encode()], by=officer)
        for _ in range(2)
    )
    assert (first.pk, first.state) == (again.pk, "loading")
    assert terms.in_use(officer, "meddra") == []
    (event,) = Event.objects.filter(kind="dictionary_handed_in")
    assert event.data == {"dictionary": first.pk, "kind": "meddra", "digest": first.file}
    job = ProcrastinateJob.objects.get(task_name="answerable.safety.dictionary_jobs.load")
    taking_in.take_in(Dictionary.objects.get(pk=job.args["dictionary_id"]))
    first.refresh_from_db()
    assert (first.state, first.terms, first.lines) == ("ready", 4, 4)
    assert terms.in_use(officer, "meddra") == [first]


def test_a_job_that_died_goes_on_behind_what_it_kept(officer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "AT_ONCE", 1)
    made = loaded(officer)
    DictionaryTerm.objects.filter(dictionary=made, code__in=["10000002", "10000003"]).delete()
    Dictionary.objects.filter(pk=made.pk).update(terms=2, state="loading")
    stale = Dictionary.objects.get(pk=made.pk)
    taking_in.take_in(stale)
    taking_in.take_in(stale)
    made.refresh_from_db()
    assert (made.state, made.terms, made.entries.count()) == ("ready", 4, 4)


def test_a_file_with_a_bad_line_is_not_taken_and_says_which(officer: Viewer) -> None:
    made = loaded(officer, f"{LLT}\nnonsense")
    assert (made.state, made.bad_count, made.entries.count()) == ("refused", 1, 0)
    assert made.bad[0]["line"] == 5
    with pytest.raises(FileNotFoundError):
        files.fetch(made.file)
    assert loaded(officer).state == "ready"


def test_a_list_without_its_columns_says_so_in_the_row(officer: Viewer) -> None:
    made = loaded(officer, "code,name\nA,b\n", kind="imdrf", release="2026", language="eng")
    assert made.state == "refused"
    assert made.bad == [{"line": 1, "template": made.bad[0]["template"], "facts": {"column": "term"}}]
    assert loaded(officer, "code,term\n", kind="imdrf", release="2026", language="eng").bad_count == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "snomed"}, "kind"),
        ({"release": "new"}, "release"),
        ({"language": "pt"}, "language"),
        ({"text": ""}, "file"),
    ],
)
def test_what_is_not_said_as_it_must_be_is_refused_at_its_place(
    wrong: dict[str, str], field: str, officer: Viewer
) -> None:
    with pytest.raises(Invalid) as refusal:
        loaded(officer, **wrong)
    assert refusal.value.field == field


def test_only_a_safety_officer_or_an_admin_loads(cast: Cast, officer: Viewer) -> None:
    for nobody in (cast.ada, cast.ben, cast.mira):
        with pytest.raises(NotAllowed, match="Only a safety officer"):
            loaded(nobody)
    assert loaded(cast.root).state == "ready"
    assert terms.in_use(cast.otto, "meddra") == []


def test_another_file_of_the_same_release_waits_until_the_first_is_out_of_use(officer: Viewer) -> None:
    made = loaded(officer)
    other = LLT.replace("inventada", "outra")
    with pytest.raises(Conflict, match=r"MedDRA 99\.0 in this language is in use"):
        loaded(officer, other)
    loading.end(made, by=officer)
    assert Event.objects.filter(kind="dictionary_ended").count() == 1
    with pytest.raises(Conflict, match="not in use"):
        loading.end(made, by=officer)
    assert loaded(officer, other).state == "ready"


def test_several_lists_of_codes_make_one_release(officer: Viewer) -> None:
    loaded(officer, IMDRF, kind="imdrf", release="2026", language="eng", name="a.csv")
    loaded(officer, "code,term\nE01,Made up sign\n", kind="imdrf", release="2026", language="eng", name="e.csv")
    loaded(officer, "code,term\nA99,Old\n", kind="imdrf", release="2025", language="eng", name="old.csv")
    assert {each.name for each in terms.in_use(officer, "imdrf")} == {"a.csv", "e.csv"}
