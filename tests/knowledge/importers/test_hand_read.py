"""Sixty entries of the crawled catalogue as a person reads them, against what the importer makes of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.import_report import measure
from knowledge.importers.detect import read
from knowledge.model import Procedure, Unreadable

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("MOTCUA_SHARED", ROOT.parent / "shared"))
CRAWL = SHARED / "data" / "procedures" / "portal-crawl-2642.jsonl.gz"
HAND_READ: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/knowledge/data/hand_read.yml").read_text("utf-8"))

pytestmark = pytest.mark.skipif(not CRAWL.exists(), reason="needs the crawled catalogue (MOTCUA_SHARED or ../shared)")


@pytest.fixture(scope="module")
def crawled() -> dict[str, Procedure | Unreadable]:
    return {entry.code: entry for entry in read(CRAWL)}


def facts(procedure: Procedure) -> dict[str, object]:
    return {
        "levels": [level.value for level in procedure.levels],
        "ways": [
            [
                way.method.value,
                f"{way.time.value:g} {way.time.unit.value}" if way.time else None,
                [fee.amount for fee in way.fees],
            ]
            for way in procedure.submissions
        ],
        "cases": [len(case.documents) for case in procedure.cases],
        "laws": sorted({basis.number for basis in procedure.legal_bases if basis.number}),
    }


@pytest.mark.parametrize("entry", HAND_READ, ids=[entry["code"] for entry in HAND_READ])
def test_the_importer_reads_what_a_person_reads(
    entry: dict[str, Any], crawled: dict[str, Procedure | Unreadable]
) -> None:
    found = crawled[entry["code"]]
    assert isinstance(found, Procedure)
    assert facts(found) == {
        "levels": entry["levels"],
        "ways": entry["ways"],
        "cases": entry["cases"],
        "laws": sorted(set(entry["laws"])),
    }


def test_every_entry_is_read(crawled: dict[str, Procedure | Unreadable]) -> None:
    assert [entry for entry in crawled.values() if isinstance(entry, Unreadable)] == []


def test_fees_and_times_come_out_structured() -> None:
    figures = measure(CRAWL)
    assert figures.entries == 2642
    assert figures.share >= 0.97
