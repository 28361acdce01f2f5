"""What residents answered, as they did and weighted to the residents. Its door: ``consulted``."""

from joinedup.measures.consulting.computing import consulted
from joinedup.measures.consulting.definitions import CONSULTATIONS, Consultation, consultation_named
from joinedup.measures.consulting.result import Consulted, ConsultedRow, ConsultQuery, WeightBy

__all__ = [
    "CONSULTATIONS",
    "ConsultQuery",
    "Consultation",
    "Consulted",
    "ConsultedRow",
    "WeightBy",
    "consultation_named",
    "consulted",
]
