"""Microsoft Teams: listeners, renderer, messenger and addresses."""
