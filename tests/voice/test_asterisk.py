"""What ``configure`` makes of the environment; whole calls through it are in ``test_sip``."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.stack import ROOT

CONFIGURE = ROOT / "voice" / "telephony" / "asterisk" / "configure"
GIVEN = {"MOTCUA_INTERNAL_TOKEN": "secret", "MOTCUA_SIP_TRUNK": "203.0.113.5,203.0.113.6"}


def configure(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([CONFIGURE, folder], env=environment, capture_output=True, text=True, check=False)


def test_only_the_provider_may_call(tmp_path: Path) -> None:
    assert configure(tmp_path, **GIVEN).returncode == 0
    assert "match = 203.0.113.5,203.0.113.6" in (tmp_path / "motcua-trunk.conf").read_text()
    assert "anonymous" not in (tmp_path / "motcua-trunk.conf").read_text()


def test_without_token_or_provider_nothing_is_configured(tmp_path: Path) -> None:
    for name in GIVEN:
        refused = configure(tmp_path, **{key: value for key, value in GIVEN.items() if key != name})
        assert refused.returncode != 0
        assert name in refused.stderr


def test_every_clerk_is_a_member_of_the_queue_with_a_telephone(tmp_path: Path) -> None:
    assert configure(tmp_path, **GIVEN, MOTCUA_SIP_CLERKS="lan@192.0.2.5:5060 hoa@192.0.2.6").returncode == 0
    assert (tmp_path / "motcua-members.conf").read_text() == "member => PJSIP/lan\nmember => PJSIP/hoa\n"
    contacts = re.findall(r"contact = (.+)", (tmp_path / "motcua-clerks.conf").read_text())
    assert contacts == ["sip:lan@192.0.2.5:5060", "sip:hoa@192.0.2.6"]


def test_what_is_included_is_there_and_the_token_is_for_its_owner_alone(tmp_path: Path) -> None:
    configure(tmp_path, **GIVEN)
    for file in tmp_path.glob("*.conf"):
        for included in re.findall(r'#include "(.+)"', file.read_text()):
            assert (tmp_path / included).exists(), f"{file.name} includes {included}"
    assert (tmp_path / "motcua-globals.conf").stat().st_mode & 0o077 == 0
