"""Rules, words, parsing and ranking: no input, no output."""
