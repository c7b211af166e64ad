"""Drafts on the server: what an agent writes survives the browser."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from answerable.cases import redirects
from answerable.cases.models import Case
from answerable.conversations.attaching import safe_name, type_of
from answerable.conversations.cleaning import clean
from answerable.core import files
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.replies.models import Draft, DraftFile, WordingVersion

MAX_FILE = 20 * 1024 * 1024
LONGEST_REASON = 400
LONGEST_ALT = 1000


def save(
    case: Case,
    *,
    text: str,
    audience: str,
    by: Viewer,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    not_deflection: str = "",
    wording: WordingVersion | None = None,
) -> Draft:
    """Keep what the agent wrote so far, and from which wording. The newest wins; each agent has an own draft in a case."""
    by.require(Right.READ_CASES)
    says = {"text": clean(text), "audience": audience, "to": list(to), "cc": list(cc), "wording": wording}
    reason = clean(not_deflection).strip()[:LONGEST_REASON]
    draft, _ = Draft.objects.update_or_create(
        case=case, user_id=by.user_id, defaults={**says, "not_deflection": reason, "saved_at": now()}
    )
    return draft


def of(case: Case, *, by: Viewer) -> Draft | None:
    """The viewer's draft in a case, or the one that they left in a case that goes on here."""
    theirs = Draft.objects.filter(user_id=by.user_id).select_related("wording__wording").prefetch_related("files")
    return theirs.filter(case=case).first() or theirs.filter(case__in=_merged_into(case, theirs)).first()


def files_of(case: Case, *, by: Viewer) -> list[DraftFile]:
    """The files that will go out with the viewer's draft."""
    draft = of(case, by=by)
    return sorted(draft.files.all(), key=lambda each: each.pk) if draft else []


def add_file(draft: Draft, *, name: str, body: bytes, by: Viewer, alt: str = "") -> DraftFile:
    """Put a file to a draft. Raises `Invalid` when it is empty or too large, `StoreFull` when the disk is full."""
    by.require(Right.ANSWER)
    if not body:
        raise Invalid("“%(name)s” is empty. It was not added.", "file", name=safe_name(name))
    if len(body) > MAX_FILE:
        raise Invalid(
            "“%(name)s” is larger than 20 MB. It was not added; the text is kept.", "file", name=safe_name(name)
        )
    return DraftFile.objects.create(
        draft=draft,
        name=safe_name(name),
        media_type=type_of(body),
        size=len(body),
        file=files.keep(body),
        alt=_alt(alt),
    )


def describe_file(file: DraftFile, *, alt: str, by: Viewer) -> None:
    """Say in words what a picture shows, for those who do not see it."""
    by.require(Right.ANSWER)
    file.alt = _alt(alt)
    file.save(update_fields=["alt"])


def drop_file(file: DraftFile, *, by: Viewer) -> None:
    """Take a file away from a draft."""
    by.require(Right.ANSWER)
    file.delete()


def discard(case: Case, *, by: Viewer) -> None:
    """Throw the viewer's draft away, or clear it after sending."""
    theirs = Draft.objects.filter(user_id=by.user_id)
    theirs.filter(case__in=[case.pk, *_merged_into(case, theirs)]).delete()


def _alt(words: str) -> str:
    return clean(words).strip()[:LONGEST_ALT]


def _merged_into(case: Case, drafts: QuerySet[Draft]) -> list[int]:
    merged = list(drafts.filter(case__state=Case.State.MERGED).values_list("case_id", flat=True))
    return [each for each, end in redirects.ends(merged).items() if end == case.pk] if merged else []
