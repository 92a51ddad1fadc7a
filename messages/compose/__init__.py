"""From notice to card and from question to form; one module per journey registers its composers here."""

from importlib import import_module
from pkgutil import iter_modules

from messages.compose.registry import compose, lay_out

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["compose", "lay_out"]
