"""Challenges: stating, screening, sharing, editing and ending them."""
