"""How good the data is: what was delivered, what became of each row, what is missing or unplaced."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from joinedup.documents import wording
from joinedup.documents.chapters.crime import ASB, CRIME
from joinedup.documents.chapters.people import OUTCOMES, STOPS
from joinedup.documents.citing import Marked, Name, Plain, Sentence, escape, joined, paragraph, phrase, say
from joinedup.documents.drafting import Draft
from joinedup.documents.tables import Column, table
from joinedup.documents.workings import Asked
from joinedup.terms import AreaLevel, Every, Form, Period

_FEW = 0.0005  # fields that are all but always given are not worth a line


def write(draft: Draft) -> str:
    """The chapter."""
    text = f"# {_('How good the data is')}\n\n"
    text += _deliveries(draft) + _placed(draft) + _fields(draft) + _caveats(draft)
    return text


def _deliveries(draft: Draft) -> str:
    by_feed: dict[str, list[Any]] = defaultdict(list)
    for row in draft.scope.deliveries:
        by_feed[row.feed].append(row)
    if not by_feed:
        return ""
    rows: list[list[Marked | None]] = []
    for feed, deliveries in sorted(by_feed.items()):
        numbers = {
            "deliveries": len(deliveries),
            "rows_in": sum(row.rows_in for row in deliveries),
            "accepted": sum(row.accepted for row in deliveries),
            "unchanged": sum(row.unchanged for row in deliveries),
            "revised": sum(row.revised for row in deliveries),
            "quarantined": sum(row.quarantined for row in deliveries),
            "set_aside": sum(sum(row.set_aside.values()) for row in deliveries),
        }
        entry = draft.scope.workings.ledger(
            _("Deliveries of {feed}").format(feed=feed_title(draft, feed)),
            _("sums of the record book's ledger over deliveries {numbers}").format(
                numbers=numbered([row.number for row in deliveries])
            ),
            numbers,
        )
        rows.append(
            [
                Name(feed_title(draft, feed)),
                Plain(_span(deliveries), "period"),
                *[entry.cite(part) for part in numbers],
            ]
        )
    columns = [
        Column(_("Feed"), 20),
        Column(_("Months"), 13),
        Column(_("Deliveries"), 10, numbers=True),
        Column(_("Rows in"), 10, numbers=True),
        Column(_("New"), 10, numbers=True),
        Column(_("Unchanged"), 12, numbers=True),
        Column(_("Revised"), 9, numbers=True),
        Column(_("Refused"), 9, numbers=True),
        Column(_("Set aside"), 9, numbers=True),
    ]
    caption = _("What was delivered, and what became of every row")
    return paragraph(
        say(
            _(
                "Rows in are always the sum of those that were new, unchanged, revised, refused with a "
                "reason, "
                "or set aside by a named rule."
            )
        ),
        *_note(draft),
    ) + table(caption, columns, rows, workings=_("Workings"))


def _note(draft: Draft) -> list[Sentence]:
    """What the workspace says of all its deliveries, where it says anything."""
    note = draft.scope.workspace.settings.deliveries_note
    return [say("{note}", note=Name(note))] if note else []


def feed_title(draft: Draft, feed: str) -> str:
    """What people call a feed: its contract's title, or its name where no contract can be read."""
    known = _contracts(draft).get(feed)
    return str(known.title) if known else feed


def _contracts(draft: Draft) -> dict[str, Any]:
    from joinedup.feeds import contracts

    return dict(contracts(draft.scope.workspace))


def _span(deliveries: list[Any]) -> str:
    periods = [row.period for row in deliveries if row.period is not None]
    if not periods:
        return _("not stated")
    whole = Period(min(period.start for period in periods), max(period.end for period in periods))
    return f"{whole.start:%b %Y} – {whole.last:%b %Y}" if whole.months > 1 else f"{whole.start:%b %Y}"


def numbered(numbers: list[int]) -> str:
    """Whole numbers as ``1–27, 40``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _placed(draft: Draft) -> str:
    rows: list[list[Marked | None]] = []
    for measure in (CRIME, ASB, STOPS):
        asked = draft.scope.ask(measure, Form.COUNT, level=AreaLevel.DISTRICT, areas=())
        known = [fact for fact in asked.facts if fact.known]
        total = sum(fact.row.numerator for fact in known)
        if not total:
            continue
        inside = sum(
            fact.row.numerator for fact in known if fact.row.area_code not in {"outside", "unlocated"}
        )
        share = draft.scope.workings.derive(
            _("{measure}: share placed in a district").format(measure=asked.figure.measure.title),
            _("records placed in a district divided by all records of the period"),
            [asked.question],
            inside / total,
            wording.fine_share,
        )
        beyond = asked.one("outside")
        nowhere = asked.one("unlocated")
        rows.append(
            [
                Name(asked.figure.measure.title),
                share.cite(),
                beyond.count if beyond and beyond.known else _none_such(draft, asked),
                nowhere.count if nowhere and nowhere.known else _none_such(draft, asked),
            ]
        )
    if not rows:
        return ""
    columns = [
        Column(_("Figure"), 30),
        Column(_("Placed in a district"), 18, numbers=True),
        Column(_("Outside every district"), 18, numbers=True),
        Column(_("Without a location"), 18, numbers=True),
    ]
    caption = phrase(_("How much could be placed, all districts, {period}"), period=draft.period)
    return (
        f"## {_('Located')}\n\n" + table(caption, columns, rows, workings=_("Workings")) + _agreement(draft)
    )


def _agreement(draft: Draft) -> str:
    """How often the area that an owner states is that of the point, of feeds that state both."""
    from joinedup.measures.quality import QualityQuery
    from joinedup.release import quality

    sources = tuple(sorted({row.source for row in draft.scope.deliveries}))
    if not sources:
        return ""
    asked = QualityQuery("stated-area-agreement", sources, period=draft.scope.period, every=Every.WHOLE)
    found = quality(draft.scope.workspace, draft.scope.viewer, asked)
    sentences = []
    for row in found.rows:
        if not row.denominator or row.numerator is None or row.value is None:
            continue
        title = feed_title(draft, row.feed)
        entry = draft.scope.workings.ledger(
            _("{feed}: the stated area agrees with the point").format(feed=title),
            _("{numerator} divided by {denominator}, all districts, by the month of the record").format(
                numerator=found.measure.numerator, denominator=found.measure.denominator
            ),
            {"agree": row.numerator, "both": row.denominator, "share": row.value},
        )
        sentences.append(
            say(
                _(
                    "Of the {both} records of {feed} that state an area and have a point, {share} lie in it "
                    "by their point; figures go by the point."
                ),
                both=entry.cite("both"),
                feed=Name(title),
                share=entry.cite("share", wording.share),
            )
        )
    return paragraph(*sentences) if sentences else ""


def _none_such(draft: Draft, asked: Asked) -> Marked:
    """Nought, where a figure has no row of the kind: no record is outside, or none without a location."""
    return draft.scope.workings.derive(
        _("{measure}: records of a kind that the figure has no row of").format(
            measure=asked.figure.measure.title
        ),
        _("no such record"),
        [asked.question],
        0,
        wording.count,
    ).cite()


def _fields(draft: Draft) -> str:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for state in draft.scope.field_states:
        held = sums[state.feed, state.field]
        held[0] += state.given
        held[1] += state.missing
        held[2] += state.unknown
    rows: list[list[Marked | None]] = []
    empty: dict[str, list[str]] = defaultdict(list)
    for (feed, name), (given, missing, unknown) in sorted(sums.items()):
        total = given + missing + unknown
        if not total or (missing + unknown) / total < _FEW:
            continue
        title = feed_title(draft, feed)
        if not given:
            empty[title].append(name.replace("_", " "))
            continue
        entry = draft.scope.workings.ledger(
            _("{field} of {feed}: how often given").format(field=name, feed=title),
            _("sums of the record book's field states over all deliveries of the feed"),
            {
                "given": given,
                "missing": missing,
                "unknown": unknown,
                "share_without": (missing + unknown) / total,
            },
        )
        rows.append(
            [
                Name(title),
                Name(name.replace("_", " ")),
                entry.cite("given"),
                entry.cite("missing"),
                entry.cite("unknown"),
                entry.cite("share_without", wording.share),
            ]
        )
    if not rows and not empty:
        return ""
    columns = [
        Column(_("Feed"), 24),
        Column(_("Field"), 30),
        Column(_("Given"), 11, numbers=True),
        Column(_("Left empty"), 11, numbers=True),
        Column(_("Said to be unknown"), 12, numbers=True),
        Column(_("Share without"), 12, numbers=True),
    ]
    return (
        f"## {_('Fields that are missing')}\n\n"
        + paragraph(
            say(
                _(
                    "Some gaps are by design: incidents of anti-social behaviour have no identifier and no "
                    "outcome "
                    "when they are published."
                )
            ),
            *([say(_("Never given: {fields}."), fields=_never(empty))] if empty else []),
        )
        + (
            table(_("Fields with gaps, all deliveries"), columns, rows, workings=_("Workings"))
            if rows
            else ""
        )
    )


def _never(empty: dict[str, list[str]]) -> Sentence:
    """The fields that are empty in every row, feed by feed."""
    parts = [Name(f"{', '.join(names)} ({title})") for title, names in empty.items()]
    return joined(parts, _("and"))


def _caveats(draft: Draft) -> str:
    from joinedup.measures import catalogue

    known = catalogue()
    text = f"## {_('What to keep in mind')}\n\n"
    seen: set[str] = set()
    for name in (CRIME, ASB, OUTCOMES, STOPS):
        measure = known.get(name)
        if measure is None:
            continue
        fresh = [caveat for caveat in measure.caveats if caveat not in seen]
        seen.update(fresh)
        text += f"### {measure.title}\n\n" + "".join(f"- {Name(caveat)}\n" for caveat in fresh) + "\n"
        breaks = [broken for broken in measure.breaks if _touches(broken.date, draft)]
        if breaks:
            parts = joined([Name(broken.sentence) for broken in breaks], _("and"))
            text += paragraph(say(_("Breaks in the series within these two years: {breaks}"), breaks=parts))
    return text + _caveats_of_feeds(draft, seen)


def _caveats_of_feeds(draft: Draft, seen: set[str]) -> str:
    """What the contracts of the feeds that were delivered say of them, where no measure has said it."""
    known = _contracts(draft)
    text = ""
    for feed in sorted({row.feed for row in draft.scope.deliveries} & set(known)):
        fresh = [caveat for caveat in known[feed].publishing.caveats if caveat not in seen]
        seen.update(fresh)
        if fresh:
            text += (
                f"### {escape(known[feed].title)}\n\n" + "".join(f"- {Name(one)}\n" for one in fresh) + "\n"
            )
    return text


def _touches(date: Any, draft: Draft) -> bool:
    return bool(draft.scope.before.start < date < draft.scope.period.end)
