"""The intake process: reads a job on its input, limits itself, stages the file, answers on its output.

Started as ``python -m joinedup.feeds.intake.worker``. Whatever goes wrong is answered in one sentence that
holds no value of the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, TextIO

from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.feeds.intake.job import FOOTING_FOLLOWS, Job

# Five million rows took 3.0 GiB on two processors (DuckDB spills beyond its own limit); each further one
# brings threads with their stacks and arenas.
ADDRESS_SPACE_BYTES = 4 << 30
ADDRESS_SPACE_OF_A_PROCESSOR = 256 << 20
ADDRESS_SPACE_SETTING = "JOINEDUP_INTAKE_GIGABYTES"  # in the environment: instead of both
PROCESSOR_SECONDS = 3600
_NO_ROOM = "No space left on device"  # the system's words, wherever a library repeats them


def address_space() -> int:
    """How many bytes this process may map: by its processors, or what the environment says in gigabytes."""
    told = os.environ.get(ADDRESS_SPACE_SETTING, "")
    if told.isdecimal() and int(told):
        return int(told) << 30
    return ADDRESS_SPACE_BYTES + (os.cpu_count() or 1) * ADDRESS_SPACE_OF_A_PROCESSOR


def limit() -> None:
    """Bound this process's memory and processor time, and leave no core file (where the system can)."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, address_space()),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def answer(told: dict[str, Any], following: TextIO | None = None) -> dict[str, Any]:
    """Do one job; the answer has ``staged``, or ``error`` with its parts.

    What it stands on is the next of the ``following`` lines, where it says so.
    """
    footing = _Footing(following) if following is not None and told.get(FOOTING_FOLLOWS) else None
    try:
        from joinedup.feeds.intake.staging import stage

        return {"staged": stage(Job.from_json(told), footing).to_json()}
    except JoinedupError as error:
        return as_error(error)
    except MemoryError:
        return as_error(BadInput("The file needs more memory than intake may use"))
    except Exception as error:  # the one boundary: library errors echo values
        kind = f"{type(error).__module__}.{type(error).__name__}"
        if "OutOfMemory" in kind:
            return as_error(BadInput("The file needs more memory than intake may use"))
        if _NO_ROOM in str(error):
            next_step = "Free disk space in the workspace, then deliver it again"
            return as_error(BadInput("There is no room on the disk to read it", next_step=next_step))
        return as_error(Damaged("Reading the file failed", where=kind, next_step="Please report it"))
    finally:
        if footing is not None:
            footing()  # so that the next line is the next job


class _Footing:
    """What a job stands on, read once."""

    def __init__(self, following: TextIO) -> None:
        self._following = following
        self._told: dict[str, Any] | None = None

    def __call__(self) -> dict[str, Any]:
        if self._told is None:
            line = self._following.readline()
            if not line:  # whoever gave the job has ended: nobody waits for its answer
                raise SystemExit(1)
            self._told = json.loads(line)
        return self._told


def as_error(error: JoinedupError) -> dict[str, Any]:
    """The answer that an error makes, with its parts: for any process that reads files."""
    parts = {"what": error.what, "where": error.where, "next_step": error.next_step}
    return {"error": {"kind": type(error).__name__, **parts}}


def main() -> None:
    """Answer one job after another, a line of JSON each, until the input ends."""
    limit()
    with only_answers() as out:
        with contextlib.suppress(Exception):  # what is missing is told with the answer
            import numpy  # noqa: F401 - read while the first job is being prepared

            import joinedup.feeds.intake.staging  # noqa: F401
        for line in sys.stdin:
            out.write(json.dumps(answer(json.loads(line), sys.stdin)) + "\n")
            out.flush()


def only_answers() -> TextIO:
    """The output, kept for answers: whatever a library prints goes nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return out


if __name__ == "__main__":
    main()
