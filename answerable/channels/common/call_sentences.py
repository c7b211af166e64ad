"""What stands in the timeline where a telephone system tells of a call and nobody wrote down what was said.

These sentences become the text of a message. They are in the language of the source and stay so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

MINUTE = 60


@dataclass(frozen=True)
class Sentences:
    """The sentences of one language; `{time}` is a duration."""

    gave_up: str
    gave_up_after: str
    talked: str
    talked_for: str
    not_reached: str
    we_talked: str
    we_talked_for: str
    withheld: str
    ringing: str
    voicemail: str
    over: str
    duration: Callable[[int], str]


def _english(count: int) -> str:
    if count < MINUTE:
        return "1 second" if count == 1 else f"{count} seconds"
    return "1 minute" if count < 2 * MINUTE else f"{count // MINUTE} minutes"


def _portuguese(count: int) -> str:
    if count < MINUTE:
        return "1 segundo" if count == 1 else f"{count} segundos"
    return "1 minuto" if count < 2 * MINUTE else f"{count // MINUTE} minutos"


def _polish(count: int) -> str:
    return f"{count} s" if count < MINUTE else f"{count // MINUTE} min"


SENTENCES: Mapping[str, Sentences] = {
    "en": Sentences(
        gave_up="Called and gave up before anybody answered.",
        gave_up_after="Called and gave up after {time} of waiting.",
        talked="Called and spoke with us. Nobody wrote down what was said.",
        talked_for="Called and spoke with us for {time}. Nobody wrote down what was said.",
        not_reached="We called and reached nobody.",
        we_talked="We called. Nobody wrote down what was said.",
        we_talked_for="We called and spoke for {time}. Nobody wrote down what was said.",
        withheld="Number withheld",
        ringing="Is calling.",
        voicemail="Called, reached nobody and left a message of {time}.",
        over="Called. The telephone system does not say what became of the call.",
        duration=_english,
    ),
    "pt-br": Sentences(
        gave_up="Ligou e desistiu antes que alguém atendesse.",
        gave_up_after="Ligou e desistiu depois de {time} de espera.",
        talked="Ligou e falou conosco. Ninguém anotou o que foi dito.",
        talked_for="Ligou e falou conosco por {time}. Ninguém anotou o que foi dito.",
        not_reached="Ligamos e ninguém atendeu.",
        we_talked="Ligamos. Ninguém anotou o que foi dito.",
        we_talked_for="Ligamos e falamos por {time}. Ninguém anotou o que foi dito.",
        withheld="Número oculto",
        ringing="Está ligando.",
        voicemail="Ligou, ninguém atendeu e deixou um recado de {time}.",
        over="Ligou. A central não informa o que aconteceu com a ligação.",
        duration=_portuguese,
    ),
    "pl": Sentences(
        gave_up="Połączenie zakończone, zanim ktokolwiek odebrał.",
        gave_up_after="Połączenie zakończone po {time} czekania.",
        talked="Rozmowa telefoniczna. Nikt nie zapisał, o czym była.",
        talked_for="Rozmowa telefoniczna przez {time}. Nikt nie zapisał, o czym była.",
        not_reached="Nasz telefon, nikt nie odebrał.",
        we_talked="Nasz telefon. Nikt nie zapisał, o czym była rozmowa.",
        we_talked_for="Nasz telefon, rozmowa przez {time}. Nikt nie zapisał, o czym była.",
        withheld="Numer zastrzeżony",
        ringing="Właśnie dzwoni.",
        voicemail="Połączenie nieodebrane, zostawiono wiadomość ({time}).",
        over="Telefon do nas. Centrala nie podaje, jak połączenie się skończyło.",
        duration=_polish,
    ),
}


def sentences(language: str) -> Sentences:
    """Those of the language, or the English ones."""
    return SENTENCES.get(language, SENTENCES["en"])


def heard(words: Sentences, *, abandoned: bool, waited: int | None, talked: int | None) -> str:
    """What there is to say of a call to us."""
    if abandoned:
        return words.gave_up_after.format(time=words.duration(waited)) if waited else words.gave_up
    return words.talked_for.format(time=words.duration(talked)) if talked else words.talked


def made(words: Sentences, *, reached: bool, talked: int | None) -> str:
    """What there is to say of a call of ours."""
    if not reached:
        return words.not_reached
    return words.we_talked_for.format(time=words.duration(talked)) if talked else words.we_talked
