"""Research with consent: who was asked, who agreed, and an extract of theirs alone, without names."""

from joinedup.release.research.consents import SOURCE, State, Study
from joinedup.release.research.extracting import Extracted, Extracting, extract
from joinedup.release.research.registering import Left, left, studies

__all__ = ["SOURCE", "Extracted", "Extracting", "Left", "State", "Study", "extract", "left", "studies"]
