"""The door of the room: a document is asked for, drafted, checked, rendered and put in its place."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup import durable
from joinedup.documents import rendering
from joinedup.documents.answers import read_answers
from joinedup.documents.chapters import (
    appendix,
    crime,
    deprivation,
    front,
    months,
    people,
    place,
    quality,
    questions,
)
from joinedup.documents.checking import check_page
from joinedup.documents.drafting import Draft
from joinedup.documents.rendering import Cover
from joinedup.documents.scope import Scope, Source, check_recorded, subject_named, twelve_months
from joinedup.errors import BadInput
from joinedup.progress import Progress, Silent
from joinedup.terms import LONDON, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

ASSESSMENT = "assessment"
_SUFFIXES = (".html", ".pdf")
_CHAPTERS: tuple[Callable[[Draft], str], ...] = (
    crime.write,
    months.write,
    place.write,
    deprivation.write,
    people.write_victim,
    people.write_offender,
    questions.write,
    quality.write,
)


@dataclass(frozen=True)
class WrittenDocument:
    """What was written: where, of what, as known when, how many figures, which questions are open."""

    kind: str
    area: str
    period: Period
    paths: tuple[Path, ...]
    answers: Path
    known_on: dt.datetime
    figures: int
    open_questions: tuple[str, ...]
    seconds: dict[str, float]


def write(
    workspace: Workspace,
    viewer: Viewer,
    kind: str = ASSESSMENT,
    *,
    area: str,
    period: Period,
    out: Sequence[Path] = (),
    progress: Progress | None = None,
) -> WrittenDocument:
    """Write a document about an area and twelve months, as HTML, PDF or both.

    ``area``: a district's code or name, or ``partnership``. ``out``: paths ending in .html or .pdf; none
    means both, in the workspace's documents folder. Raises BadInput (kind, suffix, period), NotFound (area,
    data) and NotPermitted; nothing is written then, except the empty file of answers.
    """
    if kind != ASSESSMENT:
        raise BadInput(f"There is no document of the kind '{kind}'", next_step=f"Known: {ASSESSMENT}")
    subject = subject_named(workspace, area)
    paths = _paths(workspace, out, subject.name, twelve_months(period))
    steps = _Steps(progress or Silent(), subject.name)
    with steps.stage:
        scope = steps.take("figures", lambda: _scope(workspace, viewer, subject, period))
        title = f"{_('Strategic assessment')}: {subject.name}, {period.words}"
        name = f"{slug(subject.name)}-{_months(period)}.toml"
        answers = read_answers(workspace.documents_folder / "answers" / name, title)
        draft = Draft(scope, answers)
        body = steps.take("figures", lambda: _body(draft))
        known_on = scope.known_on()
        _disclose(draft, paths)
        _render(draft, body, _cover(draft, known_on), paths, steps)
    return WrittenDocument(
        kind, subject.name, period, tuple(paths), answers.path, known_on,
        len(scope.workings.entries), tuple(answers.open_slots), steps.seconds,
    )  # fmt: skip


def slug(name: str) -> str:
    """A name as it stands in file names."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _months(period: Period) -> str:
    """A period as it stands in file names: ``2024-04-to-2025-03``."""
    return str(period).replace("..", "-to-")


def _paths(workspace: Workspace, out: Sequence[Path], area: str, period: Period) -> list[Path]:
    if not out:
        stem = workspace.documents_folder / f"{ASSESSMENT}-{slug(area)}-{_months(period)}"
        return [stem.with_name(stem.name + suffix) for suffix in _SUFFIXES]
    for path in out:
        if path.suffix.lower() not in _SUFFIXES:
            raise BadInput(
                "A document is written as .html or .pdf",
                where=str(path),
                next_step="Name it with one of these",
            )
    return [Path(path) for path in out]


class _Steps:
    """How long each step took, told to the progress as it ends."""

    def __init__(self, progress: Progress | Silent, area: str) -> None:
        self.stage = _Entered(progress.stage(_("Assessment of {area}").format(area=area), total=4), self)
        self.seconds: dict[str, float] = {}
        self.open: Any = None

    def take(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        made = work()
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - start, 3)
        self.open.advance(1, name)
        return made


class _Entered:
    def __init__(self, context: Any, steps: _Steps) -> None:
        self.context, self.steps = context, steps

    def __enter__(self) -> None:
        self.steps.open = self.context.__enter__()

    def __exit__(self, *exc: object) -> bool | None:
        closed: bool | None = self.context.__exit__(*exc)
        return closed


def _scope(workspace: Workspace, viewer: Viewer, subject: Any, period: Period) -> Scope:
    from joinedup.measures import catalogue
    from joinedup.release import field_states, provenance

    measures = catalogue()
    used = {
        source
        for name in (crime.CRIME, crime.ASB, people.OUTCOMES, people.STOPS)
        if name in measures
        for source in measures[name].sources
    }
    known = provenance(workspace, viewer, sorted(used))
    covered = [coverage.period for coverage in known.coverage]
    recorded = Period(min(p.start for p in covered), max(p.end for p in covered)) if covered else None
    check_recorded(period, recorded)
    return Scope(
        workspace,
        viewer,
        subject,
        period,
        _source(workspace, viewer),
        recorded,
        tuple(row for row in known.deliveries if row.state == "standing"),
        tuple(field_states(workspace, viewer, sorted(used))),
    )


def _source(workspace: Workspace, viewer: Viewer) -> Source:
    from joinedup.release import What, release

    def ask(query: Any) -> Any:
        return release(workspace, viewer, query, channel="document", what=What.DOCUMENT)

    return ask


def _body(draft: Draft) -> str:
    chapters = [chapter(draft) for chapter in _CHAPTERS]
    opening = [front.summary(draft), front.about(draft)]
    return "".join([*opening, *chapters, appendix.write(draft)])


def _cover(draft: Draft, known_on: dt.datetime) -> Cover:
    scope = draft.scope
    day = known_on.astimezone(LONDON)
    known = f"{day:%-d %B %Y}"
    left = len(draft.answers.open_slots)
    return Cover(
        title=_("Strategic assessment"),
        area=scope.subject.name,
        period=scope.period.words,
        partnership=scope.workspace.settings.partnership,
        known_on=day,
        facts=(
            (_("Compared with"), scope.before.words),
            (_("Known on"), known),
            (
                _("State"),
                ngettext(
                    "{left} question not yet answered", "{left} questions not yet answered", left
                ).format(left=left)
                if left
                else _("All answered"),
            ),
        ),
        footer=_sources(scope),
        words={
            "known-on": _("Known on {day}").format(day=known),
            "contents": _("Contents"),
            "skip": _("Skip to the main content"),
        },
    )


def _sources(scope: Scope) -> tuple[str, ...]:
    from joinedup.places import catalogue

    sources = sorted({entry.source.strip().rstrip(".") for entry in catalogue(scope.workspace)} - {""})
    return (
        _("Contains public sector information licensed under the Open Government Licence v3.0."),
        *[_("Source: {source}.").format(source=source) for source in sources],
        _("Made with joinedup. Set in Atkinson Hyperlegible."),
    )


def _disclose(draft: Draft, paths: Sequence[Path]) -> None:
    """One act for the document, beside those of its figures. If it cannot be logged, nothing is written."""
    from joinedup.release.acts import log_act

    scope = draft.scope
    log_act(
        "disclosure",
        by=scope.viewer,
        purpose=Purpose.CRIME_AND_DISORDER,
        what=f"Strategic assessment, {scope.subject.name}, {scope.period.words}",
        recipients=[scope.viewer.username],
        detail={
            "kind": ASSESSMENT,
            "area": scope.subject.code,
            "period": str(scope.period),
            "files": [path.name for path in paths],
            "figures": len(scope.workings.entries),
        },
    )


def _render(draft: Draft, body: str, cover: Cover, paths: Sequence[Path], steps: _Steps) -> None:
    with tempfile.TemporaryDirectory(prefix="joinedup-document-") as name:
        folder = Path(name)
        for drawing, svg in draft.drawings.items():
            (folder / drawing).write_text(svg, encoding="utf-8")
        page = steps.take("html", lambda: rendering.as_html(body, cover, folder))
        check_page(page)
        pdf = b""
        if any(path.suffix.lower() == ".pdf" for path in paths):
            pdf = steps.take("pdf", lambda: rendering.as_pdf(body, cover, folder))
        for path in paths:
            content = pdf if path.suffix.lower() == ".pdf" else page.encode()
            durable.write(path, _writer(content))


def _writer(content: bytes) -> Callable[[Path], None]:
    def fill(path: Path) -> None:
        path.write_bytes(content)

    return fill
