"""Arranging where reports go: a safety system is connected, changed, paused, ended, and told what goes to it by itself."""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from typing import Any

from answerable.channels import entered
from answerable.core import jobs, journal, secrets
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety.models import Referral, SafetySystem
from answerable.safety.systems.registry import way

LONGEST_HOURS = 31 * 24


def arrange(kind: str, *, label: str, values: Mapping[str, Any], by: Actor) -> SafetySystem:
    """Connect a safety system. Nothing goes to it by itself until a safety officer says so.

    Raises `Invalid` with the field that does not fit; nothing is kept then.
    """
    _may(by, Right.MANAGE_SOURCES)
    found = way(kind)
    plain, hidden = entered.checked(found.settings, values)
    hidden |= {name: random.token_urlsafe(32) for name in found.made}
    system = SafetySystem.objects.create(
        workspace_id=by.workspace_id,
        label=_label(label, by),
        way=found.kind,
        settings=plain,
        sealed=secrets.seal(hidden),
        made_at=now(),
    )
    _tell("safety_system_made", system, by)
    return system


def change(system: SafetySystem, *, label: str, values: Mapping[str, Any], by: Actor) -> SafetySystem:
    """Change its settings. An empty secret keeps the one that is stored."""
    _may(by, Right.MANAGE_SOURCES)
    locked = SafetySystem.objects.select_for_update().get(pk=system.pk)
    kept = secrets.unseal(bytes(locked.sealed))
    given = {name: value for name, value in values.items() if value not in (None, "")}
    plain, hidden = entered.checked(
        way(locked.way).settings, {**kept, **values, **{k: given[k] for k in kept if k in given}}, kept=kept
    )
    if label.strip() != locked.label:
        locked.label = _label(label, by)
    locked.settings = plain
    locked.sealed = secrets.seal({**kept, **{name: value for name, value in hidden.items() if value}})
    locked.failing_since, locked.trouble = None, ""
    locked.save(update_fields=["label", "settings", "sealed", "failing_since", "trouble"])
    _tell("safety_system_changed", locked, by)
    return locked


def instruct(system: SafetySystem, *, rule: str, hours: int, by: Actor) -> SafetySystem:
    """Say what goes there by itself, and within how many hours it must be acknowledged. A safety officer says so."""
    _may(by, Right.REFER_REPORTS)
    if rule not in SafetySystem.Rule.values:
        raise Invalid("Choose what goes there by itself. Nothing was changed.", "rule")
    if not 1 <= hours <= LONGEST_HOURS:
        raise Invalid("Choose from one hour to 31 days. Nothing was changed.", "hours")
    SafetySystem.objects.filter(pk=system.pk).update(rule=rule, hours=hours)
    system.refresh_from_db()
    _tell("safety_system_instructed", system, by, rule=rule, hours=hours)
    return system


def switch(system: SafetySystem, *, on: bool, by: Actor) -> SafetySystem:
    """Send nothing there for a while, or begin again; what waits meanwhile goes out then. Time limits run on."""
    _may(by, Right.MANAGE_SOURCES)
    state = SafetySystem.State.ON if on else SafetySystem.State.PAUSED
    same = SafetySystem.objects.filter(pk=system.pk).exclude(state__in=[state, SafetySystem.State.ENDED])
    if same.update(state=state, failing_since=None, trouble=""):
        _tell("safety_system_resumed" if on else "safety_system_paused", system, by)
        if on:
            waiting = Referral.objects.filter(system=system, state=Referral.State.WAITING)
            for pk in waiting.order_by("pk").values_list("pk", flat=True):
                jobs.later("safety.jobs.send", lock=f"safety:{system.pk}", referral_id=pk)
    system.refresh_from_db()
    return system


def end(system: SafetySystem, *, by: Actor) -> None:
    """Send nothing there any more. What was sent stays on record. Raises `Conflict` while something is not acknowledged."""
    _may(by, Right.MANAGE_SOURCES)
    done = (Referral.State.ACKNOWLEDGED, Referral.State.REFUSED)
    if system.referrals.exclude(state__in=done).exists():
        raise Conflict(
            "Some reports are not acknowledged there yet. It was not ended. Wait for them, or say what became of each."
        )
    if SafetySystem.objects.filter(pk=system.pk).exclude(state="ended").update(state="ended", sealed=b""):
        _tell("safety_system_ended", system, by)


def _may(by: Actor, right: Right) -> None:
    if isinstance(by, Viewer):
        by.require(right)


def _label(label: str, by: Actor) -> str:
    typed = " ".join(label.split())[:80]
    if not typed:
        raise Invalid("Give it a name that colleagues know. Nothing was kept.", "label")
    same = SafetySystem.objects.filter(workspace_id=by.workspace_id, label=typed).exclude(state="ended")
    if same.exists():
        raise Invalid("Another safety system has this name. Nothing was kept. Choose another one.", "label")
    return typed


def _tell(kind: str, system: SafetySystem, by: Actor, **data: object) -> None:
    journal.write(kind, by=by, data={"system": system.pk, **data})
