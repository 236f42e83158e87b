"""How the parts of the system are, on the live wall: what staff have to reckon with while one is away."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.console.access import FigureReader
from api.console.pages import render
from api.monitoring import WELL, ask_parts

router = APIRouter(prefix="/figures/parts")

_AWAY = {
    "worker": ("Gửi tin và việc nền", "không chạy; tin được giữ lại, chưa gửi đến người dân"),
    "bot": ("Trợ lý", "không phản hồi; tin của người dân được giữ lại và trả lời sau"),
    "actions": ("Phần soạn câu trả lời", "không phản hồi; tin của người dân được giữ lại và trả lời sau"),
    "search": ("Kho thủ tục", "chưa có thủ tục nào; cần nhập danh mục"),
    "meaning": ("Tra cứu theo nghĩa", "không chạy; đang tra cứu theo từ nên có thể tìm kém hơn"),
    "elasticsearch": ("Máy chủ Elasticsearch", "không phản hồi; bộ tra cứu tại chỗ đang trả lời thay"),
    "zalo": ("Kênh Zalo", "chưa gửi tin được; quản trị viên cần cấp quyền lại cho Zalo OA"),
}
"""A part's name, and what its absence means for those who work here."""


@router.get("")
async def parts_of_the_system(request: Request, signed_in: FigureReader) -> Response:  # noqa: ARG001 - who may see it
    """The strip of the wall that says whether everything runs."""
    parts = await ask_parts(request.app.state)
    away = [_AWAY.get(part, (part, said)) for part, said in parts.items() if said != WELL]
    return render(request, "system_parts.html", away=away)
