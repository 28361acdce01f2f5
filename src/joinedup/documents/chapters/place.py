"""Location: wards with the uncertainty of their rank, maps of wards and neighbourhoods."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.documents import comparing, drawing, maps, wording
from joinedup.documents.chapters.crime import ASB, CRIME
from joinedup.documents.chapters.districts import rate_note
from joinedup.documents.citing import Marked, Name, Sentence, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.ranking import Rank, ranks
from joinedup.documents.residents import PER_THOUSAND, unit
from joinedup.documents.tables import Column, table
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Derived, Fact
from joinedup.errors import NotFound
from joinedup.terms import AreaLevel, Form

_SHOWN = 10
_NAMED = 5
_BY_RATE = 3
_MAP_WIDTH = 430


def write(draft: Draft) -> str:
    """The chapter, with the findings it adds to the summary."""
    return "".join(
        [
            f"# {_('Location')}\n\n",
            _warning(),
            f"## {_('Wards with the most recorded crime')}\n\n",
            _wards(draft, CRIME, _("crimes"), _("Recorded crime")),
            f"## {_('Wards with the most anti-social behaviour')}\n\n",
            _wards(draft, ASB, _("incidents of anti-social behaviour"), _("Anti-social behaviour")),
            f"## {_('Maps')}\n\n",
            _maps(draft),
        ]
    )


def _warning() -> str:
    return (
        ":::caution\n\n"
        + paragraph(
            say(
                _(
                    "Published points are moved to the nearest of a list of places before they are "
                    "published, and "
                    "many records are pinned to stations, hospitals and shops. So a small area shows where "
                    "records are pinned, which is not always where harm was done."
                )
            )
        )
        + ":::\n\n"
    )


class WardRanks:
    """The wards of the subject in order of a count, with their ranks in both years."""

    def __init__(self, draft: Draft, measure: str) -> None:
        asked = draft.scope.ask(measure, Form.CHANGE, level=AreaLevel.WARD)
        self.workings = draft.scope.workings
        self.question = asked.question
        inside = [fact for fact in asked.facts if fact.row.area_level is AreaLevel.WARD and fact.known]
        ordered = sorted(inside, key=lambda fact: (-fact.row.numerator, fact.row.area_name))
        self.facts = comparing.judged(ordered)
        self.now = dict(zip(self._codes, ranks([fact.row.numerator for fact in self.facts]), strict=True))
        whole = draft.scope.ask(measure, Form.CHANGE).one(draft.scope.subject.code)
        comparable = whole is not None and whole.verdict is not Verdict.NOT_COMPARABLE
        self.before: dict[str, Rank] = {}
        if comparable and all(fact.row.denominator is not None for fact in self.facts):
            earlier = ranks([fact.row.denominator for fact in self.facts])
            self.before = dict(zip(self._codes, earlier, strict=True))
        self._derived: dict[tuple[str, bool], Derived] = {}

    @property
    def _codes(self) -> list[str]:
        return [fact.row.area_code for fact in self.facts]

    def rank(self, fact: Fact, *, earlier: bool = False) -> Derived:
        """A ward's rank as an entry of the workings, made once."""
        key = (fact.row.area_code, earlier)
        if key not in self._derived:
            found = (self.before if earlier else self.now)[fact.row.area_code]
            self._derived[key] = self.workings.derive(
                _("Rank of {name} among {number} wards{when}").format(
                    name=fact.row.area_name,
                    number=len(self.facts),
                    when=_(", year before") if earlier else "",
                ),
                _("order of the counts; see “How ranks are made”"),
                [self.question],
                found.rank,
                lambda number: wording.ordinal(int(number)),
                (found.lower, found.upper),
            )
        return self._derived[key]

    def moved(self, fact: Fact) -> bool:
        """Whether a ward's place has changed by more than its uncertainty in both years."""
        code = fact.row.area_code
        if code not in self.before:
            return False
        now, before = self.now[code], self.before[code]
        return now.lower > before.upper or now.upper < before.lower


def rank_range(derived: Derived) -> Sentence:
    """``1st to 3rd``, or ``1st`` where the interval is one place."""
    if derived.lower == derived.upper:
        return phrase("{place}", place=derived.cite("lower"))
    return phrase(_("{lower} to {upper}"), lower=derived.cite("lower"), upper=derived.cite("upper"))


def placed(derived: Derived) -> Sentence:
    """``4th (4 to 5)``, or ``1st`` where no other place is likely."""
    if derived.lower == derived.upper:
        return phrase("{place}", place=derived.cite())
    ends = {part: derived.cite(part, wording.count) for part in ("lower", "upper")}
    return phrase(_("{place} ({lower} to {upper})"), place=derived.cite(), **ends)


def _wards(draft: Draft, measure: str, noun: str, title: str) -> str:
    found = WardRanks(draft, measure)
    shown = [fact for fact in found.facts if not wording.few(fact.row.numerator)][:_SHOWN]
    if len(shown) < 2:
        return paragraph(say(_("There are too few wards with enough records to put in an order.")))
    text = _ward_sentences(draft, measure, found, noun)
    text += _ward_table(draft, measure, found, shown, title)
    warning = comparing.warning(draft.scope.workings, found.facts, _("wards"))
    if warning is not None:
        text += ":::caution\n\n" + paragraph(warning) + ":::\n\n"
    return text + _rank_chart(draft, found, shown, title)


def _ward_sentences(draft: Draft, measure: str, found: WardRanks, noun: str) -> str:
    first = found.facts[0]
    rank = found.rank(first)
    sure = rank.lower == rank.upper
    template = (
        _("{ward} had {count} {noun}, clearly more than any other ward.")
        if sure
        else _(
            "{ward} had the most {noun} of all wards ({count}), but other wards are close: its place may be "
            "anywhere from {range}."
        )
    )
    words: dict[str, Marked] = {"ward": Name(first.row.area_name), "noun": phrase(noun), "count": first.count}
    if not sure:
        words["range"] = rank_range(rank)
    opening = say(template, **words)
    draft.findings.append(opening)
    said = [opening, _share_of_leading(draft, found, noun), *_by_rate(draft, measure, found)]
    if found.before:
        said.append(_movements(found))
    return paragraph(*said)


def _by_rate(draft: Draft, measure: str, found: WardRanks) -> list[Sentence]:
    """The wards with the highest rates, where their order is another than that of the counts."""
    rates = draft.scope.ask(measure, Form.RATE, level=AreaLevel.WARD)
    known = [
        fact
        for fact in rates.facts
        if fact.row.area_level is AreaLevel.WARD
        and fact.row.value is not None
        and not wording.few(fact.row.numerator)
    ]
    first = sorted(known, key=lambda fact: (-fact.row.value, fact.row.area_name))[:_BY_RATE]
    by_count = [fact.row.area_code for fact in found.facts[:_BY_RATE]]
    if len(first) < _BY_RATE or [fact.row.area_code for fact in first] == by_count:
        return []
    parts = [phrase(_("{ward} ({rate})"), ward=Name(fact.row.area_name), rate=fact.rate) for fact in first]
    return [
        say(
            _("By rate the order differs: {wards} had the most per {unit}."),
            wards=joined(parts, _("and")),
            unit=PER_THOUSAND,
        )
    ]


def _share_of_leading(draft: Draft, found: WardRanks, noun: str) -> Sentence:
    leading = found.facts[:_NAMED]
    total = sum(fact.row.numerator for fact in found.facts)
    if not total:
        return say(_("No {noun} were recorded in any ward."), noun=phrase(noun))
    part = draft.scope.workings.derive(
        _("Share of the first five wards in all that was placed in a ward"),
        _("sum of their counts divided by the sum over all wards"),
        [*(fact.count for fact in leading), found.question],
        sum(fact.row.numerator for fact in leading) / total,
        wording.share,
    )
    return say(
        _("The first five wards ({wards}) hold {share} of all {noun} that were placed in a ward."),
        wards=joined([Name(fact.row.area_name) for fact in leading], _("and")),
        share=part.cite(),
        noun=phrase(noun),
    )


def _movements(found: WardRanks) -> Sentence:
    movers = [
        fact
        for fact in found.facts[:_SHOWN]
        if found.moved(fact) and not (wording.few(fact.row.numerator) or wording.few(fact.row.denominator))
    ]
    if not movers:
        return say(
            _(
                "No ward among those in the table has changed its place by more than chance would give: "
                "differences "
                "of place from year to year should not be read as movement."
            )
        )
    parts = [
        phrase(
            _("{ward} (from {before} to {now})"),
            ward=Name(fact.row.area_name),
            before=found.rank(fact, earlier=True).cite(),
            now=found.rank(fact).cite(),
        )
        for fact in movers
    ]
    return say(
        _(
            "The place changed by more than chance would give for {wards}; for all others in the table it "
            "did "
            "not. A ward's place can change because its own count did or because others' did."
        ),
        wards=joined(parts, _("and")),
    )


def _ward_table(draft: Draft, measure: str, found: WardRanks, shown: list[Fact], title: str) -> str:
    rates = draft.scope.ask(measure, Form.RATE, level=AreaLevel.WARD)
    rows: list[list[Marked | None]] = []
    for fact in shown:
        rate = rates.one(fact.row.area_code)
        rows.append(
            [
                Name(fact.row.area_name),
                fact.before if fact.row.denominator is not None else None,
                fact.count,
                phrase(fact.verdict.words),
                placed(found.rank(fact)),
                placed(found.rank(fact, earlier=True))
                if found.before and not wording.few(fact.row.denominator)
                else None,
                rate.rate if rate is not None and rate.row.value is not None else None,
            ]
        )
    columns = [
        Column(_("Ward"), 22),
        Column(_("Year before"), 8, numbers=True),
        Column(_("This year"), 8, numbers=True),
        Column(_("In words"), 20),
        Column(phrase(_("Rank and its {level} interval"), level=INTERVAL), 18, numbers=True),
        Column(_("The same, year before"), 18, numbers=True),
        Column(phrase(_("Rate per {unit}"), unit=unit(draft)), 13, numbers=True),
    ]
    caption = phrase(_("{title}: the wards with the highest counts, {period}"), title=phrase(title),
                     period=draft.period)  # fmt: skip
    return table(caption, columns, rows, workings=_("Workings"), width=19)


def _rank_chart(draft: Draft, found: WardRanks, shown: list[Fact], title: str) -> str:
    rows = []
    for fact in shown:
        rank = found.now[fact.row.area_code]
        rows.append(
            {
                "name": fact.row.area_name,
                "rank": rank.rank,
                "lower": rank.lower,
                "upper": rank.upper,
                "from": rank.lower - 0.3,
                "to": rank.upper + 0.3,
            }
        )
    parts = [
        phrase(_("{ward} {rank}"), ward=Name(fact.row.area_name), rank=placed(found.rank(fact)))
        for fact in shown
    ]
    alt = phrase(
        _("Chart of the rank of each ward for {title} with its {level} interval: {parts}."),
        title=phrase(title[:1].lower() + title[1:]),
        level=INTERVAL,
        parts=joined(parts, _("and")),
    )
    caption = phrase(
        _(
            "**How sure each ward's rank is: {title}.** Where bars overlap, the order of the wards is not "
            "certain. A rank without a range, in the table as well, is one that hardly any other fits."
        ),
        title=phrase(title[:1].lower() + title[1:]),
    )
    return draft.drawn(drawing.ranks(rows, _("Rank, first is the most")), alt, caption)


def _maps(draft: Draft) -> str:
    levels = [(AreaLevel.WARD, _("ward")), (AreaLevel.LSOA, _("neighbourhood (LSOA)"))]
    text = ""
    for level, word in levels:
        pair = [
            _map(draft, measure, title, level, word)
            for measure, title in ((CRIME, _("Recorded crime")), (ASB, _("Anti-social behaviour")))
        ]
        if any(pair):
            text += "::::pair\n\n" + "".join(pair) + "::::\n\n"
    return text or paragraph(say(_("No boundaries with residents are loaded, so no map can be drawn.")))


def _map(draft: Draft, measure: str, title: str, level: AreaLevel, word: str) -> str:
    from joinedup.measures import FEW_FOR_A_PERCENTAGE
    from joinedup.places import geometry

    try:
        shapes = geometry(draft.scope.workspace, level, within=draft.scope.subject.codes or None)
        facts = [
            fact
            for fact in draft.scope.ask(measure, Form.RATE, level=level).facts
            if fact.row.value is not None and fact.row.area_level is level
        ]
    except NotFound:
        return ""
    shaded = [fact for fact in facts if not wording.few(fact.row.numerator)]
    if not shaded or not shapes["features"]:
        return ""
    lower = title[:1].lower() + title[1:]
    drawn = maps.shaded(
        shapes,
        maps.Values(
            {fact.row.area_code: fact.row.value for fact in shaded},
            frozenset(fact.row.area_code for fact in facts if wording.few(fact.row.numerator)),
        ),
        _("{title} per 1,000 residents").format(title=title),
        maps.Words(
            _("under {edge}"),
            _("{edge} to under {next}"),
            _("{edge} and over"),
            _("fewer than {number} records").format(number=FEW_FOR_A_PERCENTAGE),
            _("no figure"),
        ),
        _MAP_WIDTH,
    )
    ordered = sorted(shaded, key=lambda fact: -fact.row.value)
    alt = phrase(
        _(
            "Map of {area} shaded by {title} per {unit} in each {word}, {period}. The highest rate is "
            "{most} in "
            "{most_name}, the lowest {least} in {least_name}; the middle one is {middle}. Areas with "
            "few records are "
            "not shaded."
        ),
        area=draft.here,
        title=phrase(lower),
        unit=PER_THOUSAND,
        word=phrase(word),
        period=draft.period,
        most=ordered[0].rate,
        most_name=Name(ordered[0].row.area_name),
        least=ordered[-1].rate,
        least_name=Name(ordered[-1].row.area_name),
        middle=ordered[len(ordered) // 2].rate,
    )
    caption = phrase(
        _("**{title} per {unit} by {word}, {period}.** Each class holds about a fifth of the areas.{base}"),
        title=phrase(title),
        unit=unit(draft),
        word=phrase(word),
        period=draft.period,
        base=rate_note(draft, measure) if level is AreaLevel.WARD else phrase(""),
    )
    return draft.drawn(drawn, alt, caption)
