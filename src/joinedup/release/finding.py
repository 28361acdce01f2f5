"""The door for looking one person up by name: in the feeds whose people somebody may know, and logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.people.reviewing import Mentioned
from joinedup.records import LinkageRow, RecordBook
from joinedup.records.ordinary_words import NO_NAMES
from joinedup.records.telling import FEW, Said, words
from joinedup.release.acts import TOLD, log_act
from joinedup.release.comparing import Side, look_at
from joinedup.release.linking import findable
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.people.looking_up import Birth, Found
    from joinedup.workspace import Workspace

MOST_FOUND = 20
LONGEST = 100
"""Letters of a name that is asked for."""


class UnsearchedName(BadInput):
    """A name that is none, too long, or in letters that are not searched."""


class RefusedReason(BadInput):
    """A reason that is none, or says whom one looks for or finds: it is not kept, and nothing was shown."""


@dataclass(frozen=True)
class Searched:
    """What a look-up searches: the latest linkage, None where nobody was linked, how many deliveries of the
    feeds came after it, and how many records name somebody who has a key."""

    linkage: LinkageRow | None
    unread: int
    records: int


def searched(workspace: Workspace, feeds: Collection[str]) -> Searched:
    """What a look-up in these feeds searches now."""
    from joinedup.people.looking_up import people_index, unread

    book = RecordBook(workspace)
    linkages = book.linkages()
    records = people_index(workspace, feeds).records if linkages else 0
    return Searched(linkages[-1] if linkages else None, len(unread(book, feeds)), records)


def look_up(
    workspace: Workspace,
    viewer: Viewer,
    name: str,
    *,
    born: Birth | None = None,
    purpose: Purpose,
    reason: str,
) -> list[Found]:
    """The people whose names are most like ``name``, born about when ``born`` says: at most 20.

    The answer has keys, how like the name is, how the birth agrees and where it stands, no name: ``reveal``
    shows those. The act is a consultation with the keys of all records that whoever was found has in the
    feeds, which the answer counts, as its subjects, and never the name or birth that was asked for. Raises
    NotPermitted where this person may know the people of no feed, UnsearchedName for no name or one in other
    letters than Latin ones, and RefusedReason for no reason or one that says whom one looks for or finds;
    that it says whom one finds tells of them, and is an act too.
    """
    from joinedup.people.looking_up import people_index

    may = findable(workspace, viewer, purpose)
    if not may.feeds:
        sentence = next(iter(may.refused.values()), _("No feed that names people is shared with you."))
        raise NotPermitted(sentence)
    _refuse_asking(name, born, reason)
    index = people_index(workspace, may.feeds)
    found = index.like(name, born=born, most=MOST_FOUND)
    of_them = index.records_of(found)
    act = _Looked(
        viewer,
        purpose,
        f"a person looked up by name in {len(may.feeds)} feeds: {len(found)} found",
        sorted({key for keys in of_them.values() for key in keys}),
        {"feeds": list(may.feeds), **may.basis},
    )
    try:
        _refuse_telling_of(workspace, found, of_them, reason)
    except BadInput as wrong:
        act.log("", **TOLD)
        raise RefusedReason(wrong.what, next_step=wrong.next_step) from None
    act.log(reason.strip())
    return found


def look_at_found(
    workspace: Workspace, viewer: Viewer, mention: Mentioned, *, purpose: Purpose, reason: str
) -> Side:
    """What the owner gave of a mention that was found; a consultation of its own, logged before it is read.

    Raises NotFound where it is of no feed whose people this person may know, does not stand or is restricted,
    and else as ``comparing.side_by_side``.
    """
    absent = NotFound(_("There is no such record to look at"))
    if mention.feed not in findable(workspace, viewer, purpose).feeds or mention.role == "record":
        raise absent
    if not reason.strip():
        raise _no_reason()
    (side,) = look_at(
        workspace,
        viewer,
        [mention],
        purpose=purpose,
        reason=reason,
        what="a record found by name: identifying details of one person",
        detail={"found": True},
        absent=absent,
    )
    return side


@dataclass(frozen=True)
class _Looked:
    """A look-up as the log has it, whether what it found is shown or its reason refused."""

    viewer: Viewer
    purpose: Purpose
    what: str
    subjects: Sequence[str]
    detail: Mapping[str, Any]

    def log(self, reason: str, **more: str) -> None:
        """Write the act; ``more`` is put into its detail."""
        log_act(
            "consultation",
            by=self.viewer,
            purpose=self.purpose,
            what=self.what,
            reason=reason,
            subjects=self.subjects,
            recipients=[self.viewer.username],
            detail={**self.detail, **more},
        )


def _no_reason() -> RefusedReason:
    return RefusedReason(_("Looking a person up needs its reason"), next_step=_("Say why, without a name"))


def _refuse_asking(name: str, born: Birth | None, reason: str) -> None:
    """Raise where a name cannot be searched, or a reason is none or has the name or the birth."""
    from joinedup.people.name_index import folded, is_latin

    if not is_latin(name):
        raise UnsearchedName(
            _("Only names in Latin letters are searched"), next_step=_("Write it in Latin letters")
        )
    if not folded(name):
        raise UnsearchedName(_("Say whom you look for"), next_step=_("A given name and a family name"))
    if len(name) > LONGEST:
        raise UnsearchedName(
            _("That name is longer than what is searched"),
            next_step=_("Write at most %(most)d letters") % {"most": LONGEST},
        )
    if not reason.strip():
        raise _no_reason()
    said = Said(reason, records=1)
    by_birth = born is not None and born.day is not None and said.born(born.day)
    if said.names([name]) or by_birth or _has_word_of(name, reason):
        raise RefusedReason(
            _("The reason says whom you look for, and it is kept"),
            next_step=_("Say why, without a word of their name"),
        )


def _has_word_of(name: str, reason: str) -> bool:
    """Whether a reason has a word that is searched for, also one that is an ordinary word as well (Smith)."""
    searched_for = {word for word in words(name) if len(word) > 1}
    return not (searched_for - NO_NAMES or searched_for).isdisjoint(words(reason))


def _refuse_telling_of(
    workspace: Workspace, found: Sequence[Found], of_them: Mapping[str, Collection[str]], reason: str
) -> None:
    """Raise BadInput where a reason has a name, number or words of somebody who was found.

    ``of_them`` are all records of theirs by feed: where they are many weak signs do not count, so the few
    that are shown are asked of by themselves as well.
    """
    concerned = list(of_them.items())
    for feed, keys in of_them.items():
        if len(keys) > FEW:
            shown = [str(one.mention.record_key) for one in found if one.mention.feed == feed]
            concerned.append((feed, shown))
    with RecordBook(workspace).reading() as reader:
        reader.refuse_telling_of_all(concerned, reason)
