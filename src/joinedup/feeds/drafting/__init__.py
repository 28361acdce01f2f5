"""Drafting: a contract proposed from a sample of a feed, with what the sample cannot tell said as doubts."""

from joinedup.feeds.drafting.asking import draft, write_draft
from joinedup.feeds.drafting.definitions import Draft
from joinedup.feeds.drafting.toml_lines import undecided

__all__ = ["Draft", "draft", "undecided", "write_draft"]
