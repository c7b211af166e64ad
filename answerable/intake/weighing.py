"""What was only found by words is weighed before it is recorded: spam, machines, giveaways, other meanings and copies are set
aside, each with its reason.

1. Only what nobody said to us: never a mention, an answer, a private message, or what is said at a place of ours.
2. Never what may tell of an adverse event, nor what a detector could not read: it is kept, and a copy still names its first.
3. It is decided once: an envelope that is opened again finds what was decided, unless a person said otherwise.
4. Copies are agreed upon by all processes through rows; one workspace weighs in one process at a time (a lock that falls
   with the transaction), because two that look at once would both be first. Nobody is their own copy.
5. Who wrote a copy is kept, and the words are kept as long as they may be (`emptying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from answerable.channels.contract import Said
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key
from answerable.core import inserting
from answerable.core.moments import now
from answerable.core.text.keepable import clean
from answerable.intake.hops import Hop
from answerable.intake.knowledge import Knowledge
from answerable.intake.models import Envelope, Weighed
from answerable.intake.reasons import post_of
from answerable.listening import topics
from answerable.listening.copies import ALIKE, Fingerprint, fingerprint, number, shared
from answerable.listening.engines import Engine, engine_of
from answerable.listening.posts import Heard
from answerable.listening.relevance import Reason, Why
from answerable.listening.setting_aside import Aside, Learned, Sort, judge
from answerable.listening.topics import Topic
from answerable.triage.detecting.findings import Tier
from answerable.triage.detecting.reading import read

FOUND_BY_WORDS = frozenset({Why.QUERY, Why.WORDS})
COMPARED_FOR = timedelta(days=3)
"""So long copies of an utterance are looked for."""
_LOCK = 6752
_REASONS = {
    Sort.SPAM: "It is spam by its words. It can be taken back.",
    Sort.MACHINE: "A machine speaks, by its words. It can be taken back.",
    Sort.GIVEAWAY: "It is a giveaway. It can be taken back.",
    Sort.OTHER_MEANING: "It means something else by the word, as far as people's verdicts taught. It can be taken back.",
    Sort.COPY: "It is a copy of an earlier post, and linked to it. It can be taken back.",
}


@dataclass
class _Weighing:
    """One utterance on the scales: what is known of it, and the row that will say what came of it."""

    said: Said
    heard: Heard
    print: Fingerprint
    row: Weighed


def weigh(said: Sequence[tuple[Envelope, Said]], why: Sequence[Sequence[Reason]], source: Source) -> dict[int, Hop]:
    """Which of these are set aside: the step of each, by its place in `said`."""
    found = [place for place, reasons in enumerate(why) if is_only_found(reasons)]
    if not found:
        return {}
    decided = _decided(said[place][0] for place in found)
    known = _recorded([said[place][1] for place in found], source)
    engine = engine_of(source.workspace_id)
    fresh: dict[tuple[int, str], _Weighing] = {}
    for place in found:
        mark = _mark(*said[place])
        if mark not in decided and mark[1] not in known:
            fresh[mark] = _begin(*said[place], why[place], engine)
    _weigh_all([*fresh.values()], source)
    rows = decided | {mark: each.row for mark, each in fresh.items()}
    marks = {place: _mark(*said[place]) for place in found}
    return {
        place: Hop("set_aside", _REASONS[Sort(rows[mark].sort)])
        for place, mark in marks.items()
        if mark in rows and rows[mark].is_aside
    }


def is_only_found(reasons: Sequence[Reason]) -> bool:
    """Nobody said it to us, and nobody who is known on a basis said it."""
    return bool(reasons) and all(each.why in FOUND_BY_WORDS for each in reasons)


def may_be_event(text: str) -> bool:
    """May it tell of an adverse event, or of anything else that people must see? What cannot be read may, and what one of the two,
    the detectors or the words of the topic, take for one.
    """
    return read(text).tier != Tier.AUDIT or Topic.ADVERSE_EVENT in topics.read(text)


def _mark(envelope: Envelope, said: Said) -> tuple[int, str]:
    return envelope.pk, clean(said.external_id)[:500]


def _decided(envelopes: Iterable[Envelope]) -> dict[tuple[int, str], Weighed]:
    rows = Weighed.objects.filter(envelope__in={each.pk for each in envelopes})
    return {(row.envelope_id, row.external_id): row for row in rows}


def _recorded(said: Sequence[Said], source: Source) -> set[str]:
    """What is a message already is not weighed: it was ours before words found it."""
    keys = {once_key(source, clean(each.external_id)): clean(each.external_id)[:500] for each in said}
    there = Message.objects.filter(workspace_id=source.workspace_id, once__in=keys)
    return {keys[once] for once in there.values_list("once", flat=True)}


def _begin(envelope: Envelope, said: Said, why: Sequence[Reason], engine: Engine) -> _Weighing:
    source = envelope.source
    heard = Heard(post_of(said, source, engine), engine.spelling)
    row = Weighed(
        workspace_id=source.workspace_id,
        source=source,
        envelope=envelope,
        external_id=clean(said.external_id)[:500],
        at=envelope.received_at,
        versions=sorted({each.version for each in why if each.version is not None}),
    )
    return _Weighing(said, heard, fingerprint(heard, engine.spelling), row)


def _weigh_all(fresh: list[_Weighing], source: Source) -> None:
    """One after the other, so that two copies in one batch know of each other."""
    if not fresh:
        return
    _alone(source.workspace_id)
    knowledge, near = Knowledge.of(source.workspace_id, [each.row for each in fresh]), _near(fresh, source)
    for each in fresh:
        _decide(each, near, knowledge)
    _write([each.row for each in fresh])


def _decide(each: _Weighing, near: list[Weighed], knowledge: Knowledge) -> None:
    aside = _judged(each.heard, knowledge.of_row(each.row))
    first, share = _first(each, near)
    if first is not None and first.who != _who(each.said):
        each.row.first = first
        aside = aside or (Aside(Sort.COPY, share, ()) if share >= knowledge.copies_from else None)
    if first is None and each.print.says_enough:
        _remember(each)
        near.append(each.row)
    if aside is not None and not may_be_event(each.said.text):
        _set_aside(each, aside)


def _judged(heard: Heard, learned: Sequence[Learned]) -> Aside | None:
    """Several queries may want it, each for a word of its own: another meaning must be one for all of them."""
    judged = [judge(heard.post, heard, each) for each in learned]
    return judged[0] if all(judged) else None


def _set_aside(each: _Weighing, aside: Aside) -> None:
    row = each.row
    row.sort, row.score = aside.sort, aside.score
    row.author, row.text = clean(_name(each.said))[:400], clean(each.said.text)
    row.evidence = [
        {"name": sign.name, "weight": sign.weight, "spans": [[one.start, one.end] for one in sign.shown]}
        for sign in aside.evidence
    ]


def _first(each: _Weighing, near: Sequence[Weighed]) -> tuple[Weighed | None, float]:
    """The earliest of those that it is most like."""
    if not each.print.says_enough:
        return None, 0.0
    bands, alike = set(each.print.bands), list[tuple[float, int, Weighed]]()
    for place, row in enumerate(near):
        if row.same == each.print.same:
            return row, 1.0
        if not bands.isdisjoint(row.bands):
            alike.append((shared(each.print.numbers, frozenset(row.parts)), -place, row))
    share, _, first = max(alike, key=lambda one: one[:2], default=(0.0, 0, None))
    return (first, share) if share >= ALIKE else (None, 0.0)


def _near(fresh: Sequence[_Weighing], source: Source) -> list[Weighed]:
    """The earlier ones that any of these may be a copy of, oldest first."""
    telling = [each.print for each in fresh if each.print.says_enough]
    if not telling:
        return []
    bands = sorted({band for each in telling for band in each.bands})
    compared = Weighed.objects.filter(workspace_id=source.workspace_id, at__gte=now() - COMPARED_FOR)
    return list(compared.filter(bands__overlap=bands).defer("text", "evidence").order_by("id"))


def _remember(each: _Weighing) -> None:
    row = each.row
    row.who, row.same = _who(each.said), each.print.same
    row.bands, row.parts = list(each.print.bands), sorted(each.print.numbers)


def _write(rows: list[Weighed]) -> None:
    """A row that names another of this batch can do so once that one has its key."""
    linked = [(row, row.first) for row in rows if row.first is not None]
    for row, _ in linked:
        row.first = None
    inserting.insert(rows)
    for row, first in linked:
        row.first = first
    inserting.change([row for row, _ in linked], ["first"])


def _who(said: Said) -> int:
    return number(clean(f"{said.author.namespace} {said.author.value}"))


def _name(said: Said) -> str:
    return said.author.display or said.author.value


def _alone(workspace_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, workspace_id % 2**31])
