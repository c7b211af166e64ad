"""Saved queries as pages and over the API: tried while they are written, kept in versions, brought in from other tools."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import as_
from answerable.listening import glimpsing, importing
from answerable.listening.engines import engine_of
from answerable.listening.models import Choices, Query
from answerable.listening.posts import Post
from answerable.listening.spelling import Spelling
from answerable.listening.tests.saved import save, version, whose
from answerable.testing.cast import Cast

FILE = (
    "Query Name;Boolean\n"
    'Weak signal;"(sensor OR cgm) NEAR/6f (signal OR sygnał) NOT hashtags:deal <<<ours>>>"\n'
    'Capitals;"{Glimo} and battery"\n'
    'Broken;"(sensor OR"\n'
    'Everything;"the OR and"\n'
    'Known;"site:example.com velorin"\n'
)


def form(cast: Cast, text: str, **other: Any) -> dict[str, Any]:
    return {"name": "Signal", "text": text, "team": cast.front_line.pk, "holder": cast.ben.user_id, **other}


def went_by(cast: Cast) -> None:
    said = ["My Glimo battery is empty again", "good morning", *["so tired"] * 98]
    glimpsing.keep(cast.square, [Post(each) for each in said], at=now() - timedelta(days=1))


def test_the_editor_says_what_a_query_would_find_and_marks_why(cast: Cast) -> None:
    went_by(cast)
    shown = as_(cast.ben).post("/listening/trial", {"text": "glimo NEAR/3 battery"}).content.decode()
    assert "<mark>Glimo</mark> <mark>battery</mark>" in shown
    assert "Of 100 posts it would have found 1" in shown
    assert "About 0 to 6 matches a day" in shown
    assert "with fewer than 3 words between" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("glimo AND", ("missing after AND", "glimo <mark>AND</mark>", "<code>glimo</code>")),
        ("(glimo", ("Nothing closes this bracket", "<mark>(</mark>glimo", "<code>(glimo)</code>")),
        ("NOT glimo", ("This would match everything",)),
        ("tired", ("This is too wide", "98% of all posts, about 244 a day")),
        ("the", ("everybody writes all day",)),
        ("@care glimo", ("knows nobody’s name",)),
    ],
)
def test_the_editor_points_at_what_cannot_be_taken_and_proposes_a_mend(
    cast: Cast, text: str, words: tuple[str, ...]
) -> None:
    went_by(cast)
    glimpsing.keep(cast.square, [Post("so tired")] * 390 + [Post("x")] * 10, at=now() - timedelta(days=2))
    shown = as_(cast.ben).post("/listening/trial", {"text": text}).content.decode()
    assert [each for each in words if each not in shown] == []


def test_a_mend_is_taken_with_a_button_and_nothing_is_kept_by_it(cast: Cast) -> None:
    client = as_(cast.ben)
    shown = client.post("/listening/queries/new", form(cast, "glimo AND", mend="glimo")).content.decode()
    assert ">glimo</textarea>" in shown
    assert not Query.objects.exists()
    shown = client.post("/listening/queries/new", form(cast, "glimo AND")).content.decode()
    assert "It was not kept" in shown
    assert ">glimo AND</textarea>" in shown


def test_a_query_is_kept_changed_switched_and_its_versions_are_shown(cast: Cast) -> None:
    client = as_(cast.ben)
    assert client.post("/listening/queries/new", form(cast, "glimo")).status_code == 303
    query = Query.objects.get()
    page = f"/listening/queries/{query.pk}"
    assert client.post(page, form(cast, "glimo OR glimmo", version=1)).status_code == 303
    late = client.post(page, form(cast, "zebra", version=1))
    assert (late.status_code, "Somebody else changed this query" in late.content.decode()) == (422, True)
    assert client.post(f"{page}/state", {"state": "off"}).status_code == 303
    shown = client.get(page).content.decode()
    assert [each in shown for each in ("Version 2", "Version 1", "glimo OR glimmo", "Switch on")] == [True] * 4
    listed = client.get("/listening", {"q": "glimmo"}).content.decode()
    assert page in listed
    assert "off" in listed
    assert page not in client.get("/listening", {"q": "zebra"}).content.decode()


def test_an_agent_reads_queries_and_changes_none(cast: Cast) -> None:
    query, client = save(cast, "glimo"), as_(cast.ada)
    assert "glimo" in client.get(f"/listening/queries/{query.pk}").content.decode()
    assert "textarea" not in client.get(f"/listening/queries/{query.pk}").content.decode()
    assert client.post(f"/listening/queries/{query.pk}", form(cast, "x", version=1)).status_code == 403
    assert client.post("/listening/trial", {"text": "glimo"}).status_code == 403


def test_a_file_of_another_tool_is_looked_at_and_then_kept_where_it_can_be_read(cast: Cast) -> None:
    client = as_(cast.ben)
    sent = SimpleUploadedFile("queries.csv", FILE.encode())
    looked = client.post("/listening/files", {"file": sent}).content.decode()
    assert "2 queries can be read, 3 cannot" in looked
    assert not Query.objects.exists()
    given = {"body": FILE, "take": "1", "team": cast.front_line.pk, "holder": cast.ben.user_id}
    assert "2 queries are kept" in client.post("/listening/files", given).content.decode()
    assert dict(Query.objects.values_list("name", "versions__text")) == {
        "Weak signal": "(sensor OR cgm) NEAR/6f (signal OR sygnał) NOT #deal",
        "Capitals": 'exact:"Glimo" AND battery',
    }
    assert Event.objects.filter(kind="query_saved").count() == 2
    again = client.post("/listening/files", given).content.decode()
    assert again.count("There is a query of this name already") == 2


def test_lines_of_json_are_taken_and_a_file_without_queries_is_refused(cast: Cast) -> None:
    (line,) = importing.look_at('{"name": "Brand", "query": "velorin"}\n{"x": 1}\nnonsense', Spelling())
    assert (line.name, line.text, line.refusal) == ("Brand", "velorin", None)
    for body in ("", "a,b\n1,2", "{", "\x00"):
        with pytest.raises(Invalid, match="No query was found"):
            importing.look_at(body, Spelling())
    with pytest.raises(Invalid, match="At most 500"):
        importing.look_at("name,query\n" + "a,velorin\n" * 501, Spelling())
    save(cast, "glimo", "Brand")
    (kept,) = importing.take([line], **whose(cast), by=cast.ben)
    assert isinstance(kept.refusal, Conflict)


def test_a_protected_spelling_holds_for_queries_that_are_there_already(cast: Cast) -> None:
    query = save(cast, "C++")
    engine = engine_of(cast.workspace.pk)
    assert engine.match(Post("vitamin C helps")).versions == (version(query),)
    given = {"protected": "C++\nAT&T\n", "lookalikes": "1", "languages": "pl, en"}
    assert as_(cast.ben).post("/listening/spelling", given).status_code == 303
    engine_of(cast.workspace.pk)
    assert engine.match(Post("vitamin C helps")).versions == ()
    assert engine.match(Post("I write С++".replace("С", "C"))).versions == (version(query),)
    kept = Choices.objects.get()
    assert (kept.protected, kept.lookalikes, kept.languages) == (["C++", "AT&T"], True, ["en", "pl"])
    assert Event.objects.filter(kind="listening_respelt").count() == 1
    wrong = as_(cast.ben).post("/listening/spelling", {**given, "languages": "xx"})
    assert (wrong.status_code, "Nothing is known here" in wrong.content.decode()) == (422, True)


def test_a_program_does_the_same_over_the_api(cast: Cast) -> None:
    went_by(cast)
    program = Program(cast.ben)
    tried = told(program.post("queries/trials", {"text": "glimo battery"}))
    assert (tried["tree"], tried["found"]) == ({"and": [{"word": "glimo"}, {"word": "battery"}]}, 1)
    assert tried["examples"][0]["marks"] == [[3, 8], [9, 16]]
    refused = told(program.post("queries/trials", {"text": "glimo AND"}))
    assert (refused["error"], refused["start"], refused["mend"]) == (
        "Something to seek is missing after AND.",
        6,
        "glimo",
    )
    wide = told(program.post("queries/trials", {"text": "the OR and"}))
    assert (wide["error"], wide["refusal"][:29]) == ("", "Words that everybody writes a")
    assert wide["tree"] is not None
    made = told(program.post("queries", form(cast, "glimo")), 201)
    assert (made["text"], made["state"], made["expected_per_day"]) == ("glimo", "on", 1.0)
    address = f"queries/{made['id']}"
    changed = told(program.put(address, form(cast, "glimmo", version=1)))
    assert changed["version"] == 2
    assert program.put(address, form(cast, "x", version=1)).status_code == 409
    assert told(program.put(f"{address}/state", {"on": False}))["state"] == "off"
    assert [each["text"] for each in told(program.get(f"{address}/versions"))] == ["glimo", "glimmo"]
    brought = told(program.post("queries/files", {**form(cast, ""), "body": FILE}))
    assert [bool(each["error"]) for each in brought] == [False, False, True, True, True]
    assert [each["name"] for each in told(program.get("queries", words="sygnał"))] == ["Weak signal"]
    spelt = {"protected": ["C++"], "lookalikes": False, "languages": ["en"]}
    assert told(program.put("listening/spelling", spelt)) == spelt == told(program.get("listening/spelling"))
    assert User.objects.filter(pk=made["holder"]).exists()
