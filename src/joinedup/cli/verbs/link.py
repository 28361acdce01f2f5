"""Find out who is the same person across agencies, by stable keys that name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.linkage_table import show_evaluations, show_quality
from joinedup.cli.output import (
    engine_option,
    format_option,
    purpose_option,
    purpose_option_of,
    say,
    show,
)
from joinedup.errors import NotFound, NotPermitted
from joinedup.terms import Engine, Purpose, Strictness

if TYPE_CHECKING:
    from joinedup.people import Told
    from joinedup.records import KeyChanged
    from joinedup.release.finding import Searched


_restricted_option = click.option(
    "--restricted",
    metavar="FEED",
    help="The linkages of this restricted feed, which is linked by itself and with no other.",
)


class _Year(click.IntRange):
    """A year of birth; a day is answered by what it takes, without saying it again."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The year; a refusal in a sentence where it is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"It takes a year from {self.min} to {self.max}, such as 1981, and no day.", param, ctx)


@click.group(name="link", help=__doc__)
def command() -> None:
    """The group itself does nothing."""


@command.command(name="run")
@click.option(
    "--without",
    metavar="FEED",
    multiple=True,
    help="Take the keys of this feed away, which was linked before (repeat for more).",
)
@_restricted_option
@click.option("--full", is_flag=True, help="Compare all pairs anew, not only those that are new or changed.")
@engine_option("What finds and compares the pairs; the people are the same.")
@click.pass_context
def run(
    ctx: click.Context, without: tuple[str, ...], restricted: str | None, full: bool, engine: Engine
) -> None:
    """Link the people of every feed whose names are shared with you, beginning with what stands."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.people import link, link_alone
    from joinedup.release.linking import require_alone, require_known, to_link

    if restricted is not None:
        if without:
            raise click.UsageError("A restricted feed is linked by itself: leave out --without")
        require_alone(workspace, by, restricted)
        _say_told(link_alone(workspace, restricted, by=by, anew=full, engine=engine), 1)
        return
    may = to_link(workspace, by)
    for feed, sentence in may.refused.items():
        say(f"{feed} is not linked: {sentence}")
    require_known(workspace, by, without)
    feeds = [feed for feed in may.feeds if feed not in without]
    if not feeds:
        raise NotFound(
            "No feed that names people may be linked by you",
            next_step="See docs/linking-people.md",
        )
    leaving = (*without, *may.left)
    _say_told(link(workspace, feeds, by=by, without=leaving, anew=full, engine=engine), len(feeds))


def _say_told(told: Told, feeds: int) -> None:
    """What a linkage of so many feeds came to."""
    of = f"{feeds} feeds" if feeds > 1 else "1 feed"
    say(
        f"Linkage {told.row.number}: {told.mentions:,} mentions in {of} are of {told.row.people:,} people. "
        f"Of {told.of_nobody:,} mentions too little is told to say who they are. {told.row.mentions:,} have "
        f"new keys; the largest person has {told.largest:,} mentions."
    )
    if told.taken_over:
        say(
            f"{told.taken_over:,} pairs were compared before and were not compared again (all anew: "
            "joinedup link run --full)."
        )
    if told.undone:
        say(
            f"{told.undone} decisions that two are not one person could not bind: both say the very same by "
            "now. See Data > Who is the same."
        )


@command.command(name="list")
@_restricted_option
@format_option
@click.pass_context
def list_linkages(ctx: click.Context, restricted: str | None, output_format: str) -> None:
    """List the linkages so far: since when each is known, by whom, and what it came to."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.records import RecordBook
    from joinedup.release.linking import MATCHING, linkable, require_alone

    if restricted is not None:
        require_alone(workspace, by, restricted)
    elif not linkable(workspace, by, *MATCHING).feeds:
        raise NotPermitted("Linkages are shown to people whom names are shared with")
    book, told = RecordBook(workspace), ("number", "known_from", "committed_at", "by", "mentions", "people")
    rows = [
        {
            **{name: _plain(getattr(row, name)) for name in told},
            **_changed(book.key_changes(row.number)),
            "model": row.model,
        }
        for row in book.linkages(alone=restricted or "")
    ]
    columns = (*told, "merged", "split", "model")
    show(rows, output_format, columns=columns, empty="Nobody was linked yet. Run: joinedup link run")


@command.command(name="find")
@click.argument("name", metavar="NAME")
@click.option("--born", type=_Year(1850, 2100), help="The year of birth, about.")
@click.option("--within", type=click.IntRange(0, 30), default=2, show_default=True, help="Years around it.")
@purpose_option
@click.option("--reason", required=True, help="Why you look, without naming anybody.")
@format_option
@click.pass_context
def find(
    ctx: click.Context,
    name: str,
    born: int | None,
    within: int,
    purpose: str,
    reason: str,
    output_format: str,
) -> None:
    """Find people whose names are like NAME, however spelt: their keys and where they stand, no name."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.people.looking_up import Birth
    from joinedup.release.finding import look_up, searched
    from joinedup.release.linking import findable

    birth = None if born is None else Birth(born, within=within)
    found = look_up(workspace, by, name, born=birth, purpose=Purpose(purpose), reason=reason)
    rows = [
        {
            "person": str(one.key),
            "likeness": one.likeness,
            "born": one.born.value,
            "mentions": one.mentions,
            "feeds": list(one.feeds),
            "feed": one.mention.feed,
            "record_key": str(one.mention.record_key),
            "revised_since_linked": one.revised,
        }
        for one in found
    ]
    feeds = findable(workspace, by, Purpose(purpose)).feeds
    empty = "" if rows else _nobody(searched(workspace, feeds), feeds)
    show(rows, output_format, empty=empty)


def _nobody(through: Searched, feeds: Iterable[str]) -> str:
    """That nobody was found, among how many, and of which feeds."""
    if through.linkage is None:
        return "Nobody was linked yet, so nobody has a key to be found by. Run: joinedup link run"
    since = " Deliveries came since it was last linked: joinedup link run." if through.unread else ""
    return (
        f"Nobody's name is like it in the {through.records:,} records that were looked through, "
        f"of {', '.join(feeds)}.{since}"
    )


@command.command(name="quality")
@purpose_option_of(Purpose.DATA_MATCHING)
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def quality(ctx: click.Context, purpose: str, reason: str, output_format: str) -> None:
    """Say how good the latest linkage is by what people decided of its pairs, and for whom it is how good."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.linkage_quality import released_quality

    told, groups = released_quality(workspace, by, purpose=Purpose(purpose), reason=reason)
    if told.lacking:
        say(
            f"Not yet: at least {told.lacking} more decisions are needed, one in each group of pairs of like "
            "weight. See Data > Who is the same."
        )
    show_quality(told, groups, output_format)


@command.command(name="evaluate")
@click.option(
    "--truth",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="A folder with who.parquet and, for twins, person.parquet.",
)
@purpose_option_of(Purpose.DATA_MATCHING)
@click.option("--reason", required=True, help="Why you judge it, without naming anybody.")
@format_option
@click.pass_context
def evaluate_linkage(ctx: click.Context, folder: Path, purpose: str, reason: str, output_format: str) -> None:
    """Compare the keys that stand with a truth of at least 1,000 mentions: for demonstrations and trials.

    The same for people of each sex, ethnic group and age band, with intervals.
    """
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.judging import judge

    told = judge(workspace, by, folder, purpose=Purpose(purpose), reason=reason)
    show_evaluations(told, output_format)


def _changed(changes: Iterable[KeyChanged]) -> dict[str, int]:
    """How many keys of the best linking a linkage merged and split."""
    best = Counter(one.kind for one in changes if one.level is Strictness.BEST)
    return {kind: best[kind] for kind in ("merged", "split")}


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
