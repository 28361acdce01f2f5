"""joinedup for Python: ``joinedup.open("workspace")`` gives the same verbs as the command line.

with joinedup.open("workspace", user="analyst") as partnership:
    figure = partnership.figure("recorded-crime", level="district", every="month", period="2024/25")
    rows = figure.to_json_rows()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.progress import Progress
from joinedup.terms import AreaLevel, Engine, Every, Form, Per, Period, Purpose, Viewer, parse_knowledge_date
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.documents import CheckedReport, WrittenDocument
    from joinedup.feeds import Receipt
    from joinedup.measures import FigureQuery, Measure
    from joinedup.records import DeliveryRow
    from joinedup.release import ReleasedFigure
    from joinedup.release.rhythms import ReleasedRhythm

__all__ = ["Partnership", "open"]

Conditions = Mapping[str, str] | Iterable[tuple[str, str]]


class Partnership:
    """An open workspace, acted on as one of its users. Close it, or use it in a ``with`` statement.

    Everything that shows data goes through release, is decided for the acting user and written to the log,
    as on the command line and in the hub.
    """

    def __init__(self, workspace: Workspace, viewer: Viewer) -> None:
        self.workspace = workspace
        self.viewer = viewer

    def __enter__(self) -> Partnership:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the workspace."""
        self.workspace.close()

    def measures(self) -> list[Measure]:
        """The measures that the acting user may see."""
        from joinedup.release import available

        return available(self.workspace, self.viewer)

    def figure(  # noqa: PLR0913 - the parts of a question, each with its default
        self,
        name: str,
        *,
        form: Form | str = Form.COUNT,
        level: AreaLevel | str | None = None,
        areas: Iterable[str] = (),
        period: Period | str | None = None,
        every: Every | str = Every.WHOLE,
        by: Iterable[str] = (),
        where: Conditions = (),
        as_at: dt.datetime | str | None = None,
        against: Period | str | None = None,
        vintage: str | None = None,
        purpose: Purpose | str = Purpose.CRIME_AND_DISORDER,
        reason: str = "",
        engine: Engine | str = Engine.DUCKDB,
        per: Per | str = Per.RESIDENTS,
    ) -> ReleasedFigure:
        """A figure of the measure ``name``, decided, logged and released; texts are read as in the shell.

        ``level`` None: the partnership, or all of what has no place.

        Raises NotFound, BadInput or NotPermitted, with a sentence that says what to do.
        """
        from joinedup.measures import FigureQuery
        from joinedup.release import measure_known, release

        if level is None:
            level = measure_known(self.workspace, self.viewer, name).usual_level
        query: FigureQuery = FigureQuery(
            measure=name,
            form=Form(form),
            level=AreaLevel(level),
            areas=tuple(areas),
            period=_period(period),
            every=Every(every),
            by=tuple(by),
            where=tuple(where.items() if isinstance(where, Mapping) else where),
            as_at=parse_knowledge_date(as_at) if isinstance(as_at, str) else as_at,
            against=_period(against),
            vintage=vintage,
            engine=Engine(engine),
            per=Per(per),
        )
        return release(
            self.workspace, self.viewer, query, purpose=Purpose(purpose), reason=reason, channel="python"
        )

    def rhythm(  # noqa: PLR0913 - the parts of a question, each with its default
        self,
        name: str,
        *,
        by: str = "day_or_night",
        level: AreaLevel | str = AreaLevel.PARTNERSHIP,
        areas: Iterable[str] = (),
        period: Period | str | None = None,
        every: Every | str = Every.WHOLE,
        where: Conditions = (),
        as_at: dt.datetime | str | None = None,
        purpose: Purpose | str = Purpose.CRIME_AND_DISORDER,
        reason: str = "",
        engine: Engine | str = Engine.DUCKDB,
    ) -> ReleasedRhythm:
        """When what the measure ``name`` counts happens: rates for each hour or day of a kind, and ratios.

        Raises NotFound, BadInput or NotPermitted, with a sentence that says what to do.
        """
        from joinedup.measures import FigureQuery
        from joinedup.release.rhythms import released_rhythm

        query: FigureQuery = FigureQuery(
            measure=name,
            level=AreaLevel(level),
            areas=tuple(areas),
            period=_period(period),
            every=Every(every),
            by=(by,),
            where=tuple(where.items() if isinstance(where, Mapping) else where),
            as_at=parse_knowledge_date(as_at) if isinstance(as_at, str) else as_at,
            engine=Engine(engine),
        )
        return released_rhythm(
            self.workspace, self.viewer, query, purpose=Purpose(purpose), reason=reason, channel="python"
        )

    def deliver(
        self,
        feed: str,
        file: Path | str,
        *,
        received_at: dt.datetime | str | None = None,
        period: Period | str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Receipt:
        """Deliver one file of a feed; the receipt accounts for every row."""
        from joinedup.feeds import deliver

        moment = parse_knowledge_date(received_at) if isinstance(received_at, str) else received_at
        return deliver(
            self.workspace,
            feed,
            Path(file),
            by=self.viewer,
            received_at=moment,
            period=_period(period),
            dry_run=dry_run,
            progress=progress,
        )

    def deliveries(self, feed: str | None = None) -> list[DeliveryRow]:
        """The deliveries that the acting user may see, oldest first."""
        from joinedup.release import provenance

        seen = provenance(self.workspace, self.viewer).deliveries
        return [row for row in seen if feed is None or row.feed == feed]

    def document(
        self,
        kind: str,
        *,
        area: str,
        period: Period | str,
        out: Sequence[Path | str] = (),
        progress: Progress | None = None,
    ) -> WrittenDocument:
        """Write a document, such as the ``assessment`` of a district for twelve months."""
        from joinedup.documents import write

        paths = [Path(path) for path in out]
        asked = period if isinstance(period, Period) else Period.parse(period)
        return write(
            self.workspace,
            self.viewer,
            kind,
            area=area,
            period=asked,
            out=paths,
            progress=progress,
        )

    def check_report(
        self, report: Path | str, *, purpose: Purpose | str = Purpose.CRIME_AND_DISORDER
    ) -> CheckedReport:
        """Check the figures of a report (the path of a text, DOCX or PDF); nothing of it is stored."""
        from joinedup.documents import check_report

        return check_report(
            Path(report), workspace=self.workspace, viewer=self.viewer, purpose=Purpose(purpose)
        )


def open(folder: Path | str, user: str | None = None) -> Partnership:
    """Open the workspace in ``folder`` and act as ``user`` (not needed where there is only one)."""
    from joinedup.accounts import acting_viewer
    from joinedup.log import sign_if_possible

    workspace = Workspace.open(Path(folder))
    sign_if_possible(workspace.secrets_folder)
    return Partnership(workspace, acting_viewer(user))


def _period(period: Period | str | None) -> Period | None:
    return Period.parse(period) if isinstance(period, str) else period
