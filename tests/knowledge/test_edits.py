from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.alike import alike
from knowledge.search import Knowledge, Verdict
from knowledge.settings import Settings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, Layer, catalogue_path
from knowledge.trial import Asked, run

DOG = "xin giấy khám cho con cún"
FIELDS = ("Cấp, quản lý căn cước", "Hộ tịch")


@pytest.fixture
def own(tmp_path: Path) -> Knowledge:
    """Two fields of the starter catalogue, to change as one likes."""
    entries = [entry for entry in read_starter() if entry.field in FIELDS]
    Catalogue(catalogue_path(tmp_path)).import_entries(entries, Layer.STARTER, complete=True)
    return Knowledge.open(Settings(data=tmp_path))


def first(knowledge: Knowledge, text: str) -> str:
    found = knowledge.search(text)
    return found.hits[0].procedure.code if found.verdict is not Verdict.NOTHING else ""


class TestEdits:
    def test_a_version_counts_from_when_it_is_published_until_another_one_is(self, own: Knowledge) -> None:
        code, edits = "1.001193", own.catalogue.edits
        before = own.procedure(code)
        assert before is not None
        one = edits.add(code, "Khai sinh cho bé", "", ["làm giấy cho em bé mới đẻ"], "An")
        two = edits.add(code, "", "Tóm tắt mới.", [], "An")
        assert own.procedure(code) == before
        edits.publish(code, one.number)
        shown = own.procedure(code)
        assert shown is not None
        assert (shown.title, shown.summary) == ("Khai sinh cho bé", before.summary)
        assert "làm giấy cho em bé mới đẻ" in shown.aliases
        edits.publish(code, two.number)
        shown = own.procedure(code)
        assert shown is not None
        assert (shown.title, shown.summary, shown.aliases) == (before.title, "Tóm tắt mới.", before.aliases)
        edits.publish(code, one.number)
        live = edits.live(code)
        assert live is not None
        assert live.number == one.number
        assert own.catalogue.without_edits(code) == before

    def test_it_outlives_an_import_and_search_finds_it(self, own: Knowledge) -> None:
        edits = own.catalogue.edits
        edits.publish("1.001193", edits.add("1.001193", "", "", ["rước cu tí về nhà mới"], "An").number)
        assert first(own, "rước cu tí về nhà mới") == "1.001193"
        entries = [entry for entry in read_starter() if entry.field in FIELDS]
        own.catalogue.import_entries(entries, Layer.STARTER, complete=True)
        assert first(own, "rước cu tí về nhà mới") == "1.001193"

    def test_a_version_that_there_is_not_cannot_be_published(self, own: Knowledge) -> None:
        with pytest.raises(LookupError):
            own.catalogue.edits.publish("1.001193", 1)

    def test_a_catalogue_of_the_first_program_gets_what_later_ones_added(self, tmp_path: Path) -> None:
        catalogue = Catalogue(catalogue_path(tmp_path))
        entries = [entry for entry in read_starter() if entry.field in FIELDS]
        before = catalogue.import_entries(entries, Layer.STARTER).generation
        with closing(sqlite3.connect(catalogue_path(tmp_path))) as connection, connection:
            connection.execute("DROP TABLE edit")
            connection.execute("ALTER TABLE entry DROP COLUMN generation")
            connection.execute("PRAGMA user_version = 1")
        later = Catalogue(catalogue_path(tmp_path))
        assert later.edits.of("1.001193") == []
        assert len(list(later.all(before - 1))) == len(entries)
        assert list(later.all(before)) == []


class TestTrial:
    def test_it_says_what_a_phrasing_mends_and_that_nothing_has_changed_yet(self, own: Knowledge) -> None:
        official = own.procedure("1.001193")
        assert official is not None
        phrase = "rước cu tí về nhà mới"
        assert first(own, phrase) != official.code
        changed = official.model_copy(update={"aliases": (*official.aliases, phrase)})
        outcome = run(own, changed, [Asked(phrase), Asked("làm khai sinh", official.code)])
        assert (outcome.asked, [row.question for row in outcome.mended], outcome.broken) == (2, [phrase], ())
        assert first(own, phrase) != official.code

    def test_it_says_the_same_as_search_does_once_it_is_live(self, own: Knowledge) -> None:
        official = own.procedure("1.001193")
        assert official is not None
        questions = ["rước cu tí về nhà mới", "đón cu tí về nhà", "đăng ký kết hôn", "làm căn cước", DOG]
        before = {question: first(own, question) for question in questions}
        edit = own.catalogue.edits.add(official.code, "", "", [questions[0]], "An")
        outcome = run(own, edit.over(official), [Asked(question) for question in questions])
        own.catalogue.edits.publish(official.code, edit.number)
        moved = {q for q in questions if first(own, q) == official.code != before[q]}
        assert {row.question for row in outcome.mended} == moved

    def test_it_says_what_is_broken(self, own: Knowledge) -> None:
        right = first(own, "đăng ký kết hôn")
        wedding = own.procedure(right)
        assert wedding is not None
        changed = wedding.model_copy(update={"name": "Việc khác", "title": "", "summary": "", "aliases": ()})
        outcome = run(own, changed, [Asked("đăng ký kết hôn", right), Asked("làm khai sinh", "1.001193")])
        assert ([row.question for row in outcome.broken], outcome.mended) == (["đăng ký kết hôn"], ())
        assert outcome.broken[0].before == (wedding.title or wedding.name)


class TestAlike:
    def test_questions_of_one_meaning_come_together_and_others_do_not(self, own: Knowledge) -> None:
        if own.model is None:
            pytest.skip("no dense model on this machine")
        questions = [
            "xin giấy phép nuôi chó", "số nhà mới cấp ở đâu", "nuôi chó có cần đăng ký không",
            "xin cấp số nhà mới xây", "mua vé tàu tết",
        ]  # fmt: skip
        assert alike(own, questions) == [[0, 2], [1, 3], [4]]

    @pytest.mark.parametrize(("questions", "groups"), [([], []), (["một câu"], [[0]])])
    def test_few_questions(self, own: Knowledge, questions: list[str], groups: list[list[int]]) -> None:
        assert alike(own, questions) == groups
