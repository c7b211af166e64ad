"""`answerable listening backfill`: archives go past the saved queries of a running house."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.house.trouble import Trouble

if TYPE_CHECKING:
    from answerable.channels.models import Source
    from answerable.core.access import Viewer
    from answerable.intake.models import Backfill

TOLD_EVERY = 0.5
"""Seconds between two words about the progress."""


def describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="the name of the source in its address, like lists-0123abcd")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="JSON lines, packed by gzip or not, or Parquet"
    )
    parser.add_argument("--by", required=True, metavar="ADDRESS", help="e-mail address of the member who hands them in")
    parser.add_argument(
        "--ray", metavar="ADDRESS", help="let a Ray cluster read: its address, or “local” for the cores of this machine"
    )


def run(options: argparse.Namespace) -> int:
    """Each file in turn. One that another process is at is left to it; a file that breaks stops no other."""
    from django.core.exceptions import ObjectDoesNotExist

    from answerable.core.errors import HouseError

    try:
        source, by = _asked(options.source, options.by)
    except ObjectDoesNotExist as error:
        raise Trouble(f"There is no source {options.source} of a workspace with the member {options.by}.") from error
    broken = 0
    for path in options.files:
        try:
            _hear(source, path, by, options.ray)
        except (HouseError, OSError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            broken += 1
    return 1 if broken else 0


def _asked(slug: str, address: str) -> tuple[Source, Viewer]:
    from answerable.channels.models import Source
    from answerable.core import viewers
    from answerable.core.models import Membership

    source = Source.objects.select_related("workspace").get(slug=slug)
    member = Membership.objects.get(workspace=source.workspace, user__email=address, ended_at=None)
    return source, viewers.of_membership(member)


def _hear(source: Source, path: Path, by: Viewer, ray: str | None) -> None:
    from answerable.intake import backfilling

    leafing: backfilling.Leafing = backfilling.here
    if ray:
        from answerable.intake import spreading

        leafing = spreading.over(ray)
    heard = backfilling.back_fill(source, path, by=by, leafing=leafing, tell=_Progress(path))
    if heard is None:
        print(f"{path}: another process is at it.")
        return
    print(
        f"{path}: {heard.rows:,} rows went by; {heard.kept:,} are wanted, {heard.fresh:,} of them are new and are opened by the"
        f" worker; {heard.passed_by:,} concern nobody here; {heard.left_count:,} cannot be read."
    )
    for each in heard.left[:20]:
        print(f"  line {each['number']}: {each['template'] % each['facts']}")


class _Progress:
    """On a terminal: how many rows went by, and how many a second."""

    def __init__(self, path: Path) -> None:
        self._path, self._begin, self._told = path, time.monotonic(), 0.0
        self._before: int | None = None

    def __call__(self, heard: Backfill) -> None:
        at = time.monotonic()
        if self._before is None:
            self._before = heard.rows
        if not sys.stderr.isatty() or at - self._told < TOLD_EVERY:
            return
        rate = (heard.rows - self._before) / max(at - self._begin, 0.001)
        print(f"\r{self._path.name}: {heard.rows:,} rows, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
        self._told = at
