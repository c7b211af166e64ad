"""Ports on this machine's own address."""

import secrets
import socket

# Below the range from which systems lend ports to outgoing connections.
DATABASE_PORTS = range(15432, 20000)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Otherwise a port just left by our own server counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int | None = None) -> int:
    """The wanted port if nobody has it, else one picked at random, so that two who pick at once seldom meet."""
    if wanted is not None and is_free(wanted):
        return wanted
    while not is_free(port := secrets.choice(DATABASE_PORTS)):
        continue
    return port
