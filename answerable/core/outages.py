"""After an outage of the database: connections that were kept are dead, all of them at once."""

from django.db import connection


def noticed() -> None:
    """Somebody lost the database. Throw away what the pool keeps, so that the next one does not meet dead ones in turn.

    Otherwise each is found out one by one, with a longer pause after each.
    """
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.drain()
