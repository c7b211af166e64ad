"""Drafts survive the browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.cases.models import Case
from answerable.core.errors import Invalid, NotAllowed
from answerable.replies import drafting
from answerable.replies.models import Draft, DraftFile
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def test_the_newest_words_win_and_each_agent_has_an_own_draft(cast: Cast, case: Case) -> None:
    for text in ("Dear", "Dear Barbara\x00"):
        drafting.save(case, text=text, audience="private", by=cast.ada)
    drafting.save(case, text="Hello", audience="internal", by=cast.ben)
    draft = drafting.of(case, by=cast.ada)
    assert draft is not None
    assert draft.text == "Dear Barbara\ufffd"
    assert Draft.objects.count() == 2


def test_a_file_is_put_to_it_and_taken_away(cast: Cast, case: Case) -> None:
    draft = drafting.save(case, text="x", audience="private", by=cast.ada)
    file = drafting.add_file(draft, name="../a.txt", body=b"words", by=cast.ada)
    assert (file.name, file.media_type, file.size) == ("a.txt", "text/plain", 5)
    drafting.drop_file(file, by=cast.ada)
    assert not DraftFile.objects.exists()


@pytest.mark.parametrize("body", [b"", b"x" * (drafting.MAX_FILE + 1)])
def test_an_empty_or_too_large_file_is_refused_and_the_text_kept(cast: Cast, case: Case, body: bytes) -> None:
    draft = drafting.save(case, text="x", audience="private", by=cast.ada)
    with pytest.raises(Invalid, match=r"a\.txt"):
        drafting.add_file(draft, name="a.txt", body=body, by=cast.ada)
    assert drafting.of(case, by=cast.ada) == draft


def test_whoever_only_reads_attaches_nothing(cast: Cast, case: Case) -> None:
    draft = drafting.save(case, text="x", audience="private", by=cast.ada)
    with pytest.raises(NotAllowed):
        drafting.add_file(draft, name="a.txt", body=b"x", by=replace(cast.ada, roles=frozenset({"coach"})))


def test_throwing_away_touches_the_own_draft_only(cast: Cast, case: Case) -> None:
    for who in (cast.ada, cast.ben):
        drafting.save(case, text="x", audience="private", by=who)
    drafting.discard(case, by=cast.ada)
    assert [draft.user_id for draft in Draft.objects.all()] == [cast.ben.user_id]
