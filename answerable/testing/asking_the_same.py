"""People who ask the same, over two channels and in three languages, for tests of groups."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.replies import answering_groups, proposing, regrouping, vouching
from answerable.replies.models import Wording, WordingVersion
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import deciding_groups
from answerable.triage.models import Group, GroupMessage

NUMBERS = count(1)
TEXTS = {
    "en": "Hello {name}. Velorin may be kept below 25 °C for up to 14 days.",
    "pt-br": "Olá, {name}. O Velorin pode ficar abaixo de 25 °C por até 14 dias.",
    "pl": "Dzień dobry, {name}. Velorin może być przechowywany poniżej 25 °C do 14 dni.",
}
ASKED = (
    ("Helen", "Can my Velorin pens be out of the fridge for the trip?"),
    ("Owen", "Does Velorin need ice on a ten hour journey?"),
    ("Caio", "Posso levar o Velorin na mala sem gelo? São 9 horas de voo."),
    ("Marek", "Czy Velorin wytrzyma dzień jazdy samochodem bez lodówki?"),
)


def reviewer(cast: Cast, name: str = "Nora") -> Viewer:
    """A reviewer who sees the cases of the front line."""
    return join(cast.workspace, make_user(name), ["reviewer"], [cast.front_line])


def writes(cast: Cast, name: str, text: str) -> Case:
    """By mail."""
    number = next(NUMBERS)
    body = letter(
        text, subject="", sender=f"{name} <{name.lower()}{number}@example.net>", message_id=f"<{number}@a.net>"
    )
    case = arrive(body, cast.mailbox)
    assert case is not None
    return case


def says_in_public(cast: Cast, name: str, text: str) -> Case:
    """On the town square."""
    said = {"id": next(NUMBERS), "handle": name.lower(), "text": text, "private": False, "at": now().isoformat()}
    case = arrive(json.dumps(said).encode(), cast.square)
    assert case is not None
    return case


def they_ask(cast: Cast) -> list[Case]:
    """Three languages, one question, by mail."""
    return [writes(cast, name, text) for name, text in ASKED]


def suggested(cast: Cast, by: Viewer) -> Group:
    """The one group of what waits."""
    regrouping.regroup(cast.workspace.pk, by=by)
    return Group.objects.get(ended_at=None)


def confirmed(cast: Cast, by: Viewer) -> Group:
    they_ask(cast)
    return deciding_groups.confirm(suggested(cast, by), by=by)


def line_of(group: Group, name: str) -> GroupMessage:
    return group.lines.get(message__filing__case__contact__name__istartswith=name)


def approved(cast: Cast, language: str, *, by: Viewer, code: str = "VEL-STORE-04") -> WordingVersion:
    """A wording in one language, written by Ben and approved by this person."""
    known = Wording.objects.filter(workspace=cast.workspace, code=code).first()
    wording = known or proposing.begin(
        code=code, title="Storage on a journey", audience="private", product="Velorin", by=cast.ben
    )
    today = now().date()
    version = proposing.propose(
        wording,
        language=language,
        text=TEXTS[language],
        because="The leaflet, section 5.",
        valid_from=today - timedelta(days=2),
        valid_to=today + timedelta(days=60),
        by=cast.ben,
    )
    return vouching.approve(version, by=by)


def answered_in(cast: Cast, group: Group, *languages: str, by: Viewer) -> None:
    """An approved wording for each of these languages."""
    for language in languages:
        answering_groups.choose(group, approved(cast, language, by=by), by=by)
