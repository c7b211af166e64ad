"""Proposing: somebody writes a wording, or its next version in one language. Nothing of it may be said before another approves it."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.replies.kept_texts import PLACES, places_of
from answerable.replies.models import Wording, WordingVersion

CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{1,39}")
MARKET = re.compile(r"[A-Z]{2}(-[A-Z]{2})?")
LONGEST, LONGEST_REASON, LONGEST_SOURCES = 5000, 400, 2000
MOST_YEARS = 3


def begin(
    *, code: str, title: str, audience: str, by: Viewer, product: str = "", market: str = "", topic: str = ""
) -> Wording:
    """A wording without any version yet.

    Raises `Invalid` for a code, title, market or audience that cannot be taken, `Conflict` for a second of its code.
    """
    by.require(Right.WRITE_WORDINGS)
    says = _named(code=code, title=title, audience=audience, product=product, market=market, topic=topic)
    try:
        with transaction.atomic():
            made = Wording.objects.create(workspace_id=by.workspace_id, user_id=by.user_id, at=now(), **says)
    except IntegrityError:
        raise Conflict("There is a wording of this code already. Nothing was kept. Choose another code.") from None
    journal.write("wording_begun", by=by, data={"wording": made.pk})
    return made


def propose(
    wording: Wording,
    *,
    language: str,
    text: str,
    because: str,
    valid_from: date,
    valid_to: date,
    by: Viewer,
    sources: str = "",
) -> WordingVersion:
    """The next version in a language; it waits for another person. What is approved stays in force until that one is.

    Raises `Invalid` for what cannot be taken as it is, with the field that is meant.
    """
    by.require(Right.WRITE_WORDINGS)
    says = _checked(language, text, because, sources)
    _in_order(valid_from, valid_to)
    Wording.objects.select_for_update().get(pk=wording.pk)
    before = wording.versions.filter(language=language).aggregate(last=Max("number"))["last"] or 0
    made = WordingVersion.objects.create(
        wording=wording,
        number=before + 1,
        digest=sha256(says["text"].encode()).hexdigest(),
        valid_from=valid_from,
        valid_to=valid_to,
        user_id=by.user_id,
        at=now(),
        **says,
    )
    data = {"wording": wording.pk, "version": made.pk, "number": made.number, "digest": made.digest}
    journal.write("wording_proposed", by=by, data=data)
    return made


def _named(*, code: str, title: str, audience: str, product: str, market: str, topic: str) -> dict[str, str]:
    short, name, country = code.strip().upper(), " ".join(clean(title).split()), market.strip().upper()
    if not CODE.fullmatch(short):
        raise Invalid("A code has 2 to 40 letters, digits, points or dashes, such as VEL-STORE-04.", "code")
    if not name or len(name) > 120:
        raise Invalid("A wording needs a title of up to 120 characters. Nothing was kept.", "title")
    if country and not MARKET.fullmatch(country):
        raise Invalid("A market is a country of two letters, such as BR. Leave it empty for all.", "market")
    if audience not in Wording.Audience.values:
        raise Invalid("Say where the wording may stand. Nothing was kept.", "audience")
    about = {"product": " ".join(clean(product).split())[:100], "topic": " ".join(clean(topic).split())[:200]}
    return {"code": short, "title": name, "market": country, "audience": audience, **about}


def _checked(language: str, text: str, because: str, sources: str) -> dict[str, str]:
    words, reason = clean(text).replace("\r\n", "\n").strip(), clean(because).strip()
    if language not in dict(settings.LANGUAGES):
        raise Invalid("Choose the language of the text. Nothing was kept.", "language")
    if not words or len(words) > LONGEST:
        raise Invalid("A wording has 1 to %(most)d characters. Nothing was kept.", "text", most=LONGEST)
    for place in places_of(words):
        if place not in PLACES:
            raise Invalid(
                "Nothing fills “{%(place)s}”. Nothing was kept. Use {name}, {number} or {agent}.", "text", place=place
            )
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("Say in up to 400 characters why it is written, or written anew. Nothing was kept.", "because")
    return {"language": language, "text": words, "because": reason, "sources": clean(sources).strip()[:LONGEST_SOURCES]}


def _in_order(valid_from: date, valid_to: date) -> None:
    if valid_to < valid_from:
        raise Invalid("It would end before it begins. Nothing was kept.", "valid_to")
    if (valid_to - valid_from).days > MOST_YEARS * 366:
        raise Invalid(
            "A wording is valid for three years at most; then it is read again. Nothing was kept.", "valid_to"
        )
