"""Sums: whether what a total is said to be made of comes to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.passages import Passage, Shape
from joinedup.documents.claims.quantities import Kind, Number, find_numbers
from joinedup.documents.claims.statements import Statement, is_difference
from joinedup.documents.claims.wording import translated as _
from joinedup.documents.claims.wording import whole

_TOTAL = re.compile(r"\b(?:total|totals|totalling|sum|in all|altogether)\b", re.IGNORECASE)
_FOLLOWING = re.compile(r"(?:\bfollowing\b[^.:]*|\bas follows)?[:–-]?\s*$", re.IGNORECASE)
_MADE_OF = re.compile(
    r"\b(?:made\s+up\s+of|compris\w+|consist\w+\s+of|namely|broken\s+down\s+(?:as|into))\b|:",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:others?|rest|remainder|remaining|includ\w+|mostly|mainly|notably|for example|such as|e\.g|etc)\b",
    re.IGNORECASE,
)
_IS_MADE_OF = re.compile(
    r"^\s*(?:[\w-]+\s+){0,3}?,?\s*(?:(?:is|was|were)\s+)?(?:made\s+up\s+of|compris\w+|consist\w+\s+of)\s+$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^[^;.:%]{1,60}?(?:,|\band\b|;|\bplus\b|\+)\s*(?:\band\b)?\s*$", re.IGNORECASE)


def find_sums(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[Finding]:
    """Totals with the list of what they are made of, in the sentence or in the items after it."""
    return [*_of_lists(passages, statements), *_of_sentences(statements)]


def _of_lists(passages: Sequence[Passage], statements: Sequence[Statement]) -> Iterator[Finding]:
    """ "A total of £8,644 from the following:" and items that each begin with an amount."""
    for statement in statements:
        after = statement.position + 1
        ends = statement.text == (statement.passage.sentences or [""])[-1]
        opens = statement.text.rstrip().endswith((":", ":-")) or re.search(r"\bfollowing\b", statement.text)
        if not (ends and opens and _TOTAL.search(statement.text)):
            continue
        totals = [n for n in statement.numbers if n.kind is not Kind.SHARE and n.is_exact]
        if len(totals) != 1:
            continue
        amounts = _leading(passages[after:], totals[0].kind)
        if len(amounts) > 1:
            yield statement.finding(About.SUM, *_compared(totals[0], amounts))


def _leading(passages: Sequence[Passage], kind: Kind) -> list[Number]:
    """The amount that each item of the list begins with; nothing where an item begins otherwise."""
    amounts = []
    for passage in passages:
        if passage.shape is not Shape.ITEM:
            break
        numbers = [number for number in find_numbers(passage.text) if number.kind is kind]
        if not numbers or numbers[0].start > 0 or not numbers[0].is_exact:
            return []
        amounts.append(numbers[0])
    return amounts


def _of_sentences(statements: Sequence[Statement]) -> Iterator[Finding]:
    """ "A total of 100 offences, made up of 60 burglaries and 40 robberies"."""
    for statement in statements:
        numbers = [n for n in statement.numbers if n.kind is not Kind.SHARE]
        for place, total in enumerate(numbers[:-2]):
            parts = numbers[place + 1 :]
            told = _TOTAL.search(statement.before(total)[-40:]) or _TOTAL.search(statement.after(total)[:40])
            between = statement.between(total, parts[0])
            if not (_IS_MADE_OF.match(between) or (told and _MADE_OF.search(between))):
                continue
            listed = _listed(statement, parts, total.kind)
            if listed and total.is_exact:
                yield statement.finding(About.SUM, *_compared(total, listed))
            break


def _listed(statement: Statement, parts: Sequence[Number], kind: Kind) -> list[Number]:
    """The numbers of a plain list to the end of the sentence; nothing where one is something else."""
    if _NOT_ALL.search(statement.text[parts[0].start :]):
        return []
    joined = all(_JOINED.match(statement.between(one, other)) for one, other in pairwise(parts))
    plain = all(n.kind is kind and n.is_exact and not is_difference(statement, n) for n in parts)
    return list(parts) if joined and plain and len(parts) > 1 and not statement.shares else []


def _compared(total: Number, amounts: Sequence[Number]) -> tuple[Verdict, list[Number], str]:
    real = sum((amount.value for amount in amounts), Fraction(0))
    sign = "£" if total.kind is Kind.MONEY else ""
    words = f"{_terms(amounts, sign)} = {sign}{whole(real)}"
    if real == total.value:
        return Verdict.AGREES, [total, *amounts], words
    difference = _("{difference} {way} than the {total} that is said").format(
        difference=f"{sign}{whole(abs(real - total.value))}",
        way=_("more") if real > total.value else _("less"),
        total=f"{sign}{whole(total.value)}",
    )
    return Verdict.DISAGREES, [total, *amounts], f"{words}: {difference}"


def _terms(amounts: Sequence[Number], sign: str) -> str:
    """The sum as one would write it: equal amounts in a row are multiplied."""
    terms: list[str] = []
    values = [amount.value for amount in amounts]
    while values:
        first = values[0]
        times = next((n for n, value in enumerate(values) if value != first), len(values))
        terms.append(f"{times} × {sign}{whole(first)}" if times > 1 else f"{sign}{whole(first)}")
        del values[:times]
    return " + ".join(terms)
