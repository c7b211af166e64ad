"""What becomes of the file of a dictionary: it is looked through to its end, and taken whole or not at all.

1. Looked through: a line that cannot be taken is named, and then nothing of the file is taken.
2. Taken in some thousand terms at a time, with their count in the same transaction; a job that died goes on behind them.
3. In use: only then its terms are offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction

from answerable.core import files, inserting
from answerable.core.errors import HouseError
from answerable.core.moments import now
from answerable.safety import dictionaries
from answerable.safety.dictionaries import Bad, Entry
from answerable.safety.models import Dictionary, DictionaryTerm

AT_ONCE = 5000
MOST_BAD = 200


def take_in(dictionary: Dictionary) -> None:
    """Look through the file and take in what is not in yet, to the end."""
    if dictionary.state != Dictionary.State.LOADING:
        return
    try:
        found = list(dictionaries.read(dictionary.kind, files.fetch(dictionary.file)))
    except HouseError as error:
        _refuse(dictionary, [Bad(1, error.template, error.facts)])
        return
    bad = [each for each in found if isinstance(each, Bad)]
    entries = [each for each in found if isinstance(each, Entry)]
    if bad or not entries:
        _refuse(dictionary, bad)
        return
    Dictionary.objects.filter(pk=dictionary.pk).update(lines=len(entries))
    at = dictionary.terms
    for chunk in _chunks(entries[at:]):
        if not _keep(dictionary, chunk, at=at):
            return
        at += len(chunk)
    done = Dictionary.objects.filter(pk=dictionary.pk, state=Dictionary.State.LOADING, terms=at)
    done.update(state=Dictionary.State.READY)


def _refuse(dictionary: Dictionary, bad: list[Bad]) -> None:
    named = bad or [Bad(1, dictionaries.EMPTY)]
    Dictionary.objects.filter(pk=dictionary.pk, state=Dictionary.State.LOADING).update(
        state=Dictionary.State.REFUSED,
        bad=[vars(each) for each in named[:MOST_BAD]],
        bad_count=len(named),
        ended_at=now(),
    )
    files.remove(dictionary.file, older_than=timedelta(0))


@transaction.atomic
def _keep(dictionary: Dictionary, chunk: list[Entry], *, at: int) -> bool:
    """False where somebody else took these terms meanwhile: two jobs at one file do not take it twice."""
    kept = Dictionary.objects.select_for_update().get(pk=dictionary.pk)
    if kept.terms != at or kept.state != Dictionary.State.LOADING:
        return False
    inserting.insert(
        [
            DictionaryTerm(
                dictionary=kept,
                code=each.code,
                words=each.words,
                parent=each.parent,
                current=each.current,
                stems=dictionaries.stems(each.words),
            )
            for each in chunk
        ]
    )
    kept.terms = at + len(chunk)
    kept.save(update_fields=["terms"])
    return True


def _chunks(entries: list[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while chunk := list(islice(waiting, AT_ONCE)):
        yield chunk
