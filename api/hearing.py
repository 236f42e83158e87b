"""What a voice note says, asked of the process ``voice``, which has the weights and the threads for it."""

from __future__ import annotations

import httpx

from api.settings import Settings

_SECONDS = 120.0

HEARD = "Dạ, em nghe được: «{text}»"
CORRECT = {"title": "Sửa lại", "payload": '/correct{"field": "heard"}'}
"""The button under what was heard."""
NOTHING_HEARD = "Dạ, em nghe tin thoại này chưa ra lời nói. Anh/chị nói lại rõ hơn, hoặc gõ câu hỏi giúp em ạ."
TOO_LONG = (
    "Dạ, tin thoại dài quá 2 phút nên em chưa nghe hết được. Anh/chị gửi tin ngắn hơn, hoặc gõ câu hỏi giúp em ạ."
)
CANNOT_HEAR = "Dạ, hiện em chưa nghe được tin thoại. Anh/chị gõ câu hỏi bằng chữ giúp em ạ."


class NotHeard(Exception):
    """The note will not be heard; the text is for the citizen."""


class HearingDown(Exception):
    """The note cannot be heard now."""


class Hearing:
    """The ear of ``settings.voice_url``."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.voice_url
        headers = {"Authorization": f"Bearer {settings.internal_token.get_secret_value()}"}
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(_SECONDS, connect=3), headers=headers)

    async def hear(self, content: bytes) -> str:
        """The words of a recording. Raises ``NotHeard`` and ``HearingDown``."""
        if not self._url:
            raise NotHeard(CANNOT_HEAR)
        try:
            response = await self._client.post(f"{self._url}/transcripts", content=content)
        except httpx.RequestError as error:
            raise HearingDown(type(error).__name__) from error
        match response.status_code:
            case 200:
                text = str(response.json()["text"])
            case 413:
                raise NotHeard(TOO_LONG)
            case 415:
                raise NotHeard(NOTHING_HEARD)
            case status:
                raise HearingDown(f"voice answered {status}")
        if not text:
            raise NotHeard(NOTHING_HEARD)
        return text

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
