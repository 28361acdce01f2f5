"""The process that parses a report: limits itself, reads the file on its input, answers in a line of JSON.

Started as ``python -m joinedup.documents.claims.reading.worker KIND``. No word of the file is in what it
says of an error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from joinedup.errors import BadInput, JoinedupError
from joinedup.feeds.intake.worker import as_error, limit, only_answers

_LESS = "Save it again with the program that made it, or check its text"


def answer(kind: str, content: bytes) -> dict[str, Any]:
    """Parse a ``docx`` or ``pdf``; the answer has ``passages``, or ``error`` with its parts."""
    try:
        if kind == "pdf":
            from joinedup.documents.claims.reading.pdf import read_pdf as parse
        else:
            from joinedup.documents.claims.reading.docx import read_docx as parse
        return {"passages": [asdict(passage) for passage in parse(content)]}
    except JoinedupError as error:
        return as_error(error)
    except MemoryError:
        return as_error(BadInput("The report needs more memory than reading it may use", next_step=_LESS))
    except Exception:  # the one boundary: library errors echo values
        return as_error(
            BadInput("The report is damaged or made in a way that cannot be read", next_step=_LESS)
        )


def main() -> None:
    """Answer for the one report on the input. Whatever a library prints goes nowhere."""
    limit()
    with only_answers() as out:
        out.write(json.dumps(answer(sys.argv[1], sys.stdin.buffer.read())) + "\n")


if __name__ == "__main__":
    main()
