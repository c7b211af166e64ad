"""Every screen: no rule of accessibility broken, nothing wider than the window, nothing that the policy refuses."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from answerable.cases.models import Bulk, Transfer
from answerable.clocks.models import Calendar, Clock
from answerable.core.models import Membership
from answerable.intake.models import Envelope, Upload
from answerable.listening.models import Query
from answerable.portal.views import my_case
from answerable.replies.tests.test_wordings import begun
from answerable.testing.cast import Cast
from answerable.triage.models import Rule
from tests.browser.addresses import PUBLIC, STAFF
from tests.browser.asked_alike import asked_alike
from tests.browser.conftest import Desk
from tests.browser.heard_everywhere import hear_everywhere
from tests.browser.leaving import leaving
from tests.browser.world import clocks, custody, links_out, named, passed_on, reports, rules, telephone, wave

pytestmark = pytest.mark.peers
REFUSED = {"/nowhere": 404, "/settings/sources/signed-in?state=none": 409}
TRIAL, SIGNING_IN = "form[action$='/trial'] button", "form[action$='/signing-in'] button"


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1440, "light", "en"), (320, "dark", "pl"), (768, "dark", "pt-br")]
)
def test_every_screen_can_be_used_by_everybody(desk: Desk, world: Cast, width: int, theme: str, language: str) -> None:
    telephone(world)
    rules(world)
    custody(world)
    clocks(world)
    page, ids = desk.sign_in("root", width=width), _ids(world) | hear_everywhere(world)
    _choose(page, theme, language)
    wrong = [problem for address in STAFF for problem in _problems(page, address.format(**ids), width)]
    for source, button in ((world.square.pk, TRIAL), (ids["paid"], SIGNING_IN)):
        page.goto(f"/settings/sources/{source}")
        page.click(button)
        page.wait_for_load_state()
        wrong += _faults(page, button, width)
    visitor = desk.visitor(width=width, theme=theme, language=language)
    wrong += [problem for address in PUBLIC for problem in _problems(visitor, address.format(**ids), width)]
    assert wrong == []


def _ids(world: Cast) -> dict[str, Any]:
    code, secret = links_out(world)
    incident, report = wave(world), reports(world)
    return {
        "group": asked_alike(world),
        "safety_system": passed_on(report, world),
        **leaving(world, report),
        "wording": begun(world.mira).pk,
        "incident": incident.pk,
        "series": incident.series_id,
        "code": code,
        "secret": secret,
        "token": _token(),
        "case": named("Kamil").pk,
        "number": named("Joana").number,
        "contact": named("Kamil").contact_id,
        "offer": Transfer.objects.get().pk,
        "clock": Clock.objects.get(rule="us.803.50").pk,
        "calendar": Calendar.objects.get().pk,
        "closed": named("Halina").pk,
        "source": world.mailbox.pk,
        "bulk": Bulk.objects.get().pk,
        "rule": Rule.objects.get().pk,
        "query": Query.objects.get().pk,
        "line": Upload.objects.get().source_id,
        "upload": Upload.objects.get().pk,
        "member": Membership.objects.get(user_id=world.ada.user_id).pk,
        "form": world.form.slug,
        "square": world.square.slug,
    }


def _token() -> str:
    """What opens “my case” for whoever wrote Kamil's letter."""
    letter = Envelope.objects.filter(sightings__message__filing__case=named("Kamil")).order_by("pk")[0]
    return my_case.token_of(letter.source, letter.once)


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
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == REFUSED.get(address, 200), (address, answer.status)
    return [f"{address}: {text}" for text in said] + _faults(page, address, width)


def _faults(page: Page, address: str, width: int) -> list[str]:
    broken = Axe().run(page).response["violations"]
    found = [f"{address}: {each['id']} {each['nodes'][0]['html'][:200]}" for each in broken]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{address}: {wide} px wide"] if wide > width else [])
