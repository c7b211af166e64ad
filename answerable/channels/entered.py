"""What a person entered for settings, held against what the settings are: whole, of the right sort, secrets apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.declaration import Setting
from answerable.core.errors import Invalid


def checked(
    settings: Sequence[Setting],
    values: Mapping[str, Any],
    *,
    kept: Mapping[str, Any] | None = None,
    made: Sequence[str] = (),
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plain values and the secret ones. A secret that is `kept` need not be entered again; those `made` never are.

    Raises `Invalid` with the setting that does not fit.
    """
    plain: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    for setting in settings:
        stored = bool(kept and kept.get(setting.name))
        needed = not stored and setting.name not in made and _is_needed(setting, values)
        (hidden if setting.secret else plain)[setting.name] = _fit(setting, values.get(setting.name), needed)
    return plain, hidden


def _is_needed(setting: Setting, values: Mapping[str, Any]) -> bool:
    """Always, or beside what another setting says."""
    if setting.needed_if:
        other, *asking = setting.needed_if
        return values.get(other) in asking
    return setting.required and setting.default is None


def _fit(setting: Setting, value: Any, needed: bool) -> Any:
    if value in (None, ""):
        if needed:
            raise Invalid(f"“{setting.label}” is needed. Nothing was changed. Fill it in.", setting.name)
        return setting.default
    if setting.choices and value not in setting.choices:
        raise Invalid(f"“{setting.label}” must be one of {', '.join(setting.choices)}.", setting.name)
    try:
        return value in (True, "on", "true", "1") if setting.kind is bool else setting.kind(value)
    except ValueError:
        raise Invalid(f"“{setting.label}” must be a whole number. Nothing was changed.", setting.name) from None
