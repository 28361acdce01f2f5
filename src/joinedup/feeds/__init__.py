"""Feeds: contracts, reading, checking, quarantine and delivery of partners' files."""
