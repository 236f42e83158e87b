"""Puts accents back and mends typos: a bigram model over syllables, decoded with Viterbi.

Every word of a text may have been meant as several syllables: the same letters with other accents, the result of Telex
or VNI keys, a neighbouring key, a sound that a region mixes up. Each reading has a price; the sequence of readings that
is most probable in the language of the training texts, less the price, is chosen.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import inf, log
from pathlib import Path

from nlu.text.normalise import fold, is_syllable, normalise, split_tone
from nlu.text.tokens import TOKEN
from nlu.text.typing import slips, sounds_like, telex, vni

_FORMAT = 1
_SENTENCE_END = re.compile(r"[.;:!?\n]+")
_START = "^"
_HOI_AND_NGA = {"\u0309", "\u0303"}
"""Two tones that the South speaks alike, and that people mix up in writing."""

# Prices are natural logarithms of how often such a reading is meant; found by trying on texts that were not trained on.
_BARE_IN_BARE_TEXT = 0.0
_BARE_IN_ACCENTED_TEXT = -5.0
_PARTLY_ACCENTED = -3.0
_HOI_FOR_NGA = -4.0
_OTHER_TONE = -7.0
_OTHER_ACCENTS = -8.0
_KEYS_LEFT_IN = -2.0
_SLIP = -6.0
_SOUND_OF_UNKNOWN = -4.0
_SOUND_OF_KNOWN = -8.0
_NO_SYLLABLE = -6.0
_UNSEEN = 7e-6
"""Share of all words that a well-formed syllable is taken to have which the training texts lack."""

_ACCENTED_SHARE = 0.2
"""From this share of accented words on, a text counts as written with accents."""
_MOST_READINGS = 14
_KEPT_WORDS = 4096
"""Words whose readings are kept: people write the same few thousand."""


class _After:
    """What followed a word, and how often; by Witten and Bell, the more different words did, the likelier is another.

    ``mass`` and ``unseen`` are logarithms: of all that may follow, and of the share of it that never did.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.backoff = len(counts) + 1
        self.mass = log(sum(counts.values()) + self.backoff)
        self.unseen = log(self.backoff) - self.mass


_NOTHING_AFTER = _After({})


class Restorer:
    """The model. Made by ``train``, kept by ``save`` and ``load``; ``restore`` is safe in several threads."""

    def __init__(self, unigrams: dict[str, int], bigrams: dict[str, int]) -> None:
        self._unigrams = unigrams
        self._total = sum(unigrams.values()) or 1
        shared = {syllable: syllable for syllable in unigrams}
        followers: dict[str, dict[str, int]] = {}
        for pair, count in bigrams.items():
            left, _, right = pair.partition(" ")
            followers.setdefault(left, {})[shared.get(right, right)] = count
        self._after = {left: _After(counts) for left, counts in followers.items()}
        self._by_folded: dict[str, list[str]] = {}
        for syllable in sorted(unigrams, key=lambda syllable: (-unigrams[syllable], syllable)):
            self._by_folded.setdefault(fold(syllable), []).append(syllable)
        self._readings = lru_cache(maxsize=_KEPT_WORDS)(self._weighed)

    def __reduce__(self) -> tuple[type[Restorer], tuple[dict[str, int], dict[str, int]]]:
        return Restorer, (self._unigrams, self._bigrams())

    @classmethod
    def train(cls, texts: Iterable[tuple[str, int]], least: int = 1) -> Restorer:
        """A model of ``texts``, each with the times it counts; bigrams seen less than ``least`` times are dropped."""
        unigrams: Counter[str] = Counter()
        bigrams: Counter[str] = Counter()
        for text, times in texts:
            for sentence in _SENTENCE_END.split(normalise(text).lower()):
                words = [word for word in TOKEN.findall(sentence) if not any(c.isdigit() for c in word)]
                if len(words) > 1 and all(word.isascii() for word in words):
                    continue
                for word in words:
                    unigrams[word] += times
                for left, right in zip([_START, *words], words, strict=False):
                    bigrams[f"{left} {right}"] += times
        return cls(dict(unigrams), {pair: count for pair, count in bigrams.items() if count >= least})

    def save(self, path: Path) -> None:
        """Write the model to ``path`` in one step, so that readers see the old or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps([_FORMAT, self._unigrams, self._bigrams()], ensure_ascii=False, separators=(",", ":"))
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(gzip.compress(content.encode(), compresslevel=3, mtime=0))
        Path(temporary).replace(path)

    @classmethod
    def load(cls, path: Path) -> Restorer:
        """The model kept in ``path``. Raises ``OSError`` when it is missing, ``ValueError`` when it is not readable."""
        try:
            version, unigrams, bigrams = json.loads(gzip.decompress(path.read_bytes()))
        except (EOFError, gzip.BadGzipFile, TypeError) as error:
            raise ValueError(f"{path} is no restorer model") from error
        if version != _FORMAT:
            raise ValueError(f"{path} has format {version}, not {_FORMAT}")
        return cls(unigrams, bigrams)

    def knows(self, syllable: str) -> bool:
        """Whether the training texts had this syllable, accents as given."""
        return syllable in self._unigrams

    def restore(self, text: str, accented: bool | None = None) -> str:
        """``text`` with the most probable accents, typos mended; separators, numbers and capitals stay.

        ``accented``: whether its writer uses accents; ``None`` judges by the text itself.
        """
        matches = list(TOKEN.finditer(text))
        words = [match.group().lower() for match in matches]
        if accented is None:
            accented = is_accented(text)
        chosen = self._decode([self._readings(word, accented) for word in words])
        pieces: list[str] = []
        done = 0
        for match, word, syllable in zip(matches, words, chosen, strict=True):
            pieces += text[done : match.start()], match.group() if syllable == word else _cased(syllable, match.group())
            done = match.end()
        return "".join((*pieces, text[done:]))

    def _bigrams(self) -> dict[str, int]:
        return {
            f"{left} {right}": count for left, after in self._after.items() for right, count in after.counts.items()
        }

    def _decode(self, lattice: list[Mapping[str, float]]) -> list[str]:
        best: dict[str, float] = {_START: 0.0}
        came_from: list[dict[str, str]] = []
        for readings in lattice:
            lefts = [(left, self._after.get(left) or _NOTHING_AFTER, score) for left, score in best.items()]
            shares = {syllable: self._unigrams.get(syllable, 0) / self._total or _UNSEEN for syllable in readings}
            # Of the words that a syllable was never seen after, one is the likeliest for all syllables.
            likeliest, after, score = max(lefts, key=lambda one: one[2] + one[1].unseen)
            top = {syllable: score + after.unseen + log(share) for syllable, share in shares.items()}
            before = dict.fromkeys(readings, likeliest)
            for left, after, score in lefts:
                for syllable in readings.keys() & after.counts.keys():
                    through = score + log(after.counts[syllable] + after.backoff * shares[syllable]) - after.mass
                    if through > top[syllable]:
                        top[syllable], before[syllable] = through, left
            best = {syllable: score + readings[syllable] for syllable, score in top.items()}
            came_from.append(before)
        path = [max(best, key=best.__getitem__)]
        for before in reversed(came_from):
            path.append(before[path[-1]])
        return path[-2::-1]

    def _weighed(self, word: str, accented: bool) -> Mapping[str, float]:
        """What ``word`` may have been meant as, with the price of each reading."""
        if not word.isalpha():
            typed = vni(word) if any(c.isalpha() for c in word) else word
            return {typed: 0.0} if typed in self._unigrams else {word: 0.0}
        folded = fold(word)
        known = self._by_folded.get(folded, ())
        fits = word in self._unigrams or ((accented or word != folded) and is_syllable(word))
        readings: dict[str, float] = {word: 0.0 if fits else _NO_SYLLABLE}
        for syllable in known:
            readings.setdefault(syllable, _price(word, syllable, folded, accented))
        typed = telex(word) if word.isascii() else word
        if typed != word and typed in self._unigrams:
            readings[typed] = max(readings.get(typed, -inf), _KEYS_LEFT_IN)
        for variant in sounds_like(word):
            for syllable in self._by_folded.get(variant, ())[:4]:
                price = _SOUND_OF_KNOWN if known else _SOUND_OF_UNKNOWN
                readings.setdefault(syllable, price + (0.0 if _same_accents(word, syllable) else _PARTLY_ACCENTED))
        if not known and len(word) > 2:
            for variant in set(slips(folded)):
                for syllable in self._by_folded.get(variant, ())[:4]:
                    readings.setdefault(syllable, _SLIP + (0.0 if _same_accents(word, syllable) else _PARTLY_ACCENTED))
        if len(readings) <= _MOST_READINGS:
            return readings
        ranked = sorted(readings, key=lambda s: readings[s] + log(self._unigrams.get(s, 0) + 0.1), reverse=True)
        return {syllable: readings[syllable] for syllable in {*ranked[:_MOST_READINGS], word}}


def is_accented(text: str) -> bool:
    """Whether ``text`` was written with accents, be it that some are missing."""
    words = [word for word in TOKEN.findall(text) if word.isalpha()]
    return sum(not word.isascii() for word in words) > _ACCENTED_SHARE * len(words)


def _price(word: str, syllable: str, folded: str, accented: bool) -> float:
    if word == folded:
        return _BARE_IN_ACCENTED_TEXT if accented else _BARE_IN_BARE_TEXT
    (letters, tone), (meant_letters, meant_tone) = split_tone(word), split_tone(syllable)
    missing_tone = not tone and bool(meant_tone)
    missing_marks = all(typed in (meant, fold(meant)) for typed, meant in zip(letters, meant_letters, strict=False))
    if missing_marks and (missing_tone or tone == meant_tone):
        return _PARTLY_ACCENTED
    if letters != meant_letters:
        return _OTHER_ACCENTS
    return _HOI_FOR_NGA if {tone, meant_tone} == _HOI_AND_NGA else _OTHER_TONE


def _same_accents(word: str, syllable: str) -> bool:
    return word.isascii() or split_tone(word)[1] == split_tone(syllable)[1]


def _cased(syllable: str, written: str) -> str:
    if len(written) > 1 and written.isupper():
        return syllable.upper()
    return syllable.capitalize() if written[:1].isupper() else syllable


def everyday_texts(path: Path = Path(__file__).parent / "data" / "everyday.txt") -> list[str]:
    """Our own sentences in everyday words, without the comment lines."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
