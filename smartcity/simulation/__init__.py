"""A simulated country, of any size: what tests of speed, courses and presentations need, and nothing of it is real.

``world`` builds it, a programme at a time; the other modules make the rows, each of its noun.
"""
