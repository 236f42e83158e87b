"""Examples that editors add: what a trial run says of them, and the running bot takes them up without a restart."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.bot import Bot as Client
from api.bot import Trial
from api.settings import Settings
from motcua.programs import BOT_PYTHON, ROOT
from tests.bot.conftest import TOKEN, Bot

EXAMPLE = ("ới ời cả nhà một cửa ra em nhờ tẹo", "goodbye")
SMALL_TRIAL = """
import json, sys
from pathlib import Path
from bot.trial import is_held_out, run
from nlu.components.intent_model import IntentModel
from nlu.components.reviewed import Shelf

goods = ["gạo nếp", "chuối tiêu", "cam sành", "bưởi da xanh", "đường phèn", "muối hầm", "trứng vịt", "cá kho"]
VERBS = (("mua", "buy"), ("bán", "sell"), ("mượn", "borrow"))
known = [(f"{verb} {good}", intent) for verb, intent in VERBS for good in goods]
base = IntentModel(0.5, 0.0).train(*zip(*known))
shelf = Shelf(Path(sys.argv[1]), "small")
out = run(shelf, base, known, json.load(sys.stdin))
print(json.dumps({"held_out": sorted(text for text, _ in known if is_held_out(text)), "out": out}))
"""


def examples(bot: Bot, method: str, path: str = "", token: str = TOKEN, **body: Any) -> httpx.Response:
    address = f"{bot.url}/webhooks/motcua/examples{path}"
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, address, json=body or None, headers=headers, timeout=60)


def understood(bot: Bot, sender: str) -> str:
    return bot.say(EXAMPLE[0], sender).json()["understanding"]["intent"]


class TestRoutes:
    @pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("POST", "/trial")])
    def test_without_the_token_nothing_is_told_or_trained(self, bot: Bot, method: str, path: str) -> None:
        assert examples(bot, method, path, token="wrong").status_code == 401

    @pytest.mark.parametrize("body", [{"examples": [["only a text"]]}, {"texts": [1]}, {"examples": [["a", None]]}])
    def test_an_unreadable_request_is_refused(self, bot: Bot, body: dict[str, Any]) -> None:
        assert examples(bot, "POST", "/trial", **body).status_code == 400

    async def test_the_running_bot_understands_what_is_put_in_use_and_forgets_what_is_taken_back(
        self, bot: Bot
    ) -> None:
        worker = Client(Settings(bot_url=bot.url, bot_token=SecretStr(TOKEN)))
        with bot.actions():
            before = understood(bot, "00000000-0000-4000-8000-000000000001")
            await worker.use_examples([EXAMPLE])
            after = understood(bot, "00000000-0000-4000-8000-000000000002")
            await worker.use_examples([])
            taken_back = understood(bot, "00000000-0000-4000-8000-000000000003")
        await worker.close()
        assert (before == EXAMPLE[1], after, taken_back) == (False, EXAMPLE[1], before)


class TestTrial:
    def tried(self, folder: Path, **wanted: Any) -> dict[str, Any]:
        wanted = {"examples": [], "live": [], "texts": [], **wanted}
        command = [BOT_PYTHON, "-W", "ignore", "-c", SMALL_TRIAL, str(folder)]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(wanted), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def test_says_how_texts_and_examples_held_out_are_understood_before_and_after(self, tmp_path: Path) -> None:
        gifts = [[f"tặng {good}", "give"] for good in ("sách cũ", "hoa hồng", "xe đạp", "áo ấm", "đồ chơi")]
        told = self.tried(tmp_path, examples=gifts, texts=["tặng sách cũ", "mua gạo nếp"])
        trial = Trial.model_validate(told["out"])
        gift, purchase = trial.texts
        assert gift[0] != "give"
        assert gift[1] == "give"
        assert purchase == ("buy", "buy")
        assert sorted(text for text, *_ in trial.held_out) == told["held_out"] != []

    def test_without_texts_it_trains_alone(self, tmp_path: Path) -> None:
        assert self.tried(tmp_path, examples=[["tặng hoa", "sell"]], texts=None)["out"] == {}
        assert len(list(tmp_path.glob("small-*.joblib"))) == 1

    def test_few_models_stay_and_the_live_one_always(self, tmp_path: Path) -> None:
        self.tried(tmp_path, examples=[["tặng hoa", "sell"]], texts=None)
        (live,) = tmp_path.glob("*.joblib")
        (tmp_path / "live").write_text(live.stem.removeprefix("small-"))
        for number in range(7):
            self.tried(tmp_path, examples=[[f"tặng hoa {number}", "sell"]], texts=None)
        assert live.exists()
        assert len(list(tmp_path.glob("*.joblib"))) == 7
