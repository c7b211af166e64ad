"""Every screen: no rule of accessibility broken, nothing wider than the window, nothing that the policy refuses."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from answerable.cases.models import Bulk
from answerable.core.models import Membership
from answerable.intake.models import Upload
from answerable.testing.cast import Cast
from answerable.triage.models import Rule
from tests.browser.conftest import Desk
from tests.browser.world import named, rules, telephone

pytestmark = pytest.mark.peers
STAFF = (
    "/",
    "/?view=mine",
    "/cases/{case}",
    "/cases/{closed}",
    "/cases/{case}/transfers",
    "/cases/{case}/closure",
    "/cases/{case}/calls",
    "/calls/new",
    "/settings/sources/{line}/files",
    "/settings/sources/{line}/files?upload={upload}",
    "/?tag=recall&channel=email",
    "/cases/{case}/saved-answers",
    "/many/{bulk}",
    "/settings/rules",
    "/settings/rules/new",
    "/settings/rules/{rule}",
    "/settings/rules/{rule}/trial",
    "/settings/case-fields",
    "/settings/saved-answers",
    "/search?q=charge",
    "/search?q=nothingatall",
    "/channels",
    "/ledger",
    "/quarantine",
    "/journal",
    "/settings",
    "/settings/sources",
    "/settings/sources/{source}",
    "/settings/sources/new/email",
    "/settings/people",
    "/settings/people/{member}",
    "/settings/teams",
    "/places",
    "/keys",
)
PUBLIC = ("/sign-in", "/nowhere", "/form/{form}", "/form/{form}/thanks", "/square/{square}")


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1440, "light", "en"), (320, "dark", "pl"), (768, "dark", "pt-br")]
)
def test_every_screen_can_be_used_by_everybody(desk: Desk, world: Cast, width: int, theme: str, language: str) -> None:
    telephone(world)
    rules(world)
    page, ids = desk.sign_in("root", width=width), _ids(world)
    _choose(page, theme, language)
    wrong = [problem for address in STAFF for problem in _problems(page, address.format(**ids), width)]
    visitor = desk.visitor(width=width, theme=theme, language=language)
    wrong += [problem for address in PUBLIC for problem in _problems(visitor, address.format(**ids), width)]
    assert wrong == []


def _ids(world: Cast) -> dict[str, Any]:
    return {
        "case": named("Kamil").pk,
        "closed": named("Halina").pk,
        "source": world.mailbox.pk,
        "bulk": Bulk.objects.get().pk,
        "rule": Rule.objects.get().pk,
        "line": Upload.objects.get().source_id,
        "upload": Upload.objects.get().pk,
        "member": Membership.objects.get(user_id=world.ada.user_id).pk,
        "form": world.form.slug,
        "square": world.square.slug,
    }


def _choose(page: Page, theme: str, language: str) -> None:
    page.goto("/settings")
    page.select_option("[name=language]", language)
    page.check(f"[name=theme][value={theme}]")
    page.locator("form:has([name=keys_asked]) .button--main").click()
    page.wait_for_selector(f"html[data-theme={theme}][lang={language}]")


def _problems(page: Page, address: str, width: int) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    found = [f"{address}: {text}" for text in said]
    broken = Axe().run(page).response["violations"]
    found += [f"{address}: {each['id']} {each['nodes'][0]['html'][:200]}" for each in broken]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{address}: {wide} px wide"] if wide > width else [])
