"""The journal as a table for inspectors: whole, provable without us, for those who may see it."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from django.test import Client

from answerable.cases.models import Case
from answerable.core import journal
from answerable.core.access import Viewer
from answerable.core.models import Event, Read, User
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def filed(cast: Cast) -> Case:
    made = arrive(letter("Where is the leaflet?"), cast.mailbox)
    assert made is not None
    return made


def test_the_trail_of_a_case_proves_itself_from_the_table_alone(cast: Cast) -> None:
    """21 CFR 11.10(b), (e): copies for inspectors that show every line and who made it when."""
    case = filed(cast)
    answer = as_(cast.ben).get(f"/journal.csv?case={case.pk}")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == Event.objects.filter(case_id=case.pk).count() >= 2
    last = journal.GENESIS
    for number, row in enumerate(rows, 1):
        at = datetime.fromisoformat(row["at"])
        fields = (None, cast.workspace.pk, row["chain"], row["seq"], row["kind"], at)
        more = (row["user"], row["part"], row["case"], row["team"], row["data"])
        assert (int(row["seq"]), row["before"]) == (number, last)
        assert journal.digest((*fields, *more), last) == row["hash"]
        last = row["hash"]
    assert Read.objects.filter(what="journal_export", row_id=case.pk, user_id=cast.ben.user_id).count() == 1


def test_days_are_taken_whole_and_who_may_not_see_the_journal_takes_nothing(cast: Cast) -> None:
    filed(cast)
    day = Event.objects.latest("pk").at.date().isoformat()
    table = as_(cast.ben).get(f"/journal.csv?since={day}&until={day}").content.decode()
    assert len(table.splitlines()) > 2
    assert len(as_(cast.ben).get("/journal.csv?since=2020-01-01&until=2020-01-02").content.splitlines()) == 1
    assert as_(cast.ben).get("/journal.csv").status_code == 422
    assert as_(cast.ada).get(f"/journal.csv?since={day}&until={day}").status_code == 403
    assert "Save these days as a table" in as_(cast.ben).get("/journal").content.decode()


def test_another_workspace_takes_none_of_our_lines(cast: Cast) -> None:
    case = filed(cast)
    assert as_(cast.otto).get(f"/journal.csv?case={case.pk}").status_code == 404
