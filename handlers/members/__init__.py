"""Workspaces and their people: set-up, joining, profiles, clusters, settings."""
