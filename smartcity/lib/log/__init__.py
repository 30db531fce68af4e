"""The log: every row of every history in the order in which it was written, and the acts that it was written in."""
