"""The declared list of what conditions may ask about a case. What does not stand here cannot be asked.

Reach is blind: no count of followers and no mark of importance is a fact, and none may become one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case as Choose
from django.db.models import Exists, FloatField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, IExact, LessThan, Regex
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import Case, Filing
from answerable.cases.queries import as_query
from answerable.core.text.fold import fold

LARGEST = 100_000
LONGEST_TAG = 40
FIELD = "field."
FIELD_NAME = re.compile(r"field\.[a-z0-9_]{1,40}", re.ASCII)
FIGURES = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"


class Use(StrEnum):
    """Where conditions are asked: lists are for somebody who looks, rules are for everybody."""

    VIEWS = "views"
    RULES = "rules"


class Op(StrEnum):
    """The ways to ask."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    HAVE = "have"
    HAVE_NOT = "have_not"


NEGATED = frozenset({Op.IS_NOT, Op.HAVE_NOT})


@dataclass(frozen=True)
class Moment:
    """When, where and for whom it is asked. `message` narrows what was written to one message."""

    at: datetime
    zone: str = "UTC"
    user_id: int | None = None
    message_id: int | None = None


Holds = Callable[[Op, Sequence[str], Moment], Q]


@dataclass(frozen=True)
class Fact:
    """One thing that is known of every case. `choices` are all its values, where they are few; `of` names a sort of row.

    What `moves` is answered anew at every moment.
    """

    label: Any
    ops: tuple[Op, ...]
    holds: Holds
    choices: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""
    figures: bool = False
    moves: bool = False
    uses: frozenset[Use] = frozenset(Use)

    def read(self, text: str, use: Use) -> str | None:
        """The value as it is kept, None for one that does not fit. Only who looks at a list is “me”."""
        if text in self.choices:
            return None if text == "me" and use == Use.RULES else text
        if self.figures or self.of in {"team", "person"}:
            figures = text.isascii() and text.isdecimal() and len(text) <= 18
            return str(int(text)) if figures and (not self.figures or int(text) <= LARGEST) else None
        if self.choices:
            return None
        return folded(text) if self.of == "tag" else text


def folded(tag: str) -> str | None:
    """A tag as it is kept and asked for: one word, however it is spelled. None for an empty or a long one."""
    words = " ".join(fold(tag).split())
    return words if 0 < len(words) <= LONGEST_TAG else None


def known(name: str) -> Fact | None:
    """The fact of this name; a field of a product is “field.” and its key."""
    if name in FACTS:
        return FACTS[name]
    if not FIELD_NAME.fullmatch(name):
        return None
    ops = (Op.IS, Op.IS_NOT, Op.AT_LEAST, Op.LESS_THAN)
    return Fact(name.removeprefix(FIELD), ops, partial(_field, name.removeprefix(FIELD)))


def _one_of(path: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    return Q(**{f"{path}__in": list(values)})


def _any_of(path: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    return Q(**{f"{path}__overlap": list(values)})


def _either(parts: Sequence[Q]) -> Q:
    together = parts[0]
    for each in parts[1:]:
        together |= each
    return together


def _language(op: Op, values: Sequence[str], moment: Moment) -> Q:
    return _either([Q(language__iexact=each) | Q(language__istartswith=f"{each}-") for each in values])


def _product(op: Op, values: Sequence[str], moment: Moment) -> Q:
    return _either([Q(product__iexact=each) for each in values])


def _holder(op: Op, values: Sequence[str], moment: Moment) -> Q:
    special = {
        "me": Q(holder_user_id=moment.user_id) & Q(holder_user__isnull=False),
        "nobody": Q(holder_user__isnull=True),
        "somebody": Q(holder_user__isnull=False),
    }
    return _either([special.get(each) or Q(holder_user_id=int(each)) for each in values])


def _waiting(op: Op, values: Sequence[str], moment: Moment) -> Q:
    return Q(waiting_for__in=["" if each == "us" else each for each in values])


def _yes(build: Callable[[Moment], Q], op: Op, values: Sequence[str], moment: Moment) -> Q:
    holds = build(moment)
    return _either([holds if each == "yes" else ~holds for each in values])


def _words(op: Op, values: Sequence[str], moment: Moment) -> Q:
    """What the customer wrote, subject and text, has all the words of one of the values."""
    written = Filing.objects.filter(case=OuterRef("pk"), message__direction="in")
    if moment.message_id is not None:
        written = written.filter(message_id=moment.message_id)
    asked = [query for each in values if (query := as_query(each)) is not None]
    return _either([Q(Exists(written.filter(message__search=each))) for each in asked]) if asked else _nothing()


def _count(path: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    how = "gte" if op == Op.AT_LEAST else "lt"
    return _either([Q(**{f"{path}__{how}": int(each)}) for each in values])


def _hours_since(path: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    how = "lte" if op == Op.AT_LEAST else "gt"
    return _either([Q(**{f"{path}__{how}": moment.at - timedelta(hours=int(each))}) for each in values])


def _hours_to(path: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    how = "gte" if op == Op.AT_LEAST else "lt"
    return _either([Q(**{f"{path}__{how}": moment.at + timedelta(hours=int(each))}) for each in values])


def _since_customer(op: Op, values: Sequence[str], moment: Moment) -> Q:
    spoken = Filing.objects.filter(case=OuterRef("pk"), message__direction="in").values("case")
    last = Subquery(spoken.annotate(last=Max("message__received_at")).values("last"))
    before = [Value(moment.at - timedelta(hours=int(each))) for each in values]
    if op == Op.AT_LEAST:
        return ~_either([Q(GreaterThan(last, each)) for each in before])
    return _either([Q(GreaterThan(last, each)) for each in before])


def _weekday(op: Op, values: Sequence[str], moment: Moment) -> Q:
    return _everything() if WEEKDAYS[_there(moment).weekday()] in values else _nothing()


def _hour(op: Op, values: Sequence[str], moment: Moment) -> Q:
    hour = _there(moment).hour
    fits = any(hour >= int(each) if op == Op.AT_LEAST else hour < int(each) for each in values)
    return _everything() if fits else _nothing()


def _field(key: str, op: Op, values: Sequence[str], moment: Moment) -> Q:
    """A field as text, without regard to case; compared as a number only where it holds one."""
    text = KeyTextTransform(key, "fields")
    if op in {Op.IS, Op.IS_NOT}:
        return Q(fields__has_key=key) & _either([Q(IExact(text, each)) for each in values])
    number = Choose(When(Regex(text, FIGURES), then=Cast(text, FloatField())), default=None)
    how = GreaterThanOrEqual if op == Op.AT_LEAST else LessThan
    figures = [float(each) for each in values if re.fullmatch(FIGURES, each)]
    return _either([Q(how(number, Value(each))) for each in figures]) if figures else _nothing()


def _there(moment: Moment) -> datetime:
    return moment.at.astimezone(ZoneInfo(moment.zone))


def _everything() -> Q:
    return Q(pk__isnull=False)


def _nothing() -> Q:
    return Q(pk__isnull=True)


def _raised(moment: Moment) -> Q:
    return Q(raised_at__isnull=False)


def _late(moment: Moment) -> Q:
    return Q(promised_at__lt=moment.at, waiting_since=None)


def _answered(moment: Moment) -> Q:
    return Q(first_answer_at__isnull=False)


EQUAL = (Op.IS, Op.IS_NOT)
AMOUNT = (Op.AT_LEAST, Op.LESS_THAN)
YES_NO = {"yes": _("yes"), "no": _("no")}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = dict(
    zip(
        WEEKDAYS,
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")),
        strict=True,
    )
)
HOLDERS = {"me": _("me"), "nobody": _("nobody, it waits in a queue"), "somebody": _("a person")}
WAITS = {"us": _("us"), **{key: words for key, words in Case.WaitingFor.choices if key}}
AUDIENCES = {"public": _("public"), "private": _("private")}
SPEAKERS = {"in": _("the customer"), "out": _("us")}

FACTS: Mapping[str, Fact] = {
    "channel": Fact(_("Channel"), EQUAL, partial(_any_of, "channels"), of="channel"),
    "language": Fact(_("Language"), EQUAL, _language, of="language"),
    "product": Fact(_("Product"), EQUAL, _product, of="product"),
    "tag": Fact(_("Tag"), EQUAL, partial(_any_of, "tags"), of="tag"),
    "team": Fact(_("Team"), EQUAL, partial(_one_of, "team_id"), of="team"),
    "holder": Fact(_("Holder"), EQUAL, _holder, choices=HOLDERS, of="person"),
    "words": Fact(_("Words of the customer"), (Op.HAVE, Op.HAVE_NOT), _words, moves=True),
    "audience": Fact(_("Audience of the last message"), EQUAL, partial(_one_of, "last_audience"), choices=AUDIENCES),
    "spoke_last": Fact(_("Who spoke last"), EQUAL, partial(_one_of, "last_direction"), choices=SPEAKERS),
    "waiting_for": Fact(_("Waiting for"), EQUAL, _waiting, choices=WAITS),
    "answered": Fact(_("Answered"), (Op.IS,), partial(_yes, _answered), choices=YES_NO),
    "raised": Fact(_("Raised"), (Op.IS,), partial(_yes, _raised), choices=YES_NO),
    "late": Fact(_("Over the promised time"), (Op.IS,), partial(_yes, _late), choices=YES_NO, moves=True),
    "hours_open": Fact(
        _("Hours since it was opened"), AMOUNT, partial(_hours_since, "opened_at"), figures=True, moves=True
    ),
    "hours_since_customer": Fact(
        _("Hours since the customer’s last word"), AMOUNT, _since_customer, figures=True, moves=True
    ),
    "hours_waiting": Fact(
        _("Hours that we wait"), AMOUNT, partial(_hours_since, "waiting_since"), figures=True, moves=True
    ),
    "hours_to_promise": Fact(
        _("Hours until the promised time"), AMOUNT, partial(_hours_to, "promised_at"), figures=True, moves=True
    ),
    "contacts_count": Fact(_("Contacts"), AMOUNT, partial(_count, "contacts_count"), figures=True),
    "raised_count": Fact(_("Contacts about the same again"), AMOUNT, partial(_count, "raised_count"), figures=True),
    "deflections_count": Fact(_("Times sent elsewhere"), AMOUNT, partial(_count, "deflections_count"), figures=True),
    "bounces_count": Fact(_("Times that it came back"), AMOUNT, partial(_count, "bounces_count"), figures=True),
    "weekday": Fact(_("Weekday"), EQUAL, _weekday, choices=DAYS, moves=True, uses=frozenset({Use.RULES})),
    "hour": Fact(_("Hour of the day"), AMOUNT, _hour, figures=True, moves=True, uses=frozenset({Use.RULES})),
}
