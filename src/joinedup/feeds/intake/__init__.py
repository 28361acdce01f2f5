"""Intake: one partner's file, read as text, checked against its contract, staged; in its own process."""
