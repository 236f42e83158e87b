from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from records.payments import vietqr
from records.payments.vietqr import checksum, content, picture


@pytest.mark.parametrize(
    "published",
    [
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690"
        "819thanh toan don hang63042E2E",
    ],
)
def test_the_checksum_of_codes_that_napas_published(published: str) -> None:
    assert f"{checksum(published[:-4]):04X}" == published[-4:]


def fields(said: str) -> dict[str, str]:
    """Tag, length, value, read without anything of ours."""
    found: dict[str, str] = {}
    while said:
        length = int(said[2:4])
        found[said[:2]], said = said[4 : 4 + length], said[4 + length :]
    return found


def test_what_the_code_says() -> None:
    told = fields(content("970403", "0011012345678", 180_000, "MC0123456789AB"))
    assert told == {
        "00": "01",
        "01": "12",
        "38": "0010A00000072701270006970403011300110123456780208QRIBFTTA",
        "53": "704",
        "54": "180000",
        "58": "VN",
        "62": "0814MC0123456789AB",
        "63": told["63"],
    }


@pytest.mark.parametrize(
    ("bank", "number", "amount", "purpose"),
    [
        ("97043", "0011012345678", 1, "x"),
        ("970436", "12", 1, "x"),
        ("970436", "0011 012345", 1, "x"),
        ("970436", "0011012345678", 0, "x"),
        ("970436", "0011012345678", 10**13, "x"),
        ("970436", "0011012345678", 1, "lệ phí"),
        ("970436", "0011012345678", 1, "x" * 26),
    ],
)
def test_what_the_code_cannot_hold(bank: str, number: str, amount: int, purpose: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        content(bank, number, amount, purpose)


@pytest.mark.parametrize("size", [None, 200])
def test_another_reader_reads_the_picture(size: int | None) -> None:
    """Also when it was made smaller, as a phone shows it."""
    said = content("970403", "0011012345678", 75_000, "MC0123456789AB")
    image = Image.open(io.BytesIO(picture(said, "png"))).convert("L")
    if size:
        image = image.resize((size, size))
    [read] = zxingcpp.read_barcodes(image)
    assert (read.text, read.format) == (said, zxingcpp.BarcodeFormat.QRCode)


def test_the_picture_for_print() -> None:
    assert b"<svg" in picture(content("970403", "0011012345678", 1, "x"), "svg")[:200]
    assert vietqr.LONGEST_PURPOSE == 25
