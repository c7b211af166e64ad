"""A reviewer reads the queue by keys alone: one message after the other, no page is loaded anew, and the last answer comes back."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from answerable.core.models import Membership
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage.models import ToRead
from tests.browser.conftest import Desk

pytestmark = pytest.mark.peers
SAID = ("Since I started taking it I have terrible headaches.", "I faint since I take it and nearly died in hospital.")


@pytest.fixture
def queue(world: Cast) -> list[int]:
    """Two messages wait for Mira; what else the world holds was read."""
    with transaction.atomic():
        Membership.objects.filter(user_id=world.mira.user_id).update(sees_all=True)
        ToRead.objects.all().delete()
        for place, text in enumerate(SAID):
            body = letter(text, subject="Hello", sender=f"r{place}@example.net", message_id=f"<r{place}@example.net>")
            arrive(body, world.mailbox)
    return list(ToRead.objects.order_by("pk").values_list("pk", flat=True))


def reads(page: Page, words: str, *, left: int) -> None:
    expect(page.locator("#reading")).to_contain_text(words)
    expect(page.locator("#reading .figure-number")).to_have_text(str(left))
    assert page.evaluate("window.stayed") == 1


def test_a_reviewer_answers_by_keys_without_a_page_anew(desk: Desk, queue: list[int]) -> None:
    page = desk.sign_in("mira")
    page.goto("/review")
    page.evaluate("window.stayed = 1")
    reads(page, "nearly died", left=2)
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("j")
    reads(page, "headaches", left=2)
    expect(page.locator("#reading-h")).to_be_focused()
    page.keyboard.press("y")
    reads(page, "nearly died", left=1)
    expect(page.locator("#reading-said")).to_contain_text("Kept: it is there.")
    page.keyboard.press("n")
    expect(page.locator("#reading")).to_contain_text("Nothing waits to be read")
    page.keyboard.press("u")
    reads(page, "nearly died", left=1)
    assert ToRead.objects.filter(done_at=None).count() == 1
    page.goto("/review/figures")
    expect(page.locator("main")).to_contain_text("Not measured yet")
    assert Axe().run(page).violations_count == 0
