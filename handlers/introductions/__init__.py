"""Introductions: approvals, consents, the reveal, conversations, meetings."""
