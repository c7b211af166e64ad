"""Calls on the screens: noted by a colleague, imported from a file, and shown as calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.cases.models import Case, Filing
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Identity, Message, PhoneCall
from answerable.core.access import House, Viewer
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.intake import pipeline, sweeping
from answerable.intake.models import Envelope, Upload
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

GAVE_UP = {"what": "gave_up", "number": "600 100 214", "at": "2026-07-02T18:09", "waited": "30", "key": "k1"}
TABLE = (
    "call;from;started;waited;summary\n"
    'a;600100214;2026-07-02 18:09;1860;\nb;600100215;2026-07-02 18:10;;"=HYPERLINK(""http://x.example"") <b>"\n'
    "c;600100216;never;;\n"
)


@pytest.fixture
def line(cast: Cast) -> Source:
    values = {"country": "PL", "time_zone": "Europe/Warsaw"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("call", label="Hotline", team=cast.front_line, values=values, by=by)


@pytest.fixture
def case(cast: Cast) -> Case:
    found = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert found is not None
    return found


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def upload(client: Client, line: Source, table: str | bytes = TABLE) -> Any:
    body = table if isinstance(table, bytes) else table.encode()
    return client.post(f"/settings/sources/{line.pk}/files", {"file": SimpleUploadedFile("calls.csv", body)})


def test_a_noted_call_is_an_envelope_and_opens_a_case(cast: Cast, line: Source) -> None:
    answer = as_(cast.ada).post("/calls/new", GAVE_UP)
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.pk}")
    envelope = Envelope.objects.get()
    assert (envelope.source, envelope.state) == (line, Envelope.State.FILED)
    assert b"600 100 214" in envelope.bytes()
    call = PhoneCall.objects.get()
    assert (call.waited, call.abandoned, call.started_at.isoformat()) == (1800, True, "2026-07-02T18:09:00+00:00")
    assert case.subject == "Called and gave up after 30 minutes of waiting."
    noted = Event.objects.get(kind="call_noted")
    assert (noted.user_id, noted.data) == (cast.ada.user_id, {"envelope": envelope.pk})
    assert case.contacts_count == 1


def test_the_same_form_twice_is_one_call(cast: Cast, line: Source) -> None:
    client = as_(cast.ada)
    assert [client.post("/calls/new", GAVE_UP).status_code for _ in range(2)] == [303, 303]
    assert Message.objects.count() == Event.objects.filter(kind="call_noted").count() == 1


def test_a_second_call_from_the_number_joins_its_case(cast: Cast, line: Source) -> None:
    client = as_(cast.ada)
    client.post("/calls/new", GAVE_UP)
    client.post("/calls/new", {**GAVE_UP, "key": "k2", "what": "spoke", "summary": "Again.", "waited": ""})
    assert Case.objects.get().contacts_count == 2
    assert PhoneCall.objects.latest("pk").agent == "Ada"


def test_a_call_noted_on_a_case_is_filed_there_and_raises_it(cast: Cast, line: Source, case: Case) -> None:
    given = {
        "what": "spoke",
        "at": "2026-07-03T10:00",
        "summary": "He asked when it comes.",
        "key": "k",
        "who": "contact",
    }
    assert as_(cast.ada).post(f"/cases/{case.pk}/calls", given)["Location"] == f"/cases/{case.pk}"
    filing = case.filings.latest("pk")
    assert (filing.why, filing.user_id) == (Filing.Why.NOTED_CALL, cast.ada.user_id)
    assert filing.message.author is not None
    assert filing.message.author.contact == case.contact
    case.refresh_from_db()
    assert (case.contacts_count, case.channels) == (2, ["call", "email"])
    assert Event.objects.get(kind="call_noted").data["case"] == case.pk
    assert happened(case, "message_filed")
    assert Contact.objects.count() == 1


def test_a_new_number_becomes_the_customer_s_on_the_colleague_s_word(cast: Cast, line: Source, case: Case) -> None:
    as_(cast.ada).post(f"/cases/{case.pk}/calls", {**GAVE_UP, "who": "contact"})
    number = Identity.objects.get(namespace="phone")
    assert (number.value, number.contact, number.evidence) == ("+48600100214", case.contact, "agent_said")
    assert as_(cast.ada).post("/calls/new", {**GAVE_UP, "key": "k2"})["Location"] == f"/cases/{case.pk}"


def test_a_number_of_somebody_else_stays_theirs(cast: Cast, line: Source, case: Case) -> None:
    as_(cast.ada).post("/calls/new", GAVE_UP)
    as_(cast.ada).post(f"/cases/{case.pk}/calls", {**GAVE_UP, "key": "k2", "who": "contact"})
    assert Identity.objects.get(namespace="phone").contact != case.contact
    assert case.filings.latest("pk").message.author == Identity.objects.get(namespace="phone")


def test_somebody_else_may_call_about_a_case(cast: Cast, line: Source, case: Case) -> None:
    given = {**GAVE_UP, "who": "other", "name": "Rob", "what": "spoke", "summary": "I call for my mother."}
    as_(cast.ada).post(f"/cases/{case.pk}/calls", given)
    author = case.filings.latest("pk").message.author
    assert author is not None
    assert (author.display, author.contact == case.contact) == ("Rob", False)


def test_a_call_of_ours_is_noted_as_ours(cast: Cast, line: Source, case: Case) -> None:
    given = {"what": "we_missed", "at": "2026-07-03T10:00", "key": "k", "who": "contact"}
    as_(cast.ada).post(f"/cases/{case.pk}/calls", given)
    said = case.filings.latest("pk").message
    assert (said.direction, said.text) == ("out", "We called and reached nobody.")
    case.refresh_from_db()
    assert case.contacts_count == 1


def test_a_call_about_a_closed_case_opens_it_again(cast: Cast, line: Source, case: Case) -> None:
    as_(cast.ada).post(f"/cases/{case.pk}/closure", {"disposition": "no_word"})
    as_(cast.ada).post(f"/cases/{case.pk}/calls", GAVE_UP)
    case.refresh_from_db()
    assert case.is_open


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"at": ""}, "Say when the call was"),
        ({"at": "soon"}, "Say when the call was"),
        ({"at": "2999-01-01T10:00"}, "in the future"),
        ({"what": "spoke"}, "Say what was said"),
        ({"what": "we_spoke", "number": "", "summary": "x"}, "Say which number you called"),
        ({"what": "shouted"}, "Choose who called"),
        ({"waited": "-1"}, "number of minutes"),
        ({"waited": "99999"}, "number of minutes"),
        ({"at": "1066-10-14T10:00"}, "times cannot be read"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_written(
    cast: Cast, line: Source, wrong: dict[str, str], words: str
) -> None:
    page = shown(as_(cast.ada).post("/calls/new", {**GAVE_UP, "name": "O'Brien <x>", **wrong}), 422)
    assert words in page
    assert "O&#39;Brien &lt;x&gt;" in page
    assert not Envelope.objects.exists()


def test_without_a_line_the_form_says_what_to_do(cast: Cast) -> None:
    assert "No telephone line is connected" in shown(as_(cast.ada).get("/calls/new"))
    assert "No telephone line" in shown(as_(cast.ada).post("/calls/new", GAVE_UP), 422)


def test_who_may_not_answer_notes_no_call(cast: Cast, line: Source, case: Case) -> None:
    from answerable.testing.cast import join, make_user

    coach = as_(join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line]))
    assert coach.post(f"/cases/{case.pk}/calls", GAVE_UP).status_code == 403
    assert coach.get("/calls/new").status_code == 403
    assert as_(cast.otto).post(f"/cases/{case.pk}/calls", GAVE_UP).status_code == 404
    assert not PhoneCall.objects.exists()


def test_a_strangers_line_is_not_there(cast: Cast, line: Source) -> None:
    assert "No telephone line" in shown(as_(cast.mira).post("/calls/new", {**GAVE_UP, "source": str(line.pk)}), 422)


def test_the_timeline_shows_a_call_as_a_call(cast: Cast, line: Source) -> None:
    client = as_(cast.ada)
    client.post("/calls/new", GAVE_UP)
    client.post("/calls/new", {**GAVE_UP, "key": "2", "what": "spoke", "summary": "=1+1 <script>", "waited": ""})
    page = shown(client.get(f"/cases/{Case.objects.get().pk}"))
    assert "Abandoned call" in page
    assert "#i-phone-missed" in page
    assert "waited 30\N{NO-BREAK SPACE}min" in page
    assert "with Ada" in page
    assert "=1+1 &lt;script&gt;" in page


def test_a_file_is_looked_at_before_it_is_imported(cast: Cast, line: Source) -> None:
    client = as_(cast.ada)
    address = upload(client, line)["Location"]
    page = shown(client.get(address))
    assert not Envelope.objects.exists()
    assert "2 lines can be filed" in page
    assert "Line 4" in page
    assert "One of its times cannot be read." in page
    assert "=HYPERLINK(&#34;http://x.example&#34;) &lt;b&gt;" in page

    result = client.post(f"/settings/sources/{line.pk}/imports", {"upload": str(Upload.objects.get().pk)})["Location"]

    assert "Its lines are being filed" in shown(client.get(result))
    while pipeline.open_waiting(line):
        pass
    page = shown(client.get(result))
    envelope = Envelope.objects.get()
    assert envelope.bytes() == TABLE.encode()
    assert '<dd class="num">2</dd><dt>New</dt><dd class="num">2</dd>' in page
    assert "(4) One of its times cannot be read." in page
    assert Event.objects.get(kind="file_imported").data == {"envelope": envelope.pk}
    assert not Upload.objects.exists()
    assert '=HYPERLINK("http://x.example") <b>' in Message.objects.values_list("text", flat=True)


def test_what_was_known_already_is_counted_apart(cast: Cast, line: Source) -> None:
    client = as_(cast.ada)
    arrive(b"call,from,started\na,600100214,2026-07-02 18:09\n", line)
    upload(client, line)
    result = client.post(f"/settings/sources/{line.pk}/imports", {"upload": str(Upload.objects.get().pk)})["Location"]
    while pipeline.open_waiting(line):
        pass
    assert '<dd class="num">2</dd><dt>New</dt><dd class="num">1</dd>' in shown(client.get(result))


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00\x01", b"a,b\n1,2\n", b"{", b"x" * (10 * 1024 * 1024 + 1)], ids=range(5)
)
def test_rubbish_is_refused_with_a_sentence_and_not_kept(cast: Cast, line: Source, rubbish: bytes) -> None:
    assert "The file was not taken" in shown(upload(as_(cast.ada), line, rubbish), 422)
    assert not Upload.objects.exists()


def test_the_file_of_a_colleague_is_not_there_for_another(cast: Cast, line: Source) -> None:
    address = upload(as_(cast.ada), line)["Location"]
    number = {"upload": str(Upload.objects.get().pk)}
    assert as_(cast.ben).get(address).status_code == 404
    assert as_(cast.ben).post(f"/settings/sources/{line.pk}/imports", number).status_code == 409
    assert as_(cast.otto).post(f"/settings/sources/{line.pk}/imports", number).status_code == 404
    assert not Envelope.objects.exists()


def test_a_source_that_takes_no_files_says_so(cast: Cast) -> None:
    assert "takes no files" in shown(upload(as_(cast.ada), cast.form), 422)


def test_a_file_that_nobody_imported_is_thrown_away_after_a_day(cast: Cast, line: Source) -> None:
    upload(as_(cast.ada), line)
    sweeping.sweep()
    assert Upload.objects.exists()
    Upload.objects.update(at=now() - timedelta(days=2))
    sweeping.sweep()
    assert not Upload.objects.exists()
