"""Writing a new channel: a folder of ours with its line in the registry, or a package of somebody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from answerable.channels import registry
from answerable.channels.common.signatures import signature
from answerable.core.errors import Invalid

TEMPLATES = Path(__file__).with_name("scaffold")
HERE = Path(__file__).resolve().parents[1]
KIND = re.compile(r"[a-z][a-z0-9_]{1,39}")
SECRETS = {"access_token": "made-up-token-words", "push_secret": "made-up-push-words"}
MESSAGE = {
    "id": "71",
    "from": "pia",
    "name": "Pia",
    "text": "The Glimo leaks. What can I do?",
    "at": "2026-07-02T10:00:00+00:00",
    "private": False,
    "parent": None,
}


@dataclass(frozen=True)
class Made:
    """The folder of the channel, and what is left to do, in sentences."""

    folder: Path
    next_steps: tuple[str, ...]


def ours(kind: str, *, label: str = "", into: Path = HERE) -> Made:
    """A folder beside the others and its line in the registry, where it lies there."""
    _named(kind, into / kind)
    names = _names(kind, label, f"answerable.channels.{kind}", f"answerable/channels/{kind}/README.md")
    _write(into / kind, names)
    page = into / "registry.py"
    if page.exists():
        page.write_text(registered(page.read_text("utf-8"), kind), "utf-8")
    return Made(
        into / kind,
        (
            f"Run the kit: answerable channel check {kind}",
            "Write the table of channels anew: python -m answerable.channels.table",
            "Now write the real dialect after the network's papers; docs/writing-a-channel.md says how.",
        ),
    )


def package(kind: str, *, label: str = "", into: Path) -> Made:
    """A package with an entry point, that touches nothing of ours."""
    place, name = into / f"answerable-{kind.replace('_', '-')}", f"answerable_{kind}"
    _named(kind, place)
    names = _names(kind, label, name, f"{name}/README.md")
    _write(place / name, names)
    (place / "pyproject.toml").write_text(_filled("pyproject.toml", names), "utf-8")
    return Made(
        place,
        (
            f"Run the kit: answerable channel check {place}",
            f"Install it beside Answerable: pip install {place}",
            "Now write the real dialect after the network's papers; docs/writing-a-channel.md says how.",
        ),
    )


def registered(text: str, kind: str) -> str:
    """The registry with one import and one name more."""
    line = f"from answerable.channels.{kind}.connector import connector as {kind}\n"
    imports = re.findall(r"^from answerable\.channels\.\w+\.connector import .*\n", text, re.MULTILINE)
    after = next((each for each in imports if each > line), "")
    spot = text.index(after) if after else text.index(imports[-1]) + len(imports[-1])
    text = text[:spot] + line + text[spot:]
    return re.sub(r"(^OURS: .*?)\n\)", rf"\1\n    {kind},\n)", text, count=1, flags=re.MULTILINE | re.DOTALL)


def _named(kind: str, place: Path) -> None:
    if not KIND.fullmatch(kind):
        raise Invalid("A kind is 2 to 40 small letters, figures and _, and begins with a letter. Nothing was written.")
    if kind in registry.connectors() or place.exists():
        raise Invalid("%(name)s is there already. Nothing was written. Choose another name.", name=str(place))


def _names(kind: str, label: str, package: str, docs: str) -> Mapping[str, str]:
    shown = re.sub(r"[^\w .-]", "", label) or kind.replace("_", " ").capitalize()
    return {"kind": kind, "label": shown, "package": package, "docs": docs, "dashed": kind.replace("_", "-")}


def _write(folder: Path, names: Mapping[str, str]) -> None:
    (folder / "samples" / "answers").mkdir(parents=True)
    for name in ("__init__.py", "connector.py", "README.md"):
        (folder / name).write_text(_filled(name, names), "utf-8")
    for path, value in _samples(names["kind"]).items():
        (folder / "samples" / path).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _filled(name: str, names: Mapping[str, str]) -> str:
    text = (TEMPLATES / f"{name}.txt").read_text("utf-8")
    return re.sub("@([a-z]+)@", lambda found: names[found[1]], text)


def _samples(kind: str) -> Mapping[str, object]:
    """One message, what the server answers, and one signed delivery."""
    said = {"type": "Said", "external_id": "71", "audience": "public", "text": MESSAGE["text"]}
    body = json.dumps(MESSAGE, sort_keys=True, ensure_ascii=False)
    signed = {"x-signature": signature(SECRETS["push_secret"], body.encode())}
    return {
        "settings.json": {"server": "https://social.example", **SECRETS},
        "reply.json": {"to": [{"namespace": kind, "value": "pia", "display": "Pia"}], "in_reply_to": "71"},
        "push.json": {"body": body, "headers": signed, "at": "2026-07-02T10:00:01+00:00", "signs_time": False},
        "a-question.json": MESSAGE,
        "a-question.expected.json": {"items": [said]},
        "answers/page-of-one.json": _answer(
            "page", 200, {"messages": [MESSAGE], "more": False}, {"items": 1, "cursor": {"after": "71"}, "more": False}
        ),
        "answers/page-401.json": _answer("page", 401, {}, {"raises": "Reauthorise"}),
        "answers/receipt-201.json": _answer("receipt", 201, {"id": "72"}, {"id": "72"}),
        "answers/receipt-401.json": _answer("receipt", 401, {}, {"raises": "Reauthorise"}),
        "answers/receipt-404.json": _answer("receipt", 404, {}, {"raises": "Refused"}),
        "answers/receipt-429.json": _answer("receipt", 429, {}, {"raises": "TryLater"}),
        "answers/receipt-500.json": _answer("receipt", 500, {}, {"raises": "TryLater"}),
    }


def _answer(to: str, status: int, body: Mapping[str, object], expect: Mapping[str, object]) -> Mapping[str, object]:
    answer = {"type": "HttpAnswer", "status": status, "headers": {}, "body": json.dumps(body)}
    return {"to": to, "answer": answer, "expect": expect}
