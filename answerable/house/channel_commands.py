"""`answerable channel`: begin a channel, make samples of what came in, run the kit."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.house.trouble import Trouble

if TYPE_CHECKING:
    from answerable.channels.models import Source
    from answerable.channels.workshop.recording import Sample

READ_THEM = (
    "Read each of them before anybody else sees it: a name in an odd place is still a name. What each"
    " .expected.json says is how it is read today; correct it where that is wrong."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    new = actions.add_parser("new", help="write a scaffold that passes the kit at once")
    new.add_argument("kind", metavar="KIND", help="small letters, figures and _")
    new.add_argument("--label", default="", help="its name on the screen")
    new.add_argument("--package", type=Path, metavar="FOLDER", help="a package of your own, written below this folder")
    record = actions.add_parser(
        "record", help="make samples of the newest envelopes of a source, without what is private"
    )
    record.add_argument("source", metavar="SOURCE", help="its number or the last part of its address")
    record.add_argument("--last", type=int, default=10, help="how many envelopes")
    record.add_argument("--to", type=Path, default=Path("samples"), help="the folder to write to")
    check = actions.add_parser("check", help="run the conformance kit for one channel")
    check.add_argument("name", metavar="KIND_OR_FOLDER")


def new(options: argparse.Namespace) -> int:
    from answerable.channels.workshop import scaffolding
    from answerable.core.errors import Invalid

    try:
        if options.package:
            made = scaffolding.package(options.kind, label=options.label, into=options.package)
        else:
            made = scaffolding.ours(options.kind, label=options.label)
    except Invalid as error:
        raise Trouble(error.sentence) from error
    print(f"Written: {made.folder}", *made.next_steps, sep="\n")
    return 0


def check(options: argparse.Namespace) -> int:
    from answerable.channels.workshop import checking
    from answerable.core.errors import Invalid

    try:
        return checking.check(options.name)
    except Invalid as error:
        raise Trouble(error.sentence) from error


def record(options: argparse.Namespace) -> int:
    """Needs the house: Django is set up by whoever calls."""
    from answerable.channels.models import Source
    from answerable.channels.workshop import recording
    from answerable.core import secrets
    from answerable.core.errors import Invalid
    from answerable.intake.models import Envelope

    asked = {"pk": int(options.source)} if options.source.isdecimal() else {"slug": options.source}
    source = Source.objects.filter(**asked).first()
    if source is None:
        raise Trouble(f"There is no source {options.source}. Nothing was written.")
    envelopes = Envelope.objects.filter(source=source).order_by("-pk")[: options.last]
    stored = [recording.Stored(each.bytes(), each.headers) for each in envelopes if not each.is_emptied]
    hidden = [value for value in secrets.unseal(bytes(source.sealed)).values() if isinstance(value, str)]
    try:
        made = list(recording.samples(stored, secrets=hidden))
    except Invalid as error:
        raise Trouble(error.sentence) from error
    _write(source, made, options.to)
    print(f"{len(stored)} samples are in {options.to}.", READ_THEM, sep="\n")
    return 0


def _write(source: Source, samples: Sequence[Sample], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples, 1):
        (folder / f"recorded-{number}.{sample.ending}").write_bytes(sample.body)
        expected = {"headers": dict(sample.headers), **_read(source, sample)}
        text = json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
        (folder / f"recorded-{number}.expected.json").write_text(text, "utf-8")


def _read(source: Source, sample: Sample) -> Mapping[str, object]:
    """As it is read today; whether that is right the person says who reads it."""
    from answerable.channels.contract import Raw, Unreadable, Unsupported
    from answerable.channels.registry import connector

    try:
        items = connector(source.kind).read(Raw(sample.body, sample.headers), source.values())
    except (Unreadable, Unsupported) as error:
        return {"raises": type(error).__name__}
    told = [{"type": type(item).__name__, "external_id": item.external_id} for item in items]
    texts = [getattr(item, "text", "") for item in items]
    return {"items": [{**each, **({"text": text} if text else {})} for each, text in zip(told, texts, strict=True)]}
