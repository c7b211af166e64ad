"""All ways to a safety system, by the word under which a workspace keeps one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from answerable.core.errors import Invalid
from answerable.safety.models import SafetySystem
from answerable.safety.systems import api, folder, mailbox, sandbox
from answerable.safety.systems.values import Way

WAYS: Mapping[str, Way] = {way.kind: way for way in (api.WAY, mailbox.WAY, folder.WAY, sandbox.WAY)}


def way(kind: str) -> Way:
    """Raises `Invalid` for a word that is none."""
    if kind not in WAYS:
        raise Invalid("Choose how reports go to the safety system. Nothing was kept.", "way")
    return WAYS[kind]


def values_of(system: SafetySystem) -> dict[str, Any]:
    """What the way needs: settings with their defaults, secrets, and where this house lives."""
    defaults = {each.name: each.default for each in way(system.way).settings if each.default is not None}
    house = {"house_url": settings.ANSWERABLE_PUBLIC_URL, "system": system.pk}
    return {**defaults, **{name: value for name, value in system.values().items() if value is not None}, **house}
