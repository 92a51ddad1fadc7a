"""The ranker: index, features, shortlist and allocation."""
