"""The neutral hand-over: a report as one JSON document that any safety system can read, and whose hash a signature can bind.

It holds everything that the report says, what shows each criterion, the running time limits, and the hashes of the originals.
A report whose reactions are not coded leaves as a draft: this document says so, and an E2B message is never made of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from answerable.core.errors import Invalid
from answerable.safety.criteria import validity
from answerable.safety.reports import Report

FORMAT = "answerable.safety/1"


@dataclass(frozen=True)
class Original:
    """What was received, by its hash: the words themselves stay with us, and can be shown to be the same."""

    text_id: str
    kind: str
    received_at: datetime
    sha256: str

    @classmethod
    def of(cls, text_id: str, kind: str, received_at: datetime, data: bytes) -> Original:
        return cls(text_id, kind, received_at, sha256(data).hexdigest())


@dataclass(frozen=True)
class Limit:
    """A running time limit: by which rule and version, counted from what, and both dates."""

    rule: str
    version: int
    counted_from: str
    started_at: datetime
    strict_at: datetime
    legal_at: datetime


@dataclass(frozen=True)
class HandOver:
    """Everything of one report at one moment."""

    report: Report
    originals: Sequence[Original] = ()
    limits: Sequence[Limit] = ()

    @property
    def draft(self) -> bool:
        return not self.report.is_coded

    def document(self) -> Mapping[str, object]:
        """As a tree of plain values."""
        found = validity(self.report)
        return {
            "format": FORMAT,
            "draft": self.draft,
            "valid": found.valid,
            "missing": [str(each) for each in found.missing],
            "serious": self.report.is_serious,
            "report": REPORT.dump_python(self.report, mode="json"),
            "originals": ORIGINALS.dump_python(list(self.originals), mode="json"),
            "limits": LIMITS.dump_python(list(self.limits), mode="json"),
        }

    def data(self) -> bytes:
        """The document byte for byte the same whenever it says the same: sorted, without spaces, in UTF-8."""
        text = json.dumps(self.document(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    def digest(self) -> str:
        """What a signature binds: another value for another word."""
        return sha256(self.data()).hexdigest()


def read(data: bytes) -> HandOver:
    """A hand-over from its document. Raises `Invalid` for what is none."""
    try:
        tree = json.loads(data)
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise Invalid("This is no hand-over of the form %(form)s. Nothing was read.", form=FORMAT)
        return HandOver(
            REPORT.validate_python(tree.get("report")),
            ORIGINALS.validate_python(tree.get("originals")),
            LIMITS.validate_python(tree.get("limits")),
        )
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Invalid(
            "The hand-over says at “%(place)s” what cannot be. Nothing was read.", where, place=where
        ) from error
    except (ValueError, RecursionError) as error:
        raise Invalid("This is no JSON. Nothing was read.") from error


def values(tree: Mapping[str, object]) -> Report:
    """A report from the part “report” of a document. Raises `Invalid` for what is none."""
    try:
        return REPORT.validate_python(tree)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Invalid("The report says at “%(place)s” what cannot be. Nothing was read.", where, place=where) from error


REPORT = TypeAdapter(Report)
ORIGINALS = TypeAdapter(list[Original])
LIMITS = TypeAdapter(list[Limit])
