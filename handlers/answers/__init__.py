"""Answers: drafts from forms and threads, submitting, questions, verdicts."""
