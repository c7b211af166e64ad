"""Only by chat: a maker that forces one channel, and a man who has none but his telephone."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from answerable.cases import remedying
from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations import linking
from answerable.core.moments import now
from answerable.house.stories import working
from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story
from answerable.intake import noting_calls

ANTONIO, CELIA = "Antonio", "Celia"


def _calls(stage: Stage) -> None:
    stage.call(
        ANTONIO,
        waited=25,
        language="pt-br",
        product="Falo",
        summary="Comprei o aparelho Falo em 2005 e ele não liga mais. Não tenho computador, só o telefone.",
    )


def _speaks_by_telephone(stage: Stage) -> None:
    ada = stage.viewer("Ada")
    case = working.taken(_case(stage), by=ada)
    linking.prefer(case.contact, "call", by=ada)


def _complains_in_public(stage: Stage) -> None:
    post = stage.say(
        CELIA, "Falo manda meu pai abrir chat para reclamar de um aparelho que não liga. Ele não tem computador!"
    )
    stage.kept["asked"] = post.pk


def _is_sent_to_the_chat(stage: Stage) -> None:
    ada = stage.viewer("Ada")
    case = working.taken(stage.first_case(CELIA), by=ada)
    working.answer(case, "Reclamações só pelo chat, no nosso site.", Audience.PUBLIC, by=ada)


def _is_taken_over(stage: Stage) -> None:
    """The deflection is made good: an answer where she asked, and nothing that she would have to write anew."""
    ada, case = stage.viewer("Ada"), stage.first_case(CELIA)
    text = "Célia, pedimos desculpas. Seu pai não precisa de chat: nós ligamos para ele hoje."
    working.answer(case, text, Audience.PUBLIC, by=ada)


def _is_called_back(stage: Stage) -> None:
    ada, case = stage.viewer("Ada"), _case(stage)
    noted = noting_calls.Noted(
        at=now(),
        number=stage.number(ANTONIO),
        name=ANTONIO,
        made_by_us=True,
        summary="Ligamos de volta. O aparelho será trocado; ele recebe em casa em cinco dias.",
        product="Falo",
        language="pt-br",
    )
    noting_calls.note_call(noted, key=f"story-{case.pk}", case=case, by=ada)
    remedying.propose(case, kind="replacement", text="Falo", due_at=now() + timedelta(days=5), by=ada)


def _case(stage: Stage) -> Case:
    return working.living(stage.first_case(ANTONIO))


CHAT = Story(
    key="chat",
    whose=ANTONIO,
    title=gettext_noop("Only by chat"),
    about=gettext_noop(
        "Antonio has a telephone and no computer. Whatever can be asked can be asked where he is; being sent to the chat is no answer."
    ),
    steps=(
        Step(ANTONIO, gettext_noop("calls: his old telephone no longer starts."), _calls),
        Step("Ada", gettext_noop("takes the case and keeps that he wants to be called."), _speaks_by_telephone),
        Step(
            CELIA,
            gettext_noop("his daughter says it in public: he is to use the chat, and has no computer."),
            _complains_in_public,
            timedelta(hours=20),
        ),
        Step(
            "Ada",
            gettext_noop(
                "sends her to the chat all the same. It is seen as a deflection and counted as one; the case goes on waiting."
            ),
            _is_sent_to_the_chat,
            timedelta(minutes=9),
        ),
        Step("Ada", gettext_noop("takes it over: an answer where she asked."), _is_taken_over, timedelta(minutes=30)),
        Step(
            "Ada",
            gettext_noop("calls him back, notes the call on his case, and promises a replacement by a date."),
            _is_called_back,
            timedelta(hours=1),
        ),
    ),
)
