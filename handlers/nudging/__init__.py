"""Nudges and reminders: chains, bundling, caps, snoozing."""
