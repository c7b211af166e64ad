"""PDUs of SMPP (Short Message Peer-to-Peer Protocol Specification v3.4): written and read as values, nothing more."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

HEADER = struct.Struct(">IIII")
LONGEST = 128 * 1024
VERSION = 0x34
GENERIC_NACK, UNBIND, ENQUIRE_LINK = 0x80000000, 0x00000006, 0x00000015
BIND_RECEIVER, BIND_TRANSMITTER = 0x00000001, 0x00000002
SUBMIT_SM, DELIVER_SM = 0x00000004, 0x00000005
ANSWER = 0x80000000
PAYLOAD, MESSAGE_ID, MESSAGE_STATE = 0x0424, 0x001E, 0x0427
SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
INTERNATIONAL, NATIONAL_PLAN, ALPHANUMERIC, UNKNOWN = 1, 1, 5, 0


@dataclass(frozen=True)
class Pdu:
    command: int
    status: int
    sequence: int
    body: bytes = field(default=b"", repr=False)

    def whole(self) -> bytes:
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True)
class Short:
    """What a submit_sm or deliver_sm carries. A `body` over 254 octets goes as message_payload."""

    source: str
    destination: str
    esm_class: int = 0
    data_coding: int = 0
    registered: int = 0
    body: bytes = field(default=b"", repr=False)
    source_ton: int = INTERNATIONAL
    destination_ton: int = INTERNATIONAL
    options: Mapping[int, bytes] = field(default_factory=dict, repr=False)


def read(whole: bytes) -> Pdu:
    """Raises ValueError for bytes that are no PDU."""
    if len(whole) < HEADER.size:
        raise ValueError("too short for a header")
    length, command, status, sequence = HEADER.unpack_from(whole)
    if length != len(whole):
        raise ValueError("its length is another")
    return Pdu(command, status, sequence, whole[HEADER.size :])


def bind(command: int, system_id: str, password: str, system_type: str) -> bytes:
    """The body of a bind. Raises ValueError for words that no bind can carry."""
    return _text(system_id, 15) + _text(password, 8) + _text(system_type, 12) + bytes([VERSION, 0, 0]) + b"\0"


def submitted(short: Short) -> bytes:
    """The body of a submit_sm."""
    is_payload = len(short.body) > 254
    inline, options = (b"", {**short.options, PAYLOAD: short.body}) if is_payload else (short.body, short.options)
    return b"".join(
        [
            b"\0",
            _address(short.source, short.source_ton),
            _address(short.destination, short.destination_ton),
            bytes([short.esm_class, 0, 0]),
            b"\0\0",
            bytes([short.registered, 0, short.data_coding, 0, len(inline)]),
            inline,
            *(struct.pack(">HH", tag, len(value)) + value for tag, value in options.items()),
        ]
    )


def delivered(body: bytes) -> Short:
    """What the body of a deliver_sm carries. Raises ValueError for one that ends too soon."""
    try:
        return _delivered(body)
    except (IndexError, struct.error) as error:
        raise ValueError("it ends too soon") from error


def message_id(body: bytes) -> str:
    """The id in the answer to a submit_sm."""
    return body.partition(b"\0")[0].decode("latin-1")


def _delivered(body: bytes) -> Short:
    _, at = _word(body, 0)
    source_ton, at = body[at], at + 2
    source, at = _word(body, at)
    destination_ton, at = body[at], at + 2
    destination, at = _word(body, at)
    esm_class, at = body[at], at + 3
    _, at = _word(body, at)
    _, at = _word(body, at)
    registered, data_coding, size = body[at], body[at + 2], body[at + 4]
    inline, at = body[at + 5 : at + 5 + size], at + 5 + size
    if len(inline) != size:
        raise ValueError("it ends too soon")
    options: dict[int, bytes] = {}
    while at < len(body):
        tag, length = struct.unpack_from(">HH", body, at)
        options[tag] = body[at + 4 : at + 4 + length]
        at += 4 + length
    words = inline or options.get(PAYLOAD, b"")
    return Short(source, destination, esm_class, data_coding, registered, words, source_ton, destination_ton, options)


def _word(body: bytes, at: int) -> tuple[str, int]:
    end = body.find(b"\0", at)
    if end < 0:
        raise ValueError("a word does not end")
    return body[at:end].decode("latin-1"), end + 1


def _address(address: str, ton: int) -> bytes:
    plan = NATIONAL_PLAN if ton == INTERNATIONAL else 0
    return bytes([ton, plan]) + _text(address.removeprefix("+") if ton == INTERNATIONAL else address, 20)


def _text(words: str, longest: int) -> bytes:
    told = words.encode("latin-1", "strict")
    if len(told) > longest or 0 in told:
        raise ValueError(f"it has more than {longest} signs")
    return told + b"\0"
