"""A real browser against the real web process, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, transaction
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from answerable.channels.models import Source
from answerable.core.models import User
from answerable.house import seeding
from answerable.testing.cast import PASSWORD, Cast
from tests.browser.world import furnish

# The browser's driver runs an event loop in the thread of the test, where Django otherwise refuses to read rows.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass
class Desk:
    """The address of the desk, and people who sign in to it."""

    address: str
    browser: Browser

    def visitor(self, *, script: bool = True, width: int = 1440, language: str = "en", theme: str = "light") -> Page:
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, base_url=self.address
        )
        context.add_cookies(
            [
                {"name": "django_language", "value": language, "url": self.address},
                {"name": "theme", "value": theme, "url": self.address},
            ]
        )
        page = context.new_page()
        page.set_default_timeout(8000)
        return page

    def sign_in(self, name: str, *, script: bool = True, width: int = 1440) -> Page:
        page = self.visitor(script=script, width=width)
        page.goto("/sign-in")
        page.fill("[name=email]", f"{name}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("button.button--main")
        page.wait_for_selector(".rail")
        return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed here.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def world(committed_cast: Cast) -> Cast:
    """The web process knows only the strong password hash, not the quick one of the tests."""
    User.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests", iterations=1000))
    furnish(committed_cast)
    return committed_cast


@pytest.fixture
def desk(world: Cast, browser: Browser) -> Iterator[Desk]:
    with served(browser) as desk:
        yield desk


@pytest.fixture
def theatre(committed: None, browser: Browser) -> Iterator[tuple[Desk, str]]:
    """The demo with its people and sources, a worker that opens what arrives, and the address where stories are played."""
    with transaction.atomic():
        workspace = seeding.furnish()
    User.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests", iterations=1000))
    with served(browser, ANSWERABLE_DEMO="1") as desk, working(desk):
        yield desk, f"/stories/{Source.objects.get(workspace=workspace, kind='email').slug}"


@contextmanager
def working(desk: Desk) -> Iterator[None]:
    """A worker beside the web process; it may call this machine."""
    environment = {"ANSWERABLE_PUBLIC_URL": desk.address, "ANSWERABLE_PRIVATE_NETWORKS": "127.0.0.0/8"}
    command = [sys.executable, "-m", "answerable.house.cli", "worker"]
    worker = subprocess.Popen(command, env={**os.environ, **_places(), **environment})
    yield
    worker.terminate()
    worker.wait(timeout=20)


@contextmanager
def served(browser: Browser, **environment: str) -> Iterator[Desk]:
    """The web process on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "answerable.house.asgi:application", "--port", str(port)]
    web = subprocess.Popen(
        [*command, "--log-level", "warning", "--timeout-graceful-shutdown", "1"],
        env={**os.environ, **_places(), **environment},
    )
    _wait(port, web)
    yield Desk(f"http://127.0.0.1:{port}", browser)
    for context in browser.contexts:
        context.close()
    web.terminate()
    web.wait(timeout=10)


def _places() -> dict[str, str]:
    """The database and the files of the tests, as another process reaches them."""
    known = connection.settings_dict
    secret = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
    database = f"postgresql://{secret}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    return {"DATABASE_URL": database, "ANSWERABLE_FILES": str(settings.ANSWERABLE_FILES)}


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    """It loads all its pages before it listens."""
    for _ in range(600):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert web.poll() is None, "the web process ended"
        time.sleep(0.05)
    pytest.fail("the web process does not answer")
