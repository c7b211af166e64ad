"""What the channels by way of Twilio share: signatures of pushes, forms, calls and what answers mean.

Sources: Twilio's pages “Webhooks security” (the signature), “Twilio's request to your webhook URL”, “Messages resource”,
“Error and warning dictionary”.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from answerable.channels.common import objects
from answerable.channels.common.addresses import server
from answerable.channels.common.signatures import base64, is_signed
from answerable.channels.common.sms import PUBLIC_NUMBER
from answerable.channels.contract import Handle, NotGenuine, Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

SERVER = "https://api.twilio.com"
FORM = "application/x-www-form-urlencoded"
POINTS_ON = frozenset({301, 302, 303, 307, 308})
# What the person or the carrier must change; the network's own words follow for all others.
REASONS: Mapping[int, str] = {
    21211: "The number is none that can be called.",
    21408: "The account may not send to this country.",
    21610: "The person has told the network (STOP) that our number may not write to them. Use another channel.",
    21614: "The number takes no SMS.",
    30003: "The phone is switched off or out of reach.",
    30004: "The number blocks messages from us.",
    30005: "The number does not exist any more, or not in this country.",
    30006: "It is a landline, or its carrier takes no SMS.",
    30007: "The carrier filtered it out.",
    30008: "The carrier does not say why.",
}


def form(body: bytes) -> dict[str, str]:
    """The fields of a push, each once. Raises `Unreadable` for what is no form."""
    try:
        found = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=500))
    except ValueError as error:
        raise Unreadable("This is no form as Twilio sends it. Its bytes are kept.") from error
    return found


def verify(body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """HMAC-SHA-1 over the address and the sorted fields of the form. No time is signed. Raises `NotGenuine`."""
    told = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    signed = hook(settings) + "".join(name + value for name, value in sorted(set(told)))
    given, token = headers.get("x-twilio-signature", ""), str(settings.get("auth_token") or "")
    if not is_signed(given, token, signed.encode("utf-8", "replace"), digest="sha1", form=base64):
        raise NotGenuine("The delivery does not prove that it comes from Twilio. It was not stored.")


def hook(settings: Mapping[str, Any]) -> str:
    """The address of this source, as it is entered at Twilio."""
    return f"{str(settings['house_url']).rstrip('/')}/hooks/{settings['slug']}"


def number(settings: Mapping[str, Any]) -> str:
    """Our own number as networks write it. Raises `Unsupported`."""
    digits = "".join(sign for sign in str(settings.get("address") or "") if sign not in " -().")
    if not PUBLIC_NUMBER.fullmatch(digits):
        raise Unsupported("Our number does not begin with + and the code of its country. Mend it in the settings.")
    return digits


def handle(text: str, namespace: str) -> Handle:
    """A number of the public network is one everywhere; a short code, a name or a SIP address is one of its own sort."""
    value = text.strip().replace("\0", "")[:300]
    return Handle("phone", value) if PUBLIC_NUMBER.fullmatch(value) else Handle(namespace, value or "unknown")


def call(
    method: str, path: str, settings: Mapping[str, Any], *, asked: Mapping[str, str] | None = None, note: str = ""
) -> HttpCall:
    """A request below the account. `note` goes no further than the answer (`HttpAnswer.asked`). Only questions repeat."""
    account = str(settings.get("account_sid") or "").strip()
    if not account.isalnum():
        raise Unsupported("The account SID in the settings is none. Nothing was sent; mend it.")
    return _request(method, f"/2010-04-01/Accounts/{quote(account)}/{path}", settings, asked or {}, note)


def page_call(uri: str, settings: Mapping[str, Any]) -> HttpCall:
    """The next page, as the page before names it: an address of the same server."""
    if not uri.startswith("/2010-04-01/"):
        raise Unreadable("The next page lies somewhere else than the API.")
    return _request("GET", uri, settings, {}, "")


def file_call(url: str, settings: Mapping[str, Any]) -> HttpCall:
    """Ask for a file. Who we are is told to the API alone, never to the store to which it points."""
    if urlsplit(url).scheme not in {"https", "http"}:
        raise Unsupported("The file has no web address.")
    own = urlsplit(url).netloc == urlsplit(server(settings)).netloc
    return HttpCall("GET", url, secret_headers=_sign_in(settings) if own else {}, repeatable=True, timeout=30)


def file(answer: Answer) -> bytes | str:
    """The file, or where it lies. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Twilio answered with something that is not HTTP.")
    if answer.status in POINTS_ON and answer.headers.get("location", "").startswith(("https://", "http://")):
        return answer.headers["location"]
    if answer.status != 200:
        _trouble(answer)
    return answer.body


def told(answer: Answer) -> Mapping[str, Any]:
    """The object in an answer. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Twilio answered with something that is not HTTP.")
    if answer.status not in {200, 201}:
        _trouble(answer)
    return objects.an_object(objects.parsed(answer.body))


def listed(answer: Answer, name: str) -> Sequence[Mapping[str, Any]]:
    """The objects under `name`. Raises what the answer means."""
    rows = objects.objects(told(answer).get(name))
    if not all(row.get("sid") for row in rows):
        raise Unreadable(f"Twilio answered with something else than a list of {name}.")
    return rows


def moment(text: Any) -> datetime | None:
    """A time as the API writes it (RFC 2822)."""
    try:
        at = parsedate_to_datetime(str(text))
    except (ValueError, TypeError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def why(code: Any, words: Any = "") -> str:
    """The reason behind a code, in our words where we have some, else in theirs."""
    number = int(code) if str(code).isascii() and str(code).isdecimal() and len(str(code)) < 7 else 0
    reason = REASONS.get(number) or str(words or "")[:300]
    return f"{reason} (Twilio {number})".strip() if number else reason


def _request(method: str, path: str, settings: Mapping[str, Any], asked: Mapping[str, str], note: str) -> HttpCall:
    words = urlencode(asked, errors="replace")
    is_question = method == "GET"
    url = server(settings) + path + (f"?{words}" if words and is_question else "") + (f"#{note}" if note else "")
    return HttpCall(
        method,
        url,
        headers={"Accept": "application/json", **({} if is_question else {"Content-Type": FORM})},
        secret_headers=_sign_in(settings),
        body=b"" if is_question else words.encode(),
        repeatable=is_question,
    )


def _sign_in(settings: Mapping[str, Any]) -> Mapping[str, str]:
    pair = f"{str(settings.get('account_sid') or '').strip()}:{str(settings.get('auth_token') or '').strip()}"
    return {"Authorization": "Basic " + b64encode(pair.encode("utf-8", "replace")).decode()}


def _trouble(answer: HttpAnswer) -> None:
    """A server that broke while it took an answer of ours may have sent it: that is not known, and looked up."""
    match answer.status:
        case 401 | 403:
            raise Reauthorise("Twilio no longer accepts the account SID and the auth token. Enter the new ones.")
        case 429 | 503:
            given = answer.headers.get("retry-after", "")
            seconds = float(given) if given.isascii() and given.isdecimal() else 60.0
            raise TryLater("Twilio asks us to wait.", seconds)
        case status if 400 <= status < 500:
            words = why(objects.word(answer.body, "code"), objects.word(answer.body, "message"))
            raise Refused(f"Twilio refused it (HTTP {status}). {words}".strip())
    raise Unreadable(f"Twilio has trouble of its own (HTTP {answer.status}).")
