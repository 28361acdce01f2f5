"""No true share, change, sum or table is said to be wrong; each that is off by more than rounding is."""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from joinedup.documents.claims import About, Verdict, check_report
from joinedup.documents.claims.arithmetic import bases, wholes
from joinedup.documents.claims.quantities import find_numbers
from joinedup.errors import BadInput
from sampling import examples

WRONG = Verdict.DISAGREES
NOUNS = st.sampled_from(["offences", "people", "reports", "respondents", "victims", "fires"])
DECIMALS = st.integers(0, 2)
WAYS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN])
SIGNS = st.sampled_from(["%", " per cent", " %", " percent"])

SHARES = st.sampled_from(
    [
        "Of the {whole} {noun}, {part} ({share}) were at night.",
        "There were {whole} {noun}. Of these, {share} ({part}) were at night.",
        "There were {whole} {noun}, of which {part} ({share}) were at night.",
        "{part} of the {whole} {noun} ({share}) were at night.",
        "{share} of {noun} ({part} of {whole}) were at night.",
        "A total of {whole} {noun} were recorded. This accounts for {part} of the {noun} or {share}.",
        "At night there were {share} ({part}) of the {whole} {noun}.",
        "Of {whole} {noun} {part}, or {share}, were at night.",
    ]
)
CHANGES = st.sampled_from(
    [
        "There was {a} {word} of {share}, from {before} to {now} {noun}.",
        "{noun} {verb} from {before} to {now}, {a} {word} of {share}.",
        "{noun} {verb} from {before} to {now} ({share}).",
        "{noun} {verb} by {share} from {before} to {now}.",
        "There were {now} {noun} this year compared to {before} last year, a {share} {word}.",
        "There were {now} {noun} ({before} last year), {way} {share}.",
        "There have been {now} {noun}, {way} from {before} ({share}).",
    ]
)


def share_words(value: Fraction, decimals: int, way: str, sign: str) -> str:
    """The share as a report would write it, rounded by Python's own decimal arithmetic."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=way):,}{sign}"


def off_by_more(value: Fraction, decimals: int, steps: int, sign: str) -> str:
    """A share that no rounding of the value gives: whole steps of its last digit away."""
    step = Fraction(1, 10**decimals)
    units = int(value / step) + (2 + steps if steps > 0 else -1 + steps)
    assume(units > 0)
    return f"{Decimal(units).scaleb(-decimals):f}{sign}"


def disagrees(text: str) -> bool:
    return any(one.verdict is WRONG for one in check_report(text).findings)


def written(count: int, commas: bool) -> str:
    return f"{count:,}" if commas else str(count)


@settings(max_examples=examples(120, 3))
@given(SHARES, NOUNS, st.integers(1, 99_999), st.data(), DECIMALS, WAYS, SIGNS, st.booleans())
def test_a_true_share_is_never_flagged(sentence, noun, whole, data, decimals, way, sign, commas):
    part = data.draw(st.integers(0, whole))
    share = share_words(Fraction(100 * part, whole), decimals, way, sign)
    text = sentence.format(whole=written(whole, commas), part=written(part, commas), share=share, noun=noun)
    assert not disagrees(text), text


@settings(max_examples=examples(120, 3))
@given(SHARES, NOUNS, st.integers(2, 99_999), st.data(), DECIMALS, st.integers(-5, 5), SIGNS)
def test_a_share_wrong_by_more_than_rounding_is_flagged(sentence, noun, whole, data, decimals, steps, sign):
    part = data.draw(st.integers(2, whole))
    share = off_by_more(Fraction(100 * part, whole), decimals, steps, sign)
    text = sentence.format(whole=written(whole, True), part=written(part, True), share=share, noun=noun)
    assert disagrees(text), text


def change_words(before: int, now: int) -> dict[str, str]:
    up = {"a": "an", "word": "increase", "verb": "increased", "way": "up"}
    return up if now > before else {"a": "a", "word": "reduction", "verb": "fell", "way": "down"}


@settings(max_examples=examples(120, 3))
@given(CHANGES, NOUNS, st.integers(1, 50_000), st.integers(0, 50_000), DECIMALS, WAYS, SIGNS, st.booleans())
def test_a_true_change_is_never_flagged(sentence, noun, before, now, decimals, way, sign, commas):
    assume(before != now)
    change = share_words(Fraction(100 * abs(now - before), before), decimals, way, sign)
    words = {"before": written(before, commas), "now": written(now, commas), "share": change, "noun": noun}
    text = sentence.format(**words, **change_words(before, now))
    assert not disagrees(text), text


@settings(max_examples=examples(120, 3))
@given(CHANGES, NOUNS, st.integers(2, 50_000), st.integers(2, 50_000), DECIMALS, st.integers(-5, 5), SIGNS)
def test_a_change_wrong_by_more_than_rounding_is_flagged(sentence, noun, before, now, decimals, steps, sign):
    assume(before != now)
    change = off_by_more(Fraction(100 * abs(now - before), before), decimals, steps, sign)
    words = {"before": written(before, True), "now": written(now, True), "share": change, "noun": noun}
    text = sentence.format(**words, **change_words(before, now))
    assert disagrees(text), text


@settings(max_examples=examples(60, 3))
@given(st.integers(1, 300), st.integers(1, 9_999), st.integers(0, 1))
def test_the_wholes_of_a_share_are_those_that_trying_every_number_finds(part, thousandths, decimals):
    """The oracle asks of every whole whether a decimal rounding of the share gives what is written."""
    text = f"{Decimal(thousandths).scaleb(-2).quantize(Decimal(1).scaleb(-decimals))}"
    assume(Decimal(text) > 0)
    (share,) = find_numbers(f"It is {text}% of all.")
    (count,) = find_numbers(f"There were {part:,} fires.")
    most = 3_000
    fitting = (
        [
            whole
            for whole in range(part, most)
            if any(
                (Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-decimals), rounding=way)
                == Decimal(text)
                for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)
            )
        ]
        if _reach(part, Decimal(text), decimals) < most
        else None
    )
    assume(fitting is not None)
    assert wholes(count, share) == ((fitting[0], fitting[-1]) if fitting else None)


def _reach(part: int, share: Decimal, decimals: int) -> Decimal:
    least = share - Decimal(5).scaleb(-decimals - 1)
    return 100 * part / least + 1 if least > 0 else Decimal("inf")


def test_the_wholes_of_the_papers_are_known_by_hand():
    for part, share, known in (
        ("2,208", "38.1%", (5788, 5802)),
        ("1,632", "28.2%", (5777, 5797)),
        ("1,138", "32.5%", (3497, 3506)),
    ):
        assert wholes(find_numbers(f"{part} fires")[0], find_numbers(share)[0]) == known
    assert bases(find_numbers("415 fires")[0], find_numbers("4%")[0]) == (9223, 11857)


@settings(max_examples=examples(100, 3))
@given(st.lists(st.integers(1, 9_999), min_size=2, max_size=6), st.integers(-3, 3))
def test_a_sum_is_flagged_when_it_is_wrong_and_only_then(parts, wrong):
    total = sum(parts) + wrong
    assume(total > 0)
    listed = ", ".join(f"{part:,} fires" for part in parts[:-1]) + f" and {parts[-1]:,} floods"
    assert disagrees(f"A total of {total:,} events, made up of {listed}.") == (wrong != 0)
    items = "\n".join(f"- £{part:,} from a partner" for part in parts)
    assert disagrees(f"A total of £{total:,} came from the following:\n\n{items}\n") == (wrong != 0)


@settings(max_examples=examples(60, 3))
@given(
    st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 9_999)), min_size=3, max_size=8),
    DECIMALS,
    WAYS,
    st.booleans(),
)
def test_a_true_table_is_never_flagged(rows, decimals, way, is_wrong):
    total = tuple(sum(column) for column in zip(*rows, strict=True))
    lines = ["Type\t2010\t2011\t% change"]
    for place, (before, now) in enumerate([*rows, total]):
        change = share_words(Fraction(100 * (now - before), before), decimals, way, "%")
        label = "Total" if place == len(rows) else f"Kind {chr(97 + place)}"
        lines.append(f"{label}\t{before:,}\t{now:,}\t{change}")
    if is_wrong:
        before, now = rows[0]
        lines[1] = f"Kind a\t{before:,}\t{now + before + 1:,}\t{lines[1].split(chr(9))[-1]}"
    assert disagrees("\n".join(lines)) == is_wrong


@settings(max_examples=examples(60, 3))
@given(st.lists(st.integers(0, 6), min_size=2, max_size=9), st.integers(0, 1))
def test_the_rows_of_a_table_may_be_groups_above_their_members(rows, more):
    """A row counts, unless some two or more rows right below it come to it: trying every number of them."""
    groups = [
        any(row == sum(rows[place + 1 : end]) > 0 for end in range(place + 3, len(rows) + 1))
        for place, row in enumerate(rows)
    ]
    totals = {sum(rows), sum(row for row, is_group in zip(rows, groups, strict=True) if not is_group)}
    for total in {one + more for one in totals}:
        lines = ["Type\tCount", *(f"Kind\t{row}" for row in rows), f"Total\t{total}"]
        assert disagrees("\n".join(lines)) == (total not in totals)


def test_a_table_of_very_many_rows_is_said_not_to_be_checked():
    rows = [f"Kind\t{number % 7}" for number in range(5_001)]
    (one,) = check_report("\n".join(["Type\tCount", *rows])).findings
    assert (one.verdict, one.about) == (Verdict.OPEN, About.SUM)
    assert "has 5,001 rows and is not checked" in one.arithmetic
    first = sum(int(row[-1]) for row in rows[:4_999])
    (one,) = check_report("\n".join(["Type\tCount", *rows[:4_999], f"Total\t{first}"])).findings
    assert one.verdict is Verdict.AGREES


@settings(max_examples=examples(120, 3))
@given(st.text(alphabet="0123456789 ,.%£()abof/-–|\t\n+=the fromtoOf", max_size=300))
def test_whatever_is_written_is_read_without_a_fault(text):
    try:
        check_report(text)
    except BadInput as refused:
        assert "no text" in refused.sentence() or "neither" in refused.sentence()
