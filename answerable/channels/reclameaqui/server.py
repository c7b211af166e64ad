"""Requests to the API and what its answers mean.

As programs that are in use and open to read call it (there is no public description): `/auth/oauth/token`, `/ticket/v1/tickets`.
Refusals are a JSON object with `code` (the HTTP status and a digit) and `message`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from answerable.channels.common.addresses import server, token
from answerable.channels.common.objects import an_object, parsed, word
from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.channels.contract_renewing import Access
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

TOKEN = "/auth/oauth/token?grant_type=client_credentials"  # noqa: S105 - a path
COMPLAINTS = "/ticket/v1/tickets"
CONFLICT = 409
A_MINUTE = 60.0


def ask(query: str, settings: Mapping[str, Any], *, note: str = "") -> HttpCall:
    """`note` goes no further than the answer (`HttpAnswer.asked`)."""
    url = f"{server(settings)}{COMPLAINTS}?{query}" + (f"#{note}" if note else "")
    return HttpCall("GET", url, {"Accept": "application/json"}, _bearer(settings), repeatable=True)


def tell(path: str, fields: Mapping[str, str], settings: Mapping[str, Any], *, note: str = "") -> HttpCall:
    """A form in parts (RFC 7578), as the site asks for everything that is written."""
    boundary = sha256(json.dumps(sorted(fields.items())).encode()).hexdigest()[:40]
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    url = f"{server(settings)}{COMPLAINTS}/{path}" + (f"#{note}" if note else "")
    headers = {"Accept": "application/json", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return HttpCall("POST", url, headers, _bearer(settings), body=f"{parts}--{boundary}--\r\n".encode())


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer; nothing at all is an empty one. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Reclame Aqui answered with something that is not HTTP.")
    match answer.status:
        case 200 | 201:
            return an_object(parsed(answer.body))
        case 204:
            return {}
        case 401 | 403:
            raise Reauthorise("Reclame Aqui no longer accepts our client. The source is paused; enter it again.")
        case 429:
            raise TryLater("Reclame Aqui takes ten calls a minute and asks us to wait.", A_MINUTE)
        case status if status >= 500:
            raise TryLater("Reclame Aqui has trouble of its own.")
        case status:
            raise Refused(f"Reclame Aqui refused it (HTTP {status}). {word(answer.body, 'message')}".strip())


def is_done_already(answer: Answer) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status == CONFLICT


def note_of(answer: Answer) -> str:
    """What the call noted for itself."""
    return urlsplit(answer.asked).fragment if isinstance(answer, HttpAnswer) else ""


def renewal(settings: Mapping[str, Any]) -> HttpCall:
    pair = f"{token(settings, 'client_id')}:{token(settings, 'client_secret')}"
    basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return HttpCall("POST", server(settings) + TOKEN, {"Accept": "application/json"}, basic)


def renewed(answer: Answer) -> Access:
    if isinstance(answer, HttpAnswer) and answer.status == 400:
        raise Reauthorise("Reclame Aqui does not know our client. The source is paused; enter it again.")
    given = told(answer)
    try:
        return Access(str(given["access_token"]), int(given["expires_in"]))
    except (KeyError, ValueError, TypeError) as error:
        raise TryLater("Reclame Aqui answered without an access token.") from error


def _bearer(settings: Mapping[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(settings)}"}
