"""`answerable manage import_file SOURCE FILE`: take in a file of what was said elsewhere, as the member who is named."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from answerable.channels.models import Source
from answerable.core import viewers
from answerable.core.errors import HouseError
from answerable.core.models import Membership
from answerable.intake import bringing_in

PIECE = 1024 * 1024


class Command(BaseCommand):
    help = "Look at a file, and take it in with --import. The same file twice brings nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the name of the source in its address, like lists-0123abcd")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail address of the member who hands it in")
        parser.add_argument("--import", dest="take", action="store_true", help="take it in, not only look at it")

    def handle(self, *_: Any, **given: Any) -> None:
        try:
            self._handle(given)
        except (HouseError, Source.DoesNotExist, Membership.DoesNotExist, OSError) as error:
            raise CommandError(str(error)) from error

    def _handle(self, given: dict[str, Any]) -> None:
        source = Source.objects.select_related("workspace").get(slug=given["source"])
        member = Membership.objects.get(workspace=source.workspace, user__email=given["by"], ended_at=None)
        by = viewers.of_membership(member)
        with given["file"].open("rb") as file:
            pieces = iter(partial(file.read, PIECE), b"")
            brought = bringing_in.look_at(source, name=given["file"].name, pieces=pieces, by=by)
        self.stdout.write(f"{brought.would_bring} rows can be filed, {brought.left_count} are left out.")
        for each in brought.left:
            self.stdout.write(f"  line {each['number']}: {each['template'] % each['facts']}")
        if given["take"]:
            bringing_in.begin(brought, by=by)
            bringing_in.bring_in(brought)
            brought.refresh_from_db()
            self.stdout.write(f"{brought.rows} rows were taken in, {brought.fresh} of them are new.")
