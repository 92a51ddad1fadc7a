"""The web workspace in a real headless Chromium."""
