"""A screen that the browser does not walk is nobody's: each address that shows a page stands in `tests/browser/addresses.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.test import Client
from django.urls import URLPattern, resolve, reverse

from answerable.core.models import User
from answerable.inbox.urls import urlpatterns as inbox
from answerable.portal.urls import urlpatterns as portal
from answerable.testing.cast import Cast
from tests.browser.addresses import PUBLIC, STAFF

ONLY_ACTS = 405
PIECES = {"rows", "earlier", "news", "palette", "offered-answers", "passport", "many-preview", "tag"}
"""Parts of a page, which the page shows."""
FILES = {
    "journey-csv",
    "journey-json",
    "journal-csv",
    "html",
    "file",
    "recording",
    "draft-picture",
    "picture",
    "safety-csv",
    "our-list",
    "report-file",
    "batch-file",
    "batch-answer",
}
STREAMS = {"live", "chat-live", "chat-about"}
BUTTONS = {"trial", "signing-in"}
"""Screens behind a button, which the walk presses; to load them again leads back."""
DEMO = {"mailroom"}
"""Only the demo has it; the stories are played there."""


def test_the_browser_walks_every_screen(cast: Cast) -> None:
    pages = {
        name for space, patterns in (("inbox", inbox), ("portal", portal)) for name in _pages(cast, space, patterns)
    }
    assert sorted(pages - _walked()) == []


def _walked() -> set[str | None]:
    anything: defaultdict[str, str] = defaultdict(lambda: "1")
    paths = [each.format_map(anything).partition("?")[0] for each in (*STAFF, *PUBLIC) if each != "/nowhere"]
    return {resolve(path).url_name for path in paths}


def _pages(cast: Cast, space: str, patterns: Iterable[object]) -> set[str]:
    """Addresses that answer a plain request; those that only take an act refuse it."""
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    asked = [each for each in patterns if isinstance(each, URLPattern)]
    asked = [each for each in asked if each.name not in PIECES | FILES | STREAMS | BUTTONS | DEMO]
    return {str(each.name) for each in asked if ONLY_ACTS not in _statuses(client, cast, space, each)}


def _statuses(client: Client, cast: Cast, space: str, pattern: URLPattern) -> set[int]:
    """With a number in each place, and with the name of each page that is ours."""
    places = dict.fromkeys(pattern.pattern.converters, "1")
    names = [cast.form.slug, cast.square.slug] if "slug" in places else [""]
    asked = [{**places, **({"slug": name} if name else {})} for name in names]
    return {client.get(reverse(f"{space}:{pattern.name}", kwargs=each)).status_code for each in asked}
