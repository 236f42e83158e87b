"""What a citizen's province changes: which local procedures are theirs, and which office receives a dossier."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlu.text.normalise import normalise
from nlu.text.places import Province, find_provinces, province_of_code

_UNIT = re.compile(r"\b(?:tỉnh|thành phố|tp)\b", re.IGNORECASE)
_PROVINCIAL = re.compile(
    r"(?P<office>(?:Sở\b[^,;–-]*?|Ủy ban nhân dân|Công an|Bộ Chỉ huy quân sự|Bảo hiểm xã hội|Văn phòng đăng ký đất đai"
    r"|Trung tâm phục vụ hành chính công))"
    r"(?P<level>[\s,–-]*(?:cấp tỉnh|(?:các )?tỉnh,? ?(?:hoặc |và |/ ?)?thành phố(?: trực thuộc trung ương)?"
    r"|(?:tỉnh|thành phố|tp\.?)(?: trực thuộc trung ương)?))?\s*",
    re.IGNORECASE,
)


def provinces_of(code: str, name: str, agency: str) -> frozenset[str]:
    """Names of the provinces that a procedure is only for, empty for one that is for all.

    Told by a locality suffix of ``code``, by provinces named in ``name`` ("trên địa bàn tỉnh …"), and by a provincial
    ``agency`` that announced it. An office of one province among those that carry a procedure out tells nothing:
    records of procedures for all name one as an example.
    """
    suffix = province_of_code(code) if code.count(".") > 1 else None
    named = {suffix.name} if suffix else set[str]()
    for text in map(normalise, (name, agency)):
        unit = _UNIT.search(text)
        if unit:
            named |= {place.province.name for place in find_provinces(text) if place.start > unit.start()}
    return frozenset(named)


def offices_in(offices: Iterable[str], province: Province) -> tuple[str, ...]:
    """``offices`` as they are called in ``province``: "Sở Tư pháp" becomes "Sở Tư pháp tỉnh Thanh Hóa".

    The office of another province becomes that of this one; ministries, communes and the rest stay as they are.
    """
    return tuple(dict.fromkeys(_office_in(normalise(office), province) for office in offices))


def _office_in(office: str, province: Province) -> str:
    place = next((place for place in find_provinces(office) if place.end == len(office)), None)
    bare = office[: place.start] if place else office
    found = _PROVINCIAL.fullmatch(bare.strip(" .–-"))
    if found is None or not (place or found["level"] or found["office"].lower().startswith("sở")):
        return office
    return f"{found['office'].strip()} {province.full_name}"
