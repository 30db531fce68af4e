"""What the system knew at an earlier moment: the tables as they were at the end of a sealed block."""
