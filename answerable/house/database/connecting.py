"""What must be asked of the server itself. Apart from the rest, so that the parent process need not load a driver."""

import psycopg
from psycopg import sql


def running(url: str) -> bool:
    """Proven by a connection that works, not by a process that exists."""
    return refusal(url) is None


def refusal(url: str) -> str | None:
    """Why the server does not let us in, in its own words; nothing if it does."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("select 1")
    except psycopg.OperationalError as problem:
        return str(problem)
    return None


def furnish(admin_url: str, password: str) -> None:
    """The desk's own role is no superuser: a hole in a query must not become a hole in the machine."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        if not admin.execute("select 1 from pg_roles where rolname = 'answerable'").fetchone():
            admin.execute(sql.SQL("create role answerable login createdb password {}").format(password))
        if not admin.execute("select 1 from pg_database where datname = 'answerable'").fetchone():
            admin.execute("create database answerable owner answerable")
