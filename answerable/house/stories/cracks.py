"""Every crack: a mother, a meter that eats batteries, and many transfers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from answerable.cases import accompanying, naming, promising, remedying, transferring
from answerable.cases.models import Case, Promise, Push, Remedy, Transfer
from answerable.core.access import House
from answerable.core.moments import now
from answerable.house.stories import working
from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story

BARBARA = "Barbara"


def _calls(stage: Stage) -> None:
    stage.call(
        BARBARA,
        waited=40,
        product="Glimo",
        summary="My son's Glimo empties a set of batteries in two days. He has stopped using it. We bought it in March.",
    )


def _is_understood(stage: Stage) -> None:
    """She reports, he is affected; he is a minor."""
    ada = stage.viewer("Ada")
    case = working.taken(_case(stage), by=ada)
    naming.add_party(case, role="affected", name="Her son", relation="son", minor=True, by=ada)


def _is_offered_to_device_support(stage: Stage) -> None:
    working.offer(
        _case(stage),
        to_team=stage.team("Device support"),
        context="Glimo, batteries empty in two days, bought in March. Her son stopped using it. Lot number still to be asked.",
        by=stage.viewer("Ada"),
    )


def _is_accepted_next_morning(stage: Stage) -> None:
    working.accept(_case(stage), by=stage.viewer("Ben"))


def _writes_the_lot_number(stage: Stage) -> None:
    stage.call(
        BARBARA, waited=30, product="Glimo", summary="The lot number of the Glimo is L2207-31. Batteries as before."
    )


def _is_offered_to_quality(stage: Stage) -> None:
    working.offer(
        _case(stage),
        to_team=stage.team("Medical"),
        context="Lot L2207-31 empties batteries. Is it reportable, and may we replace it?",
        by=stage.viewer("Ben"),
    )


def _comes_back(stage: Stage) -> None:
    """Nobody answered: where a day has passed the house gives it back; before an audience Sol says that he cannot."""
    offered = Transfer.objects.select_related("case").get(case=_case(stage), state=Transfer.State.OFFERED)
    if offered.answer_by <= now():
        transferring.give_back(offered, because="time_up", by=House(stage.workspace.pk, "custody"))
    else:
        transferring.decline(offered, reason="Nobody of us is here today.", by=stage.viewer("Sol"))


def _gives_up_on_the_telephone(stage: Stage) -> None:
    stage.call(BARBARA, waited=720)


def _pushes(stage: Stage) -> None:
    case, rui = _case(stage), stage.viewer("Rui")
    accompanying.follow(case, by=rui)
    accompanying.push(case, text="She gave up on the telephone this morning. Who takes it, and until when?", by=rui)


def _is_answered(stage: Stage) -> None:
    case, ben = _case(stage), stage.viewer("Ben")
    push = Push.objects.get(case=case, answered_at=None)
    accompanying.answer(push, text="I take it to Sol myself. A replacement goes out this week.", by=ben)
    working.offer(case, to_team=stage.team("Medical"), context="Urgent: lot L2207-31, see Rui's push.", by=ben)


def _is_accepted_by_quality(stage: Stage) -> None:
    working.accept(_case(stage), by=stage.viewer("Sol"))


def _is_replaced(stage: Stage) -> None:
    sol, case = stage.viewer("Sol"), _case(stage)
    remedying.propose(
        case, kind="replacement", text="A new Glimo of another lot", due_at=now() + timedelta(days=3), by=sol
    )


def _arrives(stage: Stage) -> None:
    promise = Promise.objects.get(case=_case(stage), state=Promise.State.OPEN)
    promising.keep(promise, how="Handed over by the carrier.", by=stage.viewer("Sol"))
    remedying.give(Remedy.objects.get(case=_case(stage), state=Remedy.State.APPROVED), by=stage.viewer("Sol"))


def _writes_that_it_works(stage: Stage) -> None:
    stage.call(BARBARA, waited=15, product="Glimo", summary="The new Glimo works, the batteries last. Thank Rui too.")


def _is_closed(stage: Stage) -> None:
    sol, case = stage.viewer("Sol"), _case(stage)
    working.close_and_ask(case, what_solved_it="A new meter of another lot.", by=sol)


def _case(stage: Stage) -> Case:
    return working.living(stage.first_case(BARBARA))


CRACKS = Story(
    key="cracks",
    whose=BARBARA,
    title=gettext_noop("Every crack"),
    about=gettext_noop(
        "Barbara calls about her son's meter. Her problem passes through many hands; Rui does not stop until it is solved."
    ),
    steps=(
        Step(BARBARA, gettext_noop("calls: her son's Glimo eats batteries, and he has stopped using it."), _calls),
        Step(
            "Ada", gettext_noop("takes the case and writes down that the son is affected, and a minor."), _is_understood
        ),
        Step(
            "Ada",
            gettext_noop("offers the case to Device support, with what they need to know."),
            _is_offered_to_device_support,
            timedelta(minutes=21),
        ),
        Step(
            "Ben",
            gettext_noop("accepts next morning. Ada held it all that time."),
            _is_accepted_next_morning,
            timedelta(hours=20),
        ),
        Step(BARBARA, gettext_noop("calls with the lot number."), _writes_the_lot_number, timedelta(hours=35)),
        Step("Ben", gettext_noop("offers the case to the medical side."), _is_offered_to_quality, timedelta(hours=43)),
        Step(
            "Answerable",
            gettext_noop("brings it back: nobody accepted. The lead is told."),
            _comes_back,
            timedelta(hours=24, minutes=1),
        ),
        Step(
            BARBARA,
            gettext_noop("calls and gives up after twelve minutes of waiting. It counts as a contact."),
            _gives_up_on_the_telephone,
            timedelta(hours=42),
        ),
        Step(
            "Rui",
            gettext_noop("follows the case and pushes it. A push has a clock of its own."),
            _pushes,
            timedelta(hours=2),
        ),
        Step("Ben", gettext_noop("answers the push and offers the case again."), _is_answered, timedelta(minutes=70)),
        Step("Sol", gettext_noop("accepts within minutes."), _is_accepted_by_quality, timedelta(minutes=30)),
        Step("Sol", gettext_noop("gives a replacement and promises it by a date."), _is_replaced, timedelta(hours=20)),
        Step(
            "Sol", gettext_noop("hears that it arrived, a day before the promised date."), _arrives, timedelta(days=2)
        ),
        Step(BARBARA, gettext_noop("says that it works. “Thank Rui too.”"), _writes_that_it_works, timedelta(hours=28)),
        Step("Sol", gettext_noop("closes the case and says what solved it."), _is_closed, timedelta(minutes=20)),
    ),
)
