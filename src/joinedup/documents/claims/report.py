"""The door of the checker: a report goes in, what does not add up comes out. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.documents.claims.checking import check_passages
from joinedup.documents.claims.finding import Finding, Verdict
from joinedup.documents.claims.reading import MOST_BYTES, read
from joinedup.documents.claims.records import Asker, compare
from joinedup.documents.claims.statements import statements_of
from joinedup.errors import BadInput, NotFound
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class CheckedReport:
    """What was found, in the order of the report.

    ``with_figures``: in how many sentences there are figures. ``unnamed``: in how many of those no measure
    is named, so that the records were not asked; None where there were no records to ask.
    """

    findings: tuple[Finding, ...]
    with_figures: int
    unnamed: int | None

    @property
    def disagreeing(self) -> int:
        """How many statements do not agree."""
        return sum(one.verdict is Verdict.DISAGREES for one in self.findings)


def check_report(
    report: str | bytes | Path,
    *,
    workspace: Workspace | None = None,
    viewer: Viewer | None = None,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    channel: str = "python",
) -> CheckedReport:
    """Check a sentence, a whole text, or a file (text, DOCX, PDF; its path or its bytes).

    With a workspace and who acts, sentences that name a measure, an area and a period are compared with the
    records, through release, as every figure that is looked at. Raises NotFound for a path with no file, and
    BadInput for what is empty, locked, damaged, too large, or no report.
    """
    passages = read(_content(report))
    statements = statements_of(passages)
    findings = check_passages(passages, statements)
    unnamed = None
    if workspace is not None and viewer is not None:
        compared = compare(Asker(workspace, viewer, purpose, channel), statements)
        findings = sorted([*findings, *compared.findings], key=lambda one: (one.page or 0, one.paragraph))
        unnamed = compared.unnamed
    with_figures = sum(bool(statement.numbers) for statement in statements)
    return CheckedReport(tuple(findings), with_figures, unnamed)


def _content(report: str | bytes | Path) -> bytes:
    if isinstance(report, str):
        return report.encode("utf-8")
    if isinstance(report, bytes):
        return report
    if not report.is_file():
        raise NotFound("There is no such file", where=str(report))
    try:
        with report.open("rb") as content:
            return content.read(MOST_BYTES + 1)  # enough to tell that it is too large
    except OSError as error:
        raise BadInput("The file cannot be read", where=f"{report}: {error.strerror}") from None
