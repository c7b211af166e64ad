"""A report leaves in its forms: each is right, is in the read log and in the journal, and leaves with nobody else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from answerable.core.access import Viewer
from answerable.core.errors import Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Read
from answerable.intake import originals
from answerable.safety import exporting, neutral, reconciliation, reporting
from answerable.safety.exporting import File, Form
from answerable.safety.models import Report
from answerable.safety.reports import Device, Product
from answerable.safety.tests.dossier import WORDS, make_officer, opened
from answerable.testing.cast import Cast


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return opened(cast)


def export(report: Report, form: str, by: Viewer) -> File:
    return exporting.export(report, form=form, envelopes=originals.of, by=by)


def archive(report: Report, by: Viewer) -> dict[str, bytes]:
    whole = zipfile.ZipFile(io.BytesIO(export(report, "archive", by).data))
    return {name: whole.read(name) for name in whole.namelist()}


@pytest.mark.parametrize("form", list(Form))
def test_each_form_leaves_with_a_look_in_the_read_log_and_a_line_in_the_journal(
    form: Form, report: Report, officer: Viewer
) -> None:
    file = export(report, form, officer)
    assert file.data
    assert file.name.startswith(f"{report.number}-v1.")
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=officer.user_id).count() == 1
    event = Event.objects.get(kind="report_exported")
    assert event.data == {"report": report.pk, "version": 1, "form": form, "digest": file.digest}
    assert event.user_id == officer.user_id


def test_the_same_version_leaves_byte_for_byte_the_same(report: Report, officer: Viewer) -> None:
    for form in Form:
        assert export(report, form, officer).data == export(report, form, officer).data


def test_who_may_not_sign_and_who_is_of_elsewhere_take_nothing(report: Report, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        export(report, "pdf", cast.ada)
    with pytest.raises(NotThere):
        export(report, "pdf", replace(cast.otto, roles=frozenset({"safety_officer"})))
    assert not Event.objects.filter(kind="report_exported").exists()


def test_a_form_that_is_none_is_refused(report: Report, officer: Viewer) -> None:
    with pytest.raises(Invalid, match="Choose one of the forms"):
        export(report, "docx", officer)


def test_the_json_is_a_hand_over_that_can_be_read_back(report: Report, officer: Viewer) -> None:
    data = export(report, "json", officer).data
    found = neutral.read(data)
    assert found.report == reporting.values_of(report.versions.get())
    assert json.loads(data)["draft"] is True


def test_our_side_of_a_reconciliation_is_there_also_when_nothing_was_sent(report: Report, officer: Viewer) -> None:
    (row,) = reconciliation.read_ours(export(report, "csv", officer).data.decode())
    assert (row.number, row.digest, row.sent_at) == (report.number, report.versions.get().digest, None)


def test_the_archive_holds_the_words_the_letter_and_the_sum_of_each(report: Report, officer: Viewer) -> None:
    parts = archive(report, officer)
    message = report.message
    assert parts[f"messages/{message.pk}/text.txt"].decode() == message.text
    assert WORDS in message.text
    assert parts["report.json"].decode() == report.versions.get().document
    (letter,) = (name for name in parts if name.startswith("envelopes/"))
    assert b"Message-ID: <pia@example.net>" in parts[letter]
    lines = [line.partition("  ") for line in parts["SHA256SUMS"].decode().splitlines()]
    sums = {name: digest for digest, _, name in lines}
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in parts.items() if name != "SHA256SUMS"}


def test_a_letter_to_the_same_case_that_shows_nothing_stays_out_of_the_archive(
    report: Report, officer: Viewer, cast: Cast
) -> None:
    before = set(archive(report, officer))
    opened(cast, message_id="<other@example.net>")
    assert set(archive(report, officer)) == before


def test_the_device_forms_say_what_is_there_and_what_is_lacking(report: Report, officer: Viewer) -> None:
    values = reporting.values_of(report.versions.get())
    glimo = Product("=Glimo", lot="L9", device=Device(serial="S1", failed=True))
    reporting.correct(report, expected=1, values=replace(values, products=(glimo,)), reason="A device.", by=officer)
    rows = list(csv.reader(io.StringIO(export(report, "device", officer).data.decode())))
    assert ["D1", "'=Glimo"] in rows
    assert ["lacks", "D2a"] in rows
    complaint = list(csv.reader(io.StringIO(export(report, "complaint", officer).data.decode())))
    assert ["identifier", "S1"] in complaint
    assert ["lacks", "reply"] in complaint
