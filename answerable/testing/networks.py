"""A page and a number of Meta as sources, and what Meta pushes to them: for tests that need a network which echoes and closes."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from answerable.channels import connecting
from answerable.channels.common.signatures import signature
from answerable.channels.models import Source
from answerable.core.access import House
from answerable.testing.cast import Cast

SECRET = "a-secret-of-the-app"
PAGE, NUMBER = "104870001", "106540001"
PIA = "7310000000000001"


def make_page(cast: Cast, *, address: str = PAGE, secret: str = SECRET) -> Source:
    """A page with its Messenger."""
    return _connected("facebook", cast, {"address": address, "app_secret": secret, "page_token": "a-token"})


def make_number(cast: Cast) -> Source:
    """A number of WhatsApp."""
    return _connected("whatsapp", cast, {"address": NUMBER, "account": "419561001", "system_token": "a-token"})


def page_says(page: Source | str, **entry: Any) -> bytes:
    """A delivery that says something of this page."""
    address = page if isinstance(page, str) else page.address
    return json.dumps({"object": "page", "entry": [{"id": address, "time": 1783015920, **entry}]}).encode()


def comment(words: str, *, comment_id: str = "500_1", who: str = PIA, parent: str = f"{PAGE}_500") -> dict[str, Any]:
    value = {"item": "comment", "verb": "add", "comment_id": comment_id, "post_id": f"{PAGE}_500", "parent_id": parent}
    told = {"created_time": 1783015915, "from": {"id": who, "name": "Pia"}, "message": words}
    return {"changes": [{"field": "feed", "value": {**value, **told}}]}


def message(words: str, *, mid: str = "m_1", who: str = PIA, by_us: bool = False, **more: Any) -> dict[str, Any]:
    ends = {"sender": {"id": PAGE if by_us else who}, "recipient": {"id": who if by_us else PAGE}}
    said = {"mid": mid, "text": words, **({"is_echo": True} if by_us else {}), **more}
    return {"messaging": [{**ends, "timestamp": 1783015921000, "message": said}]}


def number_says(**value: Any) -> bytes:
    told = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, **value}
    entry = {"id": "419561001", "changes": [{"field": "messages", "value": told}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def text_of(words: str, *, wamid: str = "wamid.1") -> dict[str, Any]:
    said = {"from": "48600100201", "id": wamid, "timestamp": "1783015921", "type": "text", "text": {"body": words}}
    return {"messages": [said], "contacts": [{"wa_id": "48600100201", "profile": {"name": "Pia"}}]}


def push(source: Source, body: bytes, *, secret: str = SECRET) -> int:
    """The status with which the desk answers a delivery that is signed with this secret."""
    headers = {"X-Hub-Signature-256": f"sha256={signature(secret, body)}"}
    answer = Client().post(f"/hooks/{source.slug}", body, content_type="application/json", headers=headers)
    return answer.status_code


def _connected(kind: str, cast: Cast, values: dict[str, str]) -> Source:
    app = {"app_id": "77001", "app_secret": SECRET, "verify_token": "a-word"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(kind, label=kind.title(), team=cast.front_line, values={**app, **values}, by=by)
