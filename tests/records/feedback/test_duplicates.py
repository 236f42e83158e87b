from __future__ import annotations

from records.database import Database
from records.feedback import NewFeedback, file_feedback, steps
from records.feedback.duplicates import similar_cases
from records.feedback.journal import by_code
from records.feedback.life import Actor, Role

WHERE = "ngõ 5, thôn Mẫu, xã Mẫu Một"
CLERK = Actor(Role.CLERK, "an", "Nguyễn An")


async def filed(database: Database, what: str, where: str = "", at: tuple[float, float] | None = None) -> str:
    latitude, longitude = at or (None, None)
    new = NewFeedback("report", what, where=where, latitude=latitude, longitude=longitude)
    async with database.session() as session:
        return (await file_feedback(session, new)).tracking_code


async def similar(database: Database, code: str) -> list[tuple[str, str]]:
    async with database.session() as session:
        case = await by_code(session, code)
        assert case is not None
        return [(each.case.tracking_code, each.reason) for each in await similar_cases(session, case)]


async def test_the_same_matter_at_the_same_place_however_it_is_written(database: Database) -> None:
    first = await filed(database, "Đèn đường trước nhà văn hóa hỏng, buổi tối rất tối", WHERE)
    second = await filed(database, "DEN DUONG truoc nha van hoa hong ca tuan nay", "ngo 5 thon Mau xa Mau Mot")
    elsewhere = await filed(database, "Đèn đường trước nhà văn hóa hỏng", "phố Thử, phường Hoa Sen")
    other = await filed(database, "Rác không ai thu gom", WHERE)
    found = await similar(database, first)
    assert [code for code, _ in found] == [second]
    assert "nơi ghi tương tự" in found[0][1]
    assert await similar(database, elsewhere) == []
    assert await similar(database, other) == []


async def test_what_lies_within_three_hundred_metres_is_near(database: Database) -> None:
    first = await filed(database, "Ổ gà lớn giữa đường", at=(21.0000, 105.8000))
    near = await filed(database, "ổ gà lớn, giữa đường", at=(21.0010, 105.8005))
    await filed(database, "Ổ gà lớn giữa đường", at=(21.0050, 105.8000))
    assert await similar(database, first) == [(near, "nội dung giống 100%, cách 123 m")]


async def test_what_is_decided_or_names_no_place_is_not_suggested(database: Database) -> None:
    first, done = await filed(database, "Cống tắc", WHERE), await filed(database, "Cống tắc", WHERE)
    nowhere = await filed(database, "Cống tắc")
    async with database.session() as session:
        await steps.decline(session, done, CLERK, reason="Đã giải quyết")
    assert await similar(database, first) == []
    assert await similar(database, nowhere) == []
