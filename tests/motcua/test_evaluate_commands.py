from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge.layers import Layer
from knowledge.store import Catalogue, catalogue_path
from motcua.evaluate_commands import app
from tests.knowledge.procedures import procedure


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    names = ("Đăng ký tàu cá", "Đăng ký kết hôn")
    entries = [procedure(f"9.00000{i}", name=name) for i, name in enumerate(names)]
    Catalogue(catalogue_path(tmp_path)).import_entries(entries, Layer.OFFICIAL)
    (tmp_path / "formal.yml").write_text(
        '- {question: "đăng ký tàu cá", codes: ["9.000000"]}\n'
        '- {question: "đăng ký kết hôn", codes: ["9.000000"]}\n'
        '- {question: "kết hôn bí mật", codes: ["9.000000"], frozen: true}\n',
        encoding="utf-8",
    )
    return tmp_path


def run(data: Path, *options: str) -> tuple[int, str]:
    command = ["search", "--data", str(data), "--questions", str(data / "formal.yml"), *options]
    result = CliRunner().invoke(app, command)
    return result.exit_code, result.output


def test_states_tuned_and_frozen_apart_beside_plain_engines(data: Path) -> None:
    code, output = run(data)
    assert code == 0
    assert "| ours, embedded, tuned | all | 2 | 0.50 (" in output
    assert "| ours, embedded, frozen | all | 1 | 0.00 (" in output
    assert "| BM25, all text, accents kept, tuned | all | 2 | 0.50 (" in output


def test_prints_failed_tuned_questions_and_no_frozen_one(data: Path) -> None:
    _, output = run(data, "--all", "--no-baselines")
    assert "[formal] đăng ký kết hôn (9.000000): rank 2" in output
    assert "bí mật" not in output


def test_nothing_stands_in_for_elasticsearch(data: Path) -> None:
    code, output = run(data, "--engine", "elasticsearch")
    assert (code, "Elasticsearch does not answer" in output) == (1, True)
