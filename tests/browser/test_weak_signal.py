"""Story 1 on the screen: a post that names nobody says why it was kept; the basis for that is ended on the page of the person."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import expect

from answerable.cases.models import Case
from answerable.channels.contract import Handle
from answerable.conversations import knowing
from answerable.conversations.identifying import identify
from answerable.conversations.models import Basis
from answerable.core.moments import now
from answerable.testing.cast import Cast
from answerable.testing.everybody import did, hear, listening, said
from tests.browser.conftest import Desk

pytestmark = pytest.mark.peers
WEAK = "Hey, weak CGM sensor signal alert. STFU. Thanks."


@transaction.atomic
def found(cast: Cast) -> Case:
    source = listening(cast)
    identity = identify(Handle("bluesky", did("miguel"), "Miguel"), source=source, at=now())
    knowing.put_on_file(identity, sort="contract", words="Trial of Pulsa, signed on 2 May.", by=cast.ada)
    hear(source, [said(1, "Fireworks tonight!"), said(2, WEAK, by="miguel")])
    return Case.objects.get(contact=identity.contact)


def test_the_reason_stands_beside_the_post_and_its_ground_is_ended_by_keyboard(world: Cast, desk: Desk) -> None:
    case = found(world)
    page = desk.sign_in("ada", width=360)
    page.goto(f"/cases/{case.pk}")
    post = page.locator("article.message").filter(has_text="STFU")
    expect(post.locator("mark")).to_have_text(["weak", "CGM", "sensor signal alert"])
    expect(post).to_contain_text("it speaks of trouble with a device, and Miguel is known to us.")
    expect(post).to_contain_text("The ground on file is a contract: Trial of Pulsa, signed on 2 May.")

    page.goto(f"/contacts/{case.contact_id}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="It ended").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ended by Ada")
    assert Basis.objects.get().ended_at is not None
