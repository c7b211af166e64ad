"""One TLS context for all outgoing connections."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def context() -> ssl.SSLContext:
    """Certificates and names are always checked, against the system's authorities (or those in SSL_CERT_FILE)."""
    return ssl.create_default_context()
