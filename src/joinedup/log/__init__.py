"""Log: the append-only log of acts on personal data and of disclosures. Its door is ``record_act``."""

from joinedup.log.acts import record_act
from joinedup.log.guarding import unguarded
from joinedup.log.query import acts

__all__ = ["acts", "record_act", "unguarded"]
