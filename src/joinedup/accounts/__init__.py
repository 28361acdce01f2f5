"""Accounts: agencies, and the people who sign in."""

from joinedup.accounts.people import (
    acting_viewer,
    add_agency,
    add_user,
    change_own_password,
    set_active,
    set_password,
    set_role,
    user_named,
    users,
)
from joinedup.accounts.roles import role_name

__all__ = [
    "acting_viewer",
    "add_agency",
    "add_user",
    "change_own_password",
    "role_name",
    "set_active",
    "set_password",
    "set_role",
    "user_named",
    "users",
]
