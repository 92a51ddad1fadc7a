"""The directory: import and export of clusters, organisations, people, profiles and challenges."""
