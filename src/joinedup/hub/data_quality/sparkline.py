"""A small line of a share over time, as the points of SVG polylines: a gap where nothing came."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 120, 28
_EDGE = 2


def polylines(values: Sequence[float | None]) -> list[str]:
    """The ``points`` attributes of a line for each run of values (0 to 1), in ``WIDTH`` by ``HEIGHT``.

    A single value between two gaps is a short stroke, so that it can be seen.
    """
    step = (WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    runs: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        y = HEIGHT - _EDGE - value * (HEIGHT - 2 * _EDGE)
        runs[-1].append(f"{_EDGE + index * step:.1f},{y:.1f}")
    return [" ".join(_stroke(run)) for run in runs if run]


def _stroke(run: list[str]) -> list[str]:
    if len(run) > 1:
        return run
    x, y = run[0].split(",")
    return [f"{float(x) - 1:.1f},{y}", f"{float(x) + 1:.1f},{y}"]
