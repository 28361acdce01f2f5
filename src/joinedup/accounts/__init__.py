"""Accounts: agencies, and the people who sign in."""
