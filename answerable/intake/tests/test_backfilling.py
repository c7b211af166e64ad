"""Archives go past the saved queries: what they want comes in once and says why, and the counts of the rest balance."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, User
from answerable.intake import archives, backfilling, pipeline
from answerable.intake.leafing import Leafed, Stretch
from answerable.intake.models import Backfill, Envelope, PassedBy
from answerable.listening import saving
from answerable.listening.models import Query
from answerable.testing.cast import Cast, join, make_user

ROWS: list[dict[str, object]] = [
    {"id": f"p{number}", "author": f"somebody{number}", "created_at": "2026-03-02T08:00:00Z", "text": text}
    for number, text in enumerate(
        ["My Velorin pump beeps all night.", "Lovely weather over the harbour.", "Velorin again!", "Nothing to say."]
    )
]


@pytest.fixture
def square(cast: Cast) -> Source:
    """Lists of what was said in public."""
    values = {"audience": "public", "namespace": "harbour.example"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("lists", label="The past", team=cast.front_line, values=values, by=by)


def ask_for(cast: Cast, text: str) -> Query:
    root = User.objects.get(pk=cast.root.user_id)
    return saving.save(name=text, text=text, team=cast.front_line, holder=root, by=cast.root)


def archive(folder: Path, rows: Iterable[dict[str, object]] = ROWS, *, name: str = "march.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def hear(source: Source, path: Path, cast: Cast) -> Backfill:
    heard = backfilling.back_fill(source, path, by=cast.ada)
    assert heard is not None
    while pipeline.open_waiting(source):
        pass
    return heard


def counts(heard: Backfill) -> tuple[int, int, int, int, int]:
    return heard.rows, heard.kept, heard.fresh, heard.passed_by, heard.left_count


def test_what_a_query_wants_comes_in_and_says_why_and_the_rest_is_counted(
    square: Source, cast: Cast, tmp_path: Path
) -> None:
    version = ask_for(cast, "velorin").versions.get()
    heard = hear(square, archive(tmp_path), cast)
    assert (heard.state, counts(heard)) == ("done", (4, 2, 2, 2, 0))
    assert sorted(Message.objects.values_list("text", flat=True)) == [ROWS[0]["text"], ROWS[2]["text"]]
    assert Envelope.objects.first().heard == {"versions": [version.pk]}  # type: ignore[union-attr]
    assert Message.objects.get(text=ROWS[0]["text"]).posted_at.isoformat() == "2026-03-02T08:00:00+00:00"  # type: ignore[union-attr]
    assert Case.objects.count() == 2
    assert PassedBy.objects.get(source=square).number == 2
    begun, ended = Event.objects.filter(kind__startswith="backfill_").order_by("pk")
    assert (begun.kind, ended.kind) == ("backfill_begun", "backfill_ended")
    assert ended.data == {"backfill": heard.pk, "rows": 4, "kept": 2, "fresh": 2}


def test_the_same_archive_again_brings_nothing_until_the_queries_change(
    square: Source, cast: Cast, tmp_path: Path
) -> None:
    ask_for(cast, "velorin")
    first = hear(square, archive(tmp_path), cast)
    assert hear(square, archive(tmp_path, name="the same elsewhere.jsonl"), cast) == first
    ask_for(cast, "weather")
    assert counts(hear(square, archive(tmp_path), cast)) == (4, 3, 1, 1, 0)
    assert Message.objects.count() == 3


def test_one_that_died_goes_on_behind_the_last_row_that_was_kept(
    square: Source, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "AT_ONCE", 1)
    ask_for(cast, "velorin")
    path = archive(tmp_path)

    def dies(source: Source, stretches: Iterable[Stretch]) -> Iterator[Leafed]:
        for each in backfilling.here(source, stretches):
            if each.at == 2:
                raise OSError("The machine is gone.")
            yield each

    with pytest.raises(OSError, match="gone"):
        backfilling.back_fill(square, path, by=cast.ada, leafing=dies)
    assert (Backfill.objects.get().rows, Envelope.objects.count()) == (2, 1)
    heard = hear(square, path, cast)
    assert counts(heard) == (4, 2, 2, 2, 0)
    assert Event.objects.filter(kind="backfill_begun").count() == 1


def test_rows_that_cannot_be_read_are_named_by_their_line_and_stop_nothing(
    square: Source, cast: Cast, tmp_path: Path
) -> None:
    ask_for(cast, "velorin")
    path = tmp_path / "odd.jsonl"
    lines = ["", "[1]", json.dumps(ROWS[0]), "{", '{"id": 9}', "id,text", json.dumps(ROWS[2])]
    path.write_text("\n".join(lines))
    heard = hear(square, path, cast)
    assert counts(heard) == (7, 2, 2, 0, 4)
    assert [each["number"] for each in heard.left] == [2, 6, 4, 5]
    assert [each.headers["line"] for each in Envelope.objects.order_by("pk")] == ["3", "7"]


@pytest.mark.parametrize("packing", ["gzip", "parquet"])
def test_every_sort_of_archive_brings_the_same(square: Source, cast: Cast, tmp_path: Path, packing: str) -> None:
    ask_for(cast, "velorin")
    plain = archive(tmp_path)
    other = tmp_path / "other"
    if packing == "gzip":
        other.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        parquet.write_table(pa.Table.from_pylist(ROWS), other)
    assert counts(hear(square, plain, cast)) == (4, 2, 2, 2, 0)
    assert counts(hear(square, other, cast)) == (4, 2, 0, 2, 0)


@pytest.mark.parametrize("packing", ["gzip", "parquet"])
def test_an_archive_that_is_cut_off_says_so_and_keeps_what_came_before(
    square: Source, cast: Cast, tmp_path: Path, packing: str
) -> None:
    whole = tmp_path / "whole"
    if packing == "gzip":
        whole.write_bytes(gzip.compress(archive(tmp_path).read_bytes()))
    else:
        parquet.write_table(pa.Table.from_pylist(ROWS), whole)
    whole.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(Invalid, match="“whole” cannot be read to its end"):
        hear(square, whole, cast)
    assert Backfill.objects.get().state == "running"


def test_whoever_is_at_a_file_is_alone_with_it(square: Source, cast: Cast, tmp_path: Path) -> None:
    path, met = archive(tmp_path), list[object]()

    def looks_twice(source: Source, stretches: Iterable[Stretch]) -> Iterator[Leafed]:
        met.append(archives.digest(path))
        yield from backfilling.here(source, stretches)

    assert backfilling.back_fill(square, path, by=cast.ada, leafing=looks_twice) is not None
    assert backfilling.back_fill(square, path, by=cast.ada, leafing=looks_twice) is not None
    assert len(met) == 1, "it is done, so nothing is read again"


def test_private_lists_and_other_sources_are_refused_with_what_to_do(cast: Cast, tmp_path: Path) -> None:
    by = House(cast.workspace.pk, "tests")
    private = connecting.connect("lists", label="Lists", team=cast.front_line, values={}, by=by)
    for source in (private, cast.mailbox, cast.form):
        with pytest.raises(Conflict, match="said in public"):
            backfilling.back_fill(source, archive(tmp_path), by=cast.ada)
    assert not Backfill.objects.exists()


def test_who_may_not_hand_in_may_not_hear_an_archive(square: Source, cast: Cast, tmp_path: Path) -> None:
    coach = join(cast.workspace, make_user("Cora"), ["coach"], [cast.front_line])
    with pytest.raises(NotAllowed):
        backfilling.back_fill(square, archive(tmp_path), by=coach)
    assert not Backfill.objects.exists()
