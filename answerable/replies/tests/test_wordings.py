"""Wordings: written by one person, approved by another, said while they are valid, and offered where they fit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import proposing, vouching, wordings
from answerable.replies.models import Wording, WordingVersion
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

STORED = "Velorin may be kept below 25 °C for up to 14 days, {name}."


def begun(by: Viewer, code: str = "VEL-STORE-04", **facts: Any) -> Wording:
    says = {"title": "Keeping it outside the fridge", "product": "Velorin", "audience": "anywhere", **facts}
    return proposing.begin(code=code, by=by, **says)


def proposed(wording: Wording, by: Viewer, text: str = STORED, language: str = "en", **facts: Any) -> WordingVersion:
    day = now().date()
    says = {"because": "People ask before journeys.", "valid_from": day, "valid_to": day + timedelta(days=90), **facts}
    return proposing.propose(wording, language=language, text=text, by=by, **says)


def approved(wording: Wording, cast: Cast, text: str = STORED, language: str = "en", **facts: Any) -> WordingVersion:
    return vouching.approve(proposed(wording, cast.mira, text, language, **facts), by=cast.ben)


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="wording_").order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def case(cast: Cast) -> Case:
    said = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False}
    words = "May my velorim stay outside the fridge on a journey?"
    made = arrive(canonical({**said, "text": words, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def test_what_is_proposed_may_not_be_said_before_another_person_approves_it(cast: Cast) -> None:
    version = proposed(begun(cast.mira), cast.mira)
    assert wordings.library(cast.ada, language="en", audience="public") == []
    assert list(wordings.waiting(cast.ben)) == [version]
    assert not wordings.waiting(cast.mira).exists()

    vouching.approve(version, by=cast.ben)

    (usable,) = wordings.library(cast.ada, language="en", audience="public", product="Velorin")
    assert (usable.number, usable.wording.code, usable.approver_id) == (1, "VEL-STORE-04", cast.ben.user_id)
    assert kinds() == ["wording_begun", "wording_proposed", "wording_approved"]


def test_nobody_approves_their_own_and_the_database_refuses_it_too(cast: Cast) -> None:
    version = proposed(begun(cast.mira), cast.mira)
    with pytest.raises(NotAllowed, match="You wrote this version"):
        vouching.approve(version, by=cast.mira)
    with pytest.raises(IntegrityError), transaction.atomic():
        WordingVersion.objects.filter(pk=version.pk).update(
            state="approved", approver=cast.mira.user_id, approved_at=now()
        )


def test_the_database_refuses_to_change_or_delete_what_was_approved(cast: Cast) -> None:
    version = approved(begun(cast.mira), cast)
    ours = WordingVersion.objects.filter(pk=version.pk)
    for change in ({"text": "Anything goes."}, {"valid_to": date(2099, 1, 1)}, {"state": "proposed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ours.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ours.delete()


def test_of_two_who_decide_one_is_first(cast: Cast) -> None:
    version = proposed(begun(cast.mira), cast.mira)
    vouching.decline(version, because="The leaflet says 7 days.", by=cast.ben)
    with pytest.raises(Conflict):
        vouching.approve(version, by=cast.ben)
    assert wordings.library(cast.ada, language="en", audience="public") == []
    assert kinds()[-1] == "wording_declined"


def test_who_may_not_write_or_approve_is_told(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        begun(cast.ada)
    version = proposed(begun(cast.mira), cast.mira)
    with pytest.raises(NotAllowed):
        vouching.approve(version, by=cast.root)


def test_a_newer_version_takes_the_place_and_a_withdrawn_one_gives_it_back(cast: Cast) -> None:
    wording = begun(cast.mira)
    first = approved(wording, cast)
    second = approved(wording, cast, "Below 25 °C for 7 days.")
    assert [each.number for each in wordings.library(cast.ada, language="en", audience="private")] == [2]
    assert wordings.follower(first, now().date()) == second

    vouching.withdraw(second, because="Wrong number of days.", by=cast.mira)

    assert [each.number for each in wordings.library(cast.ada, language="en", audience="private")] == [1]
    assert kinds()[-1] == "wording_withdrawn"
    with pytest.raises(Conflict):
        vouching.withdraw(second, because="Again.", by=cast.mira)


def test_it_is_said_only_from_its_first_to_its_last_day(cast: Cast) -> None:
    day = now().date()
    approved(begun(cast.mira), cast, valid_from=day + timedelta(days=1), valid_to=day + timedelta(days=2))
    said_on = [
        bool(wordings.library(cast.ada, language="en", audience="public", at=now() + timedelta(days=ahead)))
        for ahead in range(4)
    ]
    assert said_on == [False, True, True, False]


def test_the_library_knows_language_product_and_audience(cast: Cast) -> None:
    store = begun(cast.mira)
    approved(store, cast)
    approved(store, cast, "Velorin pode ficar abaixo de 25 °C.", "pt-br")
    approved(begun(cast.mira, "GLI-BATT-01", product="Glimo", audience="private"), cast, "Change the battery.")
    approved(begun(cast.mira, "ALL-PRIV-01", product="", audience="public"), cast, "We have written to you.")

    def codes(**facts: Any) -> list[str]:
        return [each.wording.code for each in wordings.library(cast.ada, **facts)]

    assert codes(language="en", audience="public") == ["ALL-PRIV-01", "VEL-STORE-04"]
    assert codes(language="en", audience="private") == ["GLI-BATT-01", "VEL-STORE-04"]
    assert codes(language="en", audience="public", product="glimo") == ["ALL-PRIV-01"]
    assert codes(language="pt", audience="public", product="Velorin") == ["VEL-STORE-04"]
    assert codes(language="pl", audience="public") == []


def test_a_case_is_offered_what_is_about_its_product_first(cast: Cast, case: Case) -> None:
    approved(begun(cast.mira), cast)
    approved(begun(cast.mira, "ALL-01", product="", title="Thanks"), cast, "Thank you.")
    approved(begun(cast.mira, "GLI-BATT-01", product="Glimo", title="Battery"), cast, "Change the battery.")
    assert [each.wording.code for each in wordings.for_case(case, cast.ada)] == ["VEL-STORE-04", "ALL-01"]
    assert [each.wording.code for each in wordings.for_case(case, cast.ada, words="batter")] == ["GLI-BATT-01"]
    (first, *_) = wordings.for_case(case, cast.ada)
    assert wordings.filled(first, case, by=cast.ada).endswith("14 days, Pia.")


def test_where_no_product_is_named_the_words_decide(cast: Cast, case: Case) -> None:
    approved(begun(cast.mira, "PUL-SIGNAL-01", product="Pulsa", title="Weak sensor signal"), cast, "Wait 45 minutes.")
    approved(begun(cast.mira, "PUL-FRIDGE-02", product="Pulsa", title="A journey and the fridge"), cast, "No fridge.")
    assert [each.wording.code for each in wordings.for_case(case, cast.ada)] == ["PUL-FRIDGE-02", "PUL-SIGNAL-01"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "Dear {patient}"}, "text"),
        ({"language": "xx"}, "language"),
        ({"because": ""}, "because"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"valid_to": date(2090, 1, 1)}, "valid_to"),
    ],
)
def test_what_cannot_be_taken_names_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        proposed(begun(cast.mira), cast.mira, **facts)
    assert refused.value.field == field
    assert not WordingVersion.objects.exists()


def test_a_code_is_there_once(cast: Cast) -> None:
    begun(cast.mira)
    with pytest.raises(Conflict):
        begun(cast.ben)
    with pytest.raises(Invalid):
        begun(cast.mira, "?")


def test_otto_sees_no_wording_of_ours(cast: Cast) -> None:
    approved(begun(cast.mira), cast)
    assert not access.rows(Wording, cast.otto).exists()
    assert not access.rows(WordingVersion, cast.otto).exists()
    assert wordings.library(cast.otto, language="en", audience="public") == []
