"""300 zł on the invoice: a telecom answers within minutes and solves nothing, until somebody does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_noop

from answerable.cases import closing_lines, describing, inviting, joining, promising, remedying
from answerable.cases.models import Case, Promise
from answerable.channels.contract import Audience
from answerable.core.moments import now
from answerable.house.stories import working
from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story

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


def _gives_up_on_the_telephone(stage: Stage) -> None:
    stage.call(KAMIL, waited=1800, product="Falo", language="pl")


def _asks_in_public(stage: Stage) -> None:
    post = stage.say(KAMIL, "Falo, od wczoraj czekam. 300 zł za F-88 na fakturze i cisza. Ktoś tam jest?")
    stage.kept["asked"] = post.pk


def _is_sent_away(stage: Stage) -> None:
    ada, case = stage.viewer("Ada"), stage.case(KAMIL)
    words = "Dzień dobry! Prosimy skontaktować się z Biurem Obsługi Klienta."
    working.answer(working.taken(case, by=ada), words, Audience.PUBLIC, by=ada)


def _reminds(stage: Stage) -> None:
    stage.say(KAMIL, "Pisałem do biura, dzwoniłem i czekałem pół godziny. Bardzo proszę o odpowiedź.", answers="asked")


def _is_joined(stage: Stage) -> None:
    """What was suggested with its evidence is confirmed by a person: it is one man, and one problem."""
    ben, first = stage.viewer("Ben"), stage.first_case(KAMIL)
    for other in stage.other_cases(KAMIL, first):
        working.one_person(first.contact, other.contact, words="He says in public that he wrote and called.", by=ben)
        joining.merge(other, into=first, reason="The same 300 zł.", by=ben)
    describing.describe(working.living(first), subject=first.subject, product="Falo", by=ben)


def _is_invited(stage: Stage) -> None:
    ada, case = stage.viewer("Ada"), working.living(stage.first_case(KAMIL))
    invited = inviting.invite(case, conversation=stage.conversation("asked"), by=ada)
    stage.kept["code"] = invited.code
    working.answer(working.taken(case, by=ada), invited.sentence, Audience.PUBLIC, by=ada)


def _brings_the_code(stage: Stage) -> None:
    text = f"Kod: {stage.kept['code']}. To ja, Kamil. Chodzi o F-88 za 300 zł na fakturze za czerwiec."
    stage.say(KAMIL, text, private=True)


def _is_offered_to_billing(stage: Stage) -> None:
    working.offer(
        _case(stage),
        to_team=stage.team("Billing"),
        context="Item F-88, 300 zł, June invoice. He did not order it; he wrote, called and was sent away twice.",
        by=stage.viewer("Ada"),
    )


def _is_accepted(stage: Stage) -> None:
    working.accept(_case(stage), by=stage.viewer("Tess"))


def _is_solved_in_hours(stage: Stage) -> None:
    tess, case = stage.viewer("Tess"), _case(stage)
    text = (
        "Dzień dobry, panie Kamilu. Pozycja F-88 została usunięta, to był nasz błąd, przepraszamy. Korektę faktury wyślemy"
        " do 30 dni. Przez trzy miesiące odejmiemy też po 10 zł."
    )
    reply = working.answer(case, text, Audience.PRIVATE, by=tess)
    promising.promise(case, text="Corrected invoice", due_at=now() + timedelta(days=30), message=reply.message, by=tess)
    remedy = remedying.propose(case, kind="discount", amount=Decimal(10), currency="PLN", times=3, by=tess)
    remedying.give(remedy, by=tess)


def _gets_the_corrected_invoice(stage: Stage) -> None:
    promise = Promise.objects.get(case=_case(stage), state=Promise.State.OPEN)
    promising.keep(promise, how="Corrected invoice sent by mail.", by=stage.viewer("Tess"))


def _is_closed_and_asked(stage: Stage) -> None:
    tess, case = stage.viewer("Tess"), _case(stage)
    line = closing_lines.line(case.language)
    working.answer(case, line, Audience.PUBLIC, conversation=stage.conversation("asked"), by=tess)
    working.close_and_ask(case, what_solved_it="Item removed, invoice corrected, 3 × 10 zł off.", by=tess)


def _says_yes(stage: Stage) -> None:
    stage.mail(KAMIL, "Re: 300 zł na fakturze za czerwiec", "Tak", language="pl", again=True)


def _case(stage: Stage) -> Case:
    return working.living(stage.first_case(KAMIL))


INVOICE = Story(
    key="invoice",
    whose=KAMIL,
    title=gettext_noop("300 zł on the invoice"),
    about=gettext_noop(
        "Kamil writes, fills in the form, waits on the telephone, asks in public. He is sent elsewhere within minutes, and nothing is solved, until somebody does it."
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
        Step(
            KAMIL,
            gettext_noop("calls, waits half an hour and gives up. That is a contact too."),
            _gives_up_on_the_telephone,
            timedelta(minutes=50),
        ),
        Step(KAMIL, gettext_noop("asks in public the next day."), _asks_in_public, timedelta(hours=22)),
        Step(
            "Ada",
            gettext_noop("answers within minutes: “contact the customer office”. That is a deflection, and no answer."),
            _is_sent_away,
            timedelta(minutes=4),
        ),
        Step(KAMIL, gettext_noop("reminds them, politely."), _reminds, timedelta(hours=2)),
        Step(
            "Ben",
            gettext_noop("sees what suggests that all of this is one problem, and joins it. It could be undone."),
            _is_joined,
            timedelta(minutes=40),
        ),
        Step(
            "Ada",
            gettext_noop("invites him to go on in private, in words that tell nobody anything."),
            _is_invited,
        ),
        Step(KAMIL, gettext_noop("brings the code in a private message. It is the same case."), _brings_the_code),
        Step(
            "Ada",
            gettext_noop("offers the case to Billing, with what they need to know. She holds it until they accept."),
            _is_offered_to_billing,
        ),
        Step("Tess", gettext_noop("accepts."), _is_accepted, timedelta(minutes=30)),
        Step(
            "Tess",
            gettext_noop(
                "removes the item, promises the corrected invoice in 30 days and takes 10 zł off for three months."
            ),
            _is_solved_in_hours,
            timedelta(hours=2),
        ),
        Step(
            "Tess",
            gettext_noop("sends the corrected invoice: the promise is kept."),
            _gets_the_corrected_invoice,
            timedelta(days=6),
        ),
        Step(
            "Tess",
            gettext_noop("closes the case, says so in public, and asks Kamil whether it is solved."),
            _is_closed_and_asked,
        ),
        Step(KAMIL, gettext_noop("says yes. Only now it counts as resolved."), _says_yes, timedelta(hours=3)),
    ),
)
