"""Webhooks out: what happens here is told to programs elsewhere, signed, as ids and links and nothing else.

1. A line of the journal that somebody asked for becomes a delivery in the same transaction, or not at all (`following`).
2. A job hands on what is due at one address after the other. Each try is kept, with what the other side answered.
3. A try that failed is made again after growing pauses, up to a day; then the hook is switched off, and its people are told. What
   was not taken waits, and is handed on again by hand.
4. A worker that dies leaves a delivery leased for a while; then it goes out again, with the same id: whoever receives it twice knows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets as random
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from answerable.core import journal, secrets, wire
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.deferring import later
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Delivery, Hook, HookTry
from answerable.core.moments import now
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer

WAITS = tuple(timedelta(seconds=each) for each in (10, 60, 300, 1800, 7200, 21600, 86400))
"""The pauses after each failed try. The one after the last of them switches the hook off."""
LEASE = timedelta(minutes=2)
LONGEST_ANSWER = 64 * 1024
PATIENCE = 10.0
AT_ONCE = 50
GONE = 410


def make(*, label: str, address: str, kinds: Sequence[str], by: Viewer) -> tuple[Hook, str]:
    """Begin to tell an address. Returns the hook and the secret that signs, which is shown once.

    No kinds are all of them. Raises `Invalid` for an address that is no web address.
    """
    by.require(Right.MANAGE_SOURCES)
    if not label.strip():
        raise Invalid("Give it a name that colleagues know. Nothing was kept.", "label")
    secret = random.token_urlsafe(32)
    hook = Hook.objects.create(
        workspace_id=by.workspace_id,
        user_id=by.user_id,
        label=label.strip()[:80],
        address=_checked(address),
        kinds=sorted({kind.strip() for kind in kinds if kind.strip()}),
        sealed=secrets.seal({"secret": secret}),
        made_at=now(),
    )
    journal.write("webhook_made", by=by, data={"hook": hook.pk})
    return hook, secret


def switch(hook: Hook, *, on: bool, by: Viewer) -> Hook:
    """Stop telling it, or begin again; what waits meanwhile goes out then."""
    by.require(Right.MANAGE_SOURCES)
    if (
        Hook.objects.filter(pk=hook.pk, ended_at=None)
        .exclude(is_on=on)
        .update(is_on=on, off_because="", failing_since=None)
    ):
        journal.write("webhook_resumed" if on else "webhook_paused", by=by, data={"hook": hook.pk})
        if on:
            Delivery.objects.filter(hook=hook, state=Delivery.State.WAITING).update(tries=0, next_at=now())
            _later(hook.pk)
    hook.refresh_from_db()
    return hook


def end(hook: Hook, *, by: Viewer) -> None:
    """Tell it nothing any more. What was told stays on record."""
    by.require(Right.MANAGE_SOURCES)
    if Hook.objects.filter(pk=hook.pk, ended_at=None).update(ended_at=now(), is_on=False, sealed=b""):
        journal.write("webhook_ended", by=by, data={"hook": hook.pk})


def again(delivery: Delivery, *, by: Viewer) -> Delivery:
    """Hand one on again, under the same id. Raises `Conflict` where its hook is off."""
    by.require(Right.MANAGE_SOURCES)
    if not delivery.hook.is_on:
        raise Conflict("This webhook is switched off. Nothing was sent. Switch it on first.")
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.WAITING, tries=0, next_at=now())
    journal.write("webhook_repeated", by=by, data={"hook": delivery.hook_id, "delivery": str(delivery.name)})
    _later(delivery.hook_id)
    delivery.refresh_from_db()
    return delivery


def deliver_due(hook_id: int) -> int:
    """Hand on what is due at this address, oldest first, until nothing is; returns how many were taken."""
    taken = 0
    while delivery := _claim(hook_id):
        taken += _try(delivery)
    return taken


def wake() -> None:
    """Give each hook with something due a job: the net below the queue."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now(), hook__is_on=True)
    for hook in due.values_list("hook", flat=True).distinct():
        _later(hook)


def body_of(delivery: Delivery) -> bytes:
    """What is told: ids and links. Words of people, and words about them, never leave by this way."""
    event = delivery.event
    told = {"delivery": str(delivery.name), "event": event.pk, "kind": event.kind, "at": event.at.isoformat()}
    told |= {"case": event.case_id, "team": event.team_id}
    links = {"case": f"{settings.ANSWERABLE_PUBLIC_URL}/cases/{event.case_id}"} if event.case_id else {}
    return json.dumps({**told, "links": links}, separators=(",", ":")).encode()


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over the time and the body, with a dot between, in hexadecimal."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@transaction.atomic
def _claim(hook_id: int) -> Delivery | None:
    """The next one, leased: of two workers one gets it, and one that dies loses it to another."""
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("hook", "event")
    waiting = due.filter(hook=hook_id, hook__is_on=True, state=Delivery.State.WAITING, next_at__lte=now())
    delivery = waiting.order_by("pk").first()
    if delivery is not None:
        Delivery.objects.filter(pk=delivery.pk).update(next_at=now() + LEASE, tries=F("tries") + 1)
        delivery.tries += 1
    return delivery


def _try(delivery: Delivery) -> bool:
    hook, began, body = delivery.hook, now(), body_of(delivery)
    stamp = str(int(began.timestamp()))
    secret = str(secrets.unseal(bytes(hook.sealed)).get("secret") or "")
    headers = {
        "Content-Type": "application/json",
        "Answerable-Delivery": str(delivery.name),
        "Answerable-Signature": f"t={stamp},v1={signature(secret, stamp, body)}",
    }
    status, words = None, ""
    try:
        answer = wire.run(
            HttpCall("POST", hook.address, headers, body=body, timeout=PATIENCE), max_bytes=LONGEST_ANSWER
        )
        assert isinstance(answer, HttpAnswer), "a web address answers so"
        status = answer.status
    except NoAnswer as error:
        words = error.sentence
    return _note(delivery, status, words or f"HTTP {status}")


@transaction.atomic
def _note(delivery: Delivery, status: int | None, words: str) -> bool:
    at, arrived = now(), status is not None and 200 <= status < 300
    HookTry.objects.create(delivery=delivery, at=at, status=status, words=words[:500])
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    if arrived:
        mine.update(state=Delivery.State.ARRIVED, done_at=at)
        Hook.objects.filter(pk=delivery.hook_id).update(failing_since=None)
        return True
    Hook.objects.filter(pk=delivery.hook_id, failing_since=None).update(failing_since=at)
    if status == GONE or delivery.tries > len(WAITS):
        _switch_off(delivery.hook, words)
    pause = WAITS[min(delivery.tries, len(WAITS)) - 1]
    mine.update(next_at=at + pause)
    later(
        "core.hook_jobs.deliver", lock=f"hook:{delivery.hook_id}", after=pause.total_seconds(), hook_id=delivery.hook_id
    )
    return False


def _switch_off(hook: Hook, words: str) -> None:
    """The people who keep it are told on its page, by the bell's journal line; what was not taken waits."""
    if Hook.objects.filter(pk=hook.pk, is_on=True).update(is_on=False, off_because=words[:500]):
        by: Actor = House(hook.workspace_id, "webhooks")
        journal.write("webhook_switched_off", by=by, data={"hook": hook.pk, "to": f"user:{hook.user_id}"})


def _later(hook_id: int) -> None:
    later("core.hook_jobs.deliver", lock=f"hook:{hook_id}", hook_id=hook_id)


def _checked(address: str) -> str:
    typed = address.strip()
    parts = urlsplit(typed)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or set(typed) & set(" \r\n\t\0#"):
        raise Invalid("The address does not begin with https:// and a name. Nothing was kept.", "address")
    if parts.scheme == "http" and not settings.ANSWERABLE_PRIVATE_NETWORKS:
        raise Invalid("The address must begin with https://. Nothing was kept.", "address")
    return typed[:500]
