"""`answerable safety export` and `safety dictionary`: what leaves the desk, and dictionaries that come to it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.house.trouble import Trouble

if TYPE_CHECKING:
    from answerable.core.access import Viewer
    from answerable.safety.models import Report

FORMS = ("e2b", "json", "pdf", "csv", "device", "complaint", "archive")
PIECE = 1024 * 1024
ACTIONS = {"export", "dictionary"}


def describe(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = actions.add_parser("export", help="one report in one of its forms, as a file")
    export.add_argument("numbers", metavar="NUMBER", nargs="+", help="its number; several only for e2b")
    export.add_argument("--as", dest="form", choices=FORMS, required=True, help="in which form")
    export.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where it goes; nothing is written over"
    )
    export.add_argument(
        "--authority", default="", metavar="LABEL", help="for e2b: who takes it, as the settings call it"
    )
    dictionary = actions.add_parser("dictionary", help="take in a dictionary of your own")
    dictionary.add_argument("doing", choices=["load"])
    dictionary.add_argument("file", type=Path, metavar="FILE", help="llt.asc, or a CSV with the columns code and term")
    dictionary.add_argument("--kind", choices=["meddra", "imdrf", "products"], default="meddra")
    dictionary.add_argument("--release", required=True, help="as its maker writes it, like 28.0")
    dictionary.add_argument("--language", required=True, help="in three letters: eng, por, pol")
    for one in (export, dictionary):
        one.add_argument("--by", required=True, metavar="ADDRESS", help="e-mail address of the member who does it")
        one.add_argument("--workspace", default="", metavar="SLUG", help="where that member has several")


def run(options: argparse.Namespace) -> int:
    """Do it as that member: with their rights, in the read log and in the journal."""
    from django.db import transaction

    from answerable.core.errors import HouseError

    by = _member(options.by, options.workspace)
    try:
        if options.action == "dictionary":
            return _load(options, by)
        with transaction.atomic():
            data = _exported(options, by)
            with options.out.open("xb") as file:
                file.write(data)
    except HouseError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except OSError as error:
        raise Trouble(f"{error.filename} cannot be used: {error.strerror}.") from error
    print(f"{options.out}: {len(data)} bytes.")
    return 0


def _member(address: str, workspace: str) -> Viewer:
    from answerable.core import viewers
    from answerable.core.models import Membership

    found = Membership.objects.filter(user__email=address, ended_at=None, user__is_active=True).order_by("pk")
    member = found.filter(workspace__slug=workspace).first() if workspace else found.first()
    if member is None:
        raise Trouble(f"There is no member {address}{f' of {workspace}' if workspace else ''}.")
    return viewers.of_membership(member)


def _exported(options: argparse.Namespace, by: Viewer) -> bytes:
    from answerable.core.errors import Invalid
    from answerable.intake import originals
    from answerable.safety import exporting, queries

    reports = [queries.by_number(number, by) for number in options.numbers]
    if options.form == "e2b":
        return _batch(reports, options.authority, by)
    if len(reports) > 1:
        raise Invalid("Only an E2B(R3) file holds several reports. Nothing was exported. Export them one by one.")
    return exporting.export(reports[0], form=options.form, envelopes=originals.of, by=by).data


def _batch(reports: list[Report], label: str, by: Viewer) -> bytes:
    from answerable.core.errors import Invalid
    from answerable.safety import authorities, batching

    known = authorities.authorities(by)
    authority = known.filter(label=label).first() if label else known.first()
    if authority is None:
        raise Invalid("No authority of this name is on file. Nothing was exported. The settings have them.")
    return batching.make(reports, authority=authority, by=by).document.encode()


def _load(options: argparse.Namespace, by: Viewer) -> int:
    from django.conf import settings

    from answerable.house.database import unprivileged
    from answerable.safety import loading, taking_in

    with options.file.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        said = {name: getattr(options, name) for name in ("kind", "release", "language")}
        made = loading.load(**said, name=options.file.name, pieces=pieces, by=by)
    unprivileged.keep_together(Path(settings.ANSWERABLE_FILES))
    taking_in.take_in(made)
    made.refresh_from_db()
    for each in made.bad:
        print(f"Line {each['line']}: {each['template'] % each['facts']}")
    taken = made.state == made.State.READY
    print(
        f"{made.terms} terms are in use." if taken else f"{made.bad_count} line(s) cannot be read. Nothing was taken."
    )
    return 0 if taken else 1
