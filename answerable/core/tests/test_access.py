"""The door: rights come from roles, rows from teams, and nothing else opens it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.cases.models import Case
from answerable.conversations.models import Contact, Message
from answerable.core import access
from answerable.core.access import RIGHTS, Right
from answerable.core.errors import NotAllowed, NotThere
from answerable.core.models import Role
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


def test_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(Role.values)


def test_only_those_who_answer_may_answer(cast: Cast) -> None:
    cast.ada.require(Right.ANSWER)
    coach = replace(cast.ada, roles=frozenset({"coach"}))
    with pytest.raises(NotAllowed, match="answer"):
        coach.require(Right.ANSWER)
    assert coach.may(Right.READ_CASES)


def test_a_role_that_is_unknown_gives_nothing(cast: Cast) -> None:
    assert not [right for right in Right if replace(cast.ada, roles=frozenset({"emperor"})).may(right)]


def test_scopes_narrow_and_never_widen(cast: Cast) -> None:
    scoped = replace(cast.ada, scopes=frozenset({"read_cases", "manage_sources"}))
    assert [right for right in Right if scoped.may(right)] == [Right.READ_CASES]
    assert not [right for right in Right if replace(cast.ada, scopes=frozenset()).may(right)]


def test_a_row_of_somebody_else_and_a_row_that_is_not_there_are_told_apart_by_nothing(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assert access.one(Case, cast.ada, pk=case.pk) == case
    sentences = []
    for viewer, key in ((cast.otto, case.pk), (cast.mira, case.pk), (cast.ada, 999_999)):
        with pytest.raises(NotThere) as refusal:
            access.one(Case, viewer, pk=key)
        sentences.append(refusal.value.sentence)
    assert len(set(sentences)) == 1


def test_what_hangs_on_a_case_is_seen_with_it(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    for model in (Message, Contact):
        assert access.rows(model, cast.ada).count() == 1
        assert access.rows(model, cast.root).count() == 1
        assert access.rows(model, cast.mira).count() == 0
        assert access.rows(model, cast.otto).count() == 0
