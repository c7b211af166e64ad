"""What the author wrote, apart from what the author only repeated.

Nothing is dropped: a report may hide in the quoted part. In doubt everything counts as written: when the answers
stand between the quoted lines, when nothing of the author's would be left, and in forwarded mails.
"""

from __future__ import annotations

import re

# The first letters of everything below: most lines are ruled out by them alone.
CUE = re.compile(
    r"\s*(?:[-_=*]{2}|\**(?:From|De|Von|Od|Da|Van):|On\b|Em\b|No dia\b|A\b|Aos\b|W d|Dn|pon|wt|śr|czw|pt|sob|niedz|Wiadomość|"
    r"Am\b|Le\b|El\b|Il\b|Op\b)",
    re.IGNORECASE,
)

LONGEST_SIGNATURE = 12
LONGEST_LINE = 500

WROTE = re.compile(
    r"(?:On\b.{4,300}\bwrote"
    r"|(?:Em|No dia|A|Aos)\b.{4,300}\bescreveu"
    r"|(?:W dniu|Dnia|Dn\.|W dn\.)\s.{2,300}\b(?:napisał\w{0,2}(?:\(a\)|/a)?|pisze)"
    r"|(?:pon|wt|śr|czw|pt|sob|niedz)\.?,?\s.{4,300}\bnapisał\w{0,2}(?:\(a\)|/a)?"
    r"|Wiadomość napisana przez\b.{2,300}"
    r"|Am\b.{4,300}\bschrieb.{0,120}"
    r"|Le\b.{4,300}\ba écrit"
    r"|El\b.{4,300}\bescribió"
    r"|Il\b.{4,300}\bha scritto"
    r"|Op\b.{4,300}\bschreef.{0,120})\s?:\s*",
    re.IGNORECASE,
)
DIVIDER = re.compile(
    r"\s*[-_=*]{2,}\s?(?:Original (?:Message|Appointment)|Mensagem [Oo]riginal|Ursprüngliche Nachricht|"
    r"(?:Oryginalna wiadomość|Wiadomość oryginalna)|Message d['’]origine|Mensaje original|Messaggio originale)\s?[-_=*]{2,}\s*",
    re.IGNORECASE,
)
SENDER = re.compile(r"\s*\**(?:From|De|Von|Od|Da|Van):\**\s?\S.{0,300}", re.IGNORECASE)
SENT = re.compile(
    r"\s*\**(?:Sent|Date|Enviad[ao](?: em)?|Data|Gesendet|Datum|Wysłano|Data|Envoyé|Enviado el|Inviato|Verzonden)\s?:",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*_{10,}\s*")
FORWARD = re.compile(
    r"\s*(?:[->]{0,12}\s?(?:Forwarded message|Mensagem encaminhada|Wiadomość przekazana|Przekazana wiadomość|Weitergeleitete Nachricht)"
    r"|Begin forwarded message|Início da mensagem reencaminhada|Początek przekazywanej wiadomości|Anfang der weitergeleiteten)",
    re.IGNORECASE,
)
DEVICE = re.compile(
    r"\s*(?:Sent from (?:my |Outlook|Yahoo|Mail for)|Get Outlook for |Enviado (?:do meu|do Outlook|de meu)|Obter o Outlook|"
    r"Wysłan[eo] z |Pobierz (?:aplikację )?Outlook|Von meinem .{2,40} gesendet|Gesendet von |Outlook für ).{0,120}",
    re.IGNORECASE,
)


def split(text: str) -> tuple[str, str]:
    """The written text and the quoted one. Every line of `text` is in exactly one of them, in its order."""
    lines = text.split("\n")
    if any(FORWARD.match(line[:LONGEST_LINE]) for line in lines):
        return text, ""
    quoted = _quoted_lines(lines)
    _add_signature(lines, quoted)
    written = [line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted]
    if not any(line.strip() for line in written):
        return text, ""
    repeated = [line for line, is_quoted in zip(lines, quoted, strict=True) if is_quoted]
    return "\n".join(written).strip("\n"), "\n".join(repeated).strip("\n")


def _quoted_lines(lines: list[str]) -> list[bool]:
    """For each line whether it is quoted. All False when the author answers between the quoted lines."""
    quoted = [line.startswith(">") for line in lines]
    cut = _cut(lines)
    if cut is None:
        return quoted if _one_block(lines, quoted) else [False] * len(lines)
    at, arrows = cut
    if arrows:
        for index in _introduction(lines, at):
            quoted[index] = True
        return quoted if _one_block(lines, quoted) else [False] * len(lines)
    if any(quoted[:at]):
        return [False] * len(lines)
    return [index >= at for index in range(len(lines))]


def _cut(lines: list[str]) -> tuple[int, bool] | None:
    """The first line that introduces a quotation, and whether the quotation is marked with arrows."""
    for at, line in enumerate(lines):
        if not CUE.match(line):
            continue
        if DIVIDER.fullmatch(line[:LONGEST_LINE]) or _outlook(lines, at):
            return at, False
        if after := _introduction(lines, at):
            rest = next((later for later in lines[after[-1] + 1 :][:4] if later.strip()), "")
            return at, rest.startswith(">")
    return None


def _introduction(lines: list[str], at: int) -> range:
    """An attribution may be wrapped over three lines."""
    if not lines[at].strip() or lines[at].startswith(">"):
        return range(0)
    for count in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + count])
        if len(joined) <= LONGEST_LINE and WROTE.fullmatch(joined):
            return range(at, min(at + count, len(lines)))
    return range(0)


def _outlook(lines: list[str], at: int) -> bool:
    """A rule or nothing, then sender and date as a block of header lines."""
    start = at + 1 if RULE.fullmatch(lines[at][:LONGEST_LINE]) else at
    block = [line[:LONGEST_LINE] for line in lines[start : start + 6]]
    return bool(block and SENDER.fullmatch(block[0]) and any(SENT.match(line) for line in block[1:4]))


def _one_block(lines: list[str], quoted: list[bool]) -> bool:
    """True when one run of quoted lines stands before, or after, all that the author wrote."""
    runs, before = 0, False
    for line, is_quoted in zip(lines, quoted, strict=True):
        if line.strip():
            runs += is_quoted and not before
            before = is_quoted
    return runs <= 1


def _add_signature(lines: list[str], quoted: list[bool]) -> None:
    """A signature after "-- " (RFC 3676, section 4.3) or a device's advertisement, when little else follows."""
    written = [index for index, is_quoted in enumerate(quoted) if not is_quoted]
    while written and not lines[written[-1]].strip():
        written.pop()
    if written and DEVICE.fullmatch(lines[written[-1]][:LONGEST_LINE]):
        quoted[written.pop()] = True
    for position in range(max(0, len(written) - LONGEST_SIGNATURE), len(written)):
        if lines[written[position]] in ("-- ", "--"):
            for index in written[position:]:
                quoted[index] = True
            return
