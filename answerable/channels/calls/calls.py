"""From one row to one call: who called whom, when, how long it waited, what is known of what was said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from answerable.channels.calls.rows import Row
from answerable.channels.common.call_sentences import Sentences, heard, made, sentences
from answerable.channels.common.moments import moment, seconds
from answerable.channels.contract import Audience, Consented, Handle, Mark, Said, Telephoned, Unsupported
from answerable.core.errors import Invalid
from answerable.core.text.fold import fold
from answerable.core.text.telephone import e164

LONGEST_ID = 200
LONGEST_CALL = 48 * 3600
YES = frozenset({"true", "yes", "1", "y", "t", "x", "tak", "sim"})
NO = frozenset({"", "false", "no", "0", "n", "f", "nie", "nao"})
WITHHELD = frozenset(
    {"", "anonymous", "withheld", "private", "unknown", "restricted", "unavailable", "blocked", "hidden", "noid"}
    | {"zastrzezony", "nieznany", "prywatny", "anonimo", "anonim", "oculto", "privado", "desconhecido", "confidencial"}
    | {"null", "none"}
)
DIRECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("", "in", "inbound", "incoming", "received", "przychodzace", "entrada", "recebida"), "in"),
    **dict.fromkeys(("out", "outbound", "outgoing", "made", "wychodzace", "saida", "feita"), "out"),
    **dict.fromkeys(("internal", "local", "wewnetrzne", "interna"), "internal"),
}
UNANSWERED = frozenset(
    {"noanswer", "abandoned", "missed", "busy", "failed", "congestion", "cancel", "cancelled", "unanswered"}
)


@dataclass(frozen=True)
class Exchange:
    """What the source says about its calls."""

    slug: str
    country: str
    language: str
    zone: ZoneInfo
    month_first: bool
    announces: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Exchange:
        return cls(
            slug=str(settings.get("slug") or ""),
            country=str(settings["country"]),
            language=str(settings["language"]),
            zone=ZoneInfo(str(settings["time_zone"])),
            month_first=settings["dates"] == "month",
            announces=settings.get("recording_consent") == "announced",
        )


@dataclass(frozen=True)
class Call:
    """One row, understood. `lasted` is how long it was open, as far as the row says when it ended."""

    row: Row
    exchange: Exchange
    id: str
    direction: str
    started: datetime
    answered: datetime | None
    ended: datetime | None
    words: Sentences = field(repr=False)

    def value(self, name: str) -> str:
        return self.row.values.get(name, "")


def said(row: Row, exchange: Exchange) -> Said:
    """The message that a row is. Raises `Invalid` for what cannot be read, `Unsupported` for what is not for us."""
    if row.wrong is not None:
        raise row.wrong
    call = _call(row, exchange)
    if call.direction == "internal":
        raise Unsupported("It is a call between colleagues.")
    return _ours(call) if call.direction == "out" else _theirs(call)


def external_id(row: Row) -> str:
    """The id of the telephone system; without one what makes the call that call, so that it is the same the next time."""
    given = row.values.get("call", "")
    if 0 < len(given) <= LONGEST_ID:
        return given
    told = "\x1f".join(f"{name}={value}" for name, value in sorted(row.values.items()) if name not in AFTERWARDS)
    return hashlib.sha256(f"{given}\x1e{told}".encode("utf-8", "replace")).hexdigest()


AFTERWARDS = frozenset({"summary", "recording", "agent", "language", "product", "name"})
"""What people add to a call later; it makes no other call of it."""


def _call(row: Row, exchange: Exchange) -> Call:
    values = row.values
    started = _moment(values.get("started", ""), exchange)
    if started is None:
        raise Invalid("It does not say when the call began.")
    answered, ended = _moment(values.get("answered", ""), exchange), _moment(values.get("ended", ""), exchange)
    _in_order(started, answered, ended)
    direction = DIRECTIONS.get(_plain(values.get("direction", "")))
    if direction is None:
        raise Invalid("Its direction is neither “in” nor “out”.")
    return Call(row, exchange, external_id(row), direction, started, answered, ended, sentences(exchange.language))


def _moment(text: str, exchange: Exchange) -> datetime | None:
    if not text or set(text) <= set("0-:. /"):
        return None
    try:
        return moment(text, zone=exchange.zone, month_first=exchange.month_first)
    except (ValueError, OverflowError):
        raise Invalid("One of its times cannot be read. Write it as 2026-07-02 18:09.") from None


def _in_order(started: datetime, answered: datetime | None, ended: datetime | None) -> None:
    times = [started, *(each for each in (answered, ended) if each is not None)]
    if times != sorted(times):
        raise Invalid("Its times contradict each other: it ends or is answered before it begins.")
    if (times[-1] - started).total_seconds() > LONGEST_CALL:
        raise Invalid("Its times contradict each other: no call lasts for two days.")


def _theirs(call: Call) -> Said:
    author = _caller(call)
    told = _told(call)
    marks = {Mark.CALL, *([Mark.ABANDONED_CALL] if told.abandoned else [])}
    known = heard(call.words, abandoned=told.abandoned, waited=told.waited, talked=told.talked)
    return Said(
        external_id=call.id,
        author=author,
        audience=Audience.PRIVATE,
        text=call.value("summary") or known,
        posted_at=call.started,
        thread_ids=_thread(author),
        own_ids=(f"call:{call.id}",),
        language=_language(call),
        product=call.value("product"),
        marks=frozenset(marks),
        call=told,
        consents=_consents(call),
    )


def _ours(call: Call) -> Said:
    """Our own line said it, to the number that was called; it goes on where that number speaks with us."""
    told = _told(call)
    to = _handle(call.value("to"), call) if call.value("to") else _person(call)
    if to is None:
        raise Unsupported("It is a call of ours to nobody that could be named.")
    known = made(call.words, reached=bool(call.answered or told.talked), talked=told.talked)
    return Said(
        external_id=call.id,
        author=Handle("line", _kept(told.line) or call.exchange.slug or "line", told.agent),
        audience=Audience.PRIVATE,
        text=call.value("summary") or known,
        posted_at=call.started,
        thread_ids=_thread(to),
        own_ids=(f"call:{call.id}",),
        to=(to,),
        language=_language(call),
        product=call.value("product"),
        marks=frozenset({Mark.CALL}),
        by_us=True,
        call=told,
        consents=_consents(call),
    )


def _consents(call: Call) -> tuple[Consented, ...]:
    """What the row itself says goes before what is so on the whole line."""
    said = _plain(call.value("consent"))
    if said in YES or (said in NO and said):
        return (Consented("recording", given=said in YES, how="as the telephone system says"),)
    announced = Consented("recording", given=True, how="announced at the beginning of each call on this line")
    return (announced,) if call.exchange.announces else ()


def _told(call: Call) -> Telephoned:
    line = call.value("from" if call.direction == "out" else "to")
    return Telephoned(
        started_at=call.started,
        waited=_waited(call),
        talked=_talked(call),
        abandoned=call.direction == "in" and _abandoned(call),
        agent=call.value("agent")[:120],
        line=(e164(line, call.exchange.country) or line)[:60],
        recording=call.value("recording")[:500],
        summed_up=bool(call.value("summary")),
    )


def _abandoned(call: Call) -> bool:
    """Nobody answered: said so, or no time of an answer, no talk and no agent."""
    flag = _plain(call.value("abandoned"))
    if flag not in YES | NO:
        raise Invalid("“Abandoned” is neither yes nor no.")
    if flag in YES or _plain(call.value("outcome")) in UNANSWERED:
        return True
    answered = call.answered or _talked(call) or call.value("agent") or _plain(call.value("outcome")) == "answered"
    return not answered and not call.value("abandoned")


def _waited(call: Call) -> int | None:
    if given := call.value("waited"):
        return _seconds(given)
    until = call.answered or (call.ended if not call.value("talked") else None)
    return int((until - call.started).total_seconds()) if until else None


def _talked(call: Call) -> int | None:
    if given := call.value("talked"):
        return _seconds(given)
    both = call.answered and call.ended
    return int((call.ended - call.answered).total_seconds()) if both and call.ended and call.answered else None


def _seconds(text: str) -> int:
    try:
        count = seconds(text)
    except ValueError:
        raise Invalid("One of its durations cannot be read. Write it in seconds, or as 31:00.") from None
    if count > LONGEST_CALL:
        raise Invalid("Its times contradict each other: no call lasts for two days.")
    return count


def _caller(call: Call) -> Handle:
    number, person = call.value("from"), _person(call)
    if person is not None and not number:
        return person
    if _plain(number) in WITHHELD:
        # Nobody else ever calls from this one, so that it joins nothing.
        return Handle("withheld", f"{call.exchange.slug}:{call.id}", call.value("name") or call.words.withheld)
    return _handle(number, call)


def _handle(number: str, call: Call) -> Handle:
    """A number of the public network is one everywhere; an inner one only means something at this source."""
    name, public = call.value("name"), e164(number, call.exchange.country)
    if public:
        return Handle("phone", public, name)
    return Handle("extension", f"{call.exchange.slug}:{_kept(number)}"[:320], name or _kept(number))


def _person(call: Call) -> Handle | None:
    """Somebody whom a colleague named by another of their handles."""
    namespace, value = call.value("person_namespace"), call.value("person_value")
    return Handle(namespace[:40], value[:320], call.value("person_display")) if namespace and value else None


def _thread(who: Handle) -> tuple[str, ...]:
    return () if who.namespace == "withheld" else (f"{who.namespace}:{who.value}",)


def _language(call: Call) -> str:
    return call.value("language")[:10] or call.exchange.language


def _kept(text: str) -> str:
    return " ".join(text.split())[:80]


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
