"""What everybody says, as it is said: the firehose of a relay (com.atproto.sync.subscribeRepos), or Jetstream.

The cursor is {"of": the stream's address, "at": the number or moment passed}: another stream counts in another way.
https://atproto.com/specs/event-stream, https://github.com/bluesky-social/jetstream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import libipld

from answerable.channels.bluesky import matching, names, posts
from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, objects, parsed
from answerable.channels.contract import Candidate, Page, Said, TryLater, Unreadable, Unsupported
from answerable.core.errors import HouseError
from answerable.core.wire.calls import StreamCall

RELAY, JETSTREAM = "https://bsky.network", "https://jetstream2.us-east.bsky.network"
NOT_A_FRAME = "The stream brought something that is no event of it."
_WRONG = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, HouseError)


def stream(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall:
    """Raises `Unsupported` for a source whose words are searched for."""
    address = _address(settings)
    at = cursor.get("at") if cursor.get("of") == address else None
    return StreamCall(f"{address}{'&' if '?' in address else '?'}cursor={at}" if at else address)


def frame(frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """Raises `Unreadable`, and `TryLater` where the stream says that it ends."""
    read = _jetstream if settings.get("words_by") == "jetstream" else _firehose
    try:
        return read(frame, cursor, settings)
    except (TryLater, Unreadable):
        raise
    except _WRONG as error:
        raise Unreadable(NOT_A_FRAME) from error


def _address(settings: Mapping[str, Any]) -> str:
    path = {
        "firehose": (RELAY, "/xrpc/com.atproto.sync.subscribeRepos"),
        "jetstream": (JETSTREAM, f"/subscribe?wantedCollections={names.POSTS}"),
    }.get(str(settings.get("words_by")))
    if path is None:
        raise Unsupported("The words of this source are searched for, so nothing is listened to.")
    usual, rest = path
    given = addresses.server({"stream_server": usual, **_given(settings)}, "stream_server")
    return given.replace("http", "ws", 1) + rest


def _given(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    value = str(settings.get("stream_server") or "").strip()
    return {"stream_server": value.replace("ws", "http", 1) if value.startswith("ws") else value} if value else {}


def _firehose(frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    header, body = libipld.decode_dag_cbor_multi(frame)
    if header["op"] == -1:
        return _error(str(body.get("error") or ""))
    if header["t"] != "#commit":
        seq = body.get("seq")
        return Page((), _moved(settings, seq) if isinstance(seq, int) else cursor)
    ops = [op for op in objects(body["ops"]) if str(op["path"]).startswith(f"{names.POSTS}/")]
    blocks = libipld.decode_car(body["blocks"])[1] if any(op["action"] == "create" for op in ops) else {}
    told = [(op["action"], f"at://{body['repo']}/{op['path']}", op["cid"], blocks.get(op["cid"])) for op in ops]
    views = [_view(*each[1:], by=body["repo"]) for each in told if each[0] == "create"]
    gone = [uri for action, uri, *_ in told if action == "delete"]
    return _page(views, gone, _moved(settings, int(body["seq"])), settings)


def _error(name: str) -> Page:
    """A number that this relay never gave is forgotten: it begins with what is said now."""
    if name == "FutureCursor":
        return Page((), {})
    raise TryLater("The stream ended: we were too slow, or it has trouble of its own.")


def _view(uri: str, cid: Any, record: Any, *, by: str) -> Mapping[str, Any]:
    return {
        "uri": uri,
        "cid": libipld.encode_cid(cid) if isinstance(cid, bytes) else cid,
        "author": {"did": by},
        "record": an_object(_plain(record)),
    }


def _plain(value: Any) -> Any:
    """As JSON has it: links to files are bytes here, and are of no use to us."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return None if isinstance(value, bytes) else value


def _jetstream(frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    """A moment that was passed before is sent again; it is not counted again."""
    told = an_object(parsed(frame))
    at, commit = int(told["time_us"]), told.get("commit") or {}
    moved = _moved(settings, at)
    if told.get("kind") != "commit" or commit.get("collection") != names.POSTS or moved == cursor:
        return Page((), moved)
    uri = f"at://{told['did']}/{names.POSTS}/{commit['rkey']}"
    is_new = commit["operation"] == "create"
    views = [_view(uri, commit["cid"], commit["record"], by=told["did"])] if is_new else []
    return _page(views, [uri] if commit["operation"] == "delete" else [], moved, settings)


def _page(
    views: list[Mapping[str, Any]], gone: list[str], moved: Mapping[str, Any], settings: Mapping[str, Any]
) -> Page:
    read = [(posts.raw(view), said, matching.concerns(view, settings)) for view, said in _read(views, settings)]
    ours = [raw for raw, _, concerns in read if concerns]
    others = tuple(Candidate(raw, said) for raw, said, concerns in read if not concerns)
    taken_back = [posts.withdrawn(names.uri_of(uri), about=uri) for uri in gone]
    return Page((*ours, *taken_back), moved, passed_by=len(views) - len(read), candidates=others)


def _read(views: list[Mapping[str, Any]], settings: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Said]]:
    """A post that is not well formed concerns nobody: anybody can put anything into their own repository. Nor does our own."""
    for view in views:
        try:
            if not posts.is_ours(view, settings):
                yield view, posts.said(view)
        except Unreadable:
            continue


def _moved(settings: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    return {"of": _address(settings), "at": at}
