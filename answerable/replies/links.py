"""Links that only the customer holds. What we keep and show says “…” where the secret stands; it is put in on the way out.

The secret is made from the key of the reply and the secret key of the house, so that it stands in no table: staff who read
the message cannot answer in the customer's place. The tables hold its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "answerable.replies.links"
HIDDEN = "…"


def shown() -> str:
    """The link as we keep and show it."""
    return _address(HIDDEN)


def secret(key: str) -> str:
    """The secret of the reply with this key: 256 bits, as letters that a link may hold."""
    made = salted_hmac(SALT, key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def whole(text: str, key: str) -> str:
    """The text as the customer gets it."""
    return text.replace(shown(), _address(secret(key)))


def _address(secret: str) -> str:
    return f"{settings.ANSWERABLE_PUBLIC_URL}/solved/{secret}"
