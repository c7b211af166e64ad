"""The emulated Graph (`graph_emulator.py`) as an HTTP server: its paths, its pages, its errors, its usage headers."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from tests.peers import serving
from tests.peers.graph_emulator import ACCOUNT, APP, BUSINESS, DAY, NUMBER, PAGE, SECRET, Graph, now

HTTP_OF = {190: 401, 10: 403, 200: 403, 4: 400, 2: 500}
ASKED_COMMENT = re.compile(r"comment_id\((\d+)\)")


class Refusal(Exception):
    """An error of the Graph: code, words, subcode."""

    def __init__(self, code: int, words: str, subcode: int = 0) -> None:
        super().__init__(words)
        self.code, self.words, self.subcode = code, words, subcode


class Handler(serving.Handler):
    peer: Graph

    def _handle(self) -> None:
        parts, asked, body = self.parts[1:], self.asked, self.given()
        try:
            answer = self._signing_in(parts, asked, body)
            if answer is None:
                self._admit(asked)
                answer = self._routed(parts, asked, body)
        except Refusal as error:
            told = {"message": error.words, "type": "OAuthException", "code": error.code, "fbtrace_id": "A1"}
            told |= {"error_subcode": error.subcode} if error.subcode else {}
            return self._tell(HTTP_OF.get(error.code, 400), {"error": told})
        if self.peer.silent_after_taking and self.command == "POST":
            self.peer.silent_after_taking -= 1
            self.connection.close()
            return None
        return self._tell(200, answer)

    get = post = delete = _handle

    def _admit(self, asked: dict[str, str]) -> None:
        if self.bearer not in self.peer.tokens:
            raise Refusal(190, "Error validating access token: Session has expired.", 463)
        proof = hmac.new(SECRET.encode(), self.bearer.encode(), hashlib.sha256).hexdigest()
        if asked.get("appsecret_proof") != proof:
            raise Refusal(100, "Invalid appsecret_proof provided in the API argument")
        if self.peer.calls_used >= 100:
            raise Refusal(4, "(#4) Application request limit reached")
        self.peer.calls_used += 1

    def _signing_in(self, parts: list[str], asked: dict[str, str], body: bytes) -> Any:
        """The code of a sign-in for a token, and that for the token of the page."""
        if parts == ["oauth", "access_token"]:
            told = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            known = (told["client_id"], told["client_secret"]) == (APP, SECRET) and told["code"] in self.peer.signed_in
            if not known:
                raise Refusal(100, "This authorization code has been used.", 36009)
            return {
                "access_token": self.peer.signed_in.pop(told["code"]),
                "token_type": "bearer",
                "expires_in": 5_184_000,
            }
        token = self.bearer
        if parts == [PAGE] and asked.get("fields") == "access_token" and token.startswith("user-"):
            if token not in self.peer.tokens:
                raise Refusal(190, "Error validating access token", 460)
            fresh = f"page-token-{self.peer.new_id()}"
            self.peer.tokens.add(fresh)
            return {"access_token": fresh, "id": PAGE}
        return None

    def _routed(self, parts: list[str], asked: dict[str, str], body: bytes) -> Any:
        if self.command == "GET":
            lists = self._lists(parts, asked)
            return self._single(parts, asked) if lists is None else _paged(lists, asked)
        if self.command == "DELETE":
            self._known(parts[0])
            self.peer.remove_comment(parts[0])
            return {"success": True}
        return self._upload(body) if parts == [NUMBER, "media"] else self._said(parts, json.loads(body))

    def _lists(self, parts: list[str], asked: dict[str, str]) -> list[dict[str, Any]] | None:
        match parts:
            case [page, "feed"] if page == PAGE:
                return [self._post(each) for each in self._newest(self.peer.posts)]
            case [account, "media"] if account == ACCOUNT:
                return [{"id": "1790001", "comments": _first(self._below_media("1790001"), 50)}]
            case [page, "conversations"] if page == PAGE:
                return self._chats(asked["platform"])
            case [business, "message_templates"] if business == BUSINESS:
                return self.peer.texts
            case [chat, "messages"]:
                return self.peer.chats[chat]
            case [node, "comments"]:
                return self._comments_of(node) if node in self.peer.posts else self._below_media(node)
        return None

    def _single(self, parts: list[str], asked: dict[str, str]) -> Any:
        match parts:
            case [account] if account == ACCOUNT:
                return self._mentioned(asked["fields"])
            case ["file", media_id]:
                return self.peer.media[media_id]
        return self._node(parts[0], asked)

    def _said(self, parts: list[str], told: dict[str, Any]) -> Any:
        match parts:
            case [page, "messages"] if page == PAGE:
                return self._message(told)
            case [number, "messages"] if number == NUMBER:
                return self._whatsapp(told)
            case [account, "mentions"] if account == ACCOUNT:
                return {"id": str(17870000 + self.peer.new_id())}
            case [node, "comments"]:
                known = self._known(node)
                post = known.get("post", node)
                return {"id": self.peer.comment(PAGE, told["message"], post=post, parent=node)}
            case [node, "replies"]:
                media = self._known(node)["media"]
                if len(told["message"]) > 300:
                    raise Refusal(100, "The comment is too long")
                return {"id": self.peer.instagram_comment(ACCOUNT, told["message"], media=media, parent=node)}
        raise Refusal(100, "Unsupported post request.", 33)

    def _message(self, told: dict[str, Any]) -> Any:
        recipient, words = told["recipient"], told["message"]["text"]
        below = recipient.get("comment_id") or recipient.get("post_id")
        if below:
            who, at = self._known(below)["from"]["id"], "page" if "_" in below else "instagram"
            if below in self.peer.private_replies:
                raise Refusal(10900, "Activity already replied to")
            self.peer.private_replies.add(below)
        else:
            who = recipient["id"]
            at = next((place for place in ("page", "instagram") if f"{place}:{who}" in self.peer.heard_at), "page")
            allowed = 7 * DAY if told.get("tag") == "HUMAN_AGENT" else DAY
            heard = self.peer.heard_at.get(f"{at}:{who}")
            if heard is None or now() - heard > allowed:
                raise Refusal(10, "(#10) This message is sent outside of allowed window.", 2018278)
        mid = self.peer.echo(at, who, words, told["message"].get("metadata", ""))
        return {"recipient_id": who, "message_id": mid}

    def _whatsapp(self, told: dict[str, Any]) -> Any:
        who, kind = told["to"], told["type"]
        heard = self.peer.heard_at.get(f"whatsapp:{who}")
        if kind == "template":
            self._approved(told["template"])
        elif heard is None or now() - heard > DAY:
            raise Refusal(131047, "(#131047) Re-engagement message")
        elif kind not in ("text", "template") and told[kind]["id"] not in self.peer.media:
            raise Refusal(131053, "(#131053) Media upload error")
        wamid = f"wamid.ours{self.peer.new_id()}"
        self.peer.sent.append({**told, "id": wamid})
        contacts = [{"input": who, "wa_id": who}]
        return {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": wamid}]}

    def _approved(self, told: dict[str, Any]) -> None:
        wanted = told["name"], told["language"]["code"]
        found = [each for each in self.peer.texts if (each["name"], each["language"]) == wanted]
        if not found or found[0]["status"] != "APPROVED":
            raise Refusal(132001, "(#132001) Template name does not exist in the translation")
        body = next(part["text"] for part in found[0]["components"] if part["type"] == "BODY")
        given = [part["parameters"] for part in told.get("components", ()) if part["type"] == "body"]
        if len(set(re.findall(r"\{\{\d+\}\}", body))) != len(given[0] if given else []):
            raise Refusal(132000, "(#132000) Number of parameters does not match the expected number of params")

    def _upload(self, body: bytes) -> Any:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + body)
        file = next(part for part in form.iter_parts() if part.get_filename())
        media_id = str(self.peer.new_id() + 449_000)
        self.peer.media[media_id] = (file.get_content_type(), bytes(file.get_payload(decode=True)))
        return {"id": media_id}

    def _node(self, node: str, asked: dict[str, str]) -> Any:
        if node in self.peer.media:
            kind, body = self.peer.media[node]
            told = {
                "url": f"{self.peer.address}/v/file/{node}?appsecret_proof={asked['appsecret_proof']}",
                "mime_type": kind,
            }
            return {"messaging_product": "whatsapp", "id": node, "file_size": str(len(body)), "sha256": "x", **told}
        found = self._known(node)
        if node in self.peer.posts:
            return self._post(found)
        return self._comment(found) | ({"media": self._medium(found)} if "media" in found else {})

    def _medium(self, found: dict[str, Any]) -> Any:
        told = {"id": found["media"], "caption": "The new strap is here.", "username": "glimo.care"}
        return {**told, "comments": _first(self._below_media(found["media"]), 40)}

    def _known(self, node: str) -> dict[str, Any]:
        found = self.peer.comments.get(node) or self.peer.posts.get(node)
        if found is None:
            raise Refusal(100, f"Unsupported request. Object with ID '{node}' does not exist.", 33)
        return found

    def _mentioned(self, fields: str) -> Any:
        found = ASKED_COMMENT.search(fields)
        if found is None or found[1] not in self.peer.mentions:
            raise Refusal(100, "Unsupported get request.", 33)
        return {"id": ACCOUNT, "mentioned_comment": self.peer.mentions[found[1]]}

    def _chats(self, platform: str) -> list[dict[str, Any]]:
        at = "page" if platform == "messenger" else "instagram"
        found = [(chat, told) for chat, told in self.peer.chats.items() if chat.startswith(f"{at}:")]
        chats = [
            {"id": chat, "updated_time": told[0]["created_time"], "messages": _first(told, 20)} for chat, told in found
        ]
        return sorted(chats, key=lambda each: str(each["updated_time"]), reverse=True)

    def _newest(self, rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(rows.values(), key=lambda each: each["at"], reverse=True)

    def _comments_of(self, post: str) -> list[dict[str, Any]]:
        return [self._comment(each) for each in self._newest(self.peer.comments) if each.get("post") == post]

    def _below_media(self, media: str) -> list[dict[str, Any]]:
        found = [each for each in self._newest(self.peer.comments) if each.get("media") == media]
        top = [self._comment(each) for each in found if not each["parent"]]
        for each in top:
            below = [self._comment(other) for other in found if other["parent"] == each["id"]]
            each.update({"replies": {"data": below}} if below else {})
        return top

    def _post(self, post: dict[str, Any]) -> dict[str, Any]:
        return {**self._plain(post), "comments": _first(self._comments_of(post["id"]), 50)}

    def _comment(self, comment: dict[str, Any]) -> dict[str, Any]:
        told, parent = self._plain(comment), comment.get("parent") or ""
        if "media" in comment:
            name = comment["from"]["name"]
            told |= {"text": comment["message"], "timestamp": told["created_time"], "username": name}
            return told | ({"parent_id": parent} if parent else {})
        return told | ({"parent": {"id": parent}} if parent != comment["post"] else {})

    def _plain(self, node: dict[str, Any]) -> dict[str, Any]:
        kept = {name: node[name] for name in ("id", "message", "from")}
        return kept | {"created_time": node["at"].strftime("%Y-%m-%dT%H:%M:%S+0000")}

    def _tell(self, status: int, value: Any) -> None:
        """JSON, or a file: its type and its bytes."""
        used = {"call_count": self.peer.calls_used, "total_time": 1, "total_cputime": 1}
        headers = {"X-App-Usage": json.dumps(used)}
        if isinstance(value, tuple):
            self.send(status, value[1], {"Content-Type": value[0], **headers})
        else:
            self.answer(status, value, headers)


def _first(rows: list[dict[str, Any]], most: int) -> dict[str, Any]:
    return {"data": rows[:most], "paging": _paging(rows, 0, most)}


def _paged(rows: list[dict[str, Any]], asked: dict[str, str]) -> dict[str, Any]:
    begins, most = int(asked.get("after") or 0), int(asked.get("limit") or 25)
    return {"data": rows[begins : begins + most], "paging": _paging(rows, begins, most)}


def _paging(rows: list[dict[str, Any]], begins: int, most: int) -> dict[str, Any]:
    ends = begins + most
    more = {"next": "https://graph.facebook.com/next"} if ends < len(rows) else {}
    return {"cursors": {"before": str(begins), "after": str(ends)}, **more}
