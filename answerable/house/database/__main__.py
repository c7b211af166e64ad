"""`python -m answerable.house.database` starts the database: a step of the parent, which itself loads no driver."""

import sys

from answerable.house import state
from answerable.house.database import ensure
from answerable.house.trouble import Trouble

if __name__ == "__main__":
    try:
        ensure(state.default())
    except Trouble as trouble:
        sys.exit(str(trouble))
