"""A password that is typed again by whoever is signed in: nobody guesses it with somebody's open browser."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.core.models import User
from answerable.core.moments import now
from answerable.testing.cast import PASSWORD, Cast
from answerable.triage.models import Learned

NEW = "a-new-and-long-password"
TOO_OFTEN = "That was tried too often"


@pytest.fixture
def root(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    return client


@pytest.fixture
def learned(cast: Cast) -> Learned:
    kept = {"heads": {"version": 1, "heads": []}, "messages": 1, "last_verdict": 1, "data": "", "at": now()}
    return Learned.objects.create(workspace=cast.workspace, number=1, **kept)


def test_nobody_guesses_the_old_password_on_the_profile(cast: Cast, root: Client) -> None:
    wrong = {"old": "wrong", "new": NEW}
    assert [root.post("/settings/password", wrong).status_code for _ in range(10)] == [422] * 10
    refused = root.post("/settings/password", {"old": PASSWORD, "new": NEW})
    assert (refused.status_code, TOO_OFTEN in refused.content.decode()) == (409, True)
    assert User.objects.get(pk=cast.root.user_id).check_password(PASSWORD)


def test_tries_are_counted_together_wherever_they_are_made(root: Client, learned: Learned) -> None:
    """Five on one page and five on another are ten."""
    given = {"because": "x", "password": "wrong"}
    for _ in range(5):
        assert root.post("/settings/password", {"old": "wrong", "new": NEW}).status_code == 422
        assert root.post(f"/settings/detectors/{learned.pk}/end", given).status_code == 422
    for act in ("promotion", "end"):
        refused = root.post(f"/settings/detectors/{learned.pk}/{act}", {**given, "password": PASSWORD})
        assert (refused.status_code, TOO_OFTEN in refused.content.decode()) == (409, True)
    learned.refresh_from_db()
    assert learned.ended_at is None
