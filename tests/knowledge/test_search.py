"""The whole of search over a small catalogue: part of the starter catalogue and some invented entries."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from knowledge.aliases import Wording, Wordings
from knowledge.explain import render
from knowledge.index.elasticsearch import ElasticsearchIndex
from knowledge.index.embedded import index_path
from knowledge.layers import Layer
from knowledge.search import Knowledge, Verdict
from knowledge.settings import Settings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, catalogue_path
from tests.knowledge.procedures import procedure

_FIELDS = {"Hộ tịch", "Cấp, quản lý căn cước", "Sát hạch, cấp giấy phép lái xe"}

_INVENTED = [
    procedure(
        "9.000101", name="Cấp phép thả đèn trời (thực hiện tại cấp trung ương)", levels=["ministry"], agency="Bộ Gió"
    ),
    procedure("9.000102", name="Cấp phép thả đèn trời (thực hiện tại cấp tỉnh)", levels=["province"], agency="Bộ Gió"),
    procedure("9.000103", name="Cấp phép thả đèn trời (thực hiện tại cấp huyện)", levels=["district"], agency="Bộ Gió"),
    procedure("9.000104", name="Đăng ký nuôi chuồn chuồn", levels=["commune"], state="withdrawn"),
    procedure(
        "9.000105", name="Khai báo bắt đom đóm", levels=["commune"], state="superseded", superseded_by="9.000106"
    ),
    procedure("9.000106", name="Thông báo thu gom đom đóm", levels=["province"]),
    procedure("9.000107", name="Trợ cấp người gác hải đăng trên địa bàn tỉnh Hà Tĩnh", levels=["province"]),
    procedure("9.000108", name="Trợ cấp người gác hải đăng", levels=["commune"]),
    procedure("9.000108.000.00.00.H54", name="Trợ cấp người gác hải đăng", levels=["commune"]),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("knowledge")
    settings = Settings(data=folder / "var", cache=folder / "cache", elasticsearch_url=None)
    catalogue = Catalogue(catalogue_path(settings.data))
    catalogue.import_entries((entry for entry in read_starter() if entry.field in _FIELDS), Layer.STARTER)
    catalogue.import_entries(_INVENTED, Layer.OFFICIAL)
    return settings


@pytest.fixture(scope="module")
def knowledge(settings: Settings) -> Knowledge:
    return Knowledge.open(settings)


def first(knowledge: Knowledge, text: str) -> str:
    hits = knowledge.search(text).hits
    return hits[0].procedure.code if hits else ""


def test_the_loaded_catalogue_is_left_out_of_the_rounds_of_the_collector(settings: Settings) -> None:
    gc.unfreeze()
    Knowledge.open(settings)
    assert gc.get_freeze_count() > 10_000


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Đăng ký kết hôn", "1.000894"),
            ("thu tuc dang ky ket hon o phuong", "1.000894"),
            ("xin giấy độc thân", "1.004873"),
            ("lm gks cho con ms sinh ở đâu v ad", "1.001193"),
            ("mất cccd lm lại dc k", "1.014064"),
            ("ddawng kys khai tuwr cho ong noi", "1.000656"),
            ("1.004873 là thủ tục gì", "1.004873"),
        ],
    )
    def test_finds_the_procedure_whatever_the_wording(self, knowledge: Knowledge, text: str, code: str) -> None:
        assert first(knowledge, text) == code

    def test_a_code_is_a_clear_answer(self, knowledge: Knowledge) -> None:
        found = knowledge.search("thủ tục 1.004873.000.00.00.H40")
        assert (found.verdict, len(found.hits), found.hits[0].score) == (Verdict.CLEAR, 1, 1.0)

    @pytest.mark.parametrize("text", ["giá vàng hôm nay bao nhiêu một chỉ", "asdf qwer zxcv", "😀😀", "", "?!"])
    def test_says_when_nothing_fits(self, knowledge: Knowledge, text: str) -> None:
        assert knowledge.search(text).verdict is Verdict.NOTHING

    def test_offers_the_nearest_fields_when_nothing_fits(self, knowledge: Knowledge) -> None:
        fields = knowledge.search("nấu bún bò Huế thế nào cho ngon").fields
        assert set(fields) <= _FIELDS
        assert knowledge.search("Đăng ký kết hôn").fields == ()

    def test_limit(self, knowledge: Knowledge) -> None:
        assert len(knowledge.search("khai sinh", limit=2).hits) == 2

    def test_scores_fall_and_stay_within_0_and_1(self, knowledge: Knowledge) -> None:
        scores = [hit.score for hit in knowledge.search("khai sinh", limit=10).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    @pytest.mark.parametrize(
        "text", ["a" * 100_000, "\x00\x01khai sinh", '"; DROP TABLE document; --', "\ud800", "khai " * 3000]
    )
    def test_bad_input_is_only_text(self, knowledge: Knowledge, text: str) -> None:
        assert len(knowledge.search(text).hits) <= 5


class TestLevels:
    def test_one_need_is_one_hit_and_districts_give_way(self, knowledge: Knowledge) -> None:
        hits = [hit for hit in knowledge.search("cấp phép thả đèn trời").hits if "đèn trời" in hit.procedure.name]
        assert len(hits) == 1
        assert {hits[0].procedure.code, *hits[0].also} == {"9.000101", "9.000102"}

    def test_a_level_can_be_asked_for(self, knowledge: Knowledge) -> None:
        hits = knowledge.search("cấp phép thả đèn trời", level="province").hits
        assert (hits[0].procedure.code, hits[0].also) == ("9.000102", ())
        with pytest.raises(ValueError, match="galaxy"):
            knowledge.search("khai sinh", level="galaxy")

    def test_an_agency_can_be_asked_for(self, knowledge: Knowledge) -> None:
        assert {hit.procedure.agency for hit in knowledge.search("đăng ký", agency="bo gio").hits} == {"Bộ Gió"}


class TestProvince:
    ASKED = "trợ cấp người gác hải đăng"

    def codes(self, knowledge: Knowledge, text: str, province: str | None = None) -> list[str]:
        return [hit.procedure.code for hit in knowledge.search(text, province=province).hits]

    def test_what_is_only_for_another_province_is_left_out(self, knowledge: Knowledge) -> None:
        assert "9.000107" in self.codes(knowledge, self.ASKED)
        assert "9.000107" in self.codes(knowledge, self.ASKED, "ha tinh")
        assert "9.000107" not in self.codes(knowledge, self.ASKED, "Nghệ An")
        assert "9.000107" not in self.codes(knowledge, f"{self.ASKED} ở Nghệ An")

    def test_a_province_s_own_variant_stands_for_the_need(self, knowledge: Knowledge) -> None:
        assert self.codes(knowledge, self.ASKED, "Thái Bình")[0] == "9.000108.000.00.00.H54"
        assert self.codes(knowledge, self.ASKED, "Cà Mau")[0] == "9.000108"

    def test_a_place_that_is_no_province_is_refused(self, knowledge: Knowledge) -> None:
        with pytest.raises(ValueError, match="Paris is no province"):
            knowledge.search(self.ASKED, province="Paris")


class TestState:
    def test_a_withdrawn_procedure_never_comes_first(self, knowledge: Knowledge) -> None:
        assert first(knowledge, "đăng ký nuôi chuồn chuồn") != "9.000104"

    def test_a_superseded_procedure_gives_way_to_its_successor(self, knowledge: Knowledge) -> None:
        assert first(knowledge, "khai báo bắt đom đóm") == "9.000106"


class TestProcedure:
    def test_by_code(self, knowledge: Knowledge) -> None:
        found = knowledge.procedure("1.000894.000.00.00.H40")
        assert found is not None
        assert found.name == "Đăng ký kết hôn"
        assert knowledge.procedure("9.999999") is None


class TestRefresh:
    @pytest.fixture
    def imported(self, settings: Settings) -> Iterator[Catalogue]:
        catalogue = Catalogue(catalogue_path(settings.data))
        yield catalogue
        catalogue.import_entries(_INVENTED, Layer.OFFICIAL, complete=True)

    def test_sees_at_once_what_another_process_imported(self, knowledge: Knowledge, imported: Catalogue) -> None:
        assert first(knowledge, "xin giấy phép câu trăng đáy nước") != "9.000201"
        imported.import_entries([procedure("9.000201", name="Cấp giấy phép câu trăng đáy nước")], Layer.OFFICIAL)
        start = time.perf_counter()
        assert first(knowledge, "xin giấy phép câu trăng đáy nước") == "9.000201"
        assert time.perf_counter() - start < 5

    def test_what_is_up_to_date_waits_for_no_other_process(self, knowledge: Knowledge, settings: Settings) -> None:
        knowledge.refresh()
        with FileLock(index_path(settings.data).with_suffix(".lock")):
            knowledge.refresh()

    def test_while_another_process_indexes_questions_are_answered_from_before(
        self, knowledge: Knowledge, settings: Settings, imported: Catalogue
    ) -> None:
        with FileLock(index_path(settings.data).with_suffix(".lock")):
            imported.import_entries([procedure("9.000202", name="Cấp giấy phép vớt sao băng")], Layer.OFFICIAL)
            assert first(knowledge, "đăng ký kết hôn") == "1.000894"
            assert first(knowledge, "giấy phép vớt sao băng") != "9.000202"
        knowledge.refresh()
        assert first(knowledge, "giấy phép vớt sao băng") == "9.000202"

    def test_questions_are_answered_while_an_import_runs(self, knowledge: Knowledge, imported: Catalogue) -> None:
        with ThreadPoolExecutor(4) as pool:
            answers = [pool.submit(first, knowledge, "đăng ký kết hôn") for _ in range(40)]
            for number in range(5):
                imported.import_entries(
                    [procedure(f"9.00030{number}", name=f"Cấp phép bơi sao {number}")], Layer.OFFICIAL
                )
        assert {answer.result() for answer in answers} == {"1.000894"}


def test_changed_aliases_are_found_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path, cache=tmp_path, elasticsearch_url=None)
    Catalogue(catalogue_path(tmp_path)).import_entries(_INVENTED, Layer.OFFICIAL)
    asked = "bóng giấy bay đêm rằm"
    assert first(Knowledge(settings, None, None), asked) == ""
    wordings = Wordings({"9.000102": Wording("9.000102", (asked,), "le-hoi.yml")})
    monkeypatch.setattr("knowledge.search.read_aliases", lambda: wordings)
    assert first(Knowledge(settings, None, None), asked) == "9.000102"


class TestWithoutParts:
    def test_without_the_dense_model_words_are_enough(self, settings: Settings) -> None:
        knowledge = Knowledge(settings, None, None)
        assert first(knowledge, "dang ky ket hon") == "1.000894"
        assert knowledge.status()["meaning"] == "missing: search goes by words alone"

    def test_when_elasticsearch_is_down_the_embedded_index_answers(self, settings: Settings) -> None:
        knowledge = Knowledge(settings, None, ElasticsearchIndex("http://127.0.0.1:9", "nothing"))
        assert first(knowledge, "dang ky ket hon") == "1.000894"
        assert knowledge.explain("dang ky ket hon").engine == "embedded"
        assert knowledge.status()["elasticsearch"] == "down, embedded index answers"

    def test_an_empty_catalogue_finds_nothing(self, tmp_path: Path) -> None:
        knowledge = Knowledge(Settings(data=tmp_path, cache=tmp_path, elasticsearch_url=None), None, None)
        found = knowledge.search("đăng ký kết hôn")
        assert (found.hits, found.verdict) == ((), Verdict.NOTHING)
        assert knowledge.status()["search"] == "empty: no procedure was imported yet"


class TestExplain:
    def test_tells_every_step(self, knowledge: Knowledge) -> None:
        text = render(knowledge.explain("lam gks cho con"))
        assert "abbreviations lam giấy khai sinh cho con" in text
        assert "accents       làm giấy khai sinh cho con" in text
        assert "1. 1.001193  Đăng ký khai sinh" in text
        assert "rank by labels 1" in text or "rank by labels" in text
        assert "verdict" in text
