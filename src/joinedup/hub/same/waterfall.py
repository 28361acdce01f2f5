"""The evidence on two mentions as a waterfall: each part from where the sum was to where it is then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LEAST = 0.5
"""Per cent of the picture that a part has at least, so that it is seen."""
_EDGE = 1.0
"""Per cent of the picture that stay free at either side, so that the line at nought is seen there too."""


@dataclass(frozen=True)
class Step:
    """One part of the evidence: words and bits, the sum so far, and its bar (``start`` and ``width`` in per
    cent of the picture)."""

    words: str
    bits: str
    total: str
    speaks_for: bool
    start: str
    width: str


@dataclass(frozen=True)
class Waterfall:
    """The steps, and where nothing speaks for either (``zero``, in per cent of the picture)."""

    steps: tuple[Step, ...]
    zero: str


def waterfall(evidence: Sequence[tuple[str, float]]) -> Waterfall:
    """The steps in their order. Bits are binary logarithms of a likelihood ratio."""
    sums = [0.0]
    for _words, bits in evidence:
        sums.append(sums[-1] + bits)
    least, width = min(sums), max(sums) - min(sums) or 1.0

    def place(value: float) -> float:
        return _EDGE + (100 - 2 * _EDGE) * (value - least) / width

    steps = []
    for (words, bits), before, after in zip(evidence, sums, sums[1:], strict=False):
        start, end = sorted((place(before), place(after)))
        bar = f"{start:.2f}%", f"{max(end - start, _LEAST if bits else 0):.2f}%"
        steps.append(Step(words, in_bits(bits), in_bits(after), bits > 0, *bar))
    return Waterfall(tuple(steps), f"{place(0.0):.2f}%")


def in_bits(bits: float) -> str:
    """``+4.2`` or ``−1.0``."""
    rounded = round(bits, 1)
    return f"{'−' if rounded < 0 else '+'}{abs(rounded):.1f}"
