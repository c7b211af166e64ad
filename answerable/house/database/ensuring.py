"""A database that runs and lets us in, whatever happened before."""

import logging
import os
import time

from answerable.house import state as states
from answerable.house.database import binaries
from answerable.house.database.cluster import RECOVERY, Cluster
from answerable.house.database.ports import free_port
from answerable.house.state import State
from answerable.house.trouble import Trouble

ATTEMPTS = 5

log = logging.getLogger(__name__)


def ensure(state: State, *, durable: bool = True) -> str:
    """The address of a running database. Several processes may call this at once; one does the work.

    `durable=False` trades safety against power cuts for speed, and is for tests alone.
    """
    outside = os.environ.get("DATABASE_URL")
    if outside:
        return outside
    from answerable.house.database import connecting  # the parent process imports this module but never gets here

    with states.locked(state.home / "database.lock"):
        cluster = Cluster(state)
        if cluster.pid is None or not connecting.running(states.database_url(state)):
            _bring_up(cluster, durable=durable)
            password = states.keep_secrets(state).database_password
            connecting.furnish(states.database_url(state, admin=True), password)
    return states.database_url(state)


def running(url: str) -> bool:
    from answerable.house.database import connecting

    return connecting.running(url)


def stop(state: State) -> None:
    with states.locked(state.home / "database.lock"):
        Cluster(state).stop()


def _bring_up(cluster: Cluster, *, durable: bool) -> None:
    """A server that dies at the start is tried again: its port may have been taken in that moment."""
    found = binaries.find(cluster.state)
    cluster.make(found)
    for _ in range(ATTEMPTS):
        if cluster.pid is None:
            cluster.start(found, _choose_port(cluster.state), durable=durable)
        if _lets_us_in(cluster):
            return
    raise Trouble(
        f"The database does not start. The data in {cluster.data} is kept as it is. "
        f"PostgreSQL's last words are: {cluster.last_words()} More is in {cluster.log_file}."
    )


def _choose_port(state: State) -> int:
    known = states.ports(state).get("database")
    port = free_port(known or states.DATABASE_PORT)
    if known and known != port:
        log.warning("Port %s is taken by another program. The database listens on port %s instead.", known, port)
    states.remember_port(state, "database", port)
    return port


def _lets_us_in(cluster: Cluster) -> bool:
    """Waits through a recovery, which may be long after a crash, but not for a server that has died."""
    from answerable.house.database import connecting

    url = states.database_url(cluster.state, admin=True)
    deadline = time.monotonic() + RECOVERY
    while cluster.pid is not None and time.monotonic() < deadline:
        refusal = connecting.refusal(url)
        if refusal is None:
            return True
        if "password authentication failed" in refusal:
            raise Trouble(_FOREIGN_SECRETS.format(data=cluster.data, secrets=cluster.state.secret_file))
        time.sleep(0.05)
    return False


_FOREIGN_SECRETS = (
    "The database in {data} refuses the password in {secrets}. Both were kept as they are. "
    "Put back the secret.json that belongs to this database, for instance from a backup."
)
