"""Errors that the API answers with: a status, a stable code, and a sentence for the citizen."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException


class ApiError(Exception):
    """Base of the errors below; the body is ``{"error": {"code", "message"}}``."""

    status = 400
    code = "bad_request"
    message = "Yêu cầu không hợp lệ. Anh/chị kiểm tra và thử lại ạ."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class Unauthorised(ApiError):
    """No token, or not the right one."""

    status = 401
    code = "unauthorised"
    message = "Cần mã truy cập hợp lệ. Anh/chị tải lại trang để bắt đầu cuộc trò chuyện mới ạ."


class Forbidden(ApiError):
    """A caller that could not prove who it is."""

    status = 403
    code = "forbidden"
    message = "Không được phép."


class NotStorable(ApiError):
    """A value that the database cannot hold: a NUL character, a number without end."""

    status = 422
    code = "invalid"
    message = "Nội dung có ký tự hoặc con số không lưu được. Anh/chị kiểm tra và gửi lại ạ."


class NotFound(ApiError):
    """Nothing there for this caller."""

    status = 404
    code = "not_found"
    message = "Không tìm thấy nội dung anh/chị cần. Anh/chị kiểm tra lại địa chỉ ạ."


class TooLarge(ApiError):
    """More than is taken at once."""

    status = 413
    code = "too_large"
    message = "Nội dung gửi lên quá lớn."


class TooMany(ApiError):
    """Faster than a person types."""

    status = 429
    code = "too_many"
    message = "Anh/chị gửi hơi nhanh nên em chưa kịp đọc. Anh/chị chờ vài giây rồi gửi lại giúp em ạ."


class Unavailable(ApiError):
    """A part that is needed does not answer."""

    status = 503
    code = "unavailable"
    message = "Hệ thống đang tạm gián đoạn. Anh/chị thử lại sau ít phút; trường hợp khẩn cấp gọi 113, 114 hoặc 115 ạ."


def install(app: FastAPI) -> None:
    """Turns every error into a response of the same shape, without anything from inside."""

    @app.exception_handler(ApiError)
    def api_error(_: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, ApiError)
        return _response(error)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, RequestValidationError)
        fields = sorted({str(part["loc"][-1]) for part in error.errors()})
        response = ApiError(f"Yêu cầu chưa đúng ở: {', '.join(fields)}.")
        response.status = 422
        response.code = "invalid"
        return _response(response)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        assert isinstance(error, HTTPException)
        response = NotFound() if error.status_code == 404 else ApiError()
        response.status = error.status_code
        return _response(response)

    @app.exception_handler(DataError)
    def not_storable(*_: object) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return _response(NotStorable())

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeoutError)
    def database(request: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        structlog.get_logger().error("database failed", path=request.url.path, error=type(error).__name__)
        return _response(Unavailable())

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        structlog.get_logger().error("request failed", path=request.url.path, error=type(error).__name__)
        response = Unavailable()
        response.status = 500
        response.code = "internal"
        return _response(response)


def _response(error: ApiError) -> JSONResponse:
    return JSONResponse({"error": {"code": error.code, "message": error.message}}, error.status)
