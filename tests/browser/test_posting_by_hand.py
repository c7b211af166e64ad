"""An answer that is posted by hand, under the hands: copied, confirmed with keys alone, without script, and readable for all."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.core.access import House
from answerable.replies import answering
from answerable.replies.models import Reply
from answerable.replies.tests.test_posting import PLACE, STANDS_AT, post
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast
from tests.browser.conftest import Desk

pytestmark = pytest.mark.peers


@pytest.fixture
def case(world: Cast) -> Case:
    values, by = {"feed": "https://forum.example/latest.rss"}, House(world.workspace.pk, "tests")
    with transaction.atomic():
        forum = connecting.connect("feed", label="Forum", team=world.front_line, values=values, by=by)
        made = arrive(post(), forum)
        assert made is not None
        answering.answer(made, text="Thank you. Since when?", audience="public", key="by-hand", by=world.ada)
    return made


def test_it_is_copied_and_confirmed_with_keys_alone(desk: Desk, case: Case) -> None:
    page = desk.sign_in("ada")
    page.goto(f"/cases/{case.pk}")
    page.get_by_role("button", name="Copy the text").focus()
    page.keyboard.press("Enter")
    text = page.get_by_role("textbox", name="The text to post")
    expect(text).to_be_focused()
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == "Thank you. Since when?"
    expect(page.get_by_role("link", name="Open the place (in a new tab)")).to_have_attribute("href", PLACE)
    page.get_by_label("Where does it stand now?").focus()
    page.keyboard.type(STANDS_AT)
    page.keyboard.press("Enter")
    expect(page.locator(".message--out")).to_contain_text("Posted by hand")
    expect(page.get_by_role("link", name="Where it stands")).to_have_attribute("href", STANDS_AT)
    assert Reply.objects.get(case=case).state == Reply.State.SENT


def test_it_is_taken_back_without_script_and_stands_in_the_composer(desk: Desk, case: Case) -> None:
    page = desk.sign_in("ada", script=False)
    page.goto(f"/cases/{case.pk}")
    expect(page.get_by_role("button", name="Copy the text")).to_be_hidden()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".message--out")).to_contain_text("Taken back; it was never posted")
    expect(page.locator("#reply-text")).to_have_value("Thank you. Since when?")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (320, "dark")])
def test_everybody_can_read_it(desk: Desk, case: Case, width: int, theme: str) -> None:
    page = desk.sign_in("ada", width=width)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": desk.address}])
    page.goto(f"/cases/{case.pk}")
    expect(page.get_by_label("Where does it stand now?")).to_be_visible()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
