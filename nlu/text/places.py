"""Provinces in a text, by present or former name, with or without accents (``data/provinces.tsv``).

Since 2025-07-01 there are 34 (Nghị quyết 202/2025/QH15); people and older records still use the 63 names from before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.text.abbreviations import read_table
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import TOKEN, tokens

_BEFORE = {
    "bên", "dân", "dưới", "khu", "lên", "ngoài", "người", "phố", "quê", "ra", "sở", "tại", "tỉnh", "tp", "trên",
    "trong", "từ", "ubnd", "vào", "về", "vô", "xuống", "ở",
}  # fmt: skip
"""Words after which a name that is also ordinary words is meant as a place."""
_BEFORE_FOLDED = set(map(fold, _BEFORE)) - {"ra", "so", "tu", "ve"}
"""Those of them that are as good without accents."""
_FRAME = frozenset(
    tokens(
        "da em toi minh con chau anh chi co chu bac ong ba nha gia dinh dang song la o tai que tinh thanh pho tp ben "
        "duoi tren ngoai trong thi con nguoi day nhe a ah oi thua bay gio hien nay luc thuong quen nham tru tam vay ma "
        "tui me nghe nghen hen ne do luon chu roi vi"
    )
)
"""Words of a message that says nothing but where somebody is, without accents."""


@dataclass(frozen=True)
class Province:
    """One of the 34 provinces: its name, ``tỉnh`` or ``thành phố``, former provinces in it, codes of their agencies."""

    name: str
    kind: str
    merged: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """``tỉnh Thanh Hóa``, ``thành phố Hà Nội``."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Place:
    """A province named in a text; offsets count in ``normalise(text)``, ``former`` is the old name that was used."""

    start: int
    end: int
    province: Province
    former: str = ""


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    province: Province
    former: str
    ambiguous: bool


@lru_cache(maxsize=1)
def provinces() -> tuple[Province, ...]:
    """All provinces."""
    return tuple(dict.fromkeys(name.province for name in _names()))


def province(name: str) -> Province | None:
    """The present province of this name, old or new, in any spelling; ``None`` when there is none."""
    wanted = normalise(name)
    found = next(find_provinces(f"tỉnh {wanted}"), None)
    return found.province if found and found.end == len(f"tỉnh {wanted}") else None


def province_of_code(code: str) -> Province | None:
    """The province whose agencies' codes begin like ``code`` (``H56``, ``H56.14``, ``1.004222.000.00.00.H56``)."""
    parts = code.upper().split(".")
    return next((one for one in provinces() if not set(parts).isdisjoint(one.codes)), None)


def named_province(text: str) -> Province | None:
    """The province that ``text`` names, if it is only one."""
    found = {place.province for place in find_provinces(text)}
    return found.pop() if len(found) == 1 else None


def find_provinces(text: str) -> Iterator[Place]:
    """Every province that ``text`` names, from left to right; the longest name wins."""
    text = normalise(text)
    matches = list(TOKEN.finditer(text))
    words = [match.group() for match in matches]
    position = 0
    while position < len(words):
        name = next((one for one in _by_first().get(fold(words[position]), ()) if _stands(one, words, position)), None)
        if name is None:
            position += 1
            continue
        last = position + len(name.words) - 1
        yield Place(matches[position].start(), matches[last].end(), name.province, name.former)
        position = last + 1


def nothing_else(text: str) -> bool:
    """Whether ``text`` says where the citizen is and asks nothing."""
    text = normalise(text)
    rest = text
    for place in find_provinces(text):
        rest = rest[: place.start] + " " * (place.end - place.start) + rest[place.end :]
    return rest != text and _FRAME.issuperset(map(fold, tokens(rest)))


def _stands(name: _Name, words: list[str], position: int) -> bool:
    written = words[position : position + len(name.words)]
    if len(written) < len(name.words):
        return False
    if any(word.lower() not in (meant, fold(meant)) for word, meant in zip(written, name.words, strict=True)):
        return False
    if not name.ambiguous or all(word.istitle() for word in written) or not " ".join(written).isascii():
        return True
    before = words[position - 1].lower() if position else ""
    return before in _BEFORE or before in _BEFORE_FOLDED


@lru_cache(maxsize=1)
def _by_first() -> dict[str, list[_Name]]:
    """The names by their first word without accents, longest first."""
    found: dict[str, list[_Name]] = {}
    for name in sorted(_names(), key=lambda name: -len(name.words)):
        found.setdefault(fold(name.words[0]), []).append(name)
    return found


@lru_cache(maxsize=1)
def _names() -> tuple[_Name, ...]:
    names: list[_Name] = []
    for row in read_table("provinces.tsv"):
        kind, name, code, merged, also = (*row, "", "")[:5]
        former = dict(pair.split("=") for pair in merged.split(", ") if pair)
        plain = {old.lstrip("~"): own_code for old, own_code in former.items()}
        one = Province(name.lstrip("~"), kind, tuple(plain), (code, *plain.values()))
        names += _name(name, one), *(_name(old, one, old.lstrip("~")) for old in former)
        names += (_name(other, one) for other in also.split(", ") if other)
    return tuple(names)


def _name(written: str, province: Province, former: str = "") -> _Name:
    return _Name(tuple(tokens(normalise(written))), province, former, written.startswith("~"))
