"""Rows from a file: read, checked against what is kept, shown, and then written all together or not at all."""
