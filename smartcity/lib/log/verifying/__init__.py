"""Finding what was changed, added or removed past the log."""
