"""Accounts: agencies, and the people who sign in."""

from joinedup.accounts.people import (
    acting_viewer,
    add_agency,
    add_user,
    change_own_password,
    reset_second_factor,
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
    "reset_second_factor",
    "role_name",
    "set_active",
    "set_password",
    "set_role",
    "user_named",
    "users",
]
