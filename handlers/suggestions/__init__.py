"""Suggestions: the rank job, what may be proposed, the review card, decisions."""
