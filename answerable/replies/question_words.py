"""“Is it solved?” in the languages of our customers. In public it says nothing about the person, and holds no link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`private` holds `{subject}`, `{link}` and `{days}`; `brief`, for channels that take little, the last two."""

    private: str
    brief: str
    public: str

    def in_private(self, subject: str, link: str, days: int) -> tuple[str, str]:
        """What may be asked in private, the longer one first."""
        return self.private.format(subject=subject, link=link, days=days), self.brief.format(link=link, days=days)


QUESTIONS: Mapping[str, Question] = {
    "en": Question(
        "Is it solved?\n\nWe think that this is solved: {subject}\nBut only you can say so. Answer with one click:\n{link}\n\n"
        "Or answer this message with nothing but “yes” or “no”. If something is missing, tell us: it goes on with the same "
        "person, and you need not repeat anything. Without an answer within {days} days we take it as solved; you can "
        "still write to us after that.",
        "Is it solved? Only you can say so, with one click: {link} Or answer with nothing but “yes” or “no”. Without an "
        "answer within {days} days we take it as solved; you can still write to us after that.",
        "Is this solved now? Answer here with “yes” or “no”.",
    ),
    "pt-br": Question(
        "Está resolvido?\n\nAcreditamos que isto está resolvido: {subject}\nMas só você pode dizer. Responda com um clique:\n"
        "{link}\n\nOu responda a esta mensagem apenas com “sim” ou “não”. Se falta algo, conte para nós: continua com a mesma "
        "pessoa, e você não precisa repetir nada. Sem resposta em {days} dias, consideramos resolvido; mesmo depois disso "
        "você pode escrever para nós.",
        "Está resolvido? Só você pode dizer, com um clique: {link} Ou responda apenas com “sim” ou “não”. Sem resposta em "
        "{days} dias, consideramos resolvido; mesmo depois disso você pode escrever para nós.",
        "Isto está resolvido agora? Responda aqui com “sim” ou “não”.",
    ),
    "pl": Question(
        "Czy sprawa jest rozwiązana?\n\nUważamy, że ta sprawa jest rozwiązana: {subject}\nAle tylko Ty możesz to powiedzieć. "
        "Wystarczy jedno kliknięcie:\n{link}\n\nMożesz też odpowiedzieć na tę wiadomość samym słowem „tak” albo „nie”. Jeśli "
        "czegoś brakuje, napisz: zajmie się tym ta sama osoba i nie trzeba niczego powtarzać. Jeśli nie dostaniemy "
        "odpowiedzi w ciągu {days} dni, uznamy sprawę za rozwiązaną; potem też możesz do nas napisać.",
        "Czy sprawa jest rozwiązana? Tylko Ty możesz to powiedzieć, jednym kliknięciem: {link} Można też odpowiedzieć samym "
        "słowem „tak” albo „nie”. Bez odpowiedzi w ciągu {days} dni uznamy sprawę za rozwiązaną; potem też możesz napisać.",
        "Czy ta sprawa jest już rozwiązana? Odpowiedz tutaj „tak” albo „nie”.",
    ),
}
BY_LANGUAGE = {code[:2]: code for code in QUESTIONS}


def spoken(*languages: str) -> str:
    """The first of these languages in which we can ask, else English."""
    return next((BY_LANGUAGE[each[:2]] for each in languages if each[:2] in BY_LANGUAGE), "en")
