"""A message against HL7's schemas, which are HL7's: the user loads them from ICH, and names the folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from answerable.core.errors import Invalid
from answerable.safety.e2b.checker import Finding
from answerable.safety.e2b.reader import ROOT, parse
from answerable.safety.e2b.rules import Level


def faults(data: bytes, folder: Path) -> Iterator[Finding]:
    """Where the file does not fit the schema. Raises `Invalid` for a folder without it and for what is no batch."""
    tree = parse(data, ROOT)
    schema = _schema(folder)
    if schema.validate(tree):
        return
    for error in schema.error_log:
        path = (error.path or "").replace("*", "node")
        yield Finding("SCHEMA", Level.REJECT, "XML", path, error.line, error.message.replace("{urn:hl7-org:v3}", ""))


@lru_cache(maxsize=2)
def _schema(folder: Path) -> etree.XMLSchema:
    path = next(folder.rglob(f"{ROOT}.xsd"), None)
    if path is None:
        raise Invalid(
            "There is no %(name)s.xsd in %(folder)s. Load the package of ICH there.", name=ROOT, folder=folder
        )
    try:
        return etree.XMLSchema(etree.parse(path))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise Invalid("The schemas in %(folder)s cannot be used: %(why)s.", folder=folder, why=str(error)) from error
