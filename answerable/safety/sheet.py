"""A report as a page to be read: titled blocks of lines, in the order of the paper forms (CIOMS I, 3500A), and like none of
them exactly. The screen to be printed and the PDF are made of the same blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from answerable.core.access import Viewer
from answerable.safety import criteria, queries
from answerable.safety.models import Version
from answerable.safety.neutral import Limit
from answerable.safety.queries import Record
from answerable.safety.reports import Device, Patient, Product, Reaction, Report, Reporter, Span
from answerable.safety.sheet_words import UNITS, word

Line = tuple[str, str]


@dataclass(frozen=True)
class Block:
    """A title and its lines: what it is, and what the report says. Lines that say nothing are not there."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Sheet:
    """The page of one version. `draft` is a sentence where it is one."""

    number: str
    title: str
    draft: str
    under: str
    digest: str
    made_at: datetime
    blocks: Sequence[Block]


def of_report(report_id: int, viewer: Viewer) -> Sheet:
    """The page to be printed from the screen. The look is in the read log, as each look is. Raises `NotThere`."""
    record = queries.record(report_id, viewer)
    return of_record(record, queries.limits_of(record.report, viewer))


def of_record(record: Record, limits: Sequence[Limit]) -> Sheet:
    """The latest version with its time limits, decisions and history."""
    version, values = record.latest, record.values
    blocks = [*_story(values), *_of_the_desk(record, values, limits)]
    uncoded = _("Draft: not every reaction has a code of a dictionary.") if not values.is_coded else ""
    return Sheet(
        number=record.report.number,
        title=_("Report %(number)s") % {"number": record.report.number},
        draft=uncoded,
        under=_("Version %(version)s of %(when)s") % {"version": version.number, "when": _moment(version.at)},
        digest=version.digest,
        made_at=version.at,
        blocks=[each for each in blocks if each.lines],
    )


def _story(values: Report) -> Iterator[Block]:
    yield _block(_("The report"), _about(values))
    for each in values.reporters:
        yield _block(_("Who tells"), _reporter(each, values))
    yield _block(_("Who is affected"), _patient(values.patient))
    for number, reaction in enumerate(values.reactions, 1):
        yield _block(_("Reaction %(number)s") % {"number": number}, _reaction(reaction))
    for number, product in enumerate(values.products, 1):
        yield _block(_("Product %(number)s") % {"number": number}, _product(product))
    yield _block(_("What happened"), [(_("Account in English"), values.narrative)])
    yield _block(_("What was said, in the reporter’s language"), [(values.told_language, values.told)])


def _of_the_desk(record: Record, values: Report, limits: Sequence[Limit]) -> Iterator[Block]:
    yield _block(_("The four minimum criteria"), _criteria(values))
    yield _block(_("Time limits"), [(f"{each.rule} v{each.version}", _limit(each)) for each in limits])
    decided = [
        (
            f"{each.signed_name} ({each.signed_role.replace('_', ' ')}), {_moment(each.at)}",
            f"{each.get_outcome_display()}: {each.reason}",
        )
        for each in record.decisions
    ]
    yield _block(_("Signed decisions"), decided)
    yield _block(_("Versions"), [(f"{each.number}, {_moment(each.at)}", _version(each)) for each in record.versions])


def _block(title: str, lines: Iterable[Line]) -> Block:
    return Block(title, [(label, said) for label, said in lines if said])


def _about(values: Report) -> Iterator[Line]:
    yield _("Sort"), word(values.sort)
    yield _("Day zero"), _moment(values.received_at)
    yield _("Latest significant information"), _moment(values.latest_at)
    yield _("Country"), values.country
    yield _("Serious"), _("yes") if values.is_serious else _("no")
    yield _("Special situations"), _listed(values.situations)


def _reporter(who: Reporter, values: Report) -> Iterator[Line]:
    """Like towards an authority: that there is somebody, and what they are; name and address stay at the desk."""
    yield _("Qualification"), word(who.qualification) or _("consumer, as nothing else is known")
    yield _("Country"), who.country or values.country
    yield _("Organisation"), who.organisation
    named = who.given_name or who.family_name or who.email or who.telephone or who.handle
    yield _("Name and address"), _("known to us, not told here") if named else _("not known")


def _patient(who: Patient) -> Iterator[Line]:
    yield _("Initials"), who.initials
    yield _("Age"), f"{who.age} {UNITS.get(who.age_unit, who.age_unit)}" if who.age else word(who.age_group)
    yield _("Born"), _day(who.born)
    yield _("Sex"), word(who.sex)
    yield _("Weight"), f"{who.weight_kg} kg" if who.weight_kg else ""
    yield _("History"), who.history
    yield _("Died"), _day(who.died)


def _reaction(each: Reaction) -> Iterator[Line]:
    yield _("Reaction, in the words of the reporter"), each.words
    yield _("In English"), each.translation
    yield _("Code"), f"{each.term.code} (MedDRA {each.term.release})" if each.term else ""
    yield _("Serious, because"), _listed(each.seriousness)
    yield _("Outcome"), word(each.outcome)
    yield _("Began"), _day(each.onset)
    yield _("Ended"), _day(each.ended)


def _product(each: Product) -> Iterator[Line]:
    yield _("Product"), each.name
    yield _("Role"), word(each.role)
    yield _("Holder"), each.holder
    yield _("Lot"), each.lot
    yield _("Dose"), each.dose_words or f"{each.dose} {each.dose_unit}".strip()
    yield _("Way it is given"), each.route_words
    yield _("Form"), each.form_words
    yield _("Taken"), "–".join(filter(None, [_day(each.started), _day(each.stopped)]))
    yield _("Taken for"), each.taken_for
    if each.device:
        yield from _device(each.device)


def _device(each: Device) -> Iterator[Line]:
    yield _("Common name"), each.common_name
    yield _("Model"), each.model
    yield _("Catalogue number"), each.catalogue
    yield _("Serial number"), each.serial
    yield _("UDI"), each.udi
    yield _("Maker"), each.maker
    yield _("Expires"), _day(each.expires)
    yield _("Failed"), "" if each.failed is None else _("yes") if each.failed else _("no")
    yield _("Problem codes (IMDRF)"), ", ".join(each.problems)
    yield _("Remedies"), ", ".join(each.remedies)


def _criteria(values: Report) -> Iterator[Line]:
    for minimum, found in criteria.validity(values).criteria.items():
        yield word(minimum), word(found.status) + _words(found.spans)


def _words(spans: Sequence[Span]) -> str:
    return ": " + ", ".join(f"“{each.words}”" for each in spans) if spans else ""


def _limit(each: Limit) -> str:
    return _("from %(field)s %(start)s: strictly by %(strict)s, by law by %(legal)s") % {
        "field": each.counted_from,
        "start": _moment(each.started_at),
        "strict": _moment(each.strict_at),
        "legal": _moment(each.legal_at),
    }


def _version(each: Version) -> str:
    return f"{each.reason} (SHA-256 {each.digest})"


def _listed(values: Iterable[StrEnum]) -> str:
    return ", ".join(word(each) for each in values)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
