"""Release: who may see what and why, and disclosure protection."""
