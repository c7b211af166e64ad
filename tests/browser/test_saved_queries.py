"""A community manager writes a query, sees what it would have found and keeps it; what is not for us stands aside and comes back."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from answerable.channels.models import Source
from answerable.intake.models import Weighed
from answerable.listening.models import Query
from answerable.testing.cast import Cast
from answerable.testing.everybody import hear, listening, said
from tests.browser.conftest import Desk

pytestmark = pytest.mark.peers
BEEPS = "My Velorin pump beeps every night"
SPAM = "Glimo covers for you, shop now and use my code ANNA for your order, click here"


@pytest.fixture
def stream(world: Cast) -> Source:
    """Listens for one word; ninety posts of strangers went by, of which two tell of a pump that beeps."""
    others = [said(number, f"Lovely weather over harbour number {number}") for number in range(3, 91)]
    with transaction.atomic():
        source = listening(world, words="Glimo")
        hear(source, [said(1, BEEPS), said(2, f"{BEEPS}, too", by="rob"), *others, said(99, SPAM, by="anna")])
    return source


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_query_is_mended_tried_and_kept(desk: Desk, stream: Source) -> None:
    page = desk.sign_in("root")
    page.goto("/listening/queries/new")
    page.fill("[name=name]", "Pumps that beep")
    words, trial = page.locator("[name=text]"), page.locator("#trial")

    words.press_sequentially('velorin NEAR/4 (beeps OR "no signal"')
    expect(trial).to_contain_text("This cannot be read yet")
    trial.get_by_role("button", name="Take it so").click()
    expect(page.locator("[name=text]")).to_have_value('velorin NEAR/4 (beeps OR "no signal")')

    expect(page.locator("#hits li")).to_have_count(0)
    trial = page.locator("#trial")
    expect(trial.locator("blockquote")).to_have_count(2)
    expect(trial.locator("blockquote mark").first).to_have_text("Velorin")
    page.get_by_role("button", name="Keep the query").click()
    expect(page.get_by_role("heading", name="Pumps that beep")).to_be_visible()
    assert Query.objects.get(name="Pumps that beep").is_on


def test_what_stands_aside_says_why_and_comes_back(desk: Desk, stream: Source) -> None:
    page = desk.sign_in("ada", width=360)
    page.goto("/listening/aside")
    row = page.locator("li").filter(has_text="ANNA").last
    expect(row.locator("mark").filter(has_text="use my code")).to_be_visible()
    assert fits(page)

    row.get_by_role("button", name=re.compile("Take it back")).focus()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("taken back")
    assert Weighed.objects.get(sort="spam").taken_back_at is not None
