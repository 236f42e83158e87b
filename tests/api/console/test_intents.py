from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
import yaml
from sqlalchemy import text, update

from api.bot import BotUnavailable, ExampleSet, Trial
from api.console.conversation import INTENT_NAMES
from api.console.intent_pages import CHOICES
from api.hearing import Hearing
from api.jobs import Jobs
from api.settings import Settings
from api.turns import Turns
from records import audit
from records.models import IntentVersion
from records.privacy import retention
from records.staff import intents
from records.staff.intents import TrialState
from tests.api.console.office import Office
from tests.api.console.test_knowledge import asked
from tests.stack import ROOT

PHRASE = "cho em ới người thật cái nào"
PAGE = "/knowledge/intents"


@dataclass
class Trainer:
    """A bot that answers for its trial run what it is given; what is not in ``after`` stays as it is in ``before``."""

    before: dict[str, str] = field(default_factory=dict[str, str])
    after: dict[str, str] = field(default_factory=dict[str, str])
    held_out: list[tuple[str, str, str | None, str | None]] = field(
        default_factory=list[tuple[str, str, str | None, str | None]]
    )
    in_use: ExampleSet | None = None
    away: bool = False

    async def try_examples(self, examples: ExampleSet, live: ExampleSet, texts: list[str]) -> Trial:
        if self.away:
            raise BotUnavailable("status 503")
        learned = dict(examples)
        pairs = [(self.before.get(text), self.after.get(text, learned.get(text))) for text in texts]
        return Trial(texts=pairs, held_out=self.held_out)

    async def use_examples(self, examples: ExampleSet) -> None:
        if self.away:
            raise BotUnavailable("status 503")
        self.in_use = examples


async def work(office: Office, trainer: Trainer) -> None:
    """Carries out what the worker is to do now."""
    turns = Turns(office.database, trainer, 1)  # pyright: ignore[reportArgumentType]
    jobs = Jobs(office.database, turns, {}, Hearing(Settings()))
    async with jobs.app.open_async():
        await jobs.app.run_worker_async(wait=False, delete_jobs="always", listen_notify=False)


def test_editors_choose_among_the_intents_that_texts_are_understood_as() -> None:
    assert sorted(CHOICES) == sorted(path.stem for path in (ROOT / "nlu" / "data").glob("*.yml"))
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "conversation.yml").read_text(encoding="utf-8"))
    assert set(CHOICES) <= set(domain["intents"])


class TestOneClick:
    async def test_from_an_unanswered_question_to_an_example_in_use_and_back(self, office: Office) -> None:
        await asked(office, PHRASE, intent="nlu_fallback")
        await asked(office, "làm khai sinh cho bé ở Vinh, số 0900 000 000", "1.001193")
        trainer = Trainer({"làm khai sinh cho bé ở Vinh, số 0900 000 000": "ask_procedure"})
        trainer.after["làm khai sinh cho bé ở Vinh, số 0900 000 000"] = "request_person"
        trainer.held_out = [
            ("gặp ai đó đi", "request_person", "greet", "request_person"),
            ("xin chào", "greet", "greet", "request_person"),
            ("tạm biệt", "goodbye", "goodbye", "goodbye"),
        ]
        async with office.desk(await office.hire("bien", "editor", name="Lê Biên")) as desk:
            assert "là ví dụ của một ý định" in await desk.open("/knowledge")
            page = await desk.open(desk.value(r'href="/console(/knowledge/intents\?phrase=[^"]+)"'))
            assert f'value="{PHRASE}"' in page
            page = await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            assert desk.path == f"{PAGE}/1"
            assert "Đang chờ đến lượt huấn luyện thử" in page
            assert "Công bố</button>" not in page
            await desk.send(f"{PAGE}/1/publish")
            assert (desk.status, "Chạy thử xong mới công bố được." in desk.page) == (409, True)

            await work(office, trainer)
            page = await desk.open(f"{PAGE}/1")
            assert "2 câu được sửa đúng" in page
            assert "2 câu bị hỏng" in page
            assert "làm khai sinh cho bé ở Vinh, số ‹số điện thoại›" in page
            assert "0900" not in page
            assert "tạm biệt" not in page
            assert trainer.in_use in (None, [])

            page = await desk.send(f"{PAGE}/1/publish")
            assert "trợ lý đang chuyển sang bản này" in page
            await work(office, trainer)
            assert trainer.in_use == [(PHRASE, "request_person")]
            assert "Trợ lý đang dùng bản này" in await desk.open(f"{PAGE}/1")

            assert "Bản ban đầu" in await desk.open(PAGE)
            await desk.send(f"{PAGE}/0/publish")
            await work(office, trainer)
        assert trainer.in_use == []
        async with office.database.session() as session:
            (entry,) = await audit.entries_of(session, "intents:1")
        assert (entry.action, entry.actor_name, entry.details) == ("intents.publish", "Lê Biên", {"examples": 1})

    async def test_what_was_not_understood_before_and_is_nothing_that_was_wished_is_left_open(
        self, office: Office
    ) -> None:
        await asked(office, "cái kia ấy", intent="nlu_fallback")
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            await work(office, Trainer(after={"cái kia ấy": "deny", PHRASE: "greet"}))
            page = await desk.open(f"{PAGE}/1")
        assert "0 câu được sửa đúng" in page
        assert "1 câu chuyển sang cách hiểu khác" in page
        assert f"trợ lý vẫn chưa hiểu đúng: “{PHRASE}”" in page


class TestVersions:
    async def test_a_trial_run_against_an_older_set_does_not_go_live(self, office: Office) -> None:
        trainer = Trainer()
        async with office.desk(await office.hire("bien", "editor")) as desk:
            for phrase in ("ra đây em hỏi", "có ai ở đó hông"):
                await desk.send(PAGE, phrase=phrase, intent="request_person")
                await work(office, trainer)
            await desk.send(f"{PAGE}/1/publish")
            page = await desk.send(f"{PAGE}/2/publish")
            assert (desk.status, "bản 1 đã được công bố" in page) == (409, True)
            await desk.send(PAGE, phrase="có ai ở đó hông", intent="request_person")
            await work(office, trainer)
            await desk.send(f"{PAGE}/3/publish")
            assert "ra đây em hỏi" in await desk.open(PAGE)
        await work(office, trainer)
        assert trainer.in_use == [("ra đây em hỏi", "request_person"), ("có ai ở đó hông", "request_person")]

    async def test_an_example_is_taken_out_after_a_trial_run_too(self, office: Office) -> None:
        trainer = Trainer()
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            await work(office, trainer)
            await desk.send(f"{PAGE}/1/publish")
            page = await desk.send(f"{PAGE}/remove", phrase=PHRASE)
            assert (desk.path, f'<del class="said d-block">“{PHRASE}”' in page) == (f"{PAGE}/2", True)
            await work(office, trainer)
            await desk.send(f"{PAGE}/2/publish")
        await work(office, trainer)
        assert trainer.in_use == []

    async def test_a_failed_trial_run_says_what_to_do_and_is_begun_again(self, office: Office) -> None:
        trainer = Trainer(away=True)
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            await work(office, trainer)
            assert "Chạy thử không xong" in await desk.open(f"{PAGE}/1")
            assert "Đang chờ" in await desk.send(f"{PAGE}/1/try")
            trainer.away = False
            await work(office, trainer)
            await desk.send(f"{PAGE}/1/publish")
            trainer.away = True
            await work(office, trainer)
            assert "đang chuyển sang bản này" in await desk.open(f"{PAGE}/1")

    async def test_a_trial_run_that_ended_with_its_worker_is_done_again(self, office: Office) -> None:
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            async with office.database.session() as session:
                version = await session.get_one(IntentVersion, 1)
                version.state = TrialState.RUNNING
                await session.execute(text("TRUNCATE procrastinate_jobs CASCADE"))
            assert "Đang huấn luyện thử" in await desk.open(f"{PAGE}/1")
            async with office.database.session() as session:
                await intents.resume(session)
            await work(office, Trainer())
            assert "1 câu được sửa đúng" in await desk.open(f"{PAGE}/1")

    async def test_what_a_trial_run_lists_goes_after_its_term_and_what_never_went_live_is_tried_again(
        self, office: Office
    ) -> None:
        terms = dict.fromkeys(retention.KINDS, 999) | {"trial_runs": 90}
        async with office.desk(await office.hire("bien", "editor")) as desk:
            for phrase in ("ra đây em hỏi", PHRASE):
                await desk.send(PAGE, phrase=phrase, intent="request_person")
                await work(office, Trainer())
            await desk.send(f"{PAGE}/1/publish")
            async with office.database.session() as session:
                await session.execute(update(IntentVersion).values(at=IntentVersion.at - dt.timedelta(days=89)))
            assert (await retention.apply(office.database, terms, ""))["trial_runs"] == 0
            assert "1 câu được sửa đúng" in await desk.open(f"{PAGE}/1")
            async with office.database.session() as session:
                await session.execute(update(IntentVersion).values(at=IntentVersion.at - dt.timedelta(days=2)))
            assert (await retention.apply(office.database, terms, ""))["trial_runs"] == 2
            assert (await retention.apply(office.database, terms, ""))["trial_runs"] == 0
            page = await desk.open(f"{PAGE}/1")
            assert ("đã xóa theo thời hạn" in page, "Chạy thử lại" in page) == (True, False)
            assert "Cần chạy thử lại" in await desk.open(PAGE)
            await desk.send(f"{PAGE}/0/publish")
            await desk.send(f"{PAGE}/2/publish")
            assert (desk.status, "Chạy thử xong mới công bố được." in desk.page) == (409, True)
            await desk.send(f"{PAGE}/2/try")
            await work(office, Trainer())
            assert "1 câu được sửa đúng" in await desk.open(f"{PAGE}/2")

    @pytest.mark.parametrize(
        ("phrase", "intent", "told"),
        [
            ("…", "greet", "Một ví dụ cần"),
            ("gọi 0900 000 000 giúp tôi", "request_person", "dữ liệu cá nhân"),
            ("gọi ‹số điện thoại› giúp tôi", "request_person", "dữ liệu cá nhân"),
            (PHRASE, "nlu_fallback", "chọn ý định trong danh sách"),
        ],
    )
    async def test_what_is_no_example_is_refused(self, office: Office, phrase: str, intent: str, told: str) -> None:
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.send(PAGE, phrase=phrase, intent=intent)
            assert (desk.status, told in page) == (422, True)

    async def test_the_same_example_twice_is_refused_and_another_intent_takes_its_place(self, office: Office) -> None:
        trainer = Trainer()
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.send(PAGE, phrase=PHRASE, intent="request_person")
            await work(office, trainer)
            await desk.send(f"{PAGE}/1/publish")
            await desk.send(PAGE, phrase=PHRASE.upper(), intent="request_person")
            assert desk.status == 422
            page = await desk.send(PAGE, phrase=PHRASE, intent="greet")
        assert f'<del class="said d-block">“{PHRASE}”: {INTENT_NAMES["request_person"]}' in page
        assert f'<ins class="said d-block">“{PHRASE}”: {INTENT_NAMES["greet"]}' in page

    async def test_what_there_is_not(self, office: Office) -> None:
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.open(f"{PAGE}/7")
            assert desk.status == 404
            for path in ("remove", "7/try", "7/publish"):
                await desk.send(f"{PAGE}/{path}", phrase=PHRASE)
                assert desk.status == 404
