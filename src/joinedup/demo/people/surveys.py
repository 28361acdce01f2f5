"""What residents and councillors say: consultation, priorities, perceptions and reports."""

from __future__ import annotations

import numpy as np

from joinedup.demo.people.drawing import by_rows, by_weights, happens
from joinedup.demo.people.rates import choices
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes, TableWriter

_AGE_BANDS = ["16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75 and over"]
_BAND_FROM = [25, 35, 45, 55, 65, 75]
_RATES = {
    "consultation": "consultation_answers_a_year",
    "neighbourhood-priority": "priority_answers_a_year",
    "perception": "perception_answers_a_year",
    "councillor-report": "councillor_reports_a_year",
    "resident-report": "resident_reports_a_year",
}


class Surveys:
    """Answers, month by month."""

    def __init__(self, table: TableWriter, groups: list[str]) -> None:
        """``groups`` are the census's labels of ethnic groups."""
        self._table, self._groups = table, groups
        self._next = 1

    def month(self, stage: Stage) -> None:
        """Let people answer: those who are there, mostly unnamed."""
        world = stage.world
        for survey, table in world.rates["surveys"]["answers"].items():
            stream = stage.stream(f"survey {survey}")
            n = stage.how_many(stream, world.rates["surveys"][_RATES[survey]])
            lsoa = by_weights(stream, world.ground.residents, n)
            levels = np.zeros(n, np.int64)
            person = stage.anybody.draw(stream, lsoa, levels)
            grown = (person >= 0) & (stage.month.age[np.maximum(person, 0)] >= 16)
            person, lsoa = person[grown], lsoa[grown]
            for question, shares in table.items():
                part = (
                    np.arange(len(person))
                    if len(table) == 1
                    else np.flatnonzero(happens(stream, world.rates["surveys"]["answers_each"], len(person)))
                )
                self._write(stream, stage, (survey, question), shares, person[part], lsoa[part])

    def _write(
        self,
        stream: np.random.Generator,
        stage: Stage,
        about: tuple[str, str],
        shares: dict[str, float],
        person: np.ndarray,
        lsoa: np.ndarray,
    ) -> None:
        survey, question = about
        words, weights = choices(shares)
        n = len(person)
        tilt = 1 + stage.world.rates["surveys"]["worse_by_decile"] * np.outer(
            10 - stage.world.ground.decile, np.linspace(-0.5, 1, len(words))
        )
        answer = by_rows(stream, np.maximum(weights * tilt, 1e-6), lsoa)
        anonymous = survey == "councillor-report"
        named = happens(
            stream,
            stage.world.rates["surveys"]["person_known"] * (4 if survey == "resident-report" else 1),
            n,
        ) & (not anonymous)
        band = np.searchsorted(_BAND_FROM, stage.month.age[person], side="right")
        told = happens(stream, 0.0 if anonymous else stage.world.rates["surveys"]["says_who"], n)
        days = stage.month.first + stream.integers(0, stage.month.after - stage.month.first, n)
        ids = np.arange(self._next, self._next + n)
        self._next += n
        people = stage.world.people
        self._table.write(
            {
                "response_id": ids,
                "survey": Codes(np.zeros(n, np.int64), [survey]),
                "answered_on": days.astype("datetime64[D]"),
                "lsoa_code": Codes(lsoa, stage.world.ground.codes),
                "question": Codes(np.zeros(n, np.int64), [question]),
                "answer": Codes(answer, words),
                "person_id": np.where(named, person, -1).astype(np.int64),
                "age_band": Codes(np.where(told, band, -1), _AGE_BANDS),
                "sex": Codes(np.where(told, people.sex[person], -1), ["F", "M"]),
                "ethnicity": Codes(
                    np.where(
                        happens(stream, stage.world.rates["surveys"]["says_ethnic_group"], n) & told,
                        people.group[person],
                        -1,
                    ),
                    self._groups,
                ),
            }
        )
