"""Which version of a contract a file is for, by its period: as said, by its name, or by its rows."""

from __future__ import annotations

from collections.abc import Sequence

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract
from joinedup.feeds.versions import Version, of_period
from joinedup.terms import Period


def choose(every: Sequence[Version], period: Period | None, file_name: str) -> tuple[Version, Period | None]:
    """The version, and the period where it is known before the file is read.

    The name is looked at as each version says, the newest first. Where nothing tells the period the newest
    version is taken; ``wrong_version`` says whether that was right. Raises BadInput where the period lies in
    two versions or in none.
    """
    if period is None:
        told = (period_of_name(one.contract, file_name) for one in every)
        period = next((one for one in told if one is not None), None)
    return (every[0] if period is None else of_period(every, period)), period


def wrong_version(contract: Contract, period: Period | None, file_name: str) -> BadInput | None:
    """The error of a file whose rows are of days that this version of the contract is not for."""
    begins, ends = contract.valid_from, contract.valid_to
    if period is None or (
        (begins is None or begins <= period.start) and (ends is None or period.last <= ends)
    ):
        return None
    return BadInput(
        f"The rows are of days that version {contract.version} of the contract is not for",
        where=f"{file_name}: {period}",
        next_step=f"If the period is right, say it, so that the right version is taken: --period {period}",
    )


def period_of_name(contract: Contract, file_name: str) -> Period | None:
    """The period that the file's name tells, None where the contract has no pattern or it does not match."""
    if contract.period.file_name is None:
        return None
    groups = _matched(contract.period.file_name, file_name)
    if groups is None:
        return None
    if "period" in groups:
        return Period.parse(groups["period"])
    return Period.parse(f"{groups['first']}..{groups['last']}")


def _matched(pattern: str, file_name: str) -> dict[str, str] | None:
    """The named groups of a pattern in a name, by an engine whose time is linear whatever the pattern."""
    import pyarrow as pa
    import pyarrow.compute as pc

    name = file_name.encode("utf-8", "replace").decode()  # a name may hold bytes that are no text
    try:
        found = pc.extract_regex(pa.array([name]), pattern=pattern)[0].as_py()
    except pa.ArrowInvalid:
        raise BadInput(
            "The contract's file-name pattern has what joinedup's pattern engine (RE2) does not know",
            where="period, file_name",
            next_step="Write it more simply",
        ) from None
    return None if found is None else dict(found)
