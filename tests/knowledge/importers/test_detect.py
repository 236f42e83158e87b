from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from knowledge.importers.detect import MAX_ENTRY_BYTES, read
from knowledge.model import Procedure, Unreadable

DATA = Path(__file__).parent.parent / "data"


def entry(number: int, **fields: object) -> dict[str, object]:
    return {"ma_thu_tuc": f"9.00000{number}", "ten_thu_tuc": f"Thủ tục {number}", **fields}


def lines(*entries: object) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in entries).encode()


def outcome(path: Path, content: bytes) -> list[str | tuple[int, str, str]]:
    path.write_bytes(content)
    return [
        found.code if isinstance(found, Procedure) else (found.line, found.code, found.reason) for found in read(path)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


class TestFormats:
    @pytest.mark.parametrize(
        ("name", "kinds"),
        [("crawl.jsonl", ["crawl", "crawl"]), ("word.jsonl", ["word"]), ("portal.json", ["portal", "portal"])],
    )
    def test_the_content_tells_the_format(self, name: str, kinds: list[str]) -> None:
        assert [found.source.kind for found in read(DATA / name) if isinstance(found, Procedure)] == kinds

    @pytest.mark.parametrize("name", ["crawl.jsonl", "word.jsonl", "portal.json"])
    def test_compressed_or_not_is_the_same(self, path: Path, name: str) -> None:
        path.write_bytes(gzip.compress((DATA / name).read_bytes()))
        assert list(read(path)) == list(read(DATA / name))

    def test_one_object_an_array_on_one_line_and_lines_are_the_same(self, path: Path) -> None:
        first = json.loads((DATA / "portal.json").read_bytes())[0]
        for content in (
            json.dumps(first),
            json.dumps(first, indent=2),
            json.dumps([first]),
            f"\n{json.dumps(first)}\n",
        ):
            assert outcome(path, content.encode()) == ["9.300001"]

    def test_entries_of_different_formats_in_one_file(self, path: Path) -> None:
        content = (DATA / "crawl.jsonl").read_bytes() + (DATA / "word.jsonl").read_bytes()
        assert outcome(path, content) == ["9.100001", "9.100002", "9.200001"]

    def test_a_byte_order_mark_and_windows_lines(self, path: Path) -> None:
        content = b"\xef\xbb\xbf" + lines(entry(1), entry(2)).replace(b"\n", b"\r\n")
        assert outcome(path, content) == ["9.000001", "9.000002"]


class TestOneBadEntryDoesNotStopTheRest:
    @pytest.mark.parametrize(
        ("broken", "code", "reason"),
        [
            (b'{"ma_thu_tuc": ', "", "không phải JSON hợp lệ (cột 15)"),
            (b'{"ma_thu_tuc": "9.000002", "ten_thu_tuc": "\xff"}', "", "không phải UTF-8 (byte thứ 44)"),
            (b"[1, 2]", "", "mục này không phải là một đối tượng JSON"),
            (b'{"a": 1}', "", "không nhận ra định dạng của mục này"),
            (b'{"ma_thu_tuc": "9.000002"}', "9.000002", "trường “ten_thu_tuc” bị thiếu"),
            (b'{"ma_thu_tuc": "9.000002", "ten_thu_tuc": 5}', "9.000002", "trường “ten_thu_tuc” phải là chữ"),
            (b'{"ma_thu_tuc": "9.000002", "ten_thu_tuc": " "}', "9.000002", "trường “name” bị để trống"),
            (b'{"ma_thu_tuc": "X", "ten_thu_tuc": "A"}', "X", "trường “code” sai khuôn dạng"),
            (b'{"ma_thu_tuc": "9.000002", "ten_thu_tuc": "\\ud800"}', "9.000002", "trường “name” không hợp lệ"),
            (b'{"a":' * 100_000, "", "JSON lồng nhau quá sâu"),
        ],
    )
    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_in_lines(self, path: Path, broken: bytes, code: str, reason: str, at: int) -> None:
        if broken.startswith(b"[") and at == 0:
            pytest.skip("a file that begins with [ is an array")
        whole = [lines(entry(1)), lines(entry(3))]
        expected: list[str | tuple[int, str, str]] = ["9.000001", "9.000003"]
        whole.insert(at, broken + b"\n")
        expected.insert(at, (at + 1, code, reason))
        assert outcome(path, b"".join(whole)) == expected

    def test_in_an_array(self, path: Path) -> None:
        text = json.dumps([entry(1), entry(2), entry(3)], ensure_ascii=False, indent=2)
        broken = text.replace('"9.000002",', '"9.000002" ')
        found = outcome(path, broken.encode())
        assert (found[0], found[2]) == ("9.000001", "9.000003")
        assert found[1] == (6, "", "không phải JSON hợp lệ (dòng 8, cột 5)")

    def test_bytes_that_are_no_text_in_an_array(self, path: Path) -> None:
        content = json.dumps([entry(1), entry(2)], ensure_ascii=False, indent=2).encode()
        assert outcome(path, content.replace("Thủ tục 1".encode(), b"Th\xff")) == [
            (2, "", "không phải UTF-8"),
            "9.000002",
        ]

    def test_an_unknown_way_of_submission(self, path: Path) -> None:
        record = json.loads((DATA / "word.jsonl").read_text(encoding="utf-8"))
        record["tables"]["hinh_thuc_nop"][0]["hinh_thuc"] = "Chim bồ câu"
        assert outcome(path, lines(record)) == [(1, "9.200001", "hình thức nộp “Chim bồ câu” chưa biết")]


class TestBrokenFiles:
    @pytest.mark.parametrize("content", [b"", b"\n \n"])
    def test_empty(self, path: Path, content: bytes) -> None:
        assert outcome(path, content) == [(1, "", "tệp rỗng")]

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "{}".encode("utf-16")])
    def test_binary(self, path: Path, content: bytes) -> None:
        assert outcome(path, content) == [(1, "", "tệp nhị phân hoặc không phải văn bản UTF-8")]

    def test_a_stray_zero_byte_costs_its_own_entry_only(self, path: Path) -> None:
        content = lines(entry(1)) + b'{"ma_thu_tuc": "\0"}\n' + lines(entry(3))
        assert outcome(path, content) == ["9.000001", (2, "", "không phải JSON hợp lệ (cột 17)"), "9.000003"]

    def test_truncated_gzip_keeps_what_came_before(self, path: Path) -> None:
        whole = gzip.compress(lines(*(entry(number, ghi_chu="x" * 50) for number in range(1, 6))), mtime=0)
        found = outcome(path, whole[: len(whole) - 12])
        assert found[-1] == (len(found), "", "tệp nén bị cắt giữa chừng, phần còn lại không đọc được")

    def test_damaged_gzip(self, path: Path) -> None:
        whole = bytearray(gzip.compress(lines(entry(1)), mtime=0))
        whole[-6] ^= 0xFF
        assert outcome(path, bytes(whole)) == [
            "9.000001",
            (2, "", "tệp nén bị hỏng, phần còn lại không đọc được"),
        ]

    def test_an_endless_line_is_passed_over(self, path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(lines(entry(1)))
            file.write(b'{"a": "')
            for _ in range(100):
                file.write(b"x" * 1024 * 1024)
            file.write(b'"}\n')
            file.write(lines(entry(3)))
        found = list(read(path))
        assert found[1] == Unreadable(2, "", f"dòng dài hơn {MAX_ENTRY_BYTES // 1024 // 1024} MB")
        assert [each.code for each in found if isinstance(each, Procedure)] == ["9.000001", "9.000003"]

    def test_an_array_that_is_cut_off(self, path: Path) -> None:
        content = json.dumps([entry(1), entry(2)], indent=1).encode()
        found = outcome(path, content[: content.rindex(b"}") + 1])
        assert found == ["9.000001", "9.000002", (9, "", "danh sách không có dấu “]” ở cuối, có thể tệp bị cắt")]

    def test_a_missing_file_is_an_error_of_the_caller(self, path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            list(read(path))
