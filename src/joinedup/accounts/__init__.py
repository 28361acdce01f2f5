"""Accounts: agencies, the people who sign in, and the agreements between their agencies."""

from joinedup.accounts.agreement import Agreement, Receiver, Share
from joinedup.accounts.agreement_drafts import draft_agreement
from joinedup.accounts.agreement_files import read_agreement
from joinedup.accounts.agreements import (
    KEEPERS,
    agreements,
    in_force,
    may_stop,
    record_agreement,
    require_keeper,
    stop_share,
    today,
)
from joinedup.accounts.people import (
    acting_viewer,
    add_agency,
    add_user,
    agencies,
    change_own_password,
    reset_second_factor,
    set_active,
    set_password,
    set_role,
    user_named,
    users,
)
from joinedup.accounts.permission import require_administrator
from joinedup.accounts.roles import purpose_name, role_name

__all__ = [
    "KEEPERS",
    "Agreement",
    "Receiver",
    "Share",
    "acting_viewer",
    "add_agency",
    "add_user",
    "agencies",
    "agreements",
    "change_own_password",
    "draft_agreement",
    "in_force",
    "may_stop",
    "purpose_name",
    "read_agreement",
    "record_agreement",
    "require_administrator",
    "require_keeper",
    "reset_second_factor",
    "role_name",
    "set_active",
    "set_password",
    "set_role",
    "stop_share",
    "today",
    "user_named",
    "users",
]
