"""What can go wrong on the wire, in four words. Each says whether something may have gone out."""

from __future__ import annotations

from answerable.core.errors import HouseError

_UNCHANGED = "Nothing was changed; it is tried again later."
_UNKNOWN = "It may have gone out, so it is not sent again blindly: look for it on the other side first."


class NoAnswer(HouseError):
    """The other side did not answer so that we could use it.

    `sent=False`: it surely did not go out and may be tried again, after `after` seconds where known.
    `sent=True`: it may have gone out; the outcome is unknown until somebody looks.
    """

    def __init__(self, what: str, *, sent: bool = False, after: float | None = None, then: str = "") -> None:
        super().__init__(f"{what} {then or (_UNKNOWN if sent else _UNCHANGED)}")
        self.sent = sent
        self.after = after


class TooLarge(NoAnswer):
    """The answer is larger than what is taken. Asking again cannot make it smaller."""

    def __init__(self, host: str, most: int) -> None:
        super().__init__(f"{host} answered with more than {most // 1024} kB.", sent=True)


class SignInRefused(NoAnswer):
    """The other side does not accept the credentials. Trying again cannot help; nothing went out."""

    def __init__(self, host: str, words: str) -> None:
        super().__init__(
            f"{host} refused the sign-in ({words}).",
            then="Nothing was changed. Enter the password again or renew the authorisation.",
        )


class Guarded(NoAnswer):
    """The address lies where this house does not call: loopback, private, link-local or reserved."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} lies in a private or reserved network.",
            then="Nothing was sent. If this is meant, name the network in ANSWERABLE_PRIVATE_NETWORKS.",
        )
