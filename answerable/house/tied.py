"""How a child notices that its parent is gone, even when nobody could tell it any more."""

import os
import signal
import threading
import time

GRACE = 5.0


def end_with_parent() -> None:
    """The parent holds the other end of our standard input; when it closes, whatever the reason, we end."""
    threading.Thread(target=_wait_and_end, name="end with parent", daemon=True).start()


def _wait_and_end() -> None:
    # Not through sys.stdin, whose lock Python wants back when it ends.
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
