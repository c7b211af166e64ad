"""Asks the running house whether it answers. By hand over sockets, so that the parent loads no HTTP library."""

import json
import socket

PATIENCE = 3.0


def all_answer(web_port: int, smtp_port: int) -> bool:
    return healthy(web_port) and greets(smtp_port)


def healthy(port: int) -> bool:
    """True when /health says so of every part it names."""
    answer = _exchange(port, b"GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        return False
    parts: dict[str, bool] = json.loads(body)
    return all(parts.values())


def greets(port: int) -> bool:
    return _exchange(port, b"QUIT\r\n").startswith(b"220 ")


def _exchange(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(request)
            return b"".join(iter(lambda: line.recv(65536), b""))
    except OSError:
        return b""
