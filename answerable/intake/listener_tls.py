"""The certificate of the mail listener: STARTTLS (RFC 3207) is offered with one and not offered without."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from answerable.core.errors import HouseError

log = logging.getLogger(__name__)

UNREADABLE = gettext_noop(
    "The certificate of the mail listener cannot be used (%(why)s). No mail is taken in. See that "
    "ANSWERABLE_SMTP_CERTIFICATE and ANSWERABLE_SMTP_KEY name files that fit together and that this user may read."
)


class Certificate:
    """The certificate that the settings name, read again when its files were replaced."""

    def __init__(self) -> None:
        """Raises `HouseError` where the files cannot be used: a listener that should be private does not start open."""
        self._files = [
            Path(each) for each in (settings.ANSWERABLE_SMTP_CERTIFICATE, settings.ANSWERABLE_SMTP_KEY) if each
        ]
        self.context = _context() if settings.ANSWERABLE_SMTP_CERTIFICATE else None
        self._read_at: list[int] = []
        try:
            self._load()
        except (OSError, ValueError) as error:
            raise HouseError(UNREADABLE, why=_why(error)) from error

    def refresh(self) -> None:
        """Take renewed files for the connections to come. While they do not fit together, the old pair stays."""
        if self.context is None:
            return
        try:
            if self._stamps() != self._read_at:
                # Tried apart first: a context that took a new certificate and then refused its key serves neither.
                _context().load_cert_chain(self._files[0], self._files[-1])
                self._load()
                log.info("The renewed certificate of the mail listener is in use.")
        except (OSError, ValueError) as error:
            log.warning("The renewed certificate of the mail listener cannot be used yet (%s).", _why(error))

    def _load(self) -> None:
        if self.context is not None:
            stamps = self._stamps()
            self.context.load_cert_chain(self._files[0], self._files[-1])
            self._read_at = stamps

    def _stamps(self) -> list[int]:
        return [path.stat().st_mtime_ns for path in self._files]


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _why(error: Exception) -> str:
    """`ssl.SSLError` is an `OSError`; its reason names what does not fit."""
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__)
