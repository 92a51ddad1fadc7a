"""The rules of matchmaking: states, calendars, redaction and visibility. Standard library only."""
