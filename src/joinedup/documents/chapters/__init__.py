"""The chapters of the strategic assessment. Each takes the draft and returns Markdown."""
