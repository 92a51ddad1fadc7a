"""What there is to tell: typed facts without words and without a platform, one module per journey."""
