"""Measurements: ours beside what a user would take instead, in one run, as medians and ratios."""
