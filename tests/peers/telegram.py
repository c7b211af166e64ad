"""A stand-in for Telegram's Bot API, on loopback: it remembers chats, messages, edits, files, and what a bot was told of.

It is ours and no Telegram: it knows what the tests need. `stop` and `start` make an outage; what people write meanwhile is
there afterwards. With an address to push to it pushes until it is answered 200, as Telegram does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from tests.peers.serving import Handler, Peer

TOKEN = "700:a-token-of-the-stand-in"
BOT = {"id": 700, "is_bot": True, "first_name": "Glimo Care", "username": "GlimoCareBot"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Pump talk", "username": "pumptalk"}
Push = Callable[[bytes, Mapping[str, str]], int]


@dataclass
class StandIn(Peer):
    """`calls_left` counts down; `revoked` refuses the token; `hook` is what the bot asked to be pushed to."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hook: dict[str, Any] = field(default_factory=dict)
    calls_left: int = 10_000
    revoked: bool = False
    forgetful: bool = False
    number: int = 100

    def handler(self) -> type[Handler]:
        return _Handler

    def say(self, who: int, words: str, *, chat: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Somebody writes to the bot, or in a group that it is in."""
        place = chat or {"id": who, "type": "private", "first_name": f"Person {who}"}
        message = self._keep(place, {"id": who, "is_bot": False, "first_name": f"Person {who}"}, words, more)
        self._tell("message", message)
        return message

    def edit(self, message: dict[str, Any], words: str) -> None:
        message |= {"text": words, "edit_date": int(time.time())}
        self._tell("edited_message", message)

    def said_by_bot(self) -> list[dict[str, Any]]:
        return [each for each in self.messages.values() if each["from"]["id"] == BOT["id"]]

    def push_all(self, push: Push) -> None:
        """Deliver what waits; what is not answered 200 waits on."""
        for update in list(self.updates):
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook["secret_token"]}
            if push(json.dumps(update).encode(), headers) == 200:
                self.updates.remove(update)

    def _keep(
        self, chat: Mapping[str, Any], who: Mapping[str, Any], words: str, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.number += 1
        message = {"message_id": self.number, "from": who, "chat": chat, "date": int(time.time()), **more}
        if words:
            message["caption" if {"photo", "document"} & set(more) else "text"] = words
        self.messages[int(chat["id"]), self.number] = message
        return message

    def _tell(self, kind: str, message: Mapping[str, Any]) -> None:
        self.number += 1
        self.updates.append({"update_id": self.number, kind: json.loads(json.dumps(message))})

    def answer_of_bot(self, asked: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any] | None:
        """None for a chat that nobody began."""
        chat_id = int(asked["chat_id"])
        chat = next((each["chat"] for (at, _), each in self.messages.items() if at == chat_id), None)
        if chat is None:
            return None
        more: dict[str, Any] = {}
        for kind, body in files.items():
            self.files[f"sent-{self.number}"] = body
            sent = {"file_id": f"sent-{self.number}"}
            more[kind] = [{**sent, "width": 1}] if kind == "photo" else sent
        replied = asked.get("reply_parameters") or {}
        parameters = json.loads(replied) if isinstance(replied, str) else replied
        original = self.messages.get((chat_id, parameters.get("message_id", 0)))
        more |= {"reply_to_message": original} if original else {}
        return self._keep(chat, BOT, str(asked.get("text") or asked.get("caption") or ""), more)


class _Handler(Handler):
    peer: StandIn

    def get(self) -> None:
        name = self.path.removeprefix(f"/file/bot{TOKEN}/files/")
        body = self.peer.files.get(name)
        self.send(200 if body is not None else 404, body or b"")

    def post(self) -> None:
        body = self.given()
        method = self.path.rpartition("/")[2]
        self.peer.asked.append(method)
        if self.peer.revoked or not self.path.startswith(f"/bot{TOKEN}/"):
            self._refuse(401, "Unauthorized")
        elif self.peer.calls_left <= 0:
            self._refuse(429, "Too Many Requests: retry after 9", retry_after=9)
        else:
            self.peer.calls_left -= 1
            fields, files = self._form(body)
            self._do(method, fields, files)

    def _do(self, method: str, asked: dict[str, Any], files: dict[str, bytes]) -> None:
        peer = self.peer
        match method:
            case "getUpdates" if peer.hook:
                self._refuse(409, "Conflict: can't use getUpdates method while webhook is active")
            case "getUpdates":
                peer.updates = [each for each in peer.updates if each["update_id"] >= asked["offset"]]
                self._result(peer.updates[: asked["limit"]])
            case "setWebhook" | "deleteWebhook":
                peer.hook = asked if method == "setWebhook" else {}
                self._result(True)
            case "getFile" if asked["file_id"] in peer.files:
                self._result({"file_id": asked["file_id"], "file_path": f"files/{asked['file_id']}"})
            case "deleteMessage":
                gone = peer.messages.pop((asked["chat_id"], asked["message_id"]), None)
                self._result(True) if gone else self._refuse(400, "Bad Request: message to delete not found")
            case "sendMessage" | "sendPhoto" | "sendDocument":
                self._sent(asked, files)
            case _:
                self._refuse(404, "Not Found")

    def _sent(self, asked: dict[str, Any], files: dict[str, bytes]) -> None:
        if len(str(asked.get("text") or "").encode("utf-16-le")) // 2 > 4096:
            self._refuse(400, "Bad Request: message is too long")
            return
        made = self.peer.answer_of_bot(asked, files)
        if made is None:
            self._refuse(403, "Forbidden: bot can't initiate conversation with a user")
        elif self.peer.forgetful:
            self.close_connection = True
        else:
            self._result(made)

    def _form(self, body: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
        """JSON, or a form with files."""
        kind = self.headers["Content-Type"]
        if kind == "application/json":
            return json.loads(body), {}
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
        fields: dict[str, Any] = {}
        files: dict[str, bytes] = {}
        for part in form.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            value = bytes(part.get_payload(decode=True))
            if part.get_filename():
                files[name] = value
            else:
                fields[name] = value.decode()
        return fields, files

    def _result(self, value: Any) -> None:
        self.answer(200, {"ok": True, "result": value})

    def _refuse(self, code: int, words: str, **parameters: Any) -> None:
        self.answer(code, {"ok": False, "error_code": code, "description": words, "parameters": parameters})
