"""Documents: the strategic assessment and its kin, written from released figures."""
