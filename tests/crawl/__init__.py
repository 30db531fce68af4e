"""Reads pages as a reader does who clicks on every number: what it says, and what stands behind it."""
