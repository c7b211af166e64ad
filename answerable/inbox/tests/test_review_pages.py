"""Review: who comes in, and what waits there."""

from __future__ import annotations

from django.test import Client

from answerable.core.models import User
from answerable.testing.cast import Cast


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=getattr(cast, name).user_id))
    return client


def test_review_is_a_place_for_those_who_may_review(cast: Cast) -> None:
    page = browser(cast, "mira").get("/review")
    assert page.status_code == 200
    assert 'href="/review"' in page.content.decode()
    assert 'href="/review"' not in browser(cast, "ada").get("/").content.decode()
    assert browser(cast, "ada").get("/review").status_code == 403
