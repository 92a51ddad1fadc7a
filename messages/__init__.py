"""The words: cards, forms, notices and their catalogues."""
