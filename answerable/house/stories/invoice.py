"""300 zł on the invoice: a telecom answers within minutes and solves nothing, until somebody does."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from answerable.cases import assigning
from answerable.channels.contract import Audience
from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story
from answerable.replies import answering

KAMIL = "Kamil"


def _writes_a_mail(stage: Stage) -> None:
    stage.mail(
        KAMIL,
        "300 zł na fakturze za czerwiec",
        "Dzień dobry,\n\nna fakturze Falo za czerwiec jest pozycja „usługa dodatkowa F-88” za 300 zł. Niczego takiego nie"
        " zamawiałem.\nProszę o wyjaśnienie i korektę.\n\nKamil",
        language="pl",
    )


def _fills_in_the_form(stage: Stage) -> None:
    stage.form(
        KAMIL,
        "Faktura za czerwiec: 300 zł",
        "Piszę też przez formularz: na fakturze za czerwiec jest F-88 za 300 zł, a ja tego nie zamawiałem.",
        language="pl",
        product="Falo",
    )


def _asks_in_public(stage: Stage) -> None:
    post = stage.say(KAMIL, "Falo, od wczoraj czekam. 300 zł za F-88 na fakturze i cisza. Ktoś tam jest?")
    stage.kept["asked"] = post.pk


def _is_sent_away(stage: Stage) -> None:
    case = stage.case(KAMIL)
    press = stage.viewer("Ada")
    if not case.held_by(press):
        assigning.take(case, expected=assigning.holder_mark(case), by=press)
    answering.answer(
        case,
        text="Dzień dobry! Prosimy skontaktować się z Biurem Obsługi Klienta.",
        audience=Audience.PUBLIC,
        key=f"story-away-{stage.mark}-{case.pk}",
        by=press,
    )


INVOICE = Story(
    key="invoice",
    whose=KAMIL,
    title=gettext_noop("300 zł on the invoice"),
    about=gettext_noop(
        "Kamil writes, fills in the form, waits on the telephone, asks in public. He is sent elsewhere within minutes, and nothing is solved."
    ),
    steps=(
        Step(
            KAMIL,
            gettext_noop("finds 300 zł of something he never ordered on his invoice and writes a mail."),
            _writes_a_mail,
        ),
        Step(
            KAMIL,
            gettext_noop("fills in the web form as well. It is the same problem, so it is the same case."),
            _fills_in_the_form,
            timedelta(minutes=20),
        ),
        Step(KAMIL, gettext_noop("asks in public the next day."), _asks_in_public, timedelta(hours=22)),
        Step(
            "Ada",
            gettext_noop(
                "answers within minutes: “contact the customer office”. That is a deflection, and counts as one."
            ),
            _is_sent_away,
            timedelta(minutes=4),
        ),
    ),
)
