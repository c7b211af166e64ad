"""A vendor's published description (OpenAPI) beside the project, and whether a request and an answer of ours fit it.

The descriptions are not ours to copy. Where no folder `shared/specs` lies beside the project, or above it, the tests that
need one are skipped by name. `tests/peers/checking_proxy.py` holds a whole conversation against one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema_rs
import pytest
import yaml

from answerable.core.wire.calls import Call, HttpCall

ROOT = Path(__file__).resolve().parents[2]
PLAIN: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}.get(text, text),
}


@dataclass(frozen=True)
class Operation:
    """One operation of the description, and what stood in the variable parts of its address."""

    told: Mapping[str, Any]
    template: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Description:
    """Everything here answers with sentences about what does not fit; none is a fit."""

    spec: Mapping[str, Any]
    _validators: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def request(self, call: Call) -> list[str]:
        """What of a request the description does not know: its address, its questions, its body."""
        assert isinstance(call, HttpCall)
        return self.asked(call.method, call.url, call.headers, call.body)

    def asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        found = self._operation(method, urlsplit(url).path)
        if found is None:
            return [f"{method} {urlsplit(url).path} is not described"]
        given = parse_qs(urlsplit(url).query, keep_blank_values=True)
        wrong = [*self._parts(found), *self._questions(found, given), *self._body(found.told, headers, body)]
        return [f"{method} {found.template}: {each}" for each in wrong]

    def answered(self, method: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What of an answer does not fit: its status, its sort, its body."""
        found = self._operation(method, urlsplit(url).path)
        assert found is not None, url
        told = found.told["responses"]
        about = self._resolved(told.get(str(status)) or told.get(f"{status // 100}XX") or told.get("default"))
        if about is None:
            return [f"{method} {found.template}: an answer {status} is not described"]
        content, kind = about.get("content", {}), _kind(headers)
        if not content or (not body and status in (204, 304)):
            return []
        if kind not in content:
            return [f"{method} {found.template}: an answer {status} is never {kind or 'without a sort'}"]
        schema = content[kind].get("schema", {})
        return [f"{method} {found.template}, {status}: {each}" for each in self._misfits(schema, _loads(body))]

    def answer(self, method: str, path: str, status: int, value: Any) -> list[str]:
        """What of an answer in JSON does not fit."""
        found = self.operation(method, path)
        assert found is not None, path
        content = found["responses"][str(status)].get("content", {})
        return self._misfits(content["application/json"]["schema"], value) if content else []

    def schema(self, name: str, value: Any) -> list[str]:
        return self._misfits({"$ref": f"#/components/schemas/{name}"}, value)

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        found = self._operation(method, path)
        return found.told if found else None

    def template(self, method: str, path: str) -> str:
        """The address as the description writes it; empty where it is not described."""
        found = self._operation(method, path)
        return found.template if found else ""

    def _operation(self, method: str, path: str) -> Operation | None:
        """Paths without a variable part win, as they do on the server."""
        for template in sorted(self.spec["paths"], key=lambda each: each.count("{")):
            names = re.findall(r"\{([^/{}]+)\}", template)
            pattern = re.sub(r"\\\{[^/]+?\\\}", "([^/]+)", re.escape(template))
            matched = re.fullmatch(pattern, path)
            if matched and method.lower() in self.spec["paths"][template]:
                parts = dict(zip(names, map(unquote, matched.groups()), strict=True))
                return Operation(self.spec["paths"][template][method.lower()], template, parts)
        return None

    def _parameters(self, found: Operation, where: str) -> Iterator[Mapping[str, Any]]:
        shared = self.spec["paths"][found.template].get("parameters", ())
        told = (self._resolved(each) for each in (*shared, *found.told.get("parameters", ())))
        return (each for each in told if each is not None and each["in"] == where)

    def _parts(self, found: Operation) -> Iterator[str]:
        for each in self._parameters(found, "path"):
            if each["name"] in found.parts:
                yield from self._value(each, [found.parts[each["name"]]])

    def _questions(self, found: Operation, given: Mapping[str, list[str]]) -> Iterator[str]:
        known = {each["name"]: each for each in self._parameters(found, "query")}
        for name, values in given.items():
            about = known.get(name) or known.get(name.removesuffix("[]"))
            if about is None:
                yield f"“{name}” is no question there"
            else:
                yield from self._value(about, values)
        yield from (
            f"“{name}” is missing" for name, each in known.items() if each.get("required") and name not in given
        )

    def _value(self, about: Mapping[str, Any], values: list[str]) -> Iterator[str]:
        """A list may stand in one value, parted by commas (`explode: false`), or be given value by value."""
        schema = self._resolved(about.get("schema")) or {}
        if schema.get("type") == "array":
            several = values if about.get("explode", True) else [part for each in values for part in each.split(",")]
            inner = self._resolved(schema.get("items")) or {}
            value: Any = [_plain(inner, each) for each in several]
        else:
            value = _plain(schema, values[-1])
        yield from (f"“{about['name']}” {each}" for each in self._misfits(schema, value))

    def _body(self, operation: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> list[str]:
        told = self._resolved(operation.get("requestBody")) or {}
        if not body:
            return ["its body is missing"] if told.get("required") else []
        content, kind = told.get("content", {}), _kind(headers)
        if kind not in content:
            return [f"no {kind} there"]
        schema = content[kind].get("schema", {})
        match kind:
            case "application/x-www-form-urlencoded":
                return self._form(schema, {name: each[-1] for name, each in parse_qs(body.decode()).items()})
            case "multipart/form-data":
                return self._form(schema, _fields(headers, body))
        return self._misfits(schema, _loads(body))

    def _form(self, schema: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
        known = (self._resolved(schema) or {}).get("properties", {})
        typed = {name: _plain(self._resolved(known.get(name)) or {}, each) for name, each in given.items()}
        unknown = [f"“{name}” is no field there" for name in given if known and name not in known]
        return unknown + self._misfits(schema, typed)

    def _resolved(self, told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        while told and "$ref" in told:
            at: Any = self.spec
            for step in told["$ref"].removeprefix("#/").split("/"):
                at = at[step.replace("~1", "/").replace("~0", "~")]
            told = at
        return told

    def _misfits(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, "components": self.spec["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        return [f"{error.instance_path}: {error.message}" for error in self._validators[key].iter_errors(value)]


def description(name: str) -> Description:
    """For the head of a module: skips all of it where the description is not there."""
    found = published(name)
    if found is None:
        pytest.skip(
            f"The description {name} does not lie in a folder shared/specs above the project.", allow_module_level=True
        )
    return found


def published(name: str) -> Description | None:
    """None where the description does not lie beside the project."""
    folder = next(
        (each / "shared" / "specs" for each in ROOT.parents if (each / "shared" / "specs" / name).is_file()), None
    )
    return _loaded(folder / name) if folder else None


@cache
def _loaded(path: Path) -> Description:
    text = path.read_text("utf-8")
    told = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
    return Description(_schemas(told))


def _schemas(told: Any) -> Any:
    """OpenAPI 3.0 says "nullable" where JSON Schema says that the type may be null."""
    if isinstance(told, list):
        return [_schemas(each) for each in told]
    if not isinstance(told, dict):
        return told
    plain = {str(name): _schemas(each) for name, each in told.items()}
    if plain.get("nullable") is not True:
        return plain
    del plain["nullable"]
    return {"anyOf": [plain, {"type": "null"}]}


def _kind(headers: Mapping[str, str]) -> str:
    told = next((each for name, each in headers.items() if name.lower() == "content-type"), "")
    return told.partition(";")[0].strip().lower()


def _plain(schema: Mapping[str, Any], text: str) -> Any:
    """A value of an address or a form is text there; what is no number stays text, and does not fit."""
    try:
        return PLAIN.get(schema.get("type", ""), str)(text)
    except ValueError:
        return text


def _loads(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _fields(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The fields of a form with files; a file is its bytes read as text."""
    head = next(each for name, each in headers.items() if name.lower() == "content-type")
    parts = message_from_bytes(b"Content-Type: " + head.encode() + b"\r\n\r\n" + body).walk()
    named = ((each.get_param("name", header="content-disposition"), each) for each in parts)
    return {str(name): bytes(each.get_payload(decode=True)).decode("latin-1") for name, each in named if name}
