"""The three journeys, on each surface."""
