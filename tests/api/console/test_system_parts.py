from __future__ import annotations

from knowledge.index.elasticsearch import ElasticsearchIndex
from knowledge.search import Knowledge
from knowledge.settings import Settings
from tests.api.console.office import Office


async def test_staff_see_which_part_is_away_and_what_that_means(office: Office) -> None:
    office.app.state.knowledge = Knowledge(Settings(), None, ElasticsearchIndex("http://127.0.0.1:9", "nothing"))
    async with office.desk(await office.hire("chi", "lead")) as desk:
        assert 'hx-get="/console/figures/parts"' in await desk.open("/figures")
        page = await desk.open("/figures/parts")
    assert "Máy chủ Elasticsearch</strong> không phản hồi; bộ tra cứu tại chỗ đang trả lời thay" in page
    assert "Trợ lý</strong> không phản hồi" in page
    assert "Mọi bộ phận" not in page
