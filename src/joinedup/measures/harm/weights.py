"""Weights of offences: one vintage of one index, which cannot be built wrong."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from joinedup.errors import BadInput

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of one offence code, and the name of the rule by which the code has it."""

    value: float
    rule: str


@dataclass(frozen=True)
class Weights:
    """One vintage of an index of harm: what a crime of each offence code weighs, in ``unit``.

    ``by_code`` has the codes that carry a weight (0 is one); any other code has *no weight*, which is not 0.
    ``rules`` says in a sentence how each rule found its weights. ``source`` is who published them, and under
    which licence.
    """

    name: str
    title: str
    vintage: str
    unit: str
    source: str
    rules: Mapping[str, str]
    by_code: Mapping[str, Weight] = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("The name of weights is words in lower case joined by hyphens")
        for word in ("title", "vintage", "unit", "source"):
            if not getattr(self, word).strip():
                raise self._wrong(f"The weights do not state their {word}")
        if not self.by_code:
            raise self._wrong("No offence code has a weight")
        for code, one in self.by_code.items():
            if not math.isfinite(one.value) or one.value < 0:
                raise self._wrong(f"The weight of {code} is no number from 0 upwards")
            if one.rule not in self.rules:
                raise self._wrong(f"The weight of {code} names a rule that is not explained: {one.rule}")
        if not any(one.value for one in self.by_code.values()):
            raise self._wrong("All weights are 0")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"weights {self.name}", next_step="Correct its files: docs/harm.md")

    @property
    def codes_by_rule(self) -> Mapping[str, int]:
        """How many offence codes each rule gave a weight, in the order of the rules."""
        counted = Counter(one.rule for one in self.by_code.values())
        return {rule: counted[rule] for rule in self.rules}

    @property
    def words(self) -> str:
        """The index and its vintage, as people say it."""
        return f"{self.title}, {self.vintage}"
