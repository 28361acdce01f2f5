"""Log: the append-only log of acts on personal data and of disclosures."""
