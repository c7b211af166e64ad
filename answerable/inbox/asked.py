"""What an address asks for, read as what it must be; anything else is as if it had not been said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.timezone import make_aware

from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid

M = TypeVar("M", bound=Model)

DIGITS = 18


def number(text: str) -> int | None:
    """An id as the database knows them."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def numbers(texts: Iterable[str], *, most: int) -> list[int]:
    """The ids among these texts, each once, and not more than `most`."""
    found = (number(text) for text in texts)
    return list(dict.fromkeys(each for each in found if each is not None))[:most]


def one(model: type[M], viewer: Viewer, field: str, **key: Any) -> M:
    """The row that the input names, if it is the viewer's. Raises `Invalid`: the address itself was right."""
    found = access.rows(model, viewer).filter(**key).first()
    if found is None:
        raise Invalid("What was chosen is not there for you. Nothing was changed. Choose again.", field)
    return found


def moment(text: str) -> datetime | None:
    """A moment with its time zone, as we write it into addresses."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def local(text: str) -> datetime | None:
    """A moment as a form gives it, in the time zone of the workspace."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else make_aware(found)
