"""The database goes away and comes back. Everybody is told so, and nothing is dropped."""

from __future__ import annotations

import json

import pytest

from tests.peers.programs import eventually
from tests.trouble.desk import Desk, letter

pytestmark = pytest.mark.peers

BACK_WITHIN = 60.0


@pytest.fixture
def without_database(desk: Desk) -> Desk:
    eventually(lambda: desk.get("/health")[0] == 200, within=BACK_WITHIN)
    desk.take_database()
    return desk


def test_an_outage_is_told_to_everybody_and_ends_by_itself(without_database: Desk) -> None:
    desk, mail = without_database, letter("outage")

    code, words = desk.bring(mail)
    assert (code, words[:5]) == (451, "4.3.0")
    for path in ("/", "/cases/1", "/search?q=x", "/form/any", "/square/any"):
        status, page = desk.get(path)
        assert status == 503, path
        assert "The database does not answer" in page
    status, said = desk.get("/api/cases")
    assert status == 503
    assert "What was stored is safe" in json.loads(said)["error"]
    status, said = desk.get("/health")
    assert (status, json.loads(said)["database"]) == (503, False)

    desk.give_database()
    eventually(lambda: desk.get("/health")[0] == 200, within=BACK_WITHIN)
    assert desk.bring(mail) == (250, "")
    eventually(lambda: filed(desk, "outage"), within=BACK_WITHIN)


def filed(desk: Desk, mark: str) -> bool:
    found = desk.rows(
        "SELECT count(*) FROM conversations_message m JOIN cases_filing f ON f.message_id = m.id WHERE m.subject = %s",
        mark,
    )
    return bool(found[0][0] == 1)
