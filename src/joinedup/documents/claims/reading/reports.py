"""What was given, as passages. Word and PDF are parsed in a process with limits; nothing is stored."""

from __future__ import annotations

import codecs
import json
import re
import subprocess
import sys
from typing import Any

from joinedup import errors
from joinedup.documents.claims.passages import Passage, Shape, passages_of
from joinedup.documents.claims.wording import translated as _
from joinedup.errors import BadInput, JoinedupError
from joinedup.feeds.intake.process import environment
from joinedup.feeds.intake.worker import ADDRESS_SPACE_SETTING

MOST_BYTES = 64 << 20
MOST_CHARACTERS = 4_000_000  # a thousand pages come to three million
_MODULE = "joinedup.documents.claims.reading.worker"
_SECONDS = 120.0
_GIGABYTES = "2"
_PDF_BEGINS_WITHIN = 1024
_WORD_BEGINS = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read(content: bytes) -> list[Passage]:
    """The passages of a report, told from its first bytes what it is.

    Raises BadInput, in a sentence without a word of the file, for what is empty, locked, damaged, far too
    large, or no report: a picture, a workbook, an old Word file.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(
            _("The report is larger than {size} MB").format(size=MOST_BYTES >> 20),
            next_step=_("Check the part of it with the figures, as text"),
        )
    if b"%PDF-" in content[:_PDF_BEGINS_WITHIN]:
        passages = _apart("pdf", content)
    elif content.startswith(_WORD_BEGINS):
        passages = _apart("docx", content)
    else:
        passages = passages_of(_text(content))
    if not any(passage.text or passage.rows for passage in passages):
        raise BadInput(
            _("The report holds no text"),
            next_step=_("If its pages are pictures, have them read by text recognition first"),
        )
    return passages


def _text(content: bytes) -> str:
    if content.startswith(_OLD_OFFICE):
        raise BadInput(
            _("The report is an old Office file, or one locked with a password"),
            next_step=_("Save it as DOCX or PDF, without a password"),
        )
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    text = _decoded(content, encoding)
    if _CONTROL.search(text[:100_000]) or text.lstrip().startswith("{\\rtf"):
        raise BadInput(
            _("The report is neither text nor a Word file nor a PDF"),
            next_step=_("Save it as text, DOCX or PDF"),
        )
    if len(text) > MOST_CHARACTERS:
        raise BadInput(
            _("The report has more than {count} characters").format(count=f"{MOST_CHARACTERS:,}"),
            next_step=_("Check it in parts"),
        )
    return text


def _decoded(content: bytes, encoding: str) -> str:
    """Text as it says itself that it is written, else UTF-8, else as Windows does."""
    if encoding:
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _apart(kind: str, content: bytes) -> list[Passage]:
    """Parse in another process, which knows none of our secrets and is ended when it takes too much."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE, kind],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment(), ADDRESS_SPACE_SETTING: _GIGABYTES},
            timeout=_SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise BadInput(
            _("Reading the report took longer than {seconds} seconds and was stopped").format(
                seconds=f"{_SECONDS:,.0f}"
            ),
            next_step=_("Check the part of it with the figures, as text"),
        ) from None
    except ValueError:  # it was ended before it had answered
        raise BadInput(
            _("Reading the report was ended by the system: it used too much memory or crashed a library"),
            next_step=_("Check the part of it with the figures, as text"),
        ) from None
    if "error" in answer:
        parts = answer["error"]
        kind_of_error: type[JoinedupError] = getattr(errors, parts["kind"], BadInput)
        raise kind_of_error(parts["what"], where=parts["where"], next_step=parts["next_step"])
    return [_passage(one) for one in answer["passages"]]


def _passage(one: dict[str, Any]) -> Passage:
    rows = tuple(tuple(row) for row in one["rows"])
    return Passage(one["number"], Shape(one["shape"]), one["text"], one["page"], rows)
