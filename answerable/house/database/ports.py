"""Ports on this machine's own address."""

import socket
from collections.abc import Collection


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Otherwise a port just left by our own server counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, *, spare: Collection[int] = ()) -> int:
    """The wanted port if nobody has it, else the next one above it, but none of those to `spare` for somebody."""
    return next(port for port in range(wanted, 65536) if port not in spare and is_free(port))
