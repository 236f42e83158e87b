"""How Open311 GeoReport v2 writes its answers: the same records as JSON or as XML, errors included."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from fastapi import Response

from records.calendar import TIME_ZONE

type Record = Mapping[str, Any]


def lists(form: str, outer: str, inner: str, records: Sequence[Record], status: int = 200) -> Response:
    """``records`` as a JSON array, or as XML elements ``inner`` within ``outer``; ``form`` is ``json`` or ``xml``."""
    if form == "json":
        return _json(records, status)
    root = Xml.Element(outer)
    for record in records:
        _fill(Xml.SubElement(root, inner), record)
    return _xml(root, status)


def single(form: str, name: str, record: Record) -> Response:
    """One record as a JSON object, or as the XML element ``name``; lists in it hold elements named in the singular."""
    if form == "json":
        return _json(record, 200)
    root = Xml.Element(name)
    _fill(root, record)
    return _xml(root, 200)


def errors(form: str, status: int, description: str) -> Response:
    """The one error of an answer."""
    return lists(form, "errors", "error", [{"code": status, "description": description}], status)


def moment(value: dt.datetime) -> str:
    """A moment as the W3C note on ISO 8601 has it, in Vietnamese time, to the second."""
    return value.astimezone(TIME_ZONE).isoformat(timespec="seconds")


def _json(value: Record | Sequence[Record], status: int) -> Response:
    content = json.dumps(value, ensure_ascii=False)
    return Response(content, status, media_type="application/json; charset=utf-8")


def _xml(root: Xml.Element, status: int) -> Response:
    content = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, status, media_type="text/xml; charset=utf-8")


def _fill(element: Xml.Element, record: Record) -> None:
    for name, value in record.items():
        child = Xml.SubElement(element, name)
        match value:
            case list():
                for item in value:  # pyright: ignore[reportUnknownVariableType]
                    _fill(Xml.SubElement(child, name.removesuffix("s")), item)  # pyright: ignore[reportUnknownArgumentType]
            case bool():
                child.text = "true" if value else "false"
            case None:
                pass
            case _:
                child.text = str(value)
