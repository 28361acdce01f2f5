"""The desk in the hub: what waits for a person, and who may decide it."""
