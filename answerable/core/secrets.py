"""Secrets at rest: encrypted with the house's field key (Fernet: AES-128-CBC with HMAC-SHA-256), never logged."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from answerable.core.errors import HouseError


def seal(values: dict[str, Any]) -> bytes:
    """Encrypt a mapping of secrets."""
    return _box().encrypt(json.dumps(values).encode())


def unseal(sealed: bytes) -> dict[str, Any]:
    """Decrypt what `seal` made; an empty value is no secrets. Raises `HouseError` when the key is another one."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise HouseError(
            "The stored secrets do not open with this field key. They are kept. Put ANSWERABLE_FIELD_KEY back."
        ) from error
    return opened


def _box() -> Fernet:
    return Fernet(settings.ANSWERABLE_FIELD_KEY)
