"""The embedded PostgreSQL: one engine for the demo, the tests and a small production, with nothing to install.

Owns the server's binaries, its data folder and its life. Does not own what is inside the database, and knows
nothing of Django. With DATABASE_URL set it starts nothing and returns that address.

Verbs: `ensure` (running when it returns), `held` (the last to let go stops it), `alone` (nobody else holds it),
`stop`, `forget` (with all data), `running` (proven by a connection), `for_tests`.
"""

from answerable.house.database.ensuring import ensure, running, stop
from answerable.house.database.holding import alone, for_tests, forget, held, holding

__all__ = ["alone", "ensure", "for_tests", "forget", "held", "holding", "running", "stop"]
