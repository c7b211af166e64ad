"""Loading: a workspace hands in a dictionary of its own, and takes it out of use. What is in the file `taking_in` sees."""

from __future__ import annotations

import re
from collections.abc import Iterable

from answerable.conversations.cleaning import clean
from answerable.core import files, jobs, journal
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import dictionaries, terms
from answerable.safety.models import Dictionary

LARGEST = 32 * 1024 * 1024
RELEASE = re.compile(r"[\w.\- ]{1,20}")
LANGUAGE = re.compile(r"[a-z]{3}", re.ASCII)
MEDDRA_RELEASE = re.compile(r"\d{1,2}\.\d", re.ASCII)


def load(*, kind: str, release: str, language: str, name: str, pieces: Iterable[bytes], by: Viewer) -> Dictionary:
    """Keep the file and let a job take it in. The same file again is the same dictionary.

    Raises `Invalid`, `files.TooLarge`, and `Conflict` for another file of a release that is in use.
    """
    terms.require_loader(by)
    _checked(kind, release, language)
    file, size = files.keep_from(pieces, at_most=LARGEST)
    if not size:
        raise Invalid("The file is empty. Nothing was loaded. Choose another.", "file")
    living = Dictionary.objects.filter(
        workspace_id=by.workspace_id, kind=kind, release=release, language=language, state__in=["loading", "ready"]
    )
    if same := living.filter(file=file).first():
        return same
    if kind == Dictionary.Kind.MEDDRA and living.exists():
        raise Conflict(
            "Another file of MedDRA %(release)s in this language is in use. Nothing was loaded. Take that one out of use first.",
            release=release,
        )
    made = Dictionary.objects.create(
        workspace_id=by.workspace_id,
        kind=kind,
        release=release,
        language=language,
        name=clean(name)[:255],
        file=file,
        size=size,
        user_id=by.user_id,
        at=now(),
    )
    journal.write("dictionary_handed_in", by=by, data={"dictionary": made.pk, "kind": kind, "digest": file})
    jobs.later("safety.dictionary_jobs.load", lock=f"dictionary:{made.pk}", dictionary_id=made.pk)
    return made


def end(dictionary: Dictionary, *, by: Viewer) -> None:
    """Take it out of use. Its terms stay, because reports are coded with them; they are offered no more."""
    terms.require_loader(by)
    living = Dictionary.objects.filter(pk=dictionary.pk, state=Dictionary.State.READY)
    if not living.update(state=Dictionary.State.ENDED, ended_at=now()):
        raise Conflict("This dictionary is not in use. Nothing was changed.")
    journal.write("dictionary_ended", by=by, data={"dictionary": dictionary.pk})


def _checked(kind: str, release: str, language: str) -> None:
    if kind not in dictionaries.FORMS:
        raise Invalid("Choose what kind of dictionary it is. Nothing was loaded.", "kind")
    form = MEDDRA_RELEASE if kind == Dictionary.Kind.MEDDRA else RELEASE
    if not form.fullmatch(release):
        raise Invalid("Write the release as its maker does, like 28.0. Nothing was loaded.", "release")
    if not LANGUAGE.fullmatch(language):
        raise Invalid("Write the language in three letters, like eng, por or pol. Nothing was loaded.", "language")
