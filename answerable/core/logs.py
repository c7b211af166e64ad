"""Structured logs: one JSON line an event, with personal data masked."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from answerable.core.text.masking import mask


def not_health(record: logging.LogRecord) -> bool:
    """Whoever watches /health reads its answer; a line for every look would hide the rest."""
    return getattr(getattr(record, "request", None), "path", "") != "/health"


class Structured(logging.Formatter):
    """Writes level, place and message as JSON; addresses, numbers and tokens in the text are masked."""

    def format(self, record: logging.LogRecord) -> str:
        words = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "place": record.name,
            "say": mask(record.getMessage()),
        }
        if record.exc_info:
            words["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(words, ensure_ascii=False)
