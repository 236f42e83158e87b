"""One state of one dossier as an agency reports it: what it may hold, and what is wrong with it otherwise."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from records.dossier_states import DossierState
from records.second_factor import digits_digest
from records.vault import Vault

LONGEST_LINE = 64 * 2**10
"""Bytes of the longest report that is read."""
AHEAD = dt.timedelta(hours=1)
"""How far the clock of an agency may be ahead of ours."""
_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_CODE = r"^(\d{2,3}\.){0,4}[A-Z]\d{2}(\.\d{2,3}){0,4}-(20)?\d{6}-\d{3,8}$"
_NAME = re.compile(r"[A-Za-z_]{1,30}")


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _pattern(pattern: str) -> StringConstraints:
    return StringConstraints(pattern=pattern)


type _Short = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
type _Long = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class StateReport(BaseModel):
    """A state that a dossier reached at ``time``; what is left out of it stays as it was told before.

    ``missing``, ``note``, ``fee_due`` (đồng) and ``fee_for`` belong to the state and end with it.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)

    code: Annotated[str, BeforeValidator(_upper), _pattern(_CODE)]
    state: DossierState
    time: AwareDatetime
    procedure_code: Annotated[str, _pattern(r"^\d\.\d{6}(\.\d{2,3}){0,4}(\.[A-Z]\d{2})?$")] | None = None
    procedure_name: _Short | None = None
    agency: _Short | None = None
    submitted: dt.date | None = None
    promised: dt.date | None = None
    finished: dt.date | None = None
    missing: list[_Short] = Field(default_factory=list[str], max_length=50)
    note: _Long = ""
    fee_due: int | None = Field(default=None, ge=0, le=10**12)
    fee_for: _Long = ""
    fee_paid: int | None = Field(default=None, ge=0, le=10**12)
    phone: Annotated[str, _pattern(r"^\+?\d([ .-]?\d){7,14}$")] | None = Field(default=None, repr=False)
    identity: Annotated[str, BeforeValidator(_upper), _pattern(r"^[A-Z0-9]{2,16}\d{4}$")] | None = Field(
        default=None, repr=False
    )

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if not _EARLIEST <= self.time <= dt.datetime.now(dt.UTC) + AHEAD:
            raise ValueError("time: before 2000 or in the future")
        try:
            _ = self.day_of_code
        except ValueError as error:
            raise ValueError("code: the date in it does not exist") from error
        return self

    @property
    def day_of_code(self) -> dt.date:
        """The day that stands in the code: when the dossier was handed in, unless the agency says otherwise."""
        digits = self.code.rsplit("-", 2)[1]
        return dt.date(2000 + int(digits[-6:-4]), int(digits[-4:-2]), int(digits[-2:]))

    def details(self, vault: Vault) -> dict[str, Any]:
        """What is kept beside state, time and note: without the numbers, of which only keyed hashes (hex) remain."""
        kept = self.model_dump(
            mode="json",
            exclude={"code", "state", "time", "note", "phone", "identity"},
            exclude_defaults=True,
        )
        for name, number in (("phone", self.phone), ("identity", self.identity)):
            digest = digits_digest(vault, self.code, re.sub(r"\D", "", number) if number else None)
            if digest:
                kept[name] = digest.hex()
        return kept


_EXPECTED = {
    "code": "expected a dossier code such as H99.14-240823-0001",
    "state": "expected a number from 1 to 10",
    "time": "expected ISO 8601 with an offset, such as 2024-08-23T09:30:00+07:00",
    "procedure_code": "expected a procedure code such as 1.004222",
    "missing": "expected a list of at most 50 texts of at most 500 characters",
    **dict.fromkeys(("fee_due", "fee_paid"), "expected a whole number of đồng from 0"),
    "phone": "expected a phone number of 8 to 15 digits",
    "identity": "expected an identity number that ends in four digits",
    **dict.fromkeys(("submitted", "promised", "finished"), "expected a date such as 2024-08-23"),
    **dict.fromkeys(("procedure_name", "agency"), "expected a text of 1 to 500 characters"),
    **dict.fromkeys(("note", "fee_for"), "expected a text of at most 2000 characters"),
}


def read_report(raw: bytes) -> StateReport | str:
    """The report in ``raw`` (a JSON object in UTF-8), or what is wrong with it, without repeating any value of it."""
    if len(raw) > LONGEST_LINE:
        return f"longer than {LONGEST_LINE // 2**10} KiB"
    try:
        return StateReport.model_validate_json(raw)
    except ValidationError as refused:
        errors = refused.errors(include_url=False, include_input=False)
        return "; ".join(dict.fromkeys(_reason(error["type"], error["loc"], error["msg"]) for error in errors[:5]))


def _reason(kind: str, place: tuple[int | str, ...], message: str) -> str:
    name = str(place[0]) if place else ""
    match kind:
        case "json_invalid":
            return message
        case "missing":
            return f"{name}: is needed"
        case "extra_forbidden":
            return f"{name if _NAME.fullmatch(name) else 'a name'}: no such field"
        case "value_error":
            return message.removeprefix("Value error, ")
        case _:
            return f"{name}: {_EXPECTED[name]}" if name else "expected a JSON object"
