"""Signed payloads and pages against strict fakes of the platforms."""
