"""«Tỉnh mẫu»: a small province that is not real, with a story for each task, in which people are trained.

``stories`` tells the programmes and tasks; the other modules make their rows, as of the day on which it is built.
"""
