"""Keeping a source authorised: its access token is renewed before it ends, and once when it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from answerable.channels.contract import TryLater
from answerable.channels.contract_renewing import Access, Renews
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import journal, limits, secrets, wire
from answerable.core.access import Actor, House
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, HttpCall
from answerable.core.wire.failures import Guarded, NoAnswer

# The house's own names among the sealed values; a change of settings forgets them.
KEPT = ACCESS, UNTIL = "access_token", "access_until"
BEFORE_END = timedelta(minutes=5)
AT_MOST, PER = 6, timedelta(minutes=10)
LONGEST = 256 * 1024
_LOCK = 6749


def values(source: Source) -> dict[str, Any]:
    """The values of a source, its access token good for some minutes more. Raises what renewing it raises."""
    known = source.values()
    if call_of(source, known) is None or _lasts(known, now() + BEFORE_END):
        return known
    return renew(source, instead_of=known, by=House(source.workspace_id, "channels"))


def renew(source: Source, *, instead_of: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """A new access token for the one in `instead_of`; returns the source's values with it.

    1. One process asks at a time; whoever waited takes what the first one got.
    2. At most six times in ten minutes: a provider locks out who asks without end. Then `TryLater`.
    3. A new refresh token replaces the old one in the same transaction, before anybody uses the access token.

    Raises `Reauthorise` where only a person can help, else `TryLater`: no mail was on its way, nothing is unknown.
    """
    if (fresh := _by_another(source, instead_of)) is not None:
        return fresh
    _count(source)
    with transaction.atomic():
        _one_at_a_time(source)
        if (fresh := _by_another(source, instead_of)) is not None:
            return fresh
        known = Source.objects.get(pk=source.pk).values()
        speaker, call = connector(source.kind), call_of(source, known)
        assert isinstance(speaker, Renews)
        assert call is not None
        _keep(source, speaker.renewed(_answer(source, call)), by)
    return source.values()


def is_ready(source: Source) -> bool:
    """False for a source whose token has ended or was never fetched: the next question to it renews it."""
    known = source.values()
    return call_of(source, known) is None or _lasts(known, now())


def renews(source: Source) -> bool:
    """Is this source one whose authorisation the house can renew?"""
    return call_of(source, source.values()) is not None


def call_of(source: Source, known: Mapping[str, Any]) -> HttpCall | None:
    """The request that renews it; None for a source that signs in otherwise."""
    speaker = connector(source.kind)
    return speaker.renewal(known) if isinstance(speaker, Renews) else None


def _by_another(source: Source, instead_of: Mapping[str, Any]) -> dict[str, Any] | None:
    """What another process fetched since `instead_of` was read."""
    source.refresh_from_db(fields=["sealed", "settings"])
    known = source.values()
    is_new = known.get(ACCESS) != instead_of.get(ACCESS) and _lasts(known, now())
    return known if is_new else None


def _count(source: Source) -> None:
    try:
        limits.count(f"renewal:{source.pk}", at_most=AT_MOST, per=PER)
    except limits.TooOften as error:
        raise TryLater(
            "The authorisation was renewed too often. Nothing was lost; it is tried again in some minutes.", error.after
        ) from error


def _answer(source: Source, call: HttpCall) -> Answer:
    try:
        return wire.run(call, allow_private=source.spec.in_house, max_bytes=LONGEST)
    except NoAnswer as error:
        why = error.sentence if isinstance(error, Guarded) else "The provider that renews the authorisation is silent."
        raise TryLater(f"{why} No mail was lost; it is tried again.") from error


def _one_at_a_time(source: Source) -> None:
    """Not the row's lock: the cursor and the health of the source must stay writable meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, source.pk % 2**31])


def _keep(source: Source, access: Access, by: Actor) -> None:
    locked = Source.objects.select_for_update().get(pk=source.pk)
    kept = secrets.unseal(bytes(locked.sealed))
    until = now() + timedelta(seconds=access.lasts)
    rotated = {source.spec.lasting: access.refresh} if access.refresh and source.spec.lasting else {}
    locked.sealed = secrets.seal({**kept, **rotated, ACCESS: access.token, UNTIL: until.isoformat()})
    locked.save(update_fields=["sealed"])
    source.sealed = locked.sealed
    data = {"rotated": bool(rotated)}
    journal.write("source_renewed", by=by, source_id=source.pk, team_id=source.team_id, data=data)


def _lasts(known: Mapping[str, Any], at: datetime) -> bool:
    return bool(known.get(ACCESS)) and datetime.fromisoformat(str(known[UNTIL])) > at
