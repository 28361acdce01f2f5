"""How agencies write an ethnic group: from the census's label to codes and plain words.

Self-defined codes are the police's 16+1 list with those that 18+1 and the 2021 census added (the code list
``ethnicity-self-defined``). The officer's code (IC) is what somebody looked like to an officer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EthnicWords:
    """One ethnic group in each way of writing it."""

    self_defined: str
    words: str
    officer_defined: str


_GROUPS = {
    "Bangladeshi": EthnicWords("A3", "Asian - Bangladeshi", "IC4"),
    "Chinese": EthnicWords("A4", "Asian - Chinese", "IC5"),
    "Indian": EthnicWords("A1", "Asian - Indian", "IC4"),
    "Pakistani": EthnicWords("A2", "Asian - Pakistani", "IC4"),
    "Other Asian": EthnicWords("A9", "Asian - Other", "IC4"),
    "African": EthnicWords("B2", "Black - African", "IC3"),
    "Caribbean": EthnicWords("B1", "Black - Caribbean", "IC3"),
    "Other Black": EthnicWords("B9", "Black - Other", "IC3"),
    "White and Asian": EthnicWords("M3", "Mixed - White and Asian", "IC4"),
    "White and Black African": EthnicWords("M2", "Mixed - White and Black African", "IC3"),
    "White and Black Caribbean": EthnicWords("M1", "Mixed - White and Black Caribbean", "IC3"),
    "Other Mixed or Multiple ethnic groups": EthnicWords("M9", "Mixed - Other", "IC2"),
    "English, Welsh, Scottish, Northern Irish or British": EthnicWords("W1", "White - British", "IC1"),
    "Irish": EthnicWords("W2", "White - Irish", "IC1"),
    "Gypsy or Irish Traveller": EthnicWords("W3", "White - Gypsy or Irish Traveller", "IC1"),
    "Roma": EthnicWords("W5", "White - Roma", "IC2"),
    "Other White": EthnicWords("W9", "White - Other", "IC1"),
    "Arab": EthnicWords("O2", "Other - Arab", "IC6"),
    "Any other ethnic group": EthnicWords("O9", "Other - Any other ethnic group", "IC6"),
}


def ethnic_words(label: str) -> EthnicWords:
    """The words for a census label (TS021, ``White: Irish``)."""
    return _GROUPS[label.split(": ", 1)[-1]]
