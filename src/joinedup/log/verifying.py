"""Verifying the log: every entry digested again, every link, every reason, every head.

What is found without an exported head: an act that was edited, taken out, put in or moved; words that were
changed, or are gone without an act that erased them; an end that is not where the chain says; a head that the
chain no longer has. Who rewrites a whole chain, its end and (with the workspace's key) its heads, or puts an
old copy of the database back, is found only against a head that was exported before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.log import chain, signing
from joinedup.log.heads import SignedHead, told_of

if TYPE_CHECKING:
    from joinedup.log.models import Act

_AT_ONCE = 500


@dataclass(frozen=True)
class Flaw:
    """Something that is wrong with an agency's chain: ``what`` in a sentence; ``number`` is the act's."""

    agency: str
    number: int | None
    what: str


@dataclass(frozen=True)
class VerifiedChain:
    """An agency's chain: its acts, those whose words were erased, its last digest, the heads that fit it."""

    agency: str
    acts: int
    erased: int
    digest: str
    heads: int


@dataclass(frozen=True)
class Verdict:
    """What verifying came to. ``unknown_keys``: keys of exported heads that are not this workspace's."""

    chains: tuple[VerifiedChain, ...]
    flaws: tuple[Flaw, ...]
    unknown_keys: tuple[str, ...] = ()


def verify(secrets_folder: Path, against: Sequence[SignedHead] = ()) -> Verdict:
    """Verify every chain, and hold it against exported heads."""
    from joinedup.log.models import Act, Chain, Head, Words

    flaws: list[Flaw] = []
    chains = []
    agencies = {
        *Act.objects.values_list("agency", flat=True).distinct(),
        *Chain.objects.values_list("agency", flat=True),
        *Head.objects.values_list("agency", flat=True),
        *(head.agency for head in against),
    }
    for agency in sorted(agencies):
        heads = [told_of(head) for head in Head.objects.filter(agency=agency)]
        exported = [head for head in against if head.agency == agency]
        walk = _Walk(agency, {head.number for head in (*heads, *exported)})
        flaws += walk.through(Act.objects.filter(agency=agency).order_by("number").iterator(_AT_ONCE))
        flaws += _of_the_end(walk)
        flaws += _of_heads(walk, heads, "signed for")
        flaws += _of_heads(walk, exported, "exported on")
        chains.append(VerifiedChain(agency, walk.count, walk.erased, walk.digest, len(heads) + len(exported)))
    loose = Words.objects.exclude(act_id__in=Act.objects.exclude(commitment="").values("id")).count()
    if loose:
        flaws.append(
            Flaw("", None, f"{loose:,} reasons belong to no act: acts were taken out, or words put in")
        )
    own = signing.public_key(secrets_folder)
    unknown = sorted({head.key for head in against if head.key != own})
    return Verdict(tuple(chains), tuple(flaws), tuple(unknown))


class _Walk:
    """One pass over a chain, in the order of its numbers."""

    def __init__(self, agency: str, wanted: set[int]) -> None:
        self.agency = agency
        self.count = self.erased = self.number = 0
        self.digest = chain.BEGINNING
        self.at: dict[int, str] = {}  # digests at the numbers of heads
        self._wanted = wanted

    def through(self, acts: Iterable[Act]) -> Iterator[Flaw]:
        for batch in _batches(acts):
            words, marks = _words_of(batch)
            for act in batch:
                yield from self._step(act)
                yield from self._words(act, words.get(act.id), marks.get(act.id))

    def _step(self, act: Act) -> Iterator[Flaw]:
        if act.number != self.number + 1:
            first, last = self.number + 1, act.number - 1
            yield Flaw(self.agency, act.number, f"The acts {first:,} to {last:,} are missing")
        elif act.previous != self.digest:
            yield Flaw(self.agency, act.number, "It does not follow from the act before it")
        if act.entry().digest() != act.digest:
            yield Flaw(self.agency, act.number, "It is not what was written: something in it was changed")
        self.count += 1
        self.number, self.digest = act.number, act.digest
        if act.number in self._wanted:
            self.at[act.number] = act.digest

    def _words(self, act: Act, words: tuple[str, str] | None, erased_by: object) -> Iterator[Flaw]:
        if not act.commitment:
            if words is not None:
                yield Flaw(self.agency, act.number, "A reason was put in afterwards")
        elif words is not None:
            if not _is_committed(act.commitment, *words):
                yield Flaw(self.agency, act.number, "Its reason was changed")
            elif erased_by is not None:
                yield Flaw(self.agency, act.number, "Its reason is marked as erased and is still there")
        elif erased_by is None or not _erased(erased_by, str(act.id)):
            yield Flaw(self.agency, act.number, "Its reason is gone, and no act says that it was erased")
        else:
            self.erased += 1


def _is_committed(commitment: str, salt: str, text: str) -> bool:
    try:
        return chain.commitment(salt, text) == commitment
    except ValueError:  # no salt any more
        return False


def _erased(erased_by: object, act_id: str) -> bool:
    """Whether that act is one that erased the words of this one."""
    from joinedup.log.models import Act, ActKind

    found = Act.objects.filter(id=erased_by, kind=ActKind.ERASURE).first()
    return found is not None and act_id in found.subjects


def _batches(acts: Iterable[Act]) -> Iterator[list[Act]]:
    batch: list[Act] = []
    for act in acts:
        batch.append(act)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _words_of(batch: Sequence[Act]) -> tuple[dict[object, tuple[str, str]], dict[object, object]]:
    """The words of these acts (salt and text), and the acts that erased words of them."""
    from joinedup.log.models import ErasedWords, Words

    keys = [act.id for act in batch]
    words = Words.objects.filter(act_id__in=keys).values_list("act_id", "salt", "text")
    marks = ErasedWords.objects.filter(act_id__in=keys).values_list("act_id", "erased_by")
    return {key: (salt, text) for key, salt, text in words}, dict(marks)


def _of_the_end(walk: _Walk) -> Iterator[Flaw]:
    from joinedup.log.models import Chain

    end = Chain.objects.filter(agency=walk.agency).first()
    told = (end.number, end.digest) if end else (0, chain.BEGINNING)
    if told != (walk.number, walk.digest):
        what = f"It ends with act {walk.number}, and its end is kept as act {told[0]}"
        if told[0] == walk.number:
            what = f"Its last act, {walk.number}, is not the one that is kept as its end"
        yield Flaw(walk.agency, walk.number or None, what)


def _of_heads(walk: _Walk, heads: Iterable[SignedHead], how: str) -> Iterator[Flaw]:
    for head in heads:
        if not head.is_signed:
            yield Flaw(walk.agency, head.number, f"The head {how} {head.day} is not signed by its key")
        elif head.number > walk.number:
            what = f"The head {how} {head.day} has {head.number:,} acts; the log ends with act {walk.number}"
            yield Flaw(walk.agency, head.number, f"{what}: it was cut, or an older copy put back")
        elif walk.at.get(head.number) != head.digest:
            what = f"It is not the act of the head {how} {head.day}: the log was written anew before it"
            yield Flaw(walk.agency, head.number, what)
