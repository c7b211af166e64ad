"""`answerable demo`: a furnished house for somebody who wants to look around, apart from any real one."""

import json
import os

from answerable.house import database
from answerable.house import state as states
from answerable.house.processes import answerable
from answerable.house.serving import Address, Step, Welcome, say, serve


def run(wanted: Address, *, reset: bool) -> None:
    state = states.demo()
    os.environ["ANSWERABLE_HOME"] = str(state.home)
    os.environ["ANSWERABLE_DEMO"] = "1"
    os.environ.setdefault("ANSWERABLE_LOG_LEVEL", "WARNING")
    # The demo's mailroom, and whatever server a newcomer tries out, live on this machine.
    os.environ.setdefault("ANSWERABLE_PRIVATE_NETWORKS", "127.0.0.0/8 ::1/128")
    if reset:
        say("Removing the demo of this checkout")
        database.forget(state)
    serve(state, wanted, furnish=_seed)


def _seed(address: Address, step: Step) -> Welcome:
    seeded = json.loads(step("Filling the demo with people, cases and posts", answerable("seed", "--json")))
    return lambda: print(*_lines(address, seeded), sep="\n", flush=True)


def _lines(address: Address, seeded: dict[str, object]) -> list[str]:
    page = f"http://127.0.0.1:{address.web}"
    logins = seeded["logins"]
    assert isinstance(logins, list)
    return [
        f"Page:   {page}",
        *(f"Login:  {name} / {password}" for name, password in logins),
        f"Mail:   {seeded['mail']} at 127.0.0.1:{address.smtp} (SMTP)",
        f"API:    {page}/api token {seeded['token']}",
        f"Play:   {page}{seeded['mailroom']} (read and write mail as a customer)",
        f"Play:   {page}{seeded['square']} (speak in public or in private)",
        f"Play:   {page}{seeded['form']} (the form that customers fill in)",
        f"Watch:  {page}{seeded['stories']} (the stories, from their first word)",
    ]
