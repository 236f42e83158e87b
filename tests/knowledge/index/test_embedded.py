from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.index.document import Document
from knowledge.index.embedded import EmbeddedIndex, index_path


@pytest.fixture
def index(tmp_path: Path, documents: list[Document]) -> EmbeddedIndex:
    index = EmbeddedIndex(index_path(tmp_path))
    index.advance("7 words", documents, ())
    return index


def test_gives_back_what_went_in(index: EmbeddedIndex, documents: list[Document]) -> None:
    codes = [entry.code for entry in documents]
    assert list(index.documents(codes, with_text=True)) == documents
    assert index.digests() == {entry.code: entry.digest for entry in documents}
    assert index.stamp() == "7 words"


def test_removed_and_changed_entries(index: EmbeddedIndex, documents: list[Document]) -> None:
    changed = replace(documents[1], digest="another")
    index.advance("8 words", [changed], [documents[0].code])
    digests = index.digests()
    assert documents[0].code not in digests
    assert digests[changed.code] == "another"
    assert len(digests) == len(documents) - 1


def test_a_failed_write_leaves_the_index_as_it_was(index: EmbeddedIndex, documents: list[Document]) -> None:
    before = index.digests()
    with pytest.raises(AttributeError):
        index.advance("8 words", [documents[0], None], [documents[1].code])  # pyright: ignore[reportArgumentType]
    assert index.digests() == before
    assert index.stamp() == "7 words"
