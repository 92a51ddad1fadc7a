"""The tables. Importing this package registers every one of them on `metadata`."""

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

metadata = SQLModel.metadata
