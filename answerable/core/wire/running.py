"""Making a call that a connector described. All network calls of the house pass here."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

from answerable.core.wire import folders, http, imap, putting, smpp, smtp
from answerable.core.wire.calls import (
    Answer,
    Call,
    FetchMail,
    FindMail,
    HttpCall,
    ListMail,
    PutFile,
    ReadFile,
    ReadFolder,
    SendMail,
    SubmitShort,
)
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused, TooLarge

log = logging.getLogger(__name__)

TRIES = 3
FIRST_PAUSE = 0.5


def run(
    call: Call,
    *,
    allow_private: bool = False,
    max_bytes: int = http.MAX_ANSWER,
    before_handover: Callable[[], None] | None = None,
) -> Answer:
    """Make the call and return the answer, whatever it says. Raises only `NoAnswer` and its kinds.

    1. A repeatable call is tried three times; any other exactly once.
    2. `before_handover` is called once, when the next byte to leave belongs to the message itself. What it raises
       stops the call, and nothing has gone out.
    3. The log names the kind, the host and the outcome; never an address, a path, a header or a body.
    """
    began = time.monotonic()
    outcome = "failed"
    try:
        answer = _tried(call, lambda: _once(call, allow_private, max_bytes, before_handover))
        outcome = "answered"
        return answer
    except NoAnswer as failure:
        outcome = f"{type(failure).__name__}{', perhaps sent' if failure.sent else ''}"
        raise
    finally:
        log.info("%s: %s after %.2f s", type(call).__name__, outcome, time.monotonic() - began)


def _tried(call: Call, once: Callable[[], Answer]) -> Answer:
    pause = FIRST_PAUSE
    for _ in range(TRIES - 1 if _is_repeatable(call) else 0):
        try:
            return once()
        except (Guarded, SignInRefused, TooLarge):
            raise
        except NoAnswer as failure:
            if failure.after is not None:
                raise
        # Many workers meet the same outage; without the random part they would all come back in the same moment.
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        pause *= 2
    return once()


def _is_repeatable(call: Call) -> bool:
    return call.repeatable if isinstance(call, HttpCall) else not isinstance(call, SendMail | SubmitShort | PutFile)


def _once(call: Call, allow_private: bool, max_bytes: int, before_handover: Callable[[], None] | None) -> Answer:
    match call:
        case HttpCall():
            return http.send(call, allow_private=allow_private, max_bytes=max_bytes, before_handover=before_handover)
        case SendMail():
            return smtp.send(call, allow_private=allow_private, before_handover=before_handover)
        case FetchMail() | FindMail() | ListMail():
            return _of_mailbox(call, allow_private)
        case SubmitShort():
            return smpp.submit(call, allow_private=allow_private, before_handover=before_handover)
        case PutFile():
            return putting.put(call, before_handover=before_handover)
        case ReadFolder() | ReadFile():
            return folders.read(call, max_bytes=max_bytes)


def _of_mailbox(call: FetchMail | FindMail | ListMail, allow_private: bool) -> Answer:
    match call:
        case FetchMail():
            return imap.fetch(call, allow_private=allow_private)
        case FindMail():
            return imap.find(call, allow_private=allow_private)
        case ListMail():
            return imap.list_day(call, allow_private=allow_private)
