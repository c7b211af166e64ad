"""Each call to App Store Connect carries a token that we sign ourselves (ES256, RFC 7515, RFC 7518).

Source: "Generating Tokens for API Requests" (App Store Connect API). It holds at most twenty minutes.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from answerable.channels.common.objects import canonical
from answerable.channels.contract import Reauthorise

LASTS = timedelta(minutes=10)
AUDIENCE = "appstoreconnect-v1"
P256 = 32


def token(at: datetime, settings: Mapping[str, Any]) -> str:
    """Raises `Reauthorise` for what is no key of Apple's."""
    names = {name: str(settings.get(name) or "").strip() for name in ("issuer_id", "key_id")}
    head = {"alg": "ES256", "kid": names["key_id"], "typ": "JWT"}
    claims = {
        "iss": names["issuer_id"],
        "iat": int(at.timestamp()),
        "exp": int((at + LASTS).timestamp()),
        "aud": AUDIENCE,
    }
    signed = f"{_plain(canonical(head))}.{_plain(canonical(claims))}"
    r, s = decode_dss_signature(_key(settings).sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{_plain(r.to_bytes(P256, 'big') + s.to_bytes(P256, 'big'))}"


def _key(settings: Mapping[str, Any]) -> EllipticCurvePrivateKey:
    """What is pasted into one line of a form has lost its line ends; they are put back."""
    pasted = str(settings.get("private_key") or "").replace("\\n", "\n")
    body = "".join(pasted.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", "").split())
    pem = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Reauthorise("The private key is not one of App Store Connect. Paste the whole .p8 file.") from error
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.key_size != P256 * 8:
        raise Reauthorise("The private key is not one of App Store Connect. Paste the whole .p8 file.")
    return key


def _plain(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
