"""The chat window on a site of somebody else, in a real browser: nothing before consent, both ways, and on by mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.moments import now
from answerable.replies import answering, continuing
from answerable.replies.models import Reply
from answerable.testing.cast import Cast, make_mailbox
from tests.browser.conftest import Desk, working
from tests.crash.sink import open_sink

pytestmark = pytest.mark.peers

PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Glimo</title><main><h1>Glimo</h1><p>A shop.</p></main>
<script src="{house}/static/chat.js" data-chat="{chat}" defer></script></html>"""
STRICT = "default-src 'self'; script-src {house}; connect-src {house}; style-src 'none'"


class Site:
    """Somebody's own site, on a port of its own: another origin. Its policy allows no style but that of the window."""

    def __init__(self) -> None:
        self.page, self.policy = "", ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, desk: Desk, source: Source, language: str = "en") -> None:
        self.page = PAGE.format(house=desk.address, chat=source.slug, language=language)
        self.policy = STRICT.format(house=desk.address)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def source(world: Cast, site: Site) -> Source:
    with transaction.atomic():
        by = House(world.workspace.pk, "tests")
        values = {"origins": site.address, "show_names": True}
        return connecting.connect("webchat", label="Web chat", team=world.front_line, values=values, by=by)


def visit(desk: Desk, site: Site, **more: str) -> Page:
    """A visitor whose browser is empty; every request and every complaint of the page is written down."""
    page = desk.browser.new_context(viewport={"width": 390, "height": 800}, **more).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.goto(site.address)
    return page


def stored(page: Page) -> list[object]:
    kept = page.evaluate("[document.cookie, Object.keys(sessionStorage).length, Object.keys(localStorage).length]")
    return [page.context.cookies(), *kept]


@transaction.atomic
def answer(cast: Cast, text: str) -> None:
    case = Case.objects.get(contact__identities__namespace="webchat")
    answering.answer(case, text=text, audience="private", key=text, by=cast.ada)


def test_nothing_is_asked_for_or_stored_before_consent_then_both_ways_within_a_second(
    desk: Desk, world: Cast, site: Site, source: Source
) -> None:
    site.show(desk, source)
    page = visit(desk, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    assert asked == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Chat with us")).to_contain_text(
        "A person at Glimo Care reads what you write"
    )
    assert stored(page) == [[], "", 0, 0]
    page.keyboard.press("Enter")  # “Agree and begin” has the focus
    page.get_by_label("Your message").fill("My Glimo beeps.")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("My Glimo beeps.")
    assert stored(page) == [[], "", 1, 0]
    with working(desk):
        _wait_for_case()
        seconds = [_seen_after(world, page, number) for number in range(4)]
        expect(log).to_contain_text("Ada")
        _wait_until_seen(4)
    assert min(seconds[1:]) < 1.0, seconds
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


def _wait_for_case() -> None:
    until = time.monotonic() + 60
    while not Case.objects.filter(contact__identities__namespace="webchat").exists():
        assert time.monotonic() < until
        time.sleep(0.1)


def _seen_after(cast: Cast, page: Page, number: int) -> float:
    answer(cast, f"Answer number {number}.")
    sent = time.monotonic()
    page.get_by_role("log").get_by_text(f"Answer number {number}.").wait_for(timeout=60_000)
    return time.monotonic() - sent


def _wait_until_seen(count: int) -> None:
    until = time.monotonic() + 20
    while Reply.objects.filter(state=Reply.State.SEEN).count() < count:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_who_leaves_gets_the_answer_by_mail_in_the_same_case(
    desk: Desk, world: Cast, site: Site, source: Source
) -> None:
    site.show(desk, source)
    with open_sink() as sink, working(desk):
        with transaction.atomic():
            Source.objects.filter(pk=world.mailbox.pk).update(state=Source.State.PAUSED)
            by = House(world.workspace.pk, "tests")
            make_mailbox(world.front_line, by=by, address="chat@example.org", smtp_port=sink.port)
        page = visit(desk, site)
        page.get_by_role("button", name="Chat with us").click()
        page.get_by_role("button", name="Agree and begin").click()
        page.get_by_label("Your message").fill("My Glimo beeps.")
        page.get_by_role("button", name="Send").click()
        page.get_by_label("E-mail address").fill("pia@example.net")
        page.get_by_role("button", name="Keep the address").click()
        expect(page.get_by_role("status")).to_contain_text("You may close this page.")
        _wait_for_case()
        page.close()
        answer(world, "It is the battery.")
        _wait_until_sent(1)
        Reply.objects.filter(conversation__source=source).update(settled_at=now() - timedelta(minutes=11))
        with transaction.atomic():
            continuing.go_on_everywhere()
        _wait_until_sent(2)
    assert [text for text in sink.texts() if "It is the battery." in text]
    assert Case.objects.filter(contact__identities__namespace="webchat").count() == 1
    carried = Reply.objects.get(went_on_as__isnull=False)
    assert carried.went_on_as is not None
    assert carried.went_on_as.case_id == carried.case_id


def _wait_until_sent(count: int) -> None:
    until = time.monotonic() + 60
    while Reply.objects.filter(state=Reply.State.SENT).count() < count:
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize(("language", "begins"), [("en", "Agree"), ("pt-BR", "Concordar"), ("pl", "Zgadzam")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_window_breaks_no_rule_of_accessibility(
    desk: Desk, site: Site, source: Source, language: str, begins: str, theme: str
) -> None:
    site.show(desk, source, language)
    page = visit(desk, site, color_scheme=theme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.get_by_role("button").first.click()
    agree = page.get_by_role("button", name=begins)
    agree.wait_for()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    agree.click()
    page.get_by_role("log").wait_for()
    page.locator("textarea").fill("Hello")
    page.keyboard.press("Enter")
    page.get_by_role("log").get_by_text("Hello").wait_for()
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert complaints == []


def test_another_site_gets_nothing(desk: Desk, world: Cast, site: Site, source: Source) -> None:
    site.show(desk, source)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(settings={**source.settings, "origins": "https://other.example"})
    page = visit(desk, site)
    page.get_by_role("button", name="Chat with us").click()
    expect(page.get_by_role("status")).not_to_be_empty()
    expect(page.get_by_role("button", name="Agree and begin")).to_have_count(0)


def test_our_own_page_of_the_chat_opens_it_and_sets_no_cookie(desk: Desk, source: Source) -> None:
    page = desk.browser.new_context(base_url=desk.address).new_page()
    page.goto(f"/chat/{source.slug}?language=pl")
    page.get_by_role("button", name="Zgadzam się").wait_for()
    assert stored(page) == [[], "", 0, 0]
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
