"""The places where people talk, one package each; the only code that knows a platform."""
