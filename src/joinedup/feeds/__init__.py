"""Feeds: contracts, reading, checking, quarantine, delivery of partners' files. Its door is ``deliver``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.feeds.answers import WrongAnswers
    from joinedup.feeds.broken import BrokenContract
    from joinedup.feeds.contract import Contract
    from joinedup.feeds.delivering import Request, deliver, deliver_all
    from joinedup.feeds.judging import judge_again
    from joinedup.feeds.leavings import leavings, sweep_leavings
    from joinedup.feeds.library import broken_contracts, check_contract, contract, contracts
    from joinedup.feeds.mending import mend, release
    from joinedup.feeds.quarantine import QuarantineRow, quarantine, show_quarantine
    from joinedup.feeds.receipt import Receipt, State, StatedAreas
    from joinedup.feeds.reporting import Reported, forms, report, reports_of
    from joinedup.feeds.scratch import abandoned
    from joinedup.feeds.settled import Settled
    from joinedup.feeds.storing import Leave
    from joinedup.feeds.waiting import Waiting, of_delivery, waiting
    from joinedup.feeds.withdrawing import take_back, withdraw

__all__ = [
    "BrokenContract",
    "Contract",
    "Leave",
    "QuarantineRow",
    "Receipt",
    "Reported",
    "Request",
    "Settled",
    "State",
    "StatedAreas",
    "Waiting",
    "WrongAnswers",
    "abandoned",
    "broken_contracts",
    "check_contract",
    "contract",
    "contracts",
    "deliver",
    "deliver_all",
    "forms",
    "judge_again",
    "leavings",
    "mend",
    "of_delivery",
    "quarantine",
    "release",
    "report",
    "reports_of",
    "show_quarantine",
    "sweep_leavings",
    "take_back",
    "waiting",
    "withdraw",
]

when_asked(
    __name__,
    {
        "answers": ("WrongAnswers",),
        "broken": ("BrokenContract",),
        "contract": ("Contract",),
        "delivering": ("Request", "deliver", "deliver_all"),
        "judging": ("judge_again",),
        "leavings": ("leavings", "sweep_leavings"),
        "library": ("broken_contracts", "check_contract", "contract", "contracts"),
        "mending": ("mend", "release"),
        "quarantine": ("QuarantineRow", "quarantine", "show_quarantine"),
        "receipt": ("Receipt", "State", "StatedAreas"),
        "reporting": ("Reported", "forms", "report", "reports_of"),
        "scratch": ("abandoned",),
        "settled": ("Settled",),
        "storing": ("Leave",),
        "waiting": ("Waiting", "of_delivery", "waiting"),
        "withdrawing": ("take_back", "withdraw"),
    },
)
