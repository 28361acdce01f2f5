"""The drafting process: limits itself as intake does, drafts one file, answers in one line of JSON.

Started as ``python -m joinedup.feeds.drafting.worker``. No value of the file is in what it says of an error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.feeds.intake.worker import as_error, limit, only_answers


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Draft the file that is asked for; the answer has ``draft``, or ``error`` with its parts."""
    try:
        from joinedup.feeds.drafting.drafter import draft_file

        return {"draft": asdict(draft_file(Path(asked["file"]), Path(asked["folder"]), asked["name"]))}
    except JoinedupError as error:
        return as_error(error)
    except MemoryError:
        return as_error(_too_large())
    except Exception as error:  # the one boundary: library errors echo values
        kind = f"{type(error).__module__}.{type(error).__name__}"
        if "OutOfMemory" in kind:
            return as_error(_too_large())
        return as_error(Damaged("Drafting from the file failed", where=kind, next_step="Please report it"))


def _too_large() -> BadInput:
    return BadInput("The file needs more memory than drafting may use", next_step="Draft from its first rows")


def main() -> None:
    """Answer the one question on the input. Whatever a library prints goes nowhere."""
    limit()
    with only_answers() as out:
        out.write(json.dumps(answer(json.loads(sys.stdin.read()))) + "\n")


if __name__ == "__main__":
    main()
