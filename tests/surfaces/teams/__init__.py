"""The Slack surface against a strict fake."""
