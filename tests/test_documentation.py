"""The documents name what exists: every setting, every room, every script, every link."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from api.settings import Settings as ApiSettings
from knowledge.settings import Settings as KnowledgeSettings
from records.settings import Settings as RecordSettings
from voice.settings import Settings as VoiceSettings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


SETTINGS = [ApiSettings, KnowledgeSettings, RecordSettings, VoiceSettings]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s.__module__)
def test_every_setting_is_described(settings: type[BaseSettings]) -> None:
    described = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert [
        name for name, field in settings.model_fields.items() if not variables(name, field.validation_alias) & described
    ] == []


def variables(name: str, alias: object) -> set[str]:
    if isinstance(alias, AliasChoices):
        return {str(choice) for choice in alias.choices}
    return {str(alias)} if alias else {f"MOTCUA_{name.upper()}"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (document.parent / target).exists()] == []


def test_nothing_in_the_repository_depends_on_this_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    foreign = re.compile(re.escape(str(ROOT.parent)) + r"/|pypi\.org|pythonhosted|npmjs|maven\.org", re.IGNORECASE)
    files = [ROOT / name for name in tracked.split("\0") if name and name != "tests/test_documentation.py"]
    texts = {file: file.read_text(encoding="utf-8", errors="ignore") for file in files if file.is_file()}
    assert [str(file.relative_to(ROOT)) for file, text in texts.items() if foreign.search(text)] == []
