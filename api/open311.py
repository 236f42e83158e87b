"""Open311 GeoReport v2 under ``/open311/v2`` (https://wiki.open311.org/GeoReport_v2), in JSON and XML.

Where our rules on personal data are stricter than the convention: a list of requests holds the public board alone,
under public numbers and in public wording; the tracking code that a client got for its own request opens its state,
without the citizen's text and place. ``media_url`` is kept as text and never fetched.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import structlog
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State
from starlette.exceptions import HTTPException

from api.dependencies import SessionDependency, SettingsDependency
from api.open311_format import errors, lists, moment, single
from api.settings import Settings
from records.calendar import TIME_ZONE
from records.feedback import FeedbackView, NewFeedback, categories, file_feedback, find_feedback
from records.feedback.life import OPEN
from records.feedback.public import PublicCase, public_case, published_between

type Form = Literal["json", "xml"]

_LONGEST_RANGE = dt.timedelta(days=90)
_MOST = 1000
_MOST_IDS = 50
_LONGEST_TEXT = 4000
_SUGGESTION = "suggestion"
_ATTRIBUTES = [
    {
        "variable": True,
        "code": "kind",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "Phản ánh một sự việc, hoặc kiến nghị, góp ý",
        "order": 1,
        "description": "Anh/chị gửi phản ánh hay kiến nghị?",
        "values": [{"key": "report", "name": "Phản ánh"}, {"key": _SUGGESTION, "name": "Kiến nghị"}],
    },
    {
        "variable": True,
        "code": "occurred",
        "datatype": "string",
        "required": False,
        "datatype_description": "Tối đa 200 ký tự",
        "order": 2,
        "description": "Việc xảy ra khi nào?",
    },
    {
        "variable": True,
        "code": "public_consent",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "Thông tin cá nhân được bỏ đi trước khi đăng",
        "order": 3,
        "description": "Anh/chị có đồng ý đăng công khai khi đã có trả lời không?",
        "values": [{"key": "yes", "name": "Đồng ý"}, {"key": "no", "name": "Không"}],
    },
]


class Open311Error(Exception):
    """An error in the words of the convention; ``status`` is also its code."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


def create(state: State) -> FastAPI:
    """The application of everything under ``/open311``, on the state of the whole one."""
    app = FastAPI(title="Open311 GeoReport v2", docs_url=None, redoc_url=None, openapi_url=None)
    app.state = state
    app.add_api_route("/discovery.{form}", _discovery)
    jurisdiction = [Depends(_jurisdiction)]
    app.add_api_route("/v2/services.{form}", _services, dependencies=jurisdiction)
    app.add_api_route("/v2/services/{code}.{form}", _service, dependencies=jurisdiction)
    app.add_api_route("/v2/requests.{form}", _file, methods=["POST"])
    app.add_api_route("/v2/requests.{form}", _requests, dependencies=jurisdiction)
    app.add_api_route("/v2/requests/{request_id}.{form}", _request, dependencies=jurisdiction)
    app.add_api_route("/v2/tokens/{token}.{form}", _token, dependencies=jurisdiction)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    return app


def _check_jurisdiction(given: str | None, settings: Settings) -> None:
    if given and given != settings.open311_jurisdiction:
        raise Open311Error(404, "jurisdiction_id was not found")


async def _jurisdiction(settings: SettingsDependency, jurisdiction_id: str | None = None) -> None:
    _check_jurisdiction(jurisdiction_id, settings)


async def _discovery(form: Form, settings: SettingsDependency) -> Response:
    """Where which version is, and in which formats."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{settings.public_url}/open311/v2",
        "changeset": "2026-11-25T00:00:00+07:00",
        "type": "production",
        "formats": [{"format": "text/xml"}, {"format": "application/json"}],
    }
    record = {"changeset": endpoint["changeset"], "contact": settings.public_url, "key_service": settings.public_url}
    return single(form, "discovery", {**record, "endpoints": [endpoint]})


async def _services(form: Form) -> Response:
    """The categories."""
    return lists(form, "services", "service", [_service_out(category) for category in categories.read().values()])


async def _service(code: str, form: Form) -> Response:
    """What may be said with a request of a category."""
    if code not in categories.read():
        raise Open311Error(404, "service_code was not found")
    return single(form, "service_definition", {"service_code": code, "attributes": _ATTRIBUTES})


async def _file(form: Form, request: Request, session: SessionDependency, settings: SettingsDependency) -> Response:
    """Files a request. It is there at once, so that the answer holds its id and never a token."""
    sent = {name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)}
    _check_jurisdiction(sent.get("jurisdiction_id"), settings)
    _check_key(sent.get("api_key", ""), settings)
    try:
        filed = await file_feedback(session, _read(sent))
    except ValueError as error:
        raise Open311Error(400, "description was not provided") from error
    notice = f"Hạn trả lời: {filed.due_on:%d/%m/%Y}. Theo dõi: {settings.public_url}/theo-doi/{filed.tracking_code}"
    record = {"service_request_id": filed.tracking_code, "service_notice": notice, "account_id": None}
    return lists(form, "service_requests", "request", [record], 201)


async def _requests(
    form: Form,
    session: SessionDependency,
    service_request_id: str = "",
    service_code: str = "",
    start_date: dt.datetime | None = None,
    end_date: dt.datetime | None = None,
    status: Annotated[str, Query(pattern="^(open|closed)?(,(open|closed))*$")] = "",
) -> Response:
    """Requests by their ids, or those of the public board that were filed within at most 90 days."""
    if ids := _split(service_request_id):
        found = [await _find(session, one) for one in ids[:_MOST_IDS]]
        return lists(form, "service_requests", "request", [record for record in found if record])
    if status == "open":
        return lists(form, "service_requests", "request", [])
    start, end = _range(start_date, end_date)
    cases = await published_between(session, start, end, _split(service_code), _MOST)
    return lists(form, "service_requests", "request", [_public_out(case) for case in cases])


async def _request(request_id: str, form: Form, session: SessionDependency) -> Response:
    """One request, by tracking code or public number."""
    record = await _find(session, request_id)
    if record is None:
        raise Open311Error(404, "service_request_id was not found")
    return lists(form, "service_requests", "request", [record])


async def _token(token: str, form: Form, session: SessionDependency) -> Response:
    """The id behind a token: tokens are never given out, so that it is the tracking code itself."""
    case = await find_feedback(session, token)
    if case is None:
        raise Open311Error(404, "token was not found")
    record = {"service_request_id": case.tracking_code, "token": token}
    return lists(form, "service_requests", "request", [record])


def _read(sent: Mapping[str, str]) -> NewFeedback:
    code = sent.get("service_code", "")
    if not code:
        raise Open311Error(400, "service_code was not provided")
    if code not in categories.read():
        raise Open311Error(404, "service_code was not found")
    latitude, longitude = _degrees(sent, "lat", 90), _degrees(sent, "long", 180)
    address = sent.get("address_string") or sent.get("address_id") or ""
    if not address and (latitude is None or longitude is None):
        raise Open311Error(400, "lat and long, address_string or address_id was not provided")
    description, media = sent.get("description", ""), sent.get("media_url", "")
    if len(description) > _LONGEST_TEXT or len(address) > 500:
        raise Open311Error(400, f"description is longer than {_LONGEST_TEXT} or the address than 500 characters")
    consent = sent.get("attribute[public_consent]")
    return NewFeedback(
        kind="suggestion" if sent.get("attribute[kind]") == _SUGGESTION else "report",
        what=f"{description}\nẢnh kèm theo: {media[:500]}" if description and media else description,
        where=address,
        when=sent.get("attribute[occurred]", "")[:200],
        contact=(sent.get("phone") or sent.get("email") or "")[:254] or None,
        source="open311",
        category=code,
        latitude=latitude,
        longitude=longitude,
        public_consent=consent == "yes" if consent else None,
    )


def _check_key(given: str, settings: Settings) -> None:
    """Raises for a key that is none of the deployment's; without keys nobody files requests this way."""
    known = settings.open311_keys.get_secret_value().split(",") if settings.open311_keys else []
    right = [hmac.compare_digest(given.encode(), key.strip().encode()) for key in known if key.strip()]
    if not given or not any(right):
        raise Open311Error(403, "api_key was not provided or is not valid")


def _degrees(sent: Mapping[str, str], name: str, most: int) -> float | None:
    if not sent.get(name):
        return None
    try:
        value = float(sent[name])
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise Open311Error(400, f"{name} is not a number of degrees")
    return value


def _range(start: dt.datetime | None, end: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
    if start is not None and start.tzinfo is None:
        start = start.replace(tzinfo=TIME_ZONE)
    if end is not None and end.tzinfo is None:
        end = end.replace(tzinfo=TIME_ZONE)
    end = end or (min(start + _LONGEST_RANGE, dt.datetime.now(dt.UTC)) if start else dt.datetime.now(dt.UTC))
    start = start or end - _LONGEST_RANGE
    if end - start > _LONGEST_RANGE:
        raise Open311Error(400, "start_date and end_date may not span more than 90 days")
    return start, end


def _split(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]


async def _find(session: AsyncSession, request_id: str) -> Mapping[str, Any] | None:
    if request_id.isascii() and request_id.isdigit() and len(request_id) < 19:
        case = await public_case(session, int(request_id))
        return _public_out(case) if case else None
    own = await find_feedback(session, request_id[:40])
    return _own_out(own) if own else None


def _service_out(category: categories.Category) -> Mapping[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.name,
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": "Phản ánh, kiến nghị",
    }


def _out(**known: Any) -> Mapping[str, Any]:
    """A request with every field of the convention; those that we don't tell are empty."""
    fields = (
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
        "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
        "address", "address_id", "zipcode", "lat", "long", "media_url",
    )  # fmt: skip
    return {name: known.get(name) for name in fields}


def _public_out(case: PublicCase) -> Mapping[str, Any]:
    return _out(
        service_request_id=str(case.number),
        status="closed",
        status_notes=case.answer,
        service_name=categories.name_of(case.category) or case.title,
        service_code=case.category,
        description=case.what,
        agency_responsible=case.agency,
        requested_datetime=moment(dt.datetime.combine(case.filed_on, dt.time(), TIME_ZONE)),
        updated_datetime=moment(case.updated_at),
    )


def _own_out(case: FeedbackView) -> Mapping[str, Any]:
    return _out(
        service_request_id=case.tracking_code,
        status="open" if case.state in OPEN else "closed",
        status_notes=case.note or case.state.label,
        service_name=categories.name_of(case.category),
        service_code=case.category,
        agency_responsible=case.agency,
        requested_datetime=moment(case.timeline[0].at),
        updated_datetime=moment(case.updated_at),
        expected_datetime=moment(case.due_at),
    )


def _form_of(request: Request) -> Form:
    return "json" if request.url.path.endswith(".json") else "xml"


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, Open311Error)
    return errors(_form_of(request), error.status, str(error))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields: Sequence[str] = sorted({str(part["loc"][-1]) for part in error.errors()})
    if "form" in fields:
        return errors("xml", 404, "the format is neither xml nor json")
    return errors(_form_of(request), 400, f"not readable: {', '.join(fields)}")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return errors(_form_of(request), error.status_code, error.detail)


def _failed(request: Request, error: Exception) -> Response:
    structlog.get_logger().error("database failed", path=request.url.path, error=type(error).__name__)
    return errors(_form_of(request), 503, "the service is not available at the moment, try again in some minutes")


_HANDLERS = {
    Open311Error: _known,
    RequestValidationError: _invalid,
    HTTPException: _http,
    DBAPIError: _failed,
    PoolTimeoutError: _failed,
}
