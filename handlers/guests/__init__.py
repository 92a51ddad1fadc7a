"""Guests: people of no workspace, who come in by a personal link."""
