"""Hub: the web hub: presents the other rooms, owns no data."""
