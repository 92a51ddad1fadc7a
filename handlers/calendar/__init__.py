"""A person's dates for the calendar that he or she uses anyway: what stands in it, and its private link."""
