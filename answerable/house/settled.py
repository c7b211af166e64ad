"""What a process has loaded when it begins to work stays as long as the process."""

import gc

YOUNG = 20_000
"""So many new objects between two collections. A page makes some ten thousand and drops nearly all of them by itself."""


def settle() -> None:
    """Keep the collector from what is loaded now.

    Left to itself it walks through all of it every now and then, and whoever asks for a page at that moment waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
