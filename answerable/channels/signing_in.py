"""Signing in by browser (RFC 6749, 4.1, with PKCE, RFC 7636): to the network's own page and back with a code.

1. `begin` makes a state and a verifier and keeps the state's digest, bound to the source, the person and their session.
2. The network's page sends the person back with the state and a code.
3. `finish` takes the state once, from the same person in the same session, within ten minutes, and only then asks for the
   tokens. They are sealed; nothing of them is shown or logged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from answerable.channels import connecting, renewing
from answerable.channels.contract import ConnectorError, Unreadable
from answerable.channels.contract_authorising import Authorised, Authorises
from answerable.channels.models import SigningIn, Source
from answerable.channels.registry import connector
from answerable.core import journal, limits, secrets, wire
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, NotAllowed
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer

LASTS = timedelta(minutes=10)
AT_MOST, PER = 20, timedelta(minutes=10)
RETURN = "/settings/sources/signed-in"
LONGEST = 256 * 1024
STALE = "This sign-in is no longer good. Nothing was changed. Begin it anew on the page of the source."


@dataclass(frozen=True)
class Returned:
    """What the network sent the person back with. `refused` is its own code for no."""

    state: str
    code: str = ""
    refused: str = ""


def possible(source: Source) -> bool:
    """Can a person let us in on the network's page, with the settings as they are?"""
    speaker = connector(source.kind)
    if not isinstance(speaker, Authorises):
        return False
    try:
        return bool(speaker.authorise_at(redirect(), "state", "challenge", source.values()))
    except ConnectorError:
        return False


def awaited(source: Source) -> bool:
    """Was the network's page never visited, and nothing heard otherwise? Then nothing was lost, and a person must begin."""
    lasting = source.spec.lasting
    is_new = source.asked_at is None and source.heard_at is None
    return is_new and bool(lasting) and not source.values().get(lasting) and possible(source)


def redirect() -> str:
    """Where the network sends people back to; it must be registered there."""
    return f"{settings.ANSWERABLE_PUBLIC_URL}{RETURN}"


def begin(source: Source, *, session: str, by: Viewer) -> str:
    """The address of the network's page. Raises `Conflict` where the network has none for this source."""
    by.require(Right.MANAGE_SOURCES)
    limits.count(f"signing-in:{by.user_id}", at_most=AT_MOST, per=PER)
    if not possible(source):
        raise Conflict("This source cannot be signed in to by browser as it is set. Fill in its settings first.")
    state, verifier = random.token_urlsafe(32), random.token_urlsafe(64)
    at = now()
    SigningIn.objects.filter(started_at__lt=at - LASTS).delete()
    SigningIn.objects.create(
        source=source,
        user_id=by.user_id,
        state=_digest(state),
        session=_digest(session),
        sealed=secrets.seal({"verifier": verifier}),
        started_at=at,
    )
    return _speaker(source).authorise_at(redirect(), state, _challenge(verifier), source.values())


def finish(returned: Returned, *, session: str, by: Viewer) -> Source:
    """Let the house in with the code. Raises `Conflict` for a state that is not this person's, too old or used, and what
    the network's answer means.
    """
    by.require(Right.MANAGE_SOURCES)
    limits.count(f"signed-in:{by.user_id}", at_most=AT_MOST, per=PER)
    begun = _taken(returned.state, session, by)
    source = begun.source
    if returned.refused or not returned.code:
        raise NotAllowed(
            "The network did not let us in: somebody said no on its page. Nothing was changed. Begin anew."
        )
    verifier = secrets.unseal(bytes(begun.sealed))["verifier"]
    _keep(source, _exchanged(source, returned.code, str(verifier)), by)
    source.refresh_from_db()
    return source


def _taken(state: str, session: str, by: Viewer) -> SigningIn:
    """Found by digest, so that no comparison tells how much of a guess was right; taken by one conditional update."""
    found = SigningIn.objects.select_related("source__workspace").filter(state=_digest(state), user_id=by.user_id)
    begun = found.filter(source__workspace_id=by.workspace_id).first()
    if begun is None or not hmac.compare_digest(begun.session, _digest(session)):
        raise Conflict(STALE)
    fresh = SigningIn.objects.filter(pk=begun.pk, used_at=None, started_at__gt=now() - LASTS)
    if not fresh.update(used_at=now()):
        raise Conflict(STALE)
    return begun


def _exchanged(source: Source, code: str, verifier: str) -> Authorised:
    speaker = _speaker(source)
    try:
        call = speaker.exchange(code, redirect(), verifier, source.values())
        given = speaker.authorised(wire.run(call, allow_private=source.spec.in_house, max_bytes=LONGEST))
    except NoAnswer as error:
        raise HouseError(
            "The network did not answer when we asked for the key. Nothing was changed. Begin anew."
        ) from error
    hidden = {setting.name for setting in source.spec.settings if setting.secret}
    if not given.values or not set(given.values) <= hidden:
        raise Unreadable("What the network gave fits no setting of this source. Nothing was changed.")
    return given


@transaction.atomic
def _keep(source: Source, given: Authorised, by: Viewer) -> None:
    locked = Source.objects.select_for_update().get(pk=source.pk)
    before = secrets.unseal(bytes(locked.sealed))
    kept = {name: value for name, value in before.items() if name not in renewing.KEPT}
    until = now() + timedelta(seconds=given.lasts) if given.lasts is not None else None
    locked.sealed = secrets.seal({**kept, **given.values})
    locked.authorised_until, locked.end_told = until, None
    locked.save(update_fields=["sealed", "authorised_until", "end_told"])
    data: Mapping[str, Any] = {"until": until.isoformat() if until else ""}
    journal.write("source_authorised", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    if locked.unauthorised_since is not None:
        connecting.resume(locked, by=by)


def _speaker(source: Source) -> Authorises:
    speaker = connector(source.kind)
    assert isinstance(speaker, Authorises)
    return speaker


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636, section 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
