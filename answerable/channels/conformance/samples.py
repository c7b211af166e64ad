"""The recorded payloads of the channels, found and loaded."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answerable.channels.contract import Audience, Connector, Handle, Raw, Reply
from answerable.channels.registry import connectors
from answerable.core.wire import calls
from answerable.core.wire.calls import Answer

EXPECTED = ".expected.json"


@dataclass(frozen=True)
class Sample:
    """One payload and what it must be read as."""

    kind: str
    name: str
    raw: Raw
    expected: Mapping[str, Any]
    settings: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


@dataclass(frozen=True)
class Answered:
    """One recorded answer and what it must mean."""

    kind: str
    name: str
    to: str
    answer: Answer
    cursor: Mapping[str, Any]
    expect: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


def folder(connector: Connector) -> Path:
    module = sys.modules[type(connector).__module__]
    return Path(str(module.__file__)).parent


def settings(connector: Connector) -> dict[str, Any]:
    """The made-up settings of a channel, completed as the house does: with defaults and with where it lives."""
    house = {"address": "care@example.org", "slug": "kit", "house_url": "https://answerable.example.org"}
    defaults = {setting.name: setting.default for setting in connector.spec.settings if setting.default is not None}
    return defaults | house | dict(_loaded(folder(connector) / "samples" / "settings.json"))


def secrets(connector: Connector) -> dict[str, str]:
    values = settings(connector)
    return {s.name: str(values[s.name]) for s in connector.spec.settings if s.secret and values.get(s.name)}


def samples() -> list[Sample]:
    return [sample for connector in connectors().values() for sample in _samples(connector)]


def answers(to: str) -> list[Answered]:
    return [one for connector in connectors().values() for one in _answers(connector) if one.to == to]


def reply(connector: Connector, **changes: Any) -> Reply:
    """A plain reply that the channel can carry, changed as asked."""
    spec = connector.spec
    plain: dict[str, Any] = {
        "key": "kit-1",
        "audience": Audience.PRIVATE,
        "text": "Thank you for telling us.",
        "to": (Handle(spec.reaches or spec.kind, "pia@example.com", "Pia"),),
        "subject": "Glimo",
        "case_reference": "2026-0712",
    }
    place = folder(connector) / "samples"
    own = dict(_loaded(place / "reply.json"))
    own |= _loaded(place / f"reply-{changes.get('audience', own.get('audience', Audience.PRIVATE))}.json")
    if "to" in own:
        own["to"] = tuple(Handle(**handle) for handle in own["to"])
    if "audience" in own:
        own["audience"] = Audience(own["audience"])
    return Reply(**{**plain, **own, **changes})


def push(connector: Connector) -> Mapping[str, Any]:
    return _loaded(folder(connector) / "samples" / "push.json")


def challenge(connector: Connector) -> Mapping[str, Any]:
    return _loaded(folder(connector) / "samples" / "challenge.json")


def _samples(connector: Connector) -> Iterator[Sample]:
    place, common = folder(connector) / "samples", settings(connector)
    for told in sorted(place.glob(f"*{EXPECTED}")):
        name = told.name.removesuffix(EXPECTED)
        expected = _loaded(told)
        payload = next(path for path in sorted(place.glob(f"{name}.*")) if not path.name.endswith(EXPECTED))
        raw = Raw(payload.read_bytes(), expected.get("headers", {}))
        yield Sample(connector.spec.kind, name, raw, expected, common | expected.get("settings", {}))


def _answers(connector: Connector) -> Iterator[Answered]:
    for path in sorted((folder(connector) / "samples" / "answers").glob("*.json")):
        told = _loaded(path)
        yield Answered(
            connector.spec.kind, path.stem, told["to"], _answer(told["answer"]), told.get("cursor", {}), told["expect"]
        )


def _answer(told: Mapping[str, Any]) -> Answer:
    """The answer's fields by name; bytes stand as `body_base64`, or as `body` when they are text."""
    values = {name: value for name, value in told.items() if name not in ("type", "body_base64")}
    if "body_base64" in told:
        values["body"] = b64decode(told["body_base64"])
    elif isinstance(values.get("body"), str):
        values["body"] = values["body"].encode()
    if told["type"] == "MailAnswer":
        mails = [{**m, "body": b64decode(m["body_base64"])} for m in values.get("mails", ())]
        values["mails"] = [calls.FetchedMail(**{k: v for k, v in m.items() if k != "body_base64"}) for m in mails]
    if told["type"] == "FolderAnswer":
        values["files"] = [
            calls.FolderFile(**{**each, "body": each.get("body", "").encode()}) for each in told["files"]
        ]
    made: Answer = getattr(calls, told["type"])(**values)
    return made


def _loaded(path: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return loaded
