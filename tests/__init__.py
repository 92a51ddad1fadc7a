"""The tests of Matchpoint."""
