"""A story, watched in a browser to its end as a visitor of the demo watches it; then the desk shows what it told."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk

pytestmark = pytest.mark.peers
PATIENCE = 60
"""Seconds. A step comes again while the worker still opens what the step before it said."""


def test_a_story_is_watched_to_its_end_and_its_case_is_solved(theatre: tuple[Desk, str]) -> None:
    desk, address = theatre
    visitor = desk.visitor()
    visitor.goto(address)
    visitor.locator("form[action$='/invoice'] button").click()
    _watch(visitor)
    expect(visitor.locator("#stage [role=status]")).to_have_text("Step 15 of 15")
    assert Axe().run(visitor).response["violations"] == []
    ben, case = desk.sign_in("ben"), visitor.get_by_role("link", name="Open the case").get_attribute("href")
    ben.goto(case or "")
    expect(ben.locator(".message--public.message--out")).to_have_count(3)
    expect(ben.locator("#case-aside")).to_contain_text("The customer says that it is solved.")
    ben.get_by_role("link", name="Journey").click()
    expect(ben.get_by_role("heading", name="2 cracks")).to_be_visible()
    ben.goto("/?view=closed")
    expect(ben.locator(".row", has_text="Kamil")).to_have_count(1)


def _watch(visitor: Page) -> None:
    ends = time.monotonic() + PATIENCE
    while visitor.locator("#step").count():
        assert time.monotonic() < ends, visitor.locator("#stage").inner_text()
        visitor.locator("#step button").click()
        visitor.wait_for_load_state()
