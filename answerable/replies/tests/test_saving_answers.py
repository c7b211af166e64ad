"""Saved answers: kept per team and language, filled without surprises."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Team
from answerable.replies import saving_answers
from answerable.replies.models import SavedAnswer
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

TEXT = "Hello {name}, this is {number}. {agent}"


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def saved(cast: Cast, by: Viewer | None = None, **facts: Any) -> SavedAnswer:
    given: dict[str, Any] = {"title": "Hello", "text": TEXT, "language": "en", "team": cast.front_line}
    return saving_answers.save(**{**given, **facts}, by=by or cast.ada)


def test_an_answer_is_saved_changed_and_ended_once(cast: Cast) -> None:
    answer = saved(cast, text=f" {TEXT}\r\n")
    assert answer.text == TEXT
    saving_answers.change(answer, title="Hi", text="Hi {name}", language="pl", by=cast.ben)
    kept = SavedAnswer.objects.get()
    assert (kept.title, kept.text, kept.language, kept.user_id) == ("Hi", "Hi {name}", "pl", cast.ben.user_id)
    saving_answers.end(answer, by=cast.ada)
    kinds = Event.objects.filter(kind__startswith="answer_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["answer_saved", "answer_changed", "answer_ended"]
    with pytest.raises(Conflict, match="already"):
        saving_answers.end(answer, by=cast.ada)
    saved(cast, title="Hi", language="pl")


def test_the_places_are_filled_and_what_fills_them_is_not_read_again(cast: Cast, case: Case) -> None:
    answer = saved(cast)
    case.contact.name = "{agent} {number}"
    assert saving_answers.fill(answer, case, by=cast.ada) == f"Hello {{agent}} {{number}}, this is {case.number}. Ada"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"text": " "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "Hi {surname}"}, "text"),
        ({"text": "Hi {name.__class__}"}, "text"),
        ({"text": "Hi {}"}, "text"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_cannot_be_filled_or_kept_is_refused(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match=r"Nothing (was kept|fills)") as refusal:
        saved(cast, **wrong)
    assert refusal.value.field == field
    assert not SavedAnswer.objects.exists()


def test_one_title_is_one_answer_of_a_team_and_language(cast: Cast) -> None:
    for by, team in ((cast.ada, cast.front_line), (cast.ben, None)):
        saved(cast, by, team=team)
        with pytest.raises(Conflict, match="already"):
            saved(cast, by, team=team)
        saved(cast, by, team=team, language="pl")


def test_who_may_keep_for_whom(cast: Cast) -> None:
    for by, team, refusal in (
        (cast.ada, cast.device_support, NotAllowed),
        (cast.ada, None, NotAllowed),
        (cast.ada, Team.objects.get(pk__in=cast.otto.team_ids), NotThere),
    ):
        with pytest.raises(refusal):
            saved(cast, by, team=team)
    theirs = saved(cast, cast.mira, team=cast.device_support)
    with pytest.raises(NotAllowed):
        saving_answers.end(theirs, by=cast.ada)


def test_offered_is_what_fits_the_case_in_its_language_first(cast: Cast, case: Case) -> None:
    saved(cast, title="A greeting")
    saved(cast, title="Powitanie", text="Dzień dobry, {name}", language="pl")
    saved(cast, cast.ben, title="For all", team=None)
    saved(cast, cast.mira, title="Elsewhere", team=cast.device_support)
    case.language = "pl"
    offered = [each.title for each in saving_answers.offered(case, by=cast.ben)]
    assert offered == ["Powitanie", "A greeting", "For all"]
    assert [each.title for each in saving_answers.offered(case, words="dzien", by=cast.ada)] == ["Powitanie"]
    assert not access.rows(SavedAnswer, cast.otto).exists()
