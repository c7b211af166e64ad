"""Base64 of strangers: decoded strictly or not at all."""

import base64
import binascii


def decoded(text: str) -> bytes:
    """The bytes. Raises ValueError for anything that is not base64 (RFC 4648, section 4)."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
