"""Brings a database up to what this version of the code expects. May be run at any time, by several at once."""

import sys

from answerable.house.state import State
from answerable.house.trouble import Trouble

# Any number will do, as long as nobody else asks the same server for it.
MIGRATING = 7_203_118_446


def found(name: str, *, email: str, person: str) -> str:
    """A new workspace with its first admin. Says the password, which is shown this once."""
    from answerable.core import admitting
    from answerable.core.errors import HouseError

    try:
        _, password = admitting.found(name, email=email, person=person)
    except HouseError as error:
        raise Trouble(error.sentence) from error
    return f"Login:  {email} / {password or 'the password that this person has already'}"


def set_up(state: State) -> None:
    from django.core.management import call_command
    from django.db import connection

    state.files.mkdir(parents=True, exist_ok=True)
    state.files.chmod(0o700)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATING])
        try:
            call_command("migrate", interactive=False, verbosity=0)
            _catch_up()
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATING])


def _catch_up() -> None:
    """Open cases that an older version left without clocks, or under older rules; the worker does it."""
    from answerable.clocks import catching_up

    for begun in catching_up.catch_up():
        print(
            f"{begun.workspace.name}: the clocks of {begun.total} open cases are brought up in the background.",
            file=sys.stderr,
        )
