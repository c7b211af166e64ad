"""What a machine said, by its own header (RFC 3834, RFC 2919, RFC 2369) or by a subject that only machines write."""

from __future__ import annotations

import re

from answerable.channels.contract import Mark
from answerable.channels.email.headers import Headers

REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-autoresponder",
)
LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "mailing-list")
LIST_PRECEDENCE = frozenset({"list", "bulk", "junk"})
REPLY_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
DAEMONS = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster", "mdaemon"})

AWAY = re.compile(
    r"\s*(?:(?:re|aw|odp|res|sv)\s*:\s*)?\W{0,3}(?:"
    r"out of (?:the )?office(?: auto-?reply)?|auto(?:matic|mated)?[ -]?(?:reply|response)|away from (?:my |the )?(?:mail|office)|on vacation|"
    r"resposta autom[aá]tica|aus[eê]ncia tempor[aá]ria|ausente do escrit[oó]rio|fora do escrit[oó]rio|"
    r"(?:automatyczna odpowied[zź]|odpowied[zź] automatyczna|autoodpowied[zź])|nieobecno[sś][cć]|poza biurem|"
    r"automatische antwort|abwesenheits\w{1,20}|"
    r"r[ée]ponse automatique|absence du bureau|respuesta autom[aá]tica|fuera de la oficina|"
    r"risposta automatica|fuori sede|automatisch antwoord|automatiskt svar|automaattinen vastaus"
    r")\W{0,3}(?:$|[:\-–—(\]])",
    re.IGNORECASE,
)


def marks(headers: Headers, subject: str) -> frozenset[Mark]:
    found = set()
    if away(subject):
        found |= {Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE}
    if _answers_by_itself(headers):
        found.add(Mark.AUTO_REPLY)
    if _from_a_list(headers):
        found.add(Mark.LIST)
    return frozenset(found)


def away(subject: str) -> bool:
    return AWAY.match(subject[:200]) is not None


def from_a_daemon(address: str) -> bool:
    return address.partition("@")[0] in DAEMONS


def no_return(headers: Headers) -> bool:
    """An empty return path: whoever sent this wants no answer and no report (RFC 3834, section 3.3)."""
    return headers.first("return-path").replace(" ", "") == "<>"


def _answers_by_itself(headers: Headers) -> bool:
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    suppressed = headers.first("x-auto-response-suppress").strip().lower()
    return (
        submitted not in ("", "no")
        or suppressed not in ("", "none")
        or _precedence(headers) in REPLY_PRECEDENCE
        or no_return(headers)
        or any(name in headers for name in REPLY_HEADERS)
    )


def _from_a_list(headers: Headers) -> bool:
    return _precedence(headers) in LIST_PRECEDENCE or any(name in headers for name in LIST_HEADERS)


def _precedence(headers: Headers) -> str:
    return headers.first("precedence").strip().lower()
