"""HTTP on the wire: one request, one bounded answer, no redirects, no proxies, no cookies."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from answerable.core.wire import guard, tls
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer, TooLarge
from answerable.core.wire.pace import pace

MAX_ANSWER = 64 * 1024 * 1024
CONNECT_WITHIN = 10.0
LONGEST_PAUSE = 3600.0
_ASKS_TO_WAIT = frozenset({429, 503})
_PORTS = {"http": 80, "https": 443}


class Handover:
    """Knows whether the request has begun to leave, and tells who wants to know just before it does."""

    def __init__(self, before: Callable[[], None] | None) -> None:
        self.begun = False
        self._before = before

    def __call__(self, event: str, info: Mapping[str, object]) -> None:
        """The "trace" hook of httpcore."""
        if event.endswith(".send_request_headers.started") and not self.begun:
            if self._before is not None:
                self._before()
            self.begun = True


def send(
    call: HttpCall,
    *,
    allow_private: bool = False,
    max_bytes: int = MAX_ANSWER,
    before_handover: Callable[[], None] | None = None,
) -> HttpAnswer:
    """Make one request. Any status is an answer, 3xx included: the guard never judged the place it points to."""
    url = url_of(call)
    account = (url.host, hash(frozenset((*call.secret_headers.items(), *call.secret_words.items()))))
    pace.wait(account, url.host)
    open_to = guard.addresses(url.host, port_of(url), allow_private=allow_private)
    handover = Handover(before_handover)
    try:
        answer = _first_answer(call, url, open_to, max_bytes, handover)
    except httpx.HTTPError as error:
        raise NoAnswer(f"{url.host} gave no answer ({why(error)}).", sent=handover.begun) from error
    if answer.status in _ASKS_TO_WAIT and (seconds := retry_after(answer.headers)):
        pace.pause(account, min(seconds, LONGEST_PAUSE))
    return answer


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110 10.2.3). A date is measured against the other side's own `Date`, not our clock."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until, then = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - then).total_seconds())
    except (ValueError, TypeError):
        return None


def url_of(call: HttpCall) -> httpx.URL:
    """Raises `NoAnswer` for what nobody could call."""
    text = call.url
    for name, words in call.secret_words.items():
        text = text.replace(f"{{{name}}}", quote(words, safe=":"))
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise NoAnswer("The web address cannot be read.") from error
    if url.scheme not in _PORTS or not url.host:
        raise NoAnswer("The web address does not begin with http:// or https:// and a name.")
    return url


def port_of(url: httpx.URL) -> int:
    return url.port or _PORTS[url.scheme]


def request(
    client: httpx.Client, call: HttpCall, url: httpx.URL, address: str, extensions: Mapping[str, Any] | None = None
) -> httpx.Request:
    """The request, to an address that the guard judged, for the name that stands in the call."""
    made = client.build_request(
        call.method,
        url,
        headers={**call.headers, **call.secret_headers},
        content=call.body,
        extensions={"sni_hostname": url.host, **(extensions or {})},
    )
    made.url = url.copy_with(host=address)
    return made


def why(error: httpx.HTTPError) -> str:
    """What went wrong, in words of ours."""
    if isinstance(error, httpx.TimeoutException):
        return "time-out"
    if isinstance(error, httpx.ConnectError):
        return "no connection, or its certificate is not trusted"
    return "the connection broke"


def _first_answer(
    call: HttpCall, url: httpx.URL, open_to: tuple[str, ...], max_bytes: int, handover: Handover
) -> HttpAnswer:
    for address in open_to[:-1]:
        try:
            return _exchange(call, url, address, max_bytes, handover)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return _exchange(call, url, open_to[-1], max_bytes, handover)


def _exchange(call: HttpCall, url: httpx.URL, address: str, max_bytes: int, handover: Handover) -> HttpAnswer:
    give_up_at = time.monotonic() + 2 * call.timeout
    timeout = httpx.Timeout(call.timeout, connect=min(call.timeout, CONNECT_WITHIN))
    with httpx.Client(verify=tls.context(), trust_env=False, timeout=timeout) as client:
        response = client.send(request(client, call, url, address, {"trace": handover}), stream=True)
        body = _body(response, url.host, max_bytes, give_up_at)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HttpAnswer(response.status_code, headers, body, asked=call.url)


def _body(response: httpx.Response, host: str, max_bytes: int, give_up_at: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(host, max_bytes)
        if time.monotonic() > give_up_at:
            raise NoAnswer(f"{host} answered too slowly.", sent=True)
    return bytes(body)
