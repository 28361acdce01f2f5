"""Harm-weighted crime: each crime counted with the weight that a published index gives its offence.

Its door: ``harm``, the question and the answer, and the weights there are.
"""

from joinedup.measures.harm.computing import harm
from joinedup.measures.harm.definitions import HARM, Harm, harm_named
from joinedup.measures.harm.loading import weights_known, weights_named
from joinedup.measures.harm.result import HarmFigure, HarmQuery, HarmRow
from joinedup.measures.harm.weights import Weight, Weights

__all__ = [
    "HARM",
    "Harm",
    "HarmFigure",
    "HarmQuery",
    "HarmRow",
    "Weight",
    "Weights",
    "harm",
    "harm_named",
    "weights_known",
    "weights_named",
]
