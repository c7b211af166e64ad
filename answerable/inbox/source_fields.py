"""The form of a source, made from what its connector declares; and the channels that one may connect, by family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from answerable.channels import connecting
from answerable.channels.contract import Family, Setting, Spec
from answerable.channels.models import Source
from answerable.channels.registry import connectors
from answerable.core.web import times

FAMILIES: Mapping[Family, Callable[[], str]] = {
    Family.OURS: lambda: _("Your mail and your pages"),
    Family.NETWORK: lambda: _("Public networks"),
    Family.MESSENGER: lambda: _("Messengers"),
    Family.TELEPHONE: lambda: _("Telephone and SMS"),
    Family.FORUM: lambda: _("Forums and reviews"),
    Family.COMPLAINTS: lambda: _("Complaint sites"),
    Family.PROGRAM: lambda: _("Files and programs"),
    Family.OTHER: lambda: _("Others"),
}
CHOICES: Mapping[str, Callable[[], str]] = {
    "listener": lambda: _("It is delivered to this desk"),
    "imap": lambda: _("This desk fetches it (IMAP)"),
    "read": lambda: _("Read all of it"),
    "leave": lambda: _("Leave it there"),
    "password": lambda: _("With a password"),
    "microsoft": lambda: "Microsoft 365 (OAuth 2.0)",
    "google": lambda: "Google (OAuth 2.0)",
    "oauth": lambda: _("Another provider (OAuth 2.0)"),
    "day": lambda: _("day first"),
    "month": lambda: _("month first"),
    "tls": lambda: "TLS",
    "starttls": lambda: "STARTTLS",
    "none": lambda: _("none, for a server on this machine"),
    "mentions": lambda: _("What names us or answers us"),
    "everything": lambda: _("Everything"),
    "arrival asked": lambda: _("This desk asks, every five seconds"),
    "arrival pushed": lambda: _("They are pushed, at once"),
    "visibility public": lambda: _("To everyone, in all timelines"),
    "visibility unlisted": lambda: _("In the thread only"),
    "audience public": lambda: _("Public"),
    "audience private": lambda: _("Private"),
    "words_by search": lambda: _("By search, every half minute"),
    "words_by jetstream": lambda: _("By the light stream (Jetstream)"),
    "words_by firehose": lambda: _("By the signed stream (firehose)"),
    "recording_consent no": lambda: _("Nobody says so; keep no recording"),
    "recording_consent announced": lambda: _("The exchange says before each call that it is recorded"),
    "security none": lambda: _("None"),
    "alphabet gsm": lambda: "GSM (3GPP TS 23.038)",
    "alphabet latin-1": lambda: "Latin-1 (ISO 8859-1)",
    "long_messages parts": lambda: _("In parts"),
    "long_messages payload": lambda: _("As one payload"),
    "recording no": lambda: _("No recording"),
    "recording announced": lambda: _("It is said first that it is recorded"),
    "recording asked": lambda: _("Whoever calls presses 1 to agree"),
}
"""What a choice is called; where two settings use one word, the setting stands before it."""


@dataclass(frozen=True)
class Field:
    """One setting as the form shows it. A stored secret is never sent back: its field is empty and says so.

    `beside` is another field and those of its values with which this one plays a part. What is `rarely` changed stands in
    a part of the form that is closed at first.
    """

    name: str
    label: str
    kind: str
    value: str
    hint: str
    required: bool
    choices: list[tuple[str, str]]
    stored: bool
    beside: str
    rarely: bool


def offered() -> list[tuple[str, str, list[Spec]]]:
    """Each family that has channels: its key, its name, and the channels by their names."""
    specs = sorted((each.spec for each in connectors().values()), key=lambda spec: spec.label.casefold())
    families = ((key, words(), [spec for spec in specs if spec.family == key]) for key, words in FAMILIES.items())
    return [(key.value, words, members) for key, words, members in families if members]


def typed(spec: Spec) -> list[Setting]:
    """The settings that a person types; keys that the house makes are not among them."""
    return [setting for setting in spec.settings if setting.name not in connecting.HOUSE_SECRETS]


def fields(spec: Spec, known: Mapping[str, Any], given: QueryDict | None, source: Source | None) -> list[Field]:
    """What was just given stands before what is known."""
    return of(typed(spec), known, given, source.values() if source else None)


def of(
    settings: Sequence[Setting], known: Mapping[str, Any], given: QueryDict | None, kept: Mapping[str, Any] | None
) -> list[Field]:
    """Fields for these settings. `kept` is what is stored, None where nothing is yet: a secret in it is not shown."""
    return [_field(setting, known, given, kept) for setting in settings]


def _field(
    setting: Setting, known: Mapping[str, Any], given: QueryDict | None, stored: Mapping[str, Any] | None
) -> Field:
    kept = known.get(setting.name, setting.default)
    value = given.get(f"s-{setting.name}", "") if given is not None else ("" if kept is None else str(kept))
    if setting.kind is bool and given is None:
        value = "1" if kept else ""
    return Field(
        name=f"s-{setting.name}",
        label=_(setting.label),
        kind="check" if setting.kind is bool else "secret" if setting.secret else "text",
        value="" if setting.secret else value,
        hint=_(setting.hint) if setting.hint else "",
        required=setting.required and setting.default is None and not (setting.secret and stored is not None),
        choices=[(choice, _chosen(setting, choice)) for choice in setting.choices],
        stored=bool(setting.secret and stored and stored.get(setting.name)),
        beside=_beside(setting),
        rarely=setting.rarely,
    )


def _chosen(setting: Setting, choice: str) -> str:
    """Languages and countries by their names; what has no words is a name already (a time zone)."""
    words, here = CHOICES.get(f"{setting.name} {choice}") or CHOICES.get(choice), times.locale()
    if words:
        return words()
    named: Mapping[str, str] = {"language": here.languages, "country": here.territories}.get(setting.name, {})
    return named.get(choice) or named.get(choice.partition("-")[0], choice)


def _beside(setting: Setting) -> str:
    asked = setting.needed_if or setting.plays_if
    return f"s-{' '.join(asked)}" if asked else ""
