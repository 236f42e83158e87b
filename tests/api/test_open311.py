"""Open311 GeoReport v2: read with an independent client, posted as the convention says, refused in its words."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from typing import Any
from xml.etree import ElementTree as Xml

import httpx
import pytest
from fastapi import FastAPI
from georeport import GeoReport
from pydantic import SecretStr
from sqlalchemy import select, update

from api import open311
from api.settings import Settings
from records.database import Database
from records.feedback import answers, public, steps
from records.feedback.life import SYSTEM, Actor, Role
from records.models import Feedback
from tests.servers import serving

CLERK = Actor(Role.CLERK, "an", "Nguyễn Cán Bộ")
REPORT = {
    "api_key": "khóa-thử",
    "jurisdiction_id": "mau.gov.vn",
    "service_code": "lighting",
    "address_string": "Ngõ 5, thôn Mẫu",
    "description": "Đèn nhà bà Bí Mật hỏng & tối",
    "phone": "0900000011",
    "attribute[occurred]": "hôm qua",
    "attribute[public_consent]": "yes",
}
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]  # fmt: skip


@pytest.fixture
async def url(database: Database) -> AsyncGenerator[str]:
    app = FastAPI()
    app.state.database = database
    app.state.settings = Settings(open311_keys=SecretStr("khác,khóa-thử"), open311_jurisdiction="mau.gov.vn")
    app.mount("/open311", open311.create(app.state))
    async with serving(app) as url:
        yield f"{url}/open311/v2"


@pytest.fixture
async def client(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url) as client:
        yield client


async def post(client: httpx.AsyncClient, form: str = "json", **changes: str | None) -> httpx.Response:
    sent = {name: value for name, value in {**REPORT, **changes}.items() if value is not None}
    return await client.post(f"/requests.{form}", data=sent)


async def filed(client: httpx.AsyncClient) -> str:
    return (await post(client)).json()[0]["service_request_id"]


async def publish(database: Database, code: str) -> str:
    """Answers the case and puts it on the board; returns its public number."""
    async with database.session() as session:
        await steps.accept(session, code, SYSTEM)
        await answers.answer(session, code, CLERK, "Đã thay cho bà Bí Mật.")
        case = await public.publish(session, code, CLERK, title="Đèn", what="Đèn hỏng.", answer="Đã thay bóng.")
        return str(case.id)


@pytest.mark.parametrize("form", ["json", "xml"])
class TestIndependentClient:
    async def read(self, url: str, form: str, method: str, *arguments: Any, **more: Any) -> Any:
        client = GeoReport(url, jurisdiction="mau.gov.vn", output_format=form)
        return await asyncio.to_thread(getattr(client, method), *arguments, **more)

    async def test_services(self, url: str, form: str) -> None:
        services = await self.read(url, form, "get_service_list")
        assert len(services) <= 20
        lighting = next(service for service in services if service["service_code"] == "lighting")
        assert lighting["service_name"] == "Chiếu sáng công cộng"
        assert str(lighting["metadata"]).lower() == "true"
        assert lighting["type"] == "realtime"

    async def test_a_service_definition(self, url: str, form: str) -> None:
        definition = await self.read(url, form, "get_service_definition", "lighting")
        assert definition["service_code"] == "lighting"
        attributes = definition["attributes"] if form == "json" else definition["attributes"]["attribute"]
        values = attributes[0]["values"] if form == "json" else attributes[0]["values"]["value"]
        assert [attribute["code"] for attribute in attributes] == ["kind", "occurred", "public_consent"]
        assert [value["key"] for value in values] == ["report", "suggestion"]

    async def test_own_and_public_requests(
        self, url: str, form: str, client: httpx.AsyncClient, database: Database
    ) -> None:
        own, other = await filed(client), await filed(client)
        number = await publish(database, other)
        mine = await self.read(url, form, "get_service_request", own)
        assert list(mine) == FIELDS
        assert (mine["service_request_id"], mine["status"], mine["service_code"]) == (own, "open", "lighting")
        assert dt.datetime.fromisoformat(mine["expected_datetime"]).tzinfo is not None
        several = await self.read(url, form, "get_service_requests", service_request_id=f"{own},{number},PA-0000-0000")
        assert [each["service_request_id"] for each in several] == [own, number]
        listed = await self.read(url, form, "get_service_requests", status="closed", service_code="waste,lighting")
        listed = listed if form == "json" else [listed]
        assert [each["service_request_id"] for each in listed] == [number]
        assert (listed[0]["description"], listed[0]["status_notes"]) == ("Đèn hỏng.", "Đã thay bóng.")


class TestFiling:
    async def test_a_request_is_a_case(self, client: httpx.AsyncClient, database: Database) -> None:
        answer = await post(client, lat="21.03", long="105.85", media_url="https://vi-du.vn/anh.jpg")
        assert answer.status_code == 201
        [record] = answer.json()
        assert "/theo-doi/" in record["service_notice"]
        async with database.session() as session:
            case = (await session.execute(select(Feedback))).scalar_one()
        assert (case.tracking_code, case.category, case.source) == (record["service_request_id"], "lighting", "open311")
        assert (case.kind, case.where, case.when) == ("report", "Ngõ 5, thôn Mẫu", "hôm qua")
        assert (case.latitude, case.longitude, case.public_consent) == (21.03, 105.85, True)
        assert case.what.endswith("https://vi-du.vn/anh.jpg")
        assert case.contact is not None
        assert database.vault.decrypt(case.contact) == "0900000011"

    async def test_in_xml(self, client: httpx.AsyncClient) -> None:
        answer = await post(client, "xml")
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        request = Xml.fromstring(answer.content).find("request")
        assert request is not None
        code = request.findtext("service_request_id")
        token = await client.get(f"/tokens/{code}.xml")
        assert Xml.fromstring(token.content).findtext("request/service_request_id") == code

    @pytest.mark.parametrize(
        ("changes", "status", "said"),
        [
            ({"api_key": None}, 403, "api_key"),
            ({"api_key": "khóa-thử,"}, 403, "api_key"),
            ({"jurisdiction_id": "khac.gov.vn"}, 404, "jurisdiction_id"),
            ({"service_code": None}, 400, "service_code"),
            ({"service_code": "weather"}, 404, "service_code"),
            ({"address_string": None}, 400, "address_string"),
            ({"address_string": None, "lat": "21"}, 400, "address_string"),
            ({"lat": "nan"}, 400, "lat"),
            ({"long": "181"}, 400, "long"),
            ({"description": None}, 400, "description"),
            ({"description": "\0\0"}, 400, "description"),
            ({"description": "x" * 4001}, 400, "description"),
        ],
    )
    @pytest.mark.parametrize("form", ["json", "xml"])
    async def test_what_is_refused(
        self, client: httpx.AsyncClient, changes: dict[str, str | None], status: int, said: str, form: str
    ) -> None:
        answer = await post(client, form, **changes)
        assert answer.status_code == status
        if form == "json":
            [error] = answer.json()
        else:
            root = Xml.fromstring(answer.content)
            assert root.tag == "errors"
            error = {"code": int(root.findtext("error/code") or 0), "description": root.findtext("error/description")}
        assert error["code"] == status
        assert said in error["description"]

    async def test_without_keys_nobody_files(self, database: Database) -> None:
        app = FastAPI()
        app.state.database, app.state.settings = database, Settings(open311_keys=None)
        app.mount("/open311", open311.create(app.state))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://motcua.test/open311/v2") as client:
            assert (await post(client, jurisdiction_id=None)).status_code == 403
            assert (await post(client, jurisdiction_id=None, api_key="")).status_code == 403


class TestPrivacy:
    async def test_lists_hold_the_public_wording_alone(self, client: httpx.AsyncClient, database: Database) -> None:
        hidden, shown = await filed(client), await filed(client)
        number = await publish(database, shown)
        listed = await client.get("/requests.json")
        single = await client.get(f"/requests/{number}.json")
        own = await client.get(f"/requests/{hidden}.json")
        assert [each["service_request_id"] for each in listed.json()] == [number]
        for text in (listed.text, single.text, own.text):
            for secret in ("Bí Mật", "Ngõ 5", "0900000011", "Nguyễn Cán Bộ"):
                assert secret not in text
        for text in (listed.text, single.text):
            assert shown not in text
        assert (await client.get("/requests.json", params={"status": "open"})).json() == []

    async def test_numbers_that_are_not_on_the_board(self, client: httpx.AsyncClient, database: Database) -> None:
        await filed(client)
        async with database.session() as session:
            number = (await session.execute(select(Feedback.id))).scalar_one()
        for name in (str(number), "0", "9" * 18, "9" * 40, "PA-0000-0000", "²"):
            answer = await client.get(f"/requests/{name}.json")
            assert (answer.status_code, answer.json()[0]["code"]) == (404, 404)

    async def test_at_most_90_days(self, client: httpx.AsyncClient, database: Database) -> None:
        number = await publish(database, await filed(client))
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=100)
        async with database.session() as session:
            await session.execute(update(Feedback).values(created_at=long_ago))
        assert (await client.get("/requests.json")).json() == []
        start = (long_ago - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = (await client.get("/requests.json", params={"start_date": start})).json()
        assert [each["service_request_id"] for each in found] == [number]
        answer = await client.get("/requests.json", params={"start_date": start, "end_date": "2040-01-01T00:00:00Z"})
        assert (answer.status_code, "90 days" in answer.text) == (400, True)


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/services.yaml", 404),
            ("/services/weather.xml", 404),
            ("/requests.xml?start_date=yesterday", 400),
            ("/requests.xml?status=lost", 400),
            ("/requests.xml?jurisdiction_id=khac", 404),
            ("/tokens/PA-0000-0000.xml", 404),
            ("/nothing.xml", 404),
        ],
    )
    async def test_in_the_form_of_the_convention(self, client: httpx.AsyncClient, path: str, status: int) -> None:
        answer = await client.get(path)
        root = Xml.fromstring(answer.content)
        assert (answer.status_code, root.tag, root.findtext("error/code")) == (status, "errors", str(status))
        assert root.findtext("error/description")


async def test_discovery(client: httpx.AsyncClient, url: str) -> None:
    discovered = (await client.get(f"{url.removesuffix('/v2')}/discovery.json")).json()
    assert discovered["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    root = Xml.fromstring((await client.get(f"{url.removesuffix('/v2')}/discovery.xml")).content)
    assert [form.text for form in root.findall("endpoints/endpoint/formats/format/format")] == [
        "text/xml",
        "application/json",
    ]
