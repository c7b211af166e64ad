"""Coding by keyboard: the words, the nearest term, one press, and the report may become a file."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from answerable.safety.models import Coding
from answerable.safety.tests.dossier import loaded, opened
from answerable.testing.cast import Cast
from tests.browser.conftest import Desk
from tests.browser.leaving import root_as_officer

pytestmark = pytest.mark.peers


def test_a_reaction_is_coded_with_one_key_and_the_report_is_ready_to_go(desk: Desk, world: Cast) -> None:
    with transaction.atomic():
        loaded(root_as_officer(world))
        report = opened(world)
    page = desk.sign_in("root")
    page.goto(f"/safety/coding?at={report.pk}.reaction.0")
    assert page.text_content("blockquote p") == "tonturas fortes"
    faults = Axe().run(page)
    assert faults.violations_count == 0, faults.generate_report()
    with page.expect_navigation():
        page.keyboard.press("1")
    assert page.get_by_text("Coded as").count() == 1
    assert Coding.objects.get().version.number == 2
    page.goto(f"/safety/{report.pk}/exports")
    assert page.get_by_text("This report is a draft").count() == 0
    page.goto("/safety/batches")
    assert page.get_by_text(report.number).count() == 1
