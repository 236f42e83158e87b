from __future__ import annotations

import gzip
import itertools
import json
import socket
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.stack import Stack


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    stack.run("agency", "add", "Sở Mẫu", "--prefix", "H97.14")
    return stack.run("agency", "key", "Sở Mẫu").strip()


@pytest.fixture
def agency(stack: Stack, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        yield client


NUMBERS = itertools.count(1)


def code() -> str:
    return f"H97.14-240823-{next(NUMBERS):08}"


def event(code: str, state: int = 4, **more: Any) -> dict[str, Any]:
    return {"code": code, "state": state, "time": f"2024-09-{state:02}T08:00:00+07:00", "phone": "0900000021", **more}


def lines(*events: dict[str, Any] | bytes) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in events)


def put(agency: httpx.Client, content: bytes, query: str = "", **headers: str) -> httpx.Response:
    kind = {"Content-Type": "application/x-ndjson"} | {name.replace("_", "-"): text for name, text in headers.items()}
    return agency.put(f"/api/v1/dossiers{query}", content=content, headers=kind)


def states(stack: Stack, code: str) -> list[int] | None:
    answer = httpx.get(f"{stack.url}/api/v1/dossiers/{code}", params={"verify": "0021"})
    return [entry["state"] for entry in answer.json()["history"]] if answer.status_code == 200 else None


COUNTS = ("taken", "repeated", "late", "rejected", "lines")


def counts(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [answer.json()[name] for name in COUNTS]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("array", [False, True])
def test_states_arrive_and_are_read_out(stack: Stack, agency: httpx.Client, packed: bool, array: bool) -> None:
    one = code()
    events = [event(one, 1, procedure_name="Đăng ký khai sinh"), event(one, 4), event(one, 2), event(one, 4)]
    body = json.dumps(events).encode() if array else lines(*events)
    headers = {"Content_Type": "application/json"} if array else {}
    if packed:
        body, headers = gzip.compress(body), headers | {"Content_Encoding": "gzip"}
    assert counts(put(agency, body, **headers)) == [2, 1, 1, 0, 4]
    assert states(stack, one) == [1, 2, 4]


def test_a_gzip_file_as_it_is(agency: httpx.Client) -> None:
    assert counts(put(agency, gzip.compress(lines(event(code()))), Content_Type="application/gzip"))[0] == 1


def test_bad_lines_are_reported_by_number(stack: Stack, agency: httpx.Client) -> None:
    one, other = code(), code()
    bad = event(code(), phone="so 0900000021"), b'{"code": "\xff"}', event("H97.15-240823-0001"), b"", event(code(), 12)
    answer = put(agency, lines(event(one), *bad, event(other)))
    assert counts(answer) == [2, 0, 0, 4, 7]
    assert [error["line"] for error in answer.json()["errors"]] == [2, 3, 4, 6]
    assert "0900000021" not in answer.text
    assert states(stack, one) == states(stack, other) == [4]


@pytest.mark.parametrize("header", [None, "Bearer x", "Bearer mca.0000000000.wrong", "Basic eDp5"])
def test_without_a_key(stack: Stack, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    with httpx.Client(base_url=stack.url, headers=headers) as stranger:
        assert put(stranger, lines(event(code()))).status_code == 401
        assert stranger.get("/api/v1/dossiers/uploads/x").status_code == 401


def test_a_revoked_key(stack: Stack, key: str) -> None:
    other = stack.run("agency", "key", "Sở Mẫu").strip()
    with httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {other}"}) as client:
        assert put(client, lines(event(code()))).status_code == 200
        stack.run("agency", "revoke", other.split(".")[1])
        assert put(client, lines(event(code()))).status_code == 401


def test_a_dry_run_writes_nothing(stack: Stack, agency: httpx.Client) -> None:
    one = code()
    assert counts(put(agency, lines(event(one), event(one), b"{"), "?dry_run=true")) == [1, 1, 0, 1, 3]
    assert states(stack, one) is None
    assert counts(put(agency, lines(event(one)))) == [1, 0, 0, 0, 1]


def test_what_is_not_taken_at_all(agency: httpx.Client) -> None:
    body = lines(event(code()))
    assert put(agency, body, Content_Type="text/csv").status_code == 415
    assert put(agency, body, Content_Encoding="br").status_code == 415
    assert put(agency, body, Upload_Id="a b").status_code == 422
    assert put(agency, body, Upload_Id="a", Upload_Offset="-1").status_code == 422
    assert put(agency, body, "?dry_run=true", Upload_Id="a").status_code == 422
    bomb = put(agency, gzip.compress(b"\n" * 50 * 2**20), Content_Encoding="gzip")
    assert (bomb.status_code, bomb.json()["error"]["code"]) == (413, "too_large")


def test_a_body_that_says_it_is_too_large(stack: Stack, key: str) -> None:
    address = urlsplit(stack.url)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(_head(key, address.netloc, 514 * 2**20))
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_truncated_gzip_keeps_what_came_before(stack: Stack, agency: httpx.Client) -> None:
    codes = [code() for _ in range(2500)]
    packed = gzip.compress(lines(*map(event, codes)))
    answer = put(agency, packed[:-2000], Content_Encoding="gzip", Upload_Id=codes[0])
    assert answer.status_code == 422
    assert "cut off" in answer.json()["error"]["message"]
    durable = agency.get(f"/api/v1/dossiers/uploads/{codes[0]}").json()
    assert 0 < durable["taken"] == durable["lines"] < 2500
    assert f" {durable['lines']} " in answer.json()["error"]["message"]
    assert states(stack, codes[durable["lines"] - 1]) == [4]
    assert states(stack, codes[durable["lines"]]) is None


def test_an_upload_goes_on_after_the_connection_was_cut(stack: Stack, agency: httpx.Client, key: str) -> None:
    codes, upload = [code() for _ in range(5000)], uuid.uuid4().hex
    body = lines(*map(event, codes[:2100]), b"{", *map(event, codes[2100:]))
    address = urlsplit(stack.url)
    assert agency.head(f"/api/v1/dossiers/uploads/{upload}").status_code == 404
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(_head(key, address.netloc, len(body), upload) + body[: len(body) * 9 // 10])
        durable = _durable(agency, upload, 4000)
    assert durable == 4000
    rest = b"\n".join(body.split(b"\n")[durable:])
    assert put(agency, rest, Upload_Id=upload).status_code == 409
    assert put(agency, rest, Upload_Id=upload, Upload_Offset="3999").status_code == 409
    answer = put(agency, rest, Upload_Id=upload, Upload_Offset=str(durable))
    assert counts(answer) == [5000, 0, 0, 1, 5001]
    assert [error["line"] for error in answer.json()["errors"]] == [2101]
    assert agency.get(f"/api/v1/dossiers/uploads/{upload}").json() == answer.json()
    assert [states(stack, one) for one in (codes[0], codes[3998], codes[3999], codes[-1])] == [[4]] * 4


def test_another_agency_sees_nothing_of_an_upload(stack: Stack, agency: httpx.Client) -> None:
    upload = uuid.uuid4().hex
    assert put(agency, lines(event(code())), Upload_Id=upload).status_code == 200
    stack.run("agency", "add", "Sở Khác", "--prefix", "H96")
    other = {"Authorization": f"Bearer {stack.run('agency', 'key', 'Sở Khác').strip()}"}
    assert httpx.get(f"{stack.url}/api/v1/dossiers/uploads/{upload}", headers=other).status_code == 404


def test_two_uploads_of_the_same_dossiers_at_once(stack: Stack, agency: httpx.Client) -> None:
    codes = [code() for _ in range(3000)]
    forward = lines(*(event(one, state) for one in codes for state in (1, 4)))
    backward = lines(*(event(one, state) for one in reversed(codes) for state in (4, 1)))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda body: counts(put(agency, body)), (forward, backward)))
    assert sum(taken + late for taken, _, late, _, _ in answers) == 6000
    assert sum(repeated for _, repeated, *_ in answers) == 6000
    assert states(stack, codes[0]) == states(stack, codes[-1]) == [1, 4]


def test_personal_data_is_in_no_log(stack: Stack, agency: httpx.Client) -> None:
    secret = "0900000077", "000000007777", "Ghi chú riêng tư"
    good = event(code(), phone=secret[0], identity=secret[1], note=secret[2])
    assert put(agency, lines(good, good | {"state": 0}, good | {secret[1]: 1}, b"{" + secret[0].encode())).is_success
    put(agency, gzip.compress(lines(good))[:-4], Content_Encoding="gzip")
    logs = "".join(log.read_text(errors="replace") for log in (stack.data / "log").glob("*.log"))
    assert [text for text in secret if text in logs] == []


def _head(key: str, host: str, length: int, upload: str = "x") -> bytes:
    return (
        f"PUT /api/v1/dossiers HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nUpload-Id: {upload}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _durable(agency: httpx.Client, upload: str, wanted: int) -> int:
    """The durable lines of an upload, as soon as there are as many as ``wanted``."""
    offset = 0
    for _ in range(100):
        offset = int(agency.head(f"/api/v1/dossiers/uploads/{upload}").headers.get("Upload-Offset", 0))
        if offset >= wanted:
            break
        time.sleep(0.1)
    return offset
