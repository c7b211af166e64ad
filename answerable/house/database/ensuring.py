"""A database that runs and lets us in, whatever happened before."""

import logging
import os
import subprocess
import time

import psycopg
from psycopg import sql

from answerable.house import state as states
from answerable.house.database import binaries
from answerable.house.database.cluster import Cluster
from answerable.house.database.ports import free_port
from answerable.house.state import State
from answerable.house.trouble import Trouble

ATTEMPTS = 5
PATIENCE = 600.0

log = logging.getLogger(__name__)


def ensure(state: State, *, durable: bool = True) -> str:
    """The address of a running database. Several processes may call this at once; one does the work.

    `durable=False` trades safety against power cuts for speed, and is for tests alone.
    """
    outside = os.environ.get("DATABASE_URL")
    if outside:
        return outside
    with states.locked(state.home / "database.lock"):
        if not running(states.database_url(state)):
            _bring_up(Cluster(state), durable=durable)
            _furnish(state)
    return states.database_url(state)


def running(url: str) -> bool:
    """Proven by a connection that works, not by a process that exists."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True


def stop(state: State) -> None:
    with states.locked(state.home / "database.lock"):
        Cluster(state).stop()


def _bring_up(cluster: Cluster, *, durable: bool) -> None:
    """A server that dies at the start is tried again: its port may have been taken in that moment."""
    found = binaries.find(cluster.state)
    cluster.make(found)
    for _ in range(ATTEMPTS):
        server = None
        if cluster.pid is None:
            server = cluster.start(found, _choose_port(cluster.state), durable=durable)
        if _comes_up(cluster, server):
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


def _comes_up(cluster: Cluster, server: "subprocess.Popen[bytes] | None") -> bool:
    """Waits through a recovery, which may be long after a crash, but not for a server that has died."""
    url = states.database_url(cluster.state, admin=True)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if running(url):
            return True
        if (server.poll() is not None) if server else (cluster.pid is None):
            return False
        _refuse_foreign_secrets(cluster, url)
        time.sleep(0.03)
    return False


def _refuse_foreign_secrets(cluster: Cluster, url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as refusal:
        if "password authentication failed" in str(refusal):
            raise Trouble(
                f"The database in {cluster.data} refuses the password in {cluster.state.secret_file}. "
                "Both were kept as they are. Put back the secret.json that belongs to this database, "
                "for instance from a backup."
            ) from None


def _furnish(state: State) -> None:
    """The desk's own role is no superuser: a hole in a query must not become a hole in the machine."""
    password = states.keep_secrets(state).database_password
    with psycopg.connect(states.database_url(state, admin=True), autocommit=True) as admin:
        if not admin.execute("select 1 from pg_roles where rolname = 'answerable'").fetchone():
            admin.execute(sql.SQL("create role answerable login createdb password {}").format(password))
        if not admin.execute("select 1 from pg_database where datname = 'answerable'").fetchone():
            admin.execute("create database answerable owner answerable")
