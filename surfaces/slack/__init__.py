"""Slack: listeners, renderer, messenger and addresses."""
