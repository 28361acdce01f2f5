"""Review: people look at pairs of mentions, blind first, and what they decide binds the next linkage.

Each linkage draws pairs anew, some from each stratum of weights, so that the decisions also tell how good the
linkage is (``judging``). Decisions are append-only: the latest of a pair holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as moment

from joinedup.errors import BadInput, NotFound
from joinedup.log import record_act
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.people.models import ReviewPair

_AT_ONCE = 500
_SAME, _DIFFERENT = "same", "different"  # of ``models.Verdict``


@dataclass(frozen=True, order=True)
class Mentioned:
    """A mention by where it stands: feed, key of the record, role and number. It names nobody."""

    feed: str
    record_key: UUID
    role: str
    ordinal: int


@dataclass(frozen=True)
class Stands:
    """Why a linkage put a pair together, or kept it apart: a code of ``evidence``, empty where it is not kept
    (of before). ``way``: where it is through others, the feed of a record of each on the way from the left
    one, the right one last, and the bits of the step to it; None where somebody decided the step."""

    because: str = ""
    way: Sequence[tuple[str, float | None]] = ()


@dataclass(frozen=True)
class Drawn:
    """A pair that a linkage drew, with its weight in bits, its stratum, whether it put them together, the
    evidence: codes (``evidence.in_words``) and bits, the strongest for it first; and why it stands so."""

    left: Mentioned
    right: Mentioned
    weight: float
    together: bool
    stratum: int
    stratum_pairs: int
    stratum_drawn: int
    evidence: Sequence[tuple[str, float]] = ()
    stands: Stands = Stands()


@dataclass(frozen=True)
class Decided:
    """What somebody decided of a pair."""

    verdict: str
    why: str
    by: str
    at: Any


@dataclass(frozen=True)
class Pair:
    """A pair in the queue: its number, the linkage that drew it, and the decisions so far, oldest first."""

    number: int
    linkage: int
    drawn: Drawn
    decisions: Sequence[Decided]

    @property
    def verdict(self) -> str:
        """The decision that holds; empty where nobody has decided."""
        return self.decisions[-1].verdict if self.decisions else ""


def draw(linkage: int, drawn: Iterable[Drawn], *, by: Viewer) -> None:
    """Put a linkage's pairs in the queue, in the place of those that nobody decided on.

    A pair that is drawn again after a decision keeps it, and counts in its stratum of this linkage.
    """
    from joinedup.people.models import ReviewPair

    with transaction.atomic():
        ReviewPair.objects.filter(decisions__isnull=True).delete()
        known = {frozenset(_both(pair)): pair.pk for pair in ReviewPair.objects.all()}
        new = []
        for one in drawn:
            row = _row(linkage, one)
            row.pk = known.get(frozenset((one.left, one.right)))
            if row.pk is None:
                new.append(row)
            else:
                row.save(force_update=True)
        ReviewPair.objects.bulk_create(new, batch_size=_AT_ONCE)
        record_act(
            "combination",
            by=by,
            purpose=None,
            what=f"{len(new)} pairs drawn for review by linkage {linkage}",
            detail={"linkage": linkage, "pairs": len(new), "feeds": sorted({one.left_feed for one in new})},
        )


def waiting(feeds: Collection[str]) -> list[Pair]:
    """The pairs of these feeds that nobody decided on, in the order in which they were drawn."""
    return [_pair(one) for one in _of(feeds).filter(decisions__isnull=True)]


def reviewed(feeds: Collection[str]) -> list[Pair]:
    """The pairs of these feeds on which somebody decided."""
    return [_pair(one) for one in _of(feeds).filter(decisions__isnull=False).distinct()]


def pair(number: int, feeds: Collection[str]) -> Pair:
    """One pair. Raises NotFound where there is none, or none of these feeds."""
    found = _of(feeds).filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such pair to review", where=str(number))
    return _pair(found)


class DecidedMeanwhile(BadInput):
    """Somebody else decided a pair after it was shown to who decides now."""


def decide(
    number: int,
    verdict: str,
    *,
    feeds: Collection[str],
    by: Viewer,
    why: str = "",
    seen: int | None = None,
) -> Pair:
    """Write down what somebody decided of a pair; the act is in the log, in the same transaction.

    ``seen``: how many decisions of it there were when it was shown to them (None: not said). Raises NotFound
    as ``pair``, DecidedMeanwhile where there are more by now, and BadInput for a verdict there is not or
    another verdict without a reason.
    """
    from joinedup.people.models import ReviewDecision, ReviewPair, Verdict

    if verdict not in Verdict.values:
        raise BadInput("There is no such verdict", next_step=f"Say one of: {', '.join(Verdict.values)}")
    with transaction.atomic():
        ReviewPair.objects.select_for_update().filter(pk=number).first()  # one after the other
        before = pair(number, feeds)
        if seen is not None and len(before.decisions) > seen:
            raise DecidedMeanwhile("Somebody else decided this pair meanwhile", where=f"pair {number}")
        if before.verdict and not why.strip():
            raise BadInput(
                "Changing a decision needs its reason", next_step="Say why, without naming anybody"
            )
        ReviewDecision.objects.create(
            pair_id=number, verdict=verdict, why=why.strip(), by=by.username, at=moment()
        )
        record_act(
            "combination",
            by=by,
            purpose=None,
            what=f"review of pair {number}: {verdict}",
            reason=why.strip(),
            subjects=[str(before.drawn.left.record_key), str(before.drawn.right.record_key)],
            detail={"pair": number, "verdict": verdict, "feeds": sorted({*_feeds(before.drawn)})},
        )
    return pair(number, feeds)


@dataclass(frozen=True)
class Bound:
    """What decisions bind a linkage to: pairs that are one person, and pairs that are not."""

    same: Sequence[tuple[Mentioned, Mentioned]]
    different: Sequence[tuple[Mentioned, Mentioned]]


def bound(feeds: Collection[str]) -> Bound:
    """The decisions that hold on pairs of these feeds."""
    told = [(one.verdict, (one.drawn.left, one.drawn.right)) for one in reviewed(feeds)]
    return Bound(
        [both for verdict, both in told if verdict == _SAME],
        [both for verdict, both in told if verdict == _DIFFERENT],
    )


def forget(sender: object, feed: str, record_keys: frozenset[UUID], **_: object) -> None:
    """Let go of pairs of erased records, with what was decided of them."""
    from joinedup.people.models import ReviewDecision, ReviewPair

    keys = sorted(record_keys)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        left, right = Q(left_feed=feed, left_key__in=some), Q(right_feed=feed, right_key__in=some)
        numbers = list(ReviewPair.objects.filter(left | right).values_list("pk", flat=True))
        ReviewDecision.objects.filter(pair__in=numbers).delete()
        ReviewPair.objects.filter(pk__in=numbers).delete()


def _of(feeds: Collection[str]) -> Any:
    from joinedup.people.models import ReviewPair

    known = ReviewPair.objects.filter(left_feed__in=list(feeds), right_feed__in=list(feeds))
    return known.prefetch_related("decisions").order_by("pk")


def _feeds(drawn: Drawn) -> tuple[str, str]:
    return drawn.left.feed, drawn.right.feed


def _both(row: ReviewPair) -> tuple[Mentioned, Mentioned]:
    return (
        Mentioned(row.left_feed, row.left_key, row.left_role, row.left_ordinal),
        Mentioned(row.right_feed, row.right_key, row.right_role, row.right_ordinal),
    )


def _pair(row: ReviewPair) -> Pair:
    left, right = _both(row)
    told = (row.weight, row.together, row.stratum, row.stratum_pairs, row.stratum_drawn)
    evidence = [(str(code), float(bits)) for code, bits in row.evidence]
    decisions = [Decided(one.verdict, one.why, one.by, one.at) for one in row.decisions.all()]
    stands = Stands(row.stands.get("because", ""), [tuple(step) for step in row.stands.get("way", ())])
    return Pair(row.pk, row.linkage, Drawn(left, right, *told, evidence, stands), decisions)


def _row(linkage: int, drawn: Drawn) -> ReviewPair:
    from joinedup.people.models import ReviewPair

    return ReviewPair(
        linkage=linkage,
        left_feed=drawn.left.feed,
        left_key=drawn.left.record_key,
        left_role=drawn.left.role,
        left_ordinal=drawn.left.ordinal,
        right_feed=drawn.right.feed,
        right_key=drawn.right.record_key,
        right_role=drawn.right.role,
        right_ordinal=drawn.right.ordinal,
        weight=drawn.weight,
        together=drawn.together,
        stratum=drawn.stratum,
        stratum_pairs=drawn.stratum_pairs,
        stratum_drawn=drawn.stratum_drawn,
        evidence=[list(one) for one in drawn.evidence],
        stands=asdict(drawn.stands),
    )
