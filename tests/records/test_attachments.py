"""Files of citizens: what is taken, what is taken out of it, where it lies, and how staff get at it."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

import io
import struct
import time
import uuid
import zipfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from moto.server import ThreadedMotoServer
from PIL import Image
from pydantic import SecretStr

from api.errors import install
from api.files import router
from records import attachments, file_links
from records.attachments import MAX_BYTES, AttachmentRefused, ScannerDown
from records.conversations import start_web
from records.database import Database
from records.file_links import FileLink, LinkOver
from records.models import Attachment
from records.settings import Settings
from tests.fakes.clamd import EICAR, FakeClamd
from tests.pictures import photo, png
from tests.stack import free_port

PDF = b"%PDF-1.4\n" + bytes(100)


async def blocks(content: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(content) or 1, 1000):
        yield content[start : start + 1000]


async def upload(database: Database, content: bytes, name: str = "tep.bin") -> Attachment:
    async with database.session() as session:
        conversation, _ = await start_web(session)
        return await attachments.upload(session, conversation.id, name, blocks(content))


async def stored(database: Database, attachment: Attachment) -> bytes:
    async with database.session() as session:
        return b"".join([block async for block in attachments.read(session, attachment)])


def with_settings(database: Database, **changes: object) -> Database:
    return Database(database.engine, database.settings.model_copy(update=changes))


class TestPictures:
    @pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
    async def test_place_and_owner_are_gone_and_the_orientation_stays(
        self, database: Database, picture_format: str
    ) -> None:
        taken = photo(picture_format)
        with Image.open(io.BytesIO(taken)) as before:
            assert before.getexif().get_ifd(0x8825)
            assert before.getexif()[0x013B] == "Secret Owner"
        kept = await stored(database, await upload(database, taken))
        with Image.open(io.BytesIO(kept)) as after:
            assert dict(after.getexif()) == {0x0112: 6}
            assert after.getexif().get_ifd(0x8825) == {}
            assert after.size == (64, 32)
            red, green, _ = after.convert("RGB").getpixel((4, 4))  # pyright: ignore[reportGeneralTypeIssues]
        assert red > 200 > 60 > green
        assert b"Secret" in taken
        assert b"Secret" not in kept

    async def test_a_jpeg_keeps_its_quality(self, database: Database) -> None:
        taken = photo()
        kept = await stored(database, await upload(database, taken))
        with Image.open(io.BytesIO(taken)) as before, Image.open(io.BytesIO(kept)) as after:
            assert after.quantization == before.quantization  # pyright: ignore[reportAttributeAccessIssue]

    async def test_an_animation_keeps_moving(self, database: Database) -> None:
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
        buffer = io.BytesIO()
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=80, comment=b"Secret")
        kept = await stored(database, await upload(database, buffer.getvalue()))
        with Image.open(io.BytesIO(kept)) as after:
            assert (after.n_frames, after.info["duration"]) == (3, 80)  # pyright: ignore[reportAttributeAccessIssue]
        assert b"Secret" not in kept

    async def test_a_picture_inside_which_something_hides_is_written_anew(self, database: Database) -> None:
        kept = await stored(database, await upload(database, png() + b"<script>alert(1)</script>"))
        assert b"script" not in kept

    @pytest.mark.parametrize("content", [photo()[:200], png()[:40], b"\x89PNG\r\n\x1a\n" + bytes(100)])
    async def test_broken_ones_are_refused(self, database: Database, content: bytes) -> None:
        with pytest.raises(AttachmentRefused, match="hỏng"):
            await upload(database, content)

    async def test_a_decompression_bomb_is_refused(self, database: Database) -> None:
        header = struct.pack("!2I5B", 60_000, 60_000, 8, 2, 0, 0, 0)
        bomb = png().replace(png()[16:29], header)
        with pytest.raises(AttachmentRefused):
            await upload(database, bomb)


class TestKinds:
    async def test_the_content_counts_and_not_the_name(self, database: Database) -> None:
        assert (await upload(database, PDF, "anh.jpg")).content_type == "application/pdf"
        with pytest.raises(AttachmentRefused, match="chỉ nhận"):
            await upload(database, b"MZ" + bytes(200), "anh.jpg")

    @pytest.mark.parametrize(
        "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html></html>", b"BM" + bytes(99)]
    )
    async def test_what_is_not_taken(self, database: Database, content: bytes) -> None:
        with pytest.raises(AttachmentRefused, match="chỉ nhận"):
            await upload(database, content)

    async def test_an_archive_is_no_document(self, database: Database) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("virus.exe", "MZ")
        with pytest.raises(AttachmentRefused):
            await upload(database, buffer.getvalue(), "don.docx")

    async def test_too_large_and_empty(self, database: Database) -> None:
        with pytest.raises(AttachmentRefused, match="20 MB"):
            await upload(database, PDF + bytes(MAX_BYTES))
        with pytest.raises(AttachmentRefused, match="không có nội dung"):
            await upload(database, b"")


class TestMalware:
    @pytest.mark.parametrize("unix", [False, True])
    async def test_an_infected_file_is_refused_and_a_clean_one_taken(
        self, database: Database, tmp_path: Path, unix: bool
    ) -> None:
        async with FakeClamd.running(tmp_path / "clamd.sock" if unix else None) as clamd:
            watched = with_settings(database, clamd=clamd.address)
            with pytest.raises(AttachmentRefused, match="mã độc"):
                await upload(watched, PDF + EICAR)
            large = PDF + bytes(300_000)
            assert (await upload(watched, large)).state == "stored"
        assert clamd.received == [len(PDF + EICAR), len(large)]

    async def test_without_a_verdict_the_file_waits(self, database: Database) -> None:
        async with FakeClamd.running(limit=50) as clamd:
            with pytest.raises(ScannerDown, match="size limit"):
                await upload(with_settings(database, clamd=clamd.address), PDF)
        with pytest.raises(ScannerDown):
            await upload(with_settings(database, clamd=f"127.0.0.1:{free_port()}"), PDF)


class TestStore:
    @pytest.fixture
    def s3(self, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
        """A real S3 protocol server with a bucket."""
        port = free_port()
        server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
        server.start()
        endpoint = f"http://127.0.0.1:{port}"
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        httpx.put(f"{endpoint}/motcua-files").raise_for_status()
        yield endpoint
        server.stop()

    async def test_s3(self, database: Database, s3: str, tmp_path: Path) -> None:
        away = with_settings(database, files="s3://motcua-files/gui-kem", files_endpoint=s3, data=tmp_path)
        large = PDF + bytes(12 * 2**20)
        attachment = await upload(away, large)
        assert await stored(away, attachment) == large
        async with httpx.AsyncClient() as client:
            listed = (await client.get(f"{s3}/motcua-files")).text
        assert f"gui-kem/{attachment.id.hex[:2]}/{attachment.id.hex}" in listed
        assert not (tmp_path / "attachments").exists()
        attachment.id = uuid.uuid4()
        with pytest.raises(FileNotFoundError):
            await stored(away, attachment)

    async def test_a_folder_by_default(self, database: Database) -> None:
        attachment = await upload(database, PDF, "../../etc/passwd")
        path = database.settings.attachments / attachment.id.hex[:2] / attachment.id.hex
        assert path.read_bytes() == PDF
        assert attachment.name == "passwd"


class TestLinks:
    @pytest.fixture
    async def client(self, database: Database) -> AsyncGenerator[httpx.AsyncClient]:
        app = FastAPI()
        install(app)
        app.state.database = database
        app.include_router(router)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://motcua.test") as client:
            yield client

    async def test_a_link_opens_its_file(self, database: Database, client: httpx.AsyncClient) -> None:
        attachment = await upload(database, png(), 'ảnh "đường".png')
        token = file_links.sign(database.settings, FileLink(attachment.id, "an"))
        answer = await client.get(f"/files/{token}")
        assert answer.content == await stored(database, attachment)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''%E1%BA%A3nh%20%22")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert file_links.read(database.settings, token).staff_id == "an"

    async def test_a_document_is_downloaded(self, database: Database, client: httpx.AsyncClient) -> None:
        attachment = await upload(database, PDF, "don.pdf")
        token = file_links.sign(database.settings, FileLink(attachment.id, "an"))
        assert (await client.get(f"/files/{token}")).headers["content-disposition"].startswith("attachment;")

    @pytest.mark.parametrize("change", [lambda token: token[:-2], lambda token: "x" + token, lambda token: "x"])
    async def test_a_changed_link(self, database: Database, client: httpx.AsyncClient, change: object) -> None:
        attachment = await upload(database, PDF)
        assert callable(change)
        token = change(file_links.sign(database.settings, FileLink(attachment.id, "an")))
        assert (await client.get(f"/files/{token}")).status_code == 404

    async def test_an_old_link(
        self, database: Database, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attachment = await upload(database, PDF)
        token = file_links.sign(database.settings, FileLink(attachment.id, "an"))
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 599)
        assert (await client.get(f"/files/{token}")).status_code == 200
        monkeypatch.setattr(time, "time", lambda: now + 602)
        answer = await client.get(f"/files/{token}")
        assert (answer.status_code, "hết hạn" in answer.text) == (404, True)

    def test_a_link_outlives_a_change_of_keys(self, tmp_path: Path) -> None:
        old, new = "o" * 32, "n" * 32
        link = FileLink(uuid.uuid4(), "an")
        before = Settings(data=tmp_path, secret_keys=SecretStr(old))
        after = Settings(data=tmp_path, secret_keys=SecretStr(f"{new},{old}"))
        assert file_links.read(after, file_links.sign(before, link)) == link
        assert file_links.read(after, file_links.sign(after, link)) == link
        with pytest.raises(LinkOver):
            file_links.read(before, file_links.sign(after, link))
