"""Demo: the demonstration partnership, on real open data. Its door is ``build``."""

from joinedup.demo.build import build, sign_in_lines

__all__ = ["build", "sign_in_lines"]
