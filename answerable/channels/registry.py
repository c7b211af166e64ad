"""The visible list of channels: one line each, and those of others through the entry point `answerable.channels`."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from answerable.channels.api.connector import connector as api
from answerable.channels.appstore.connector import connector as appstore
from answerable.channels.bluesky.connector import connector as bluesky
from answerable.channels.calls.connector import connector as calls
from answerable.channels.complaints.connector import connector as complaints
from answerable.channels.contract import Connector, Unsupported
from answerable.channels.discourse.connector import connector as discourse
from answerable.channels.email.connector import connector as email
from answerable.channels.facebook.connector import connector as facebook
from answerable.channels.feed.connector import connector as feed
from answerable.channels.form.connector import connector as form
from answerable.channels.googlereviews.connector import connector as googlereviews
from answerable.channels.instagram.connector import connector as instagram
from answerable.channels.lists.connector import connector as lists
from answerable.channels.mastodon.connector import connector as mastodon
from answerable.channels.matrix.connector import connector as matrix
from answerable.channels.playstore.connector import connector as playstore
from answerable.channels.reclameaqui.connector import connector as reclameaqui
from answerable.channels.reddit.connector import connector as reddit
from answerable.channels.sandbox.connector import connector as sandbox
from answerable.channels.smpp.connector import connector as smpp
from answerable.channels.sms.connector import connector as sms
from answerable.channels.telegram.connector import connector as telegram
from answerable.channels.voice.connector import connector as voice
from answerable.channels.webchat.connector import connector as webchat
from answerable.channels.whatsapp.connector import connector as whatsapp
from answerable.channels.x.connector import connector as x
from answerable.channels.youtube.connector import connector as youtube

OURS: tuple[Connector, ...] = (
    email,
    form,
    calls,
    api,
    facebook,
    feed,
    instagram,
    mastodon,
    bluesky,
    matrix,
    smpp,
    sms,
    telegram,
    voice,
    webchat,
    x,
    whatsapp,
    sandbox,
    discourse,
    reclameaqui,
    reddit,
    youtube,
    playstore,
    appstore,
    googlereviews,
    lists,
    complaints,
)


@cache
def connectors() -> dict[str, Connector]:
    """Every channel by its kind. A channel of somebody else never replaces one of ours."""
    theirs = [point.load() for point in entry_points(group="answerable.channels")]
    return {connector.spec.kind: connector for connector in (*theirs, *OURS)}


def connector(kind: str) -> Connector:
    """The connector for a kind. Raises `Unsupported` when its package is no longer installed."""
    try:
        return connectors()[kind]
    except KeyError:
        raise Unsupported(f"The channel “{kind}” is not installed here. What it brought is kept.") from None
