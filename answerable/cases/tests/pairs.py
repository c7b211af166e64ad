"""Pairs of messages as people write them, and whether they are one problem of one person. Written by hand.

Each side: the address or handle, the name on it, what was said. `days` lie between them. `one_person` says that both
came from the same contact, as when the address is the same.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One side."""

    who: str
    name: str
    text: str
    product: str = ""


@dataclass(frozen=True)
class Pair:
    """Two sides; `same` is the truth about person and problem together."""

    same: bool
    one: Said
    other: Said
    days: float = 0.5
    one_person: bool = False


def _same(one: Said, other: Said, days: float = 0.5, *, one_person: bool = False) -> Pair:
    return Pair(True, one, other, days, one_person)


def _not(one: Said, other: Said, days: float = 0.5, *, one_person: bool = False) -> Pair:
    return Pair(False, one, other, days, one_person)


KAMIL = Said("kamil.wisniewski@poczta.example", "Kamil Wiśniewski", "Na fakturze mam 300 zł za nieznaną pozycję.")
ANA = Said("ana.souza@correio.example", "Ana Souza", "Fui cobrada duas vezes na fatura 48213377, R$ 129,90.")
PIA = Said(
    "pia@example.net", "Pia Lindqvist", "My Velorin pens from lot VL2291 leak insulin onto the needle.", "velorin"
)
ROB = Said("rob.hale@example.net", "Rob Hale", "Order AB-10442 never arrived, the courier says delivered.")
GLIMO = Said("barbara@example.net", "Barbara Kern", "The Glimo meter drains batteries overnight.", "glimo")

PAIRS = [
    # one person, one problem, the same contact
    _same(KAMIL, Said(KAMIL.who, KAMIL.name, "Pisałem o 300 PLN na fakturze, to nieznana pozycja."), one_person=True),
    _same(ANA, Said(ANA.who, ANA.name, "Cobrança em dobro, fatura 48213377. Quero o estorno."), 3, one_person=True),
    _same(ROB, Said(ROB.who, ROB.name, "Any news on AB10442? Courier insists."), 6, one_person=True),
    _same(GLIMO, Said(GLIMO.who, GLIMO.name, "Batteries of the meter are drained again.", "glimo"), 2, one_person=True),
    _same(PIA, Said(PIA.who, PIA.name, "The pens still leak, lot VL2291, insulin everywhere."), 5, one_person=True),
    _same(
        Said("jo@x.example", "João Lima", "A internet cai toda noite, protocolo 20261122334."),
        Said("jo@x.example", "João Lima", "Protocolo 20261122334: continua caindo."),
        9,
        one_person=True,
    ),
    _same(
        Said("ewa@x.example", "Ewa Nowak", "Dekoder zawiesza się na kanałach sportowych."),
        Said("ewa@x.example", "Ewa Nowak", "Znów zawiesza się dekoder, kanały sportowe niedostępne."),
        1,
        one_person=True,
    ),
    _same(
        Said("lu@x.example", "Lucia Prado", "O medidor Glimo mostra erro E4 depois da calibração.", "glimo"),
        Said("lu@x.example", "Lucia Prado", "Ainda erro E4 no medidor, calibração refeita.", "glimo"),
        2,
        one_person=True,
    ),
    # one person, one problem, another channel
    _same(KAMIL, Said("kamil_w_88", "Kamil W.", "300 zł za coś czego nie zamawiałem na fakturze!!!")),
    _same(KAMIL, Said("kamilw", "Kamil W", "Nieznana pozycja 300 zł na fakturze, i nic."), 1),
    _same(KAMIL, Said("+48600100200", "Kamil Wiśniewski", "Dzwonił w sprawie faktury, 300 PLN."), 1),
    _same(ANA, Said("ana_souza", "Ana Souza", "Cobrada duas vezes na fatura! R$ 129,90"), 2),
    _same(ANA, Said("asouza77", "A. Souza", "fatura 48213377 cobrada em dobro e ninguém responde"), 4),
    _same(ROB, Said("robhale", "Rob", "where is my order AB-10442"), 3),
    _same(ROB, Said("rob_h", "Rob H.", "courier says delivered. it never arrived. nice.")),
    _same(PIA, Said("plindqvist", "Pia L.", "Velorin pens leak all over the needle, insulin wasted", "velorin"), 3),
    _same(GLIMO, Said("barbarakern", "Barbara Kern", "Glimo eats batteries overnight, third set this week"), 2),
    _same(
        Said("m.zielinski@poczta.example", "Marek Zieliński", "Router się restartuje, nr seryjny GL-20391-X."),
        Said("marekz", "Marek Z.", "Router GL20391X restartuje się co noc"),
        6,
    ),
    _same(
        Said("tess@x.example", "Tess Moore", "Refund of $84.50 promised, never came. Call me on +1 415 555 0134."),
        Said("+14155550134", "", "Asked about a refund of 84.50 USD."),
        4,
    ),
    _same(
        Said("+5511987654321", "", "Ligou sobre a entrega do pedido BR88123."),
        Said("caio@correio.example", "Caio Brito", "Pedido BR-88123 sem entrega. Meu telefone: (11) 98765-4321"),
        2,
    ),
    _same(
        Said("helena_m", "Helena Matos", "o sensor descola da pele no segundo dia", "glimo"),
        Said("helena.matos@correio.example", "Helena Matos", "Sensor Glimo descola da pele no segundo dia.", "glimo"),
        1,
    ),
    _same(
        Said("zofia.k@poczta.example", "Zofia Kaczmarek", "Umowa U/2026/55121, kara 450 zł bez podstawy."),
        Said("zofiakaczmarek", "Zofia", "kara 450 zł za zerwanie umowy której nie zerwałam"),
        2,
    ),
    # one person, another problem
    _not(KAMIL, Said(KAMIL.who, KAMIL.name, "Chcę przenieść numer do innej sieci."), 2, one_person=True),
    _not(ANA, Said(ANA.who, ANA.name, "Mudei de endereço, como atualizo o cadastro?"), 1, one_person=True),
    _not(ROB, Said(ROB.who, ROB.name, "Order AB-10997: wrong colour in the parcel."), 8, one_person=True),
    _not(GLIMO, Said(GLIMO.who, GLIMO.name, "Does Glimo sync with a second phone?", "glimo"), 4, one_person=True),
    _not(PIA, Said(PIA.who, PIA.name, "May Velorin travel in hand luggage?", "velorin"), 3, one_person=True),
    _not(GLIMO, Said(GLIMO.who, GLIMO.name, "The strap of the case tore.", "glimo"), 0.1, one_person=True),
    _not(
        Said("jo@x.example", "João Lima", "A internet cai toda noite."),
        Said("jo@x.example", "João Lima", "Quero a segunda via do boleto."),
        0.2,
        one_person=True,
    ),
    _not(
        Said("ewa@x.example", "Ewa Nowak", "Dekoder zawiesza się na kanałach sportowych."),
        Said("ewa@x.example", "Ewa Nowak", "Rezygnuję z pakietu filmowego."),
        5,
        one_person=True,
    ),
    # another person, the same problem
    _not(KAMIL, Said("zuza.b@poczta.example", "Zuzanna Bąk", "300 zł na fakturze za nieznaną pozycję."), 1),
    _not(KAMIL, Said("piotr_n", "Piotr N.", "mi też doliczyli 300 zł na fakturze, nieznana pozycja")),
    _not(ANA, Said("bruno@correio.example", "Bruno Reis", "Cobrado duas vezes na fatura, R$ 129,90."), 1),
    _not(PIA, Said("otto@x.example", "Otto Brandt", "Velorin pen from lot VL2291 leaks insulin.", "velorin"), 2),
    _not(GLIMO, Said("sam_k", "Sam", "glimo drains batteries overnight lol", "glimo")),
    _not(ROB, Said("nina@x.example", "Nina Vogt", "Courier says delivered, my order never arrived."), 1),
    _not(
        Said("jo@x.example", "João Lima", "A internet cai toda noite no bairro Tatuapé."),
        Said("marcia@x.example", "Márcia Dias", "Internet caindo toda noite, Tatuapé inteiro."),
        0.2,
    ),
    # people with like names
    _not(KAMIL, Said("kamil.w@inna.example", "Kamil Wójcik", "Zgubiłem kartę SIM, proszę o duplikat."), 2),
    _not(KAMIL, Said("kamilw2", "Kamil W.", "świetna obsługa w salonie, polecam"), 1),
    _not(ANA, Said("ana.silva@correio.example", "Ana Silva", "Meu plano não aparece no aplicativo."), 1),
    _not(ROB, Said("rob.harris@example.net", "Rob Harris", "Wrong size in my parcel, order QX-77120."), 1),
    _not(
        Said("maria.santos@x.example", "Maria Santos", "Fui cobrada R$ 59,90 por um seguro."),
        Said("maria_santos9", "Maria Santos", "Minha internet não funciona desde sábado."),
        1,
    ),
    _not(
        Said("anna.nowak@x.example", "Anna Nowak", "Faktura wyższa o 40 zł za roaming."),
        Said("anna.nowak@y.example", "Anna Nowak", "Nie działa poczta głosowa po zmianie telefonu."),
        3,
    ),
    # nothing in common
    _not(KAMIL, Said("leo@x.example", "Leo Hart", "How do I store the pens?"), 1),
    _not(ANA, Said("igor@x.example", "Igor Wilk", "Aplikacja nie przyjmuje hasła."), 2),
]
