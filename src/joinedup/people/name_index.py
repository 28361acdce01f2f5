"""An index of names that finds those like a name, however it is spelt, among a million in milliseconds.

Pure functions over arrays. A name is cut into its trigrams (three letters in a row, with a blank before and
after each word); the likeness of two names is the Dice coefficient of their sets of trigrams (Dice 1945),
between 0 and 1. The order of given name and family name makes little difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.records import telling

_LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789"
_SIZE = len(_LETTERS)
_CODE = np.full(128, 0, dtype=np.int32)
_CODE[[ord(one) for one in _LETTERS]] = np.arange(_SIZE)
_LONGEST = 48  # letters of a name that are looked at, blanks included
_AT_ONCE = 200_000
_ROUNDING = 1e-9

Whole = NDArray[np.int32]


def folded(name: str) -> str:
    """A name in small letters and digits, without accents, its words with one blank between them.

    A letter that is not Latin is left out.
    """
    plain = telling.folded(name).encode("ascii", "ignore").decode()
    return " ".join("".join(one if one.isalnum() else " " for one in plain.replace("'", "")).split())


def is_latin(name: str) -> bool:
    """Whether every word of a name that has letters keeps some of them when it is folded."""
    return all(folded(word) for word in name.split() if any(map(str.isalpha, word)))


@dataclass(frozen=True)
class NameIndex:
    """For each trigram the numbers of the names that have it; and how many trigrams each name has."""

    starts: NDArray[np.int64]
    numbers: Whole
    sizes: Whole

    @classmethod
    def of(cls, names: Sequence[str]) -> NameIndex:
        """The index of folded names, which are numbered in their order."""
        codes, numbers = [], []
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            rows, found = _trigrams(some)
            codes.append(found)
            numbers.append((rows + start).astype(np.int32))
        every = np.concatenate(codes) if codes else np.empty(0, dtype=np.int32)
        of = np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int32)
        order = np.argsort(every, kind="stable")
        starts = np.searchsorted(every[order], np.arange(_SIZE**3 + 1))
        return cls(starts, of[order], np.bincount(of, minlength=len(names)).astype(np.int32))

    def like(self, name: str, least: float) -> tuple[Whole, NDArray[np.float64]]:
        """The names that are at least so like a folded name (above 0, up to 1), in order, and how like they
        are."""
        _, codes = _trigrams([name])
        shared = np.zeros(len(self.sizes), dtype=np.int16)
        for code in codes:
            shared[self.numbers[self.starts[code] : self.starts[code + 1]]] += 1
        # Who shares s of n trigrams has s or more: the likeness is at most 2 s / (s + n).
        enough = max(1, math.ceil(least * len(codes) / (2 - least) - _ROUNDING))
        there = np.flatnonzero(shared >= enough)
        likeness = 2.0 * shared[there] / (self.sizes[there] + len(codes))
        kept = likeness >= least
        return there[kept].astype(np.int32), likeness[kept]


def _trigrams(names: Sequence[str]) -> tuple[NDArray[np.int64], Whole]:
    """Each different trigram of each name: the place of the name, and the trigram's code."""
    padded = "".join(f" {name[: _LONGEST - 2]} ".ljust(_LONGEST) for name in names)
    letters = _CODE[np.frombuffer(padded.encode("ascii"), dtype=np.uint8)].reshape(len(names), _LONGEST)
    codes = (letters[:, :-2] * _SIZE + letters[:, 1:-1]) * _SIZE + letters[:, 2:]
    middle = letters[:, 1:-1] != 0  # a trigram whose middle is a blank tells of two words, or of none
    rows = np.broadcast_to(np.arange(len(names))[:, None], codes.shape)[middle]
    both = np.sort(rows.astype(np.int64) * _SIZE**3 + codes[middle])
    both = both[np.diff(both, prepend=-1) > 0]  # many times as quick as numpy.unique
    return both // _SIZE**3, (both % _SIZE**3).astype(np.int32)
