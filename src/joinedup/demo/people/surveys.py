"""What residents and councillors say: consultation, priorities, perceptions and reports."""

from __future__ import annotations

import numpy as np

from joinedup.demo.people.drawing import by_rows, by_weights, happens
from joinedup.demo.people.rates import choices
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes, TableWriter

_AGE_BANDS = ["16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75 and over"]
_BAND_FROM = [25, 35, 45, 55, 65, 75]
# survey → question → answers with their shares (assumed)
QUESTIONS: dict[str, dict[str, dict[str, float]]] = {
    "consultation": {
        "Has what the partnership did made you feel safer?": {
            "safer": 0.38, "no different": 0.55, "less safe": 0.04, "don't know": 0.03,
        },
        "Have you read the community safety plan?": {"yes": 0.33, "no": 0.67},
    },
    "neighbourhood-priority": {
        "What should be tackled first where you live?": {
            "anti-social behaviour": 0.31, "speeding and vehicle nuisance": 0.17, "drug dealing": 0.16,
            "litter and dog fouling": 0.12, "burglary": 0.10, "violence in the town centre": 0.07,
            "deliberate fires": 0.04, "domestic abuse": 0.03,
        },
    },
    "perception": {
        "How safe do you feel outside after dark?": {
            "very safe": 0.17, "fairly safe": 0.42, "a bit unsafe": 0.26, "very unsafe": 0.12,
            "don't know": 0.03,
        },
        "How much of a problem is people being drunk or rowdy?": {
            "not a problem": 0.30, "not very big": 0.36, "fairly big": 0.21, "very big": 0.13,
        },
    },
    "councillor-report": {
        "What was reported?": {
            "young people gathering": 0.27, "off-road bikes": 0.2, "drug dealing": 0.17, "fly-tipping": 0.16,
            "noise": 0.11, "an empty property": 0.09,
        },
    },
    "resident-report": {
        "What was reported?": {
            "young people gathering": 0.24, "off-road bikes": 0.18, "drug dealing": 0.15, "fly-tipping": 0.19,
            "noise": 0.16, "drug litter": 0.08,
        },
    },
}  # fmt: skip
_RATES = {
    "consultation": "consultation_answers_a_year",
    "neighbourhood-priority": "priority_answers_a_year",
    "perception": "perception_answers_a_year",
    "councillor-report": "councillor_reports_a_year",
    "resident-report": "resident_reports_a_year",
}
_WORRIED = 0.06  # for each decile towards the most deprived, the last answers of a scale weigh more


class Surveys:
    """Answers, month by month."""

    def __init__(self, table: TableWriter, groups: list[str]) -> None:
        """``groups`` are the census's labels of ethnic groups."""
        self._table, self._groups = table, groups
        self._next = 1

    def month(self, stage: Stage) -> None:
        """Let people answer: those who are there, mostly unnamed."""
        world = stage.world
        for survey, table in QUESTIONS.items():
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
                    else np.flatnonzero(happens(stream, 0.95, len(person)))
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
        tilt = 1 + _WORRIED * np.outer(10 - stage.world.ground.decile, np.linspace(-0.5, 1, len(words)))
        answer = by_rows(stream, np.maximum(weights * tilt, 1e-6), lsoa)
        anonymous = survey == "councillor-report"
        named = happens(
            stream,
            stage.world.rates["surveys"]["person_known"] * (4 if survey == "resident-report" else 1),
            n,
        ) & (not anonymous)
        band = np.searchsorted(_BAND_FROM, stage.month.age[person], side="right")
        told = happens(stream, 0.0 if anonymous else 0.85, n)
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
                    np.where(happens(stream, 0.9, n) & told, people.group[person], -1), self._groups
                ),
            }
        )
