"""The one door of reading: from any file that a partner sends to one that intake can take as it is."""

from __future__ import annotations

import codecs
import csv
import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract
from joinedup.feeds.file_names import is_text
from joinedup.feeds.reading import headers, text
from joinedup.feeds.reading.endings import refuse_cut_off
from joinedup.feeds.reading.expected import Expected
from joinedup.feeds.reading.headers import Header
from joinedup.feeds.reading.invisible import LONGEST, bytes_have_invisible
from joinedup.feeds.reading.kinds import Is
from joinedup.feeds.reading.packages import Plain, naming_the_part, plain_files, trouble
from joinedup.feeds.reading.readable import Readable
from joinedup.feeds.reading.rows import LOOKED_THROUGH, Part
from joinedup.feeds.reading.transcribing import Transcript
from joinedup.terms import Sensitivity

_CHUNK = 1 << 20
_LONGEST_HEADER = 1 << 20
_MOST_NAMED = 2  # feeds whose a file may be: of more it is told that none is known
_NAMES = {
    Is.TEXT: "a CSV",
    Is.XLSX: "an XLSX workbook",
    Is.XLS: "an XLS workbook",
    Is.ODS: "an ODS workbook",
    Is.JSON: "a JSON file",
    Is.JSON_OBJECT: "a JSON file",
    Is.JSON_LINES: "a file of JSON lines",
    Is.PARQUET: "a Parquet file",
}
_MODULES = {
    Is.XLSX: "xlsx",
    Is.ODS: "ods",
    Is.XLS: "xls",
    Is.PARQUET: "columnar",
    Is.JSON: "objects",
    Is.JSON_OBJECT: "objects",
    Is.JSON_LINES: "objects",
}


@dataclass(frozen=True)
class _Chosen:
    """A part to read, and its header."""

    part: Part
    header: Header


def plain(
    file: Path,
    folder: Path,
    contract: Contract | Expected,
    others: Callable[[], Iterable[Contract]] = tuple,
) -> Readable:
    """Make a file readable by a contract; copies go into ``folder`` (an empty one, of the caller's).

    A plain CSV that is just as agreed is handed back as it is. Anything else that can be read without a guess
    is written anew, with a note for each thing that was normalised. ``others`` gives further contracts: where
    the header does not fit, the refusal names the feed (or the two) whose it may be.

    Raises BadInput, in one sentence that holds no cell, where the file as a whole cannot be this feed's.
    """
    expected = contract if isinstance(contract, Expected) else Expected.of(contract)
    files = plain_files(file, folder)
    if len(files) == 1 and files[0].kind is Is.TEXT and _is_as_agreed(files[0].file, expected):
        width = len(expected.columns)
        refuse_cut_off(files[0].file, expected.delimiter, width, expected.footers)
        signs = expected.row_signs
        swallowing = None if signs is None else signs.in_file(range(width), width, expected.delimiter)
        return Readable(_named(files[0].file, folder), as_it_came=True, swallowing=swallowing)
    with trouble():
        chosen = [_chosen(each, expected, others) for each in files]
    _refuse_different_headers(chosen)
    return _transcribed(chosen, expected, folder)


def _named(file: Path, folder: Path) -> Path:
    """The file by a path that every library can open; what is no text is linked to by a name of ours."""
    if is_text(file):
        return file
    link = folder / "as-it-came"
    link.symlink_to(file)
    return link


def _is_as_agreed(file: Path, expected: Expected) -> bool:
    """Whether intake can take it as it is: its header to the letter, UTF-8, nothing invisible."""
    if "csv" not in expected.formats:
        return False
    with file.open("rb") as content:
        first = content.readline(_LONGEST_HEADER).removeprefix(codecs.BOM_UTF8)
        try:
            names = next(csv.reader([first.decode()], delimiter=expected.delimiter, strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            return False
        return names == expected.names and _is_clean(content)


def _is_clean(content: Iterable[bytes]) -> bool:
    """Whether the rest is UTF-8 without anything that cannot be seen."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b""
    for chunk in iter(lambda: content.read(_CHUNK), b""):  # type: ignore[attr-defined]
        pending = decoder.getstate()[0]
        if not pending and chunk.isascii():
            before = b""
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return False
        if bytes_have_invisible(before + chunk):
            return False
        before = chunk[-LONGEST + 1 :]
    return not decoder.getstate()[0]


def _chosen(one: Plain, expected: Expected, others: Callable[[], Iterable[Contract]]) -> _Chosen:
    with naming_the_part(one.number, one.of):
        return _table(one, expected, others)


def _table(one: Plain, expected: Expected, others: Callable[[], Iterable[Contract]]) -> _Chosen:
    """The table of a file that is to be read."""
    if one.kind is Is.EMPTY:
        raise headers.refusal(None, expected)
    if not one.kind.formats & expected.formats:
        raise BadInput(
            f"The file is {_NAMES[one.kind]}, and the contract of {expected.feed} says that none may come",
            next_step=f"Save it as {_listed(expected.formats)}, or add it to formats in the contract",
        )
    found = list(_tables(one, expected))
    fitting = [_Chosen(part, header) for part, header in found if header is not None and header.fits]
    if not found:
        raise BadInput(
            "The workbook has no sheet of the name that the contract says",
            next_step="Check that it is the right file; if the owner renamed the sheet, change the contract",
        )
    if not fitting:
        best = headers.nearest(header for _, header in found)
        raise headers.refusal(best, expected, _elsewhere(found, expected, others))
    if len(fitting) > 1:
        if one.kind is Is.JSON_OBJECT:
            raise BadInput(
                f"{len(fitting)} lists of the JSON object have the header of {expected.feed}",
                next_step="Ask for the one list that it is, or deliver each on its own",
            )
        raise BadInput(
            f"{len(fitting)} sheets have the header of {expected.feed}",
            next_step="Say in the contract which sheet it is, or deliver each sheet on its own",
        )
    return fitting[0]


def _tables(one: Plain, expected: Expected) -> Iterator[tuple[Part, Header | None]]:
    """Every table that a file holds, with the header it may have."""
    if one.kind is Is.TEXT:
        yield text.text_part(one.file, expected)
        return
    for part in typed_parts(one):
        if expected.sheet is None or not part.name or part.name == expected.sheet:
            yield part, headers.find(part, expected, 1 if part.header_is_first else None)


def typed_parts(one: Plain) -> Iterator[Part]:
    """The tables of a format whose cells have types; each format's module is loaded only when one comes."""
    module = importlib.import_module(f"joinedup.feeds.reading.{_MODULES[one.kind]}")
    yield from module.parts(one.file)


def _elsewhere(
    found: Sequence[tuple[Part, Header | None]],
    expected: Expected,
    others: Callable[[], Iterable[Contract]],
) -> str:
    """What to do with a file whose header does not fit: it is another feed's, or stands further down."""
    for part, _ in found:
        lower = headers.find(part, expected, LOOKED_THROUGH)
        if lower is not None and lower.fits:
            return (
                f"Its header is row {lower.row}: header_within = {lower.above + 1} in the contract finds it"
            )
    return _whose(_feeds_it_fits([part for part, _ in found], expected.feed, others()))


def _feeds_it_fits(parts: Sequence[Part], but: str, others: Iterable[Contract]) -> list[str]:
    """The other feeds whose header any of the parts has, those with the most of their columns there.

    What is restricted is told to nobody who does not ask for it.
    """
    fits: dict[str, int] = {}
    for other in others:
        if other.name == but or other.publishing.sensitivity is Sensitivity.RESTRICTED:
            continue
        theirs = Expected.of(other)
        there = [header for part in parts if (header := headers.find(part, theirs)) and header.fits]
        if there:
            fits[other.name] = max(header.found for header in there)
    return sorted(feed for feed, found in fits.items() if found == max(fits.values()))


def _whose(feeds: Sequence[str]) -> str:
    """What to do with a file of one or two other feeds; nothing where it may be of any of many."""
    if not feeds or len(feeds) > _MOST_NAMED:
        return ""
    return f"This looks like {' or '.join(feeds)}: joinedup deliver {feeds[0]} FILE"


def _refuse_different_headers(chosen: Sequence[_Chosen]) -> None:
    first = chosen[0].header
    for number, one in enumerate(chosen[1:], 2):
        same = (one.header.positions, one.header.width) == (first.positions, first.width)
        if not same:
            raise BadInput(
                "The files in the zip have different headers",
                where=f"file 1 and file {number} of {len(chosen)}",
                next_step="Deliver each of them on its own",
            )


def _transcribed(chosen: Sequence[_Chosen], expected: Expected, folder: Path) -> Readable:
    transcript = Transcript(expected, folder, has_extra=any(one.header.has_more for one in chosen))
    with trouble():
        for one in chosen:
            transcript.read(one.part, one.header)
        return transcript.close(len(chosen))


def _listed(words: Iterable[str]) -> str:
    return " or ".join(word.upper() for word in sorted(words))
