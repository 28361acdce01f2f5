"""Keep src/joinedup/measures/versions.toml: each version of each definition, and what it counted.

Run ``python tools/measure_versions.py --says "What changed"`` after the meaning of a definition was changed
and its version raised; new definitions are entered as they are. A test compares the file with the
definitions, so that no meaning changes under a version that is out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from joinedup import __version__
from joinedup.measures import catalogue
from joinedup.measures.fingerprints import fingerprint
from joinedup.measures.history import FILE, came_with
from joinedup.measures.linked.catalogue import LINKED
from joinedup.measures.nominations.definitions import JAG
from joinedup.measures.quality.definitions import QUALITY
from joinedup.measures.reoffending.catalogue import REOFFENDING
from joinedup.measures.repeats.catalogue import REPEATS

FIRST = "The first."
HEAD = """\
# The versions of every definition that joinedup comes with, the oldest first: since which release, what
# changed against the version before, and the fingerprint of what it counts. By tools/measure_versions.py.
"""


def definitions() -> dict[str, Any]:
    """Every definition of every kind, by name."""
    return {**catalogue(), **REPEATS, **LINKED, **REOFFENDING, JAG.name: JAG, **QUALITY}


def written(says: str = "") -> str:
    """The whole file as it should be. Raises SystemExit where a meaning changed without a version."""
    kept: dict[str, list[dict[str, Any]]] = {
        name: [
            {
                "version": one.version,
                "since": one.since.removeprefix("joinedup "),
                "says": one.says,
                "fingerprint": one.fingerprint,
            }
            for one in reversed(versions)
        ]
        for name, versions in came_with().items()
    }
    for name, one in definitions().items():
        entry = {
            "version": one.version,
            "since": __version__,
            "says": says or FIRST,
            "fingerprint": fingerprint(one),
        }
        before = kept.setdefault(name, [])
        if before and one.version == before[-1]["version"]:
            if before[-1]["fingerprint"] != entry["fingerprint"]:
                raise SystemExit(
                    f"{name} counts something else than version {one.version} did: raise its version"
                )
            continue
        if one.version != len(before) + 1 or (before and not says):
            raise SystemExit(f"{name}: the next version is {len(before) + 1}, and --says tells what changed")
        before.append(entry)
    return HEAD + "".join(_section(name, versions) for name, versions in sorted(kept.items()))


def _section(name: str, versions: list[Mapping[str, Any]]) -> str:
    lines = []
    for one in versions:
        lines.append(f"\n[[{name}]]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in one.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--says", default="", help="what changed against the version before, in a sentence")
    FILE.write_text(written(asked.parse_args().says), encoding="utf-8")
