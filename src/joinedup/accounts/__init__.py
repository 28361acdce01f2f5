"""Accounts: agencies, and the people who sign in."""

from joinedup.accounts.people import acting_viewer, add_agency, add_user

__all__ = ["acting_viewer", "add_agency", "add_user"]
