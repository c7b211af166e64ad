"""Files of what was said elsewhere: looked at, taken in once, and every row that cannot be read is told."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import files
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program
from answerable.intake import bringing_in, pipeline
from answerable.intake.models import Envelope, Import
from answerable.intake.receiving import receive
from answerable.replies import answering
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast

TABLE = b"""id;from;message;created at
1;pia@example.net;It leaks.;02/07/2026 10:00
2;rob@example.net;"It beeps,
all night.";2026-07-02T08:00:00Z
3;;;02/07/2026 10:00
4;pia@example.net;It leaks still.;yesterday
5;zoe@example.net;It is too "loud";02/07/2026 10:00
6;a;b;c;d
7;ida@example.net;It hums.;
"""


@pytest.fixture
def lists(cast: Cast) -> Source:
    values = {"time_zone": "Europe/Warsaw", "dates": "day"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("lists", label="Lists", team=cast.front_line, values=values, by=by)


def taken(source: Source, cast: Cast, body: bytes, name: str = "said.csv") -> Import:
    brought = bringing_in.begin(bringing_in.look_at(source, name=name, pieces=[body], by=cast.ada), by=cast.ada)
    bringing_in.bring_in(brought)
    while pipeline.open_waiting(source):
        pass
    return Import.objects.get(pk=brought.pk)


def test_a_look_brings_nothing_and_says_what_it_would(lists: Source, cast: Cast) -> None:
    seen = bringing_in.look_at(lists, name="said.csv", pieces=[TABLE], by=cast.ada)
    assert (seen.would_bring, seen.left_count) == (4, 3)
    assert [each["number"] for each in seen.left] == [5, 6, 8]
    assert [said.text for said in bringing_in.preview(seen).first][:2] == ["It leaks.", "It beeps,\nall night."]
    assert not Envelope.objects.exists()


def test_rows_become_messages_with_times_of_their_zone_and_the_bad_ones_stop_nothing(lists: Source, cast: Cast) -> None:
    done = taken(lists, cast, TABLE)
    assert (done.state, done.rows, done.fresh, done.left_count) == ("done", 7, 4, 3)
    said = Message.objects.get(text="It leaks.")
    assert said.posted_at is not None
    assert said.posted_at.isoformat() == "2026-07-02T08:00:00+00:00"
    assert Case.objects.count() == 4


def test_the_same_file_twice_and_the_same_rows_in_another_bring_nothing(lists: Source, cast: Cast) -> None:
    first = taken(lists, cast, TABLE)
    assert taken(lists, cast, TABLE) == first
    again = taken(lists, cast, TABLE + b"8;mia@example.net;It is new.;\n")
    assert (again.rows, again.fresh) == (8, 1)
    assert Message.objects.count() == 5


def test_json_lines_are_read_alike(lists: Source, cast: Cast) -> None:
    rows = [{"id": 1, "author": "pia@example.net", "text": "It leaks. 😡"}, {"id": 2, "text": None}]
    body = b"\n".join([*(json.dumps(row).encode() for row in rows), b"[1]", b"{", b""])
    done = taken(lists, cast, body, "said.jsonl")
    assert (done.fresh, done.left_count) == (1, 3)
    assert [each["number"] for each in done.left] == [2, 3, 4]


def test_a_mail_folder_comes_in_by_the_reader_of_mail(cast: Cast) -> None:
    mails = [letter(f"Number {number}.", message_id=f"<m{number}@example.net>") for number in range(3)]
    quoted = letter("Before\n>From here on it leaks.", message_id="<q@example.net>")
    folder = b"".join(b"From x@example.net Thu Jul  2 08:00:00 2026\n" + mail + b"\n" for mail in [*mails, quoted])
    done = taken(cast.mailbox, cast, folder, "old.mbox")
    assert (done.fresh, done.left_count) == (4, 0)
    assert Message.objects.filter(text__contains="\nFrom here on it leaks.").exists()
    envelope = Envelope.objects.order_by("pk")[0]
    assert envelope.bytes().strip() == mails[0].strip()


@pytest.mark.parametrize("body", [b"", b"\n\n", b"a,b\n1,2\n"])
def test_what_is_no_list_is_refused_with_a_sentence(lists: Source, cast: Cast, body: bytes) -> None:
    with pytest.raises(Invalid):
        bringing_in.look_at(lists, name="x", pieces=[body], by=cast.ada)
    assert not Import.objects.exists()


def test_a_job_that_died_goes_on_behind_the_last_row_that_was_kept(
    lists: Source, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_in, "AT_ONCE", 2)
    brought = bringing_in.begin(bringing_in.look_at(lists, name="x", pieces=[TABLE], by=cast.ada), by=cast.ada)
    rows = list(bringing_in._slices(lists, TABLE.splitlines(keepends=True)))
    bringing_in._take(brought, rows[:2], at=0)
    assert not bringing_in._take(brought, rows[:2], at=0), "two at one file do not count it twice"
    bringing_in.bring_in(Import.objects.get(pk=brought.pk))
    done = Import.objects.get(pk=brought.pk)
    assert (done.state, done.rows, done.fresh, done.left_count) == ("done", 7, 4, 3)


def test_a_long_file_needs_no_more_memory_than_a_short_one(lists: Source, cast: Cast) -> None:
    def pieces(count: int) -> Iterator[bytes]:
        yield b"id,author,text\n"
        for number in range(count):
            yield b"%d-%d,p%d@example.net,It leaks for the %dth time.\n" % (count, number, number, number)

    def peak(count: int) -> int:
        tracemalloc.start()
        bringing_in.look_at(lists, name="long.csv", pieces=pieces(count), by=cast.ada)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(500)
    assert peak(10_000) < peak(1_000) + 1_000_000


def test_a_reader_and_a_paused_source_take_nothing(lists: Source, cast: Cast) -> None:
    Source.objects.filter(pk=lists.pk).update(state=Source.State.PAUSED)
    lists.refresh_from_db()
    with pytest.raises(Conflict):
        bringing_in.look_at(lists, name="x", pieces=[TABLE], by=cast.ada)
    with pytest.raises((Conflict, NotAllowed)):
        bringing_in.look_at(cast.square, name="x", pieces=[TABLE], by=cast.ada)


def test_the_screen_looks_takes_in_and_tells_each_line(lists: Source, cast: Cast) -> None:
    page = Client()
    page.force_login(User.objects.get(pk=cast.root.user_id))
    file = StringIO(TABLE.decode())
    file.name = "said.csv"
    answer = page.post(f"/settings/sources/{lists.pk}/files", {"file": file}, follow=True)
    shown = answer.content.decode()
    assert "4 rows can be filed" in shown
    assert "Line 6" in shown
    assert "“yesterday” is no date that can be read." in shown
    brought = Import.objects.get()
    assert page.post(f"/settings/imports/{brought.pk}").status_code == 303
    bringing_in.bring_in(Import.objects.get())
    assert "What it brought" in page.get(f"/settings/imports/{brought.pk}").content.decode()


def test_the_api_takes_a_file_and_says_how_far_it_is(lists: Source, cast: Cast) -> None:
    program = Program(cast.ada)
    given = {"name": "said.csv", "base64": "aWQsYXV0aG9yLHRleHQKMSxhQGV4YW1wbGUubmV0LEl0IGxlYWtzLgo=", "begin": True}
    made = program.post(f"sources/{lists.pk}/imports", given)
    assert made.status_code == 201
    bringing_in.bring_in(Import.objects.get())
    told = program.get(f"imports/{made.json()['id']}").json()
    assert (told["state"], told["rows"], told["fresh"]) == ("done", 1, 1)


def test_the_command_looks_first_and_takes_in_when_told(lists: Source, cast: Cast, tmp_path: Path) -> None:
    file, out = tmp_path / "said.csv", StringIO()
    file.write_bytes(TABLE)
    call_command("import_file", lists.slug, file, by="ada@example.org", stdout=out)
    assert "4 rows can be filed, 3 are left out." in out.getvalue()
    assert not Envelope.objects.exists()
    call_command("import_file", lists.slug, file, "--import", by="ada@example.org", stdout=out)
    assert "7 rows were taken in, 4 of them are new." in out.getvalue()


def test_what_was_looked_at_and_not_taken_in_is_thrown_away(lists: Source, cast: Cast) -> None:
    seen = bringing_in.look_at(lists, name="x", pieces=[TABLE], by=cast.ada)
    bringing_in.throw_away(timedelta(0))
    assert not Import.objects.exists()
    assert not files.place(seen.file).exists()


def test_a_complaint_told_by_mail_and_in_a_list_is_one_and_is_answered_where_it_stands(cast: Cast) -> None:
    values = {
        "site": "https://complaints.example/glimo",
        "address": "c-x@example.org",
        "template": "Subject: Complaint {id} {author} wrote: {text} Answer at {link}",
        "namespace": "klagen",
    }
    by = House(cast.workspace.pk, "tests")
    site = connecting.connect("complaints", label="Klagen", team=cast.front_line, values=values, by=by)
    mail = letter("Pia wrote:\nIt leaks.\nAnswer at https://complaints.example/c/42", subject="Complaint 42")
    receive(site, [Raw(mail)], at=now())
    pipeline.open_waiting(site)
    taken(site, cast, b"id,author,text,link\n42,Pia,It leaks.,https://complaints.example/c/42\n")
    assert Message.objects.filter(direction="in").count() == 1
    assert Message.objects.get().text == "It leaks."
    case = Case.objects.get()
    reply = answering.answer(case, text="We are sorry.", audience="public", key="k", by=cast.ada)
    assert (reply.state, reply.place) == ("by_hand", "https://complaints.example/c/42")
