"""A vendor's published description (OpenAPI) beside the project, and whether a request and an answer of ours fit it.

The descriptions are not ours to copy. Where no folder `shared/specs` lies beside the project, or above it, the tests that
need one are skipped by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest

from answerable.core.wire.calls import Call, HttpCall

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Description:
    """`misfits` are sentences; none of them is a fit."""

    spec: Mapping[str, Any]

    def request(self, call: Call) -> list[str]:
        """What of a request the description does not know: its address, its questions, its body."""
        assert isinstance(call, HttpCall)
        found = self.operation(call.method, urlsplit(call.url).path)
        if found is None:
            return [f"{call.method} {urlsplit(call.url).path} is not described"]
        known = {each["name"]: each for each in found.get("parameters", ()) if each["in"] == "query"}
        asked = parse_qs(urlsplit(call.url).query)
        wrong = [f"“{name}” is no question there" for name in asked if name.removesuffix("[]") not in known]
        wrong += [f"“{name}” is missing" for name, each in known.items() if each.get("required") and name not in asked]
        return wrong + self._body(found, call)

    def answer(self, method: str, path: str, status: int, value: Any) -> list[str]:
        """What of an answer does not fit."""
        found = self.operation(method, path)
        assert found is not None, path
        content = found["responses"][str(status)].get("content", {})
        return self._misfits(content["application/json"]["schema"], value) if content else []

    def schema(self, name: str, value: Any) -> list[str]:
        return self._misfits({"$ref": f"#/components/schemas/{name}"}, value)

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        """Paths without a variable part win, as they do on the server."""
        for template in sorted(self.spec["paths"], key=lambda each: each.count("{")):
            pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in self.spec["paths"][template]:
                found: Mapping[str, Any] = self.spec["paths"][template][method.lower()]
                return found
        return None

    def _body(self, operation: Mapping[str, Any], call: HttpCall) -> list[str]:
        if not call.body:
            return []
        content = operation.get("requestBody", {}).get("content", {})
        kind = call.headers.get("Content-Type", "")
        return (
            self._misfits(content[kind]["schema"], json.loads(call.body)) if kind in content else [f"no {kind} there"]
        )

    def _misfits(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self.spec["components"]}
        return [f"{error.instance_path}: {error.message}" for error in jsonschema_rs.iter_errors(whole, value)]


def description(name: str) -> Description:
    """For the head of a module: skips all of it where the description is not there."""
    folder = next(
        (each / "shared" / "specs" for each in ROOT.parents if (each / "shared" / "specs" / name).is_file()), None
    )
    if folder is None:
        pytest.skip(
            f"The description {name} does not lie in a folder shared/specs above the project.", allow_module_level=True
        )
    return _loaded(folder / name)


@cache
def _loaded(path: Path) -> Description:
    return Description(json.loads(path.read_text("utf-8")))
