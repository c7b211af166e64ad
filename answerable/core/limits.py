"""Rate limits: how often something may be tried in a window, counted in the database so that all processes agree."""

from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_noop

from answerable.core.errors import HouseError
from answerable.core.models import Tally
from answerable.core.moments import now

PASSWORD_TRIES, PASSWORD_PER = 10, timedelta(minutes=10)
SENTENCE = gettext_noop("That was tried too often. Nothing was changed. Try again in %(after)s seconds.")


class TooOften(HouseError):
    """The limit is reached; `after` is the seconds until it opens again."""

    def __init__(self, after: int) -> None:
        super().__init__(SENTENCE, after=after)
        self.after = after


def count(key: str, *, at_most: int, per: timedelta) -> None:
    """Count one try. Raises `TooOften` from the try after the last allowed one on."""
    window = _window(per)
    tally, made = Tally.objects.get_or_create(key=key[:160], window=window)
    if made:
        Tally.objects.filter(key=tally.key, window__lt=window).delete()
    Tally.objects.filter(pk=tally.pk).update(count=F("count") + 1)
    if tally.count + 1 > at_most:
        wait = max(1, round((window + per - now()).total_seconds()))
        raise TooOften(wait)


def password(user_id: int) -> None:
    """Count one try of the password that a person who is signed in types again, at whatever asks for it.

    Called before what is rolled back when the password is wrong: a try that is rolled back is not counted.
    """
    count(f"signature:{user_id}", at_most=PASSWORD_TRIES, per=PASSWORD_PER)


def _window(per: timedelta) -> datetime:
    seconds = int(per.total_seconds())
    return datetime.fromtimestamp(int(now().timestamp()) // seconds * seconds, UTC)
