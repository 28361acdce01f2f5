"""Stable person keys: clusters of a new linkage take over the keys that their mentions had.

Pure functions over arrays. A key goes to the cluster that has most of its mentions, and a cluster takes one
of the keys that claim it; the rest is told as merged or split, so that no key changes in silence.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Handed:
    """The key of each cluster; ``merged`` keys are gone and lead to another, ``split`` ones lost a part."""

    keys: Sequence[uuid.UUID]
    merged: Sequence[tuple[uuid.UUID, uuid.UUID]]
    split: Sequence[tuple[uuid.UUID, uuid.UUID]]


def handed_on(clusters: Codes, old: Codes, known: Sequence[uuid.UUID]) -> Handed:
    """Hand the keys that stand on to clusters.

    ``clusters``: the cluster of each mention, numbered from 0 without gaps. ``old``: the place in ``known``
    of the key that each mention has, ``NOBODY`` where it has none. Of two claims the one with more mentions
    comes first, then that of the key that is earlier in ``known``, then that of the cluster with the lower
    number. A key that no mention has any more is left alone.
    """
    count = int(clusters.max(initial=-1)) + 1
    claims = _claims(clusters, old)
    key_of, cluster_of = np.full(count, NOBODY), np.full(len(known), NOBODY)
    for cluster, key in claims:
        if key_of[cluster] == NOBODY and cluster_of[key] == NOBODY:
            key_of[cluster], cluster_of[key] = key, cluster
    keys = [known[key] if key != NOBODY else uuid.uuid4() for key in key_of]
    merged: dict[uuid.UUID, uuid.UUID] = {}
    split = []
    for cluster, key in claims:
        if key_of[cluster] == key:
            continue
        if cluster_of[key] == NOBODY and known[key] not in merged:
            merged[known[key]] = keys[cluster]  # most of what it had went there
        else:
            split.append((known[key], keys[cluster]))
    return Handed(keys, list(merged.items()), split)


def _claims(clusters: Codes, old: Codes) -> list[tuple[int, int]]:
    """Each pair of a cluster and a key that meet in a mention, those that meet in most of them first."""
    there = old != NOBODY
    pairs, mentions = np.unique(np.column_stack([clusters[there], old[there]]), axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 0], pairs[:, 1], -mentions))
    return [(int(cluster), int(key)) for cluster, key in pairs[order]]
