"""How a child notices that its parent is gone, even when nobody could tell it any more."""

import os
import signal
import sys
import threading
import time

GRACE = 5.0


def end_with_parent() -> None:
    """The parent holds the other end of our standard input; when it closes, whatever the reason, we end."""
    threading.Thread(target=_wait_and_end, name="end with parent", daemon=True).start()


def _wait_and_end() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
