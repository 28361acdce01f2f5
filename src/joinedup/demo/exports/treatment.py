"""How treatment services name substances, and why somebody was discharged."""

from __future__ import annotations

from typing import Any

from joinedup.demo.exports.mess import Mess

_SUBSTANCES = ("Opiates", "Opiates and crack", "Crack", "Cocaine", "Cannabis", "Alcohol")
COMPLETED = "Treatment completed drug-free"
COMPLETED_OCCASIONAL = "Treatment completed occasional user (not heroin or crack)"
_LEFT = (
    "Incomplete treatment withdrawn by provider",
    "Incomplete retained in custody",
    "Transferred not in custody",
    "Transferred in custody",
)
_DROPPED_OUT = "Dropped out no agreed lead agency"
_OPIATES_COMPLETE, _OTHERS_COMPLETE = 0.22, 0.5  # the demonstration's own shares


def substance(spell: Any) -> str:
    """The main substance in the services' words."""
    return spell.detail if spell.detail in _SUBSTANCES else "Other drugs"


def discharge_reason(spell: Any, died: bool, mess: Mess) -> str:
    """Why an episode ended: the same in every file that tells it."""
    if died:
        return "Incomplete client died"
    draw = mess.luck("drug-treatment").draw("discharge", spell.spell_id)
    opiates = "Opiates" in substance(spell) or substance(spell) == "Crack"
    chance = draw.random.random()
    if chance < (_OPIATES_COMPLETE if opiates else _OTHERS_COMPLETE):
        occasional = not opiates and draw.random.random() < 0.3
        return COMPLETED_OCCASIONAL if occasional else COMPLETED
    return _DROPPED_OUT if draw.random.random() < 0.6 else draw.pick(_LEFT)
