"""A safety officer opens a report, marks the reaction with keys alone, says why, and signs; nothing is shut to anybody."""

from __future__ import annotations

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from playwright.sync_api import Page, expect

from answerable.clocks import starting
from answerable.core.models import User
from answerable.safety import reporting
from answerable.safety.models import Decision, Report
from answerable.safety.reports import Minimum, Status
from answerable.safety.reports import Report as Values
from answerable.testing.cast import PASSWORD, Cast, join, make_user
from tests.browser.conftest import Desk
from tests.browser.world import named, reports

pytestmark = pytest.mark.peers
SHOTS = os.environ.get("ANSWERABLE_SHOTS", "")


@pytest.fixture
def report(world: Cast) -> Report:
    with transaction.atomic():
        found = Report.objects.get(pk=reports(world))
        join(world.workspace, make_user("Sol"), ["safety_officer"], [world.front_line])
        at, case = found.received_at, named("Barbara")
        given = {"rule": "us.803.50", "awareness": "captured_at", "why": "It may have caused harm."}
        starting.start(case, at=at, message=found.message, by=world.ada, **given)
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests", iterations=1000)
    User.objects.filter(email="sol@example.org").update(password=hashed)
    return found


def whole(page: Page, name: str) -> None:
    """Nothing that a tool finds is shut to anybody, and nothing is wider than the page."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def latest(report: Report) -> Values:
    return reporting.values_of(report.versions.latest("number"))


def test_with_keys_alone_the_reaction_is_marked_and_the_decision_signed(desk: Desk, report: Report) -> None:
    page = desk.sign_in("sol")
    page.goto("/safety")
    whole(page, "safety-list")
    page.goto(f"/safety?words={report.number}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What was said")).to_be_visible()
    page.locator("[data-text]").first.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "4"):
        page.keyboard.press(key)
    words = " ".join(report.message.text.split()[:3])
    expect(page.locator("#marked")).to_contain_text(words)
    page.keyboard.press("w")
    page.keyboard.type("She tells what happened.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text] mark").first).to_contain_text(words)
    assert latest(report).criteria[Minimum.REACTION].status is Status.PRESENT
    whole(page, "safety-report")
    page.keyboard.press("s")
    page.locator("#because").fill("It may have caused harm.")
    page.locator("#pw").fill(PASSWORD)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    expect(page.locator("#decide")).to_contain_text("Reportable, Sol")
    assert Decision.objects.get().is_bound
    whole(page, "safety-signed")


def test_a_report_is_changed_without_any_script(desk: Desk, report: Report) -> None:
    page = desk.sign_in("ada", script=False, width=360)
    page.goto(f"/safety/{report.pk}")
    page.locator("[name='criteria.product.shown_by']").fill(report.message.text.split()[0])
    page.locator("[name='patient.age']").fill("71")
    page.get_by_role("button", name="Keep as a new version").click()
    expect(page.get_by_role("alert").first).to_contain_text("Say in a sentence why")
    expect(page.locator("[name='patient.age']")).to_have_value("71")
    page.locator("#reason").fill("She called.")
    page.get_by_role("button", name="Keep as a new version").click()
    expect(page.get_by_text("The report has a new version.")).to_be_visible()
    assert latest(report).patient.age == "71"
    assert latest(report).criteria[Minimum.PRODUCT].spans


def test_the_pages_stand_on_a_telephone_in_the_dark(desk: Desk, report: Report) -> None:
    page = desk.sign_in("sol", width=360)
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": desk.address}])
    for address, name in (("/safety", "safety-list-360"), (f"/safety/{report.pk}", "safety-report-360")):
        page.goto(address)
        whole(page, name)
