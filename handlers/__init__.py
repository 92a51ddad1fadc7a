"""The use cases, shared by every surface, one module per journey."""
