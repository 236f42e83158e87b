"""VietQR: a bank transfer as a QR code that every Vietnamese banking app reads.

The content follows EMVCo's Merchant-Presented Mode (QR Code Specification for Payment Systems) as NAPAS profiles it:
its own identifier A000000727 in field 38, service QRIBFTTA (transfer to an account), currency 704 (VND), country VN.
"""

from __future__ import annotations

import binascii
import io
import re

import segno

LONGEST_PURPOSE = 25
_BANK = re.compile(r"\d{6}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z]{3,19}", re.ASCII)
_PURPOSE = re.compile(r"[0-9A-Za-z ]{1,25}", re.ASCII)
_MOST = 10**13
_BANKS = {
    "970403": "Sacombank",
    "970405": "Agribank",
    "970407": "Techcombank",
    "970415": "VietinBank",
    "970416": "ACB",
    "970418": "BIDV",
    "970422": "MB",
    "970423": "TPBank",
    "970432": "VPBank",
    "970436": "Vietcombank",
    "970437": "HDBank",
    "970441": "VIB",
    "970443": "SHB",
}
"""Banks by their number with NAPAS; others are told by the number."""


def content(bank: str, number: str, amount: int, purpose: str) -> str:
    """What the QR code says: a transfer of ``amount`` đồng to the account ``number`` at ``bank``, for ``purpose``.

    ``bank`` is the bank's six digits with NAPAS; ``purpose`` comes back with the transfer. Raises ``ValueError`` for
    what the code cannot hold.
    """
    if not _BANK.fullmatch(bank):
        raise ValueError("the bank's number with NAPAS has six digits, such as 970436")
    if not _NUMBER.fullmatch(number):
        raise ValueError("an account number has 3 to 19 digits or capital letters")
    if not 0 < amount < _MOST:
        raise ValueError("the amount is a positive number of đồng of at most 13 digits")
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"the purpose has up to {LONGEST_PURPOSE} letters, digits and spaces, without accents")
    account = _field(0, bank) + _field(1, number)
    fields = (
        _field(0, "01"),
        _field(1, "12"),  # for one payment
        _field(38, _field(0, "A000000727") + _field(1, account) + _field(2, "QRIBFTTA")),
        _field(53, "704"),
        _field(54, str(amount)),
        _field(58, "VN"),
        _field(62, _field(8, purpose)),
    )
    unsigned = "".join(fields) + "6304"
    return f"{unsigned}{checksum(unsigned):04X}"


def bank_name(bank: str) -> str:
    """The name by which citizens know the bank."""
    return _BANKS.get(bank, f"mã ngân hàng {bank}")


def checksum(unsigned: str) -> int:
    """CRC-16/CCITT-FALSE (ISO/IEC 13239, polynomial 1021, start FFFF) over everything before it, "6304" included."""
    return binascii.crc_hqx(unsigned.encode("ascii"), 0xFFFF)


def picture(said: str, kind: str) -> bytes:
    """The QR code of ``said`` as ``png`` or ``svg``, large enough for a phone to read from another screen."""
    drawn = io.BytesIO()
    segno.make(said, error="m", micro=False).save(drawn, kind=kind, scale=8, border=4)
    return drawn.getvalue()


def _field(number: int, value: str) -> str:
    return f"{number:02}{len(value):02}{value}"
