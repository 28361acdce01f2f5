"""Keys of the contract language that intake does not honour yet: refused by name, never passed over.

Whoever makes intake honour a key takes its line away here; an empty list takes the module away.
"""

from __future__ import annotations

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract, IfUnplaceable, IfWrong


def refuse_not_yet(contract: Contract) -> None:
    """Raise BadInput where a file of this contract would be read as if a key were not there."""
    time, place = contract.time, contract.place
    used = {
        "[status]": contract.status is not None,
        "[validation]": contract.validation is not None,
        "[time] clock": time.clock is not None,
        "[place] grid_reference": place is not None and place.grid_reference is not None,
        "[place] if_wrong": place is not None and place.if_wrong is not IfUnplaceable.QUARANTINE,
        "[[column]] refused": any(column.refused for column in contract.columns),
        "[[column]] if_wrong": any(column.if_wrong is not IfWrong.QUARANTINE for column in contract.columns),
        'a field with personal = "identifying"': bool(contract.private_fields()),
        "[[person]]": bool(contract.persons),
    }
    waiting = [key for key, is_used in used.items() if is_used]
    if waiting:
        raise BadInput(
            "The contract is good, but files cannot be read by it yet",
            where="; ".join(waiting),
            next_step="Keep the file; it can be delivered when joinedup honours these keys",
        )
